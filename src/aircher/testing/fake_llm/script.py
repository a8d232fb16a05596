"""What the fake server shall answer: typed, written in TOML or built in a test.

A script is a list of answers, an answer a list of steps. Answers are given in their order; one with a condition
(``when``) is given whenever it fits and takes no place in that order.

Invariant: a `Script` that exists makes sense. Not its job: any wire's format.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

from aircher.testing.fake_llm.chaos import Chaos

Seconds = Annotated[float, Meta(ge=0)]
Rate = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=0)]
Finish: TypeAlias = Literal["stop", "length", "tool_calls", "content_filter"]
FailureKind: TypeAlias = Literal[
    "invalid_request",
    "auth",
    "permission",
    "billing",
    "not_found",
    "context_length",
    "too_large",
    "rate_limit",
    "overloaded",
    "server_error",
    "timeout",
]


class ToolCall(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The model asks for a tool.

    Attributes:
        arguments: What the tool gets.
        raw_arguments: The arguments' text as it stands on the wires that send text, even if it is no JSON; ``None`` =
            made from ``arguments``. Gemini and Ollama send objects, they ignore it.
    """

    name: str
    arguments: Mapping[str, Any] = {}  # Any: a tool's own business
    raw_arguments: str | None = None


class Failure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The server answers with an error, in the words of the wire.

    Attributes:
        kind: What is wrong; the wire's own status, type and code follow from it.
        status: HTTP status; ``None`` = the wire's own for this kind.
        message: What it says; empty = what a real server says.
        retry_after_s: When to come again, told as the wire tells it; ``None`` = not told.
        in_stream: Whether it comes inside a stream of status 200; ``None`` = only if something was sent before it.
    """

    kind: FailureKind = "server_error"
    status: Annotated[int, Meta(ge=400, le=599)] | None = None
    message: str = ""
    retry_after_s: Seconds | None = None
    in_stream: bool | None = None


class Usage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the answer says it cost; ``None`` = counted from the texts.

    Attributes:
        input_tokens: All of the prompt, what came from a cache or went into one included.
        output_tokens: All that was generated, reasoning included.
        cached_tokens: Read from a cache.
        cache_write_tokens: Written to a cache.
        reasoning_tokens: The part of the output that is reasoning.
    """

    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cached_tokens: Count = 0
    cache_write_tokens: Count = 0
    reasoning_tokens: Count | None = None


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that happens in an answer: exactly one of the keys is set.

    Attributes:
        text: A piece of the answer.
        thinking: A piece of reasoning.
        tool_call: A call of a tool.
        pause_s: Seconds in which nothing is sent.
        error: An error; the answer ends with it.
        cut: The answer ends without its end: ``abrupt`` = the connection breaks, ``clean`` = the body just stops.
        stall: Nothing more is sent, and the connection stays open until the client leaves.
        usage: What the answer says it cost, wherever it stands.
    """

    text: str | None = None
    thinking: str | None = None
    tool_call: ToolCall | None = None
    pause_s: Seconds | None = None
    error: Failure | None = None
    cut: Literal["abrupt", "clean"] | None = None
    stall: Literal[True] | None = None
    usage: Usage | None = None

    def __post_init__(self) -> None:
        keys = [name for name in self.__struct_fields__ if getattr(self, name) is not None]
        if len(keys) != 1:
            known = ", ".join(self.__struct_fields__)
            raise ValueError(f"a step has exactly one of {known}; this one has {', '.join(keys) or 'none'}")


class When(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When an answer is given; all that is set must fit.

    Attributes:
        text: A regular expression that is found in the last text of the user.
        after_tool: Whether the last message is a tool's result.
        wire: The wire's name.
        model: The model that is asked.
    """

    text: str | None = None
    after_tool: bool | None = None
    wire: str | None = None
    model: str | None = None

    def __post_init__(self) -> None:
        try:
            re.compile(self.text or "")
        except re.error as exc:
            raise ValueError(f"text is no regular expression: {exc}") from exc


class Answer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer.

    Attributes:
        name: For people; it stands in the recording.
        when: Its condition; ``None`` = its turn comes in the order of the script.
        tokens_per_s: How fast it is written; ``None`` = as the script says.
        finish: Why it ends; ``None`` = ``tool_calls`` after a call, else ``stop``.
    """

    steps: tuple[Step, ...]
    name: str = ""
    when: When | None = None
    tokens_per_s: Rate | None = None
    finish: Finish | None = None


class Script(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the server shall answer.

    Attributes:
        answers: With none, every request is answered by an echo.
        tokens_per_s: How fast; ``None`` = as the server was told.
        when_used_up: After the last answer: that one again, all from the start, or an echo.
        models: Names in the lists of models. Any model may be asked for.
        chaos: Mishaps by chance.
    """

    answers: tuple[Answer, ...] = ()
    tokens_per_s: Rate | None = None
    when_used_up: Literal["repeat", "loop", "echo"] = "repeat"
    models: Annotated[tuple[str, ...], Meta(min_length=1)] = ("fake-large", "fake-small")
    chaos: Chaos | None = None
