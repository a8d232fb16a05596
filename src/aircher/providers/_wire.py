"""What a wire format and a vendor have to bring along; all of it is pure.

A vendor's file fills in a `Vendor`; `aircher.providers._http_provider` turns it into a provider that talks.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from aircher.domain.messages import JsonValue
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.domain.records import dataclass
from aircher.domain.stream import StreamEvent
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame, FrameParser
from aircher.providers.spec import ProviderSettings

T = TypeVar("T")
Vectors: TypeAlias = Sequence[Sequence[float]]


class Call(NamedTuple):
    """One request. ``path`` is below the base address and may end in a query; ``body`` is sent as JSON."""

    method: str
    path: str
    body: Mapping[str, JsonValue] | None = None


class Codec(Protocol):
    """Reads one answer: feed it every frame, then take `finish`; or `feed_body` for an answer in one piece."""

    @property
    def is_done(self) -> bool:
        """Whether the end marker was seen; nothing more needs to be read."""
        ...

    @property
    def is_complete(self) -> bool:
        """Whether the answer is whole, be it without its end marker."""
        ...

    @property
    def received_chars(self) -> int:
        """Characters of visible text so far."""
        ...

    def feed(self, frame: Frame) -> list[StreamEvent]:
        """Return what this frame brings, in order; raise a ``ProviderError`` if it is a complaint or unreadable."""
        ...

    def feed_last(self, frame: Frame) -> list[StreamEvent]:
        """Do what `feed` does for a frame that the end of the stream may have cut: half of one is nothing."""
        ...

    def feed_body(self, body: bytes) -> list[StreamEvent]:
        """Return what an answer in one piece holds; it is complete afterwards."""
        ...

    def finish(self) -> list[StreamEvent]:
        """Return the end of a whole answer; raise ``StreamInterruptedError`` if it is not whole."""
        ...

    def salvage(self) -> list[StreamEvent]:
        """Return what a broken answer holds beyond its text: calls that arrived in full, and usage."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A call whose answer streams: what to send, who reads the answer, and how its messages are told apart."""

    call: Call
    codec: Callable[[Endpoint], Codec]
    framing: Callable[[], FrameParser]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(Generic[T]):
    """A small call that does not stream. ``read`` returns ``None`` for an answer that is none."""

    call: Call
    read: Callable[[JsonValue], T | None]


class ModelPage(NamedTuple):
    """Some of a server's models; ``following`` asks for the rest, ``None`` = that was all."""

    models: Sequence[ModelInfo]
    following: Call | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """What one vendor does its own way.

    Attributes:
        base_url: The vendor's own address.
        version_path: What a bare host is followed by, such as ``/v1``.
        endpoints: Ends of addresses that users copy from documentation and that are cut off.
        headers: The headers for a key (empty = there is none).
        ask: How a model is asked.
        models: How the server's models are listed, given the call for this page (``None`` = the first).
        count: How a prompt is counted for free; ``None`` = the vendor, or the model asked for, has no such call.
        embed: How texts become vectors; ``None`` = the vendor has no such call.
        check: The cheapest call that needs a valid key, and what it tells; ``None`` = the list of models is it.
        needs_key: Whether a call without a key cannot work.
    """

    base_url: str
    version_path: str
    endpoints: tuple[str, ...]
    headers: Callable[[ProviderSettings, str], Sequence[tuple[str, str]]]
    ask: Callable[[ModelRequest, ProviderSettings], Ask]
    models: Callable[[str, Call | None], Exchange[ModelPage]]
    count: Callable[[ModelRequest, ProviderSettings], Exchange[int] | None] | None = None
    embed: Callable[[Sequence[str], str], Exchange[Vectors]] | None = None
    check: Exchange[tuple[str, ...]] | None = None
    needs_key: bool = True
