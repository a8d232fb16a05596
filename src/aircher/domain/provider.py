"""The role every vendor plays: take a conversation, stream an answer."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from aircher.domain.levels import Thinking
from aircher.domain.messages import JsonObject, Message
from aircher.domain.models import ModelInfo
from aircher.domain.records import dataclass
from aircher.domain.stream import StreamEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """A tool as the model is told of it. ``parameters`` is a JSON Schema of an object."""

    name: str
    description: str
    parameters: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One call of a model.

    Attributes:
        model: The name that the server knows.
        system: The system prompt; empty = none.
        messages: A valid transcript, oldest first (see `aircher.domain.messages`).
        tools: Tools the model may call.
        max_output_tokens: Upper bound of the answer; ``None`` = the server's default.
        temperature: Sampling temperature; ``None`` = the server's default.
        thinking: How much reasoning is wanted; ``None`` = the model's default.
        output_schema: JSON Schema of an object that the answer's text has to be; ``None`` = free text.
        tool_choice: Name of the one tool that must be called; ``None`` = the model decides.
        cache_key: Names the conversation, so that a vendor routes it to the machine that has its prompt cached.
    """

    model: str
    system: str
    messages: Sequence[Message]
    tools: Sequence[ToolSpec] = ()
    max_output_tokens: int | None = None
    temperature: float | None = None
    thinking: Thinking | None = None
    output_schema: JsonObject | None = None
    tool_choice: str | None = None
    cache_key: str = ""


class Provider(Protocol):
    """A vendor behind the one interface. Instances are cheap and open nothing until they are used."""

    @property
    def name(self) -> str:
        """The provider's section in the configuration."""
        ...

    def stream(self, request: ModelRequest) -> AbstractAsyncContextManager[AsyncIterator[StreamEvent]]:
        """Talk to the model: the only call that does. Leaving the context closes the connection.

        Raises:
            ProviderError: on entering or while iterating; ``is_retryable`` says whether to try again.
        """
        ...

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return the models that the server offers: the cheapest real call there is.

        Raises:
            ProviderError: as for `stream`.
        """
        ...

    async def count_tokens(self, request: ModelRequest) -> int | None:
        """Return the prompt's size in tokens as the vendor counts it; ``None`` if it has no free call for that.

        Raises:
            ProviderError: as for `stream`.
        """
        ...

    async def check(self) -> tuple[str, ...]:
        """Make the cheapest real call that needs a valid key and return what it told, a phrase each.

        Raises:
            ProviderError: as for `stream`.
        """
        ...

    async def aclose(self) -> None:
        """Close pooled connections. Safe to call twice."""
        ...
