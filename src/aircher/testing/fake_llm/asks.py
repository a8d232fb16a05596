"""What all wires have in common: what was asked, what is answered, and how much text is how many tokens.

Invariant: nothing here knows a wire, a socket or a clock.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import msgspec

from aircher.domain.records import dataclass
from aircher.testing.fake_llm.script import Failure, Finish, ToolCall, Usage

Document: TypeAlias = dict[str, Any]
"""A JSON object of some wire; what may stand in it is that wire's own business, and its clients' to check."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding a body can raise, whatever a client sent."""

_PIECE = re.compile(r"\s*\S{1,6}|\s+")
_CHARS_PER_TOKEN = 4  # the usual rule of thumb for English and code


def pieces(text: str) -> list[str]:
    """Return the text as the tokens it is streamed in; joined they are the text."""
    return _PIECE.findall(text)


def count_tokens(text: str) -> int:
    """Return about how many tokens this text is; at least one."""
    return max(1, -(-len(text) // _CHARS_PER_TOKEN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request for an answer, without its wire.

    Attributes:
        text: The last text of the user.
        tool_result: The text of the last message if that is a tool's result, else ``None``.
        is_streaming: Whether the answer shall come piece by piece.
        has_usage: Whether the client wants to be told the usage of a stream.
        is_array: Whether the one document of an answer stands in an array.
        input_tokens: Size of the prompt.
    """

    model: str
    text: str
    tool_result: str | None
    is_streaming: bool
    input_tokens: int
    has_usage: bool = True
    is_array: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What makes one answer's names its own: the number of its request, and when that came."""

    number: int
    at: datetime

    @property
    def unix_s(self) -> int:
        """Return the time as servers write it."""
        return int(self.at.timestamp())

    def name(self, prefix: str, part: int = 0) -> str:
        """Return an id that no other part of any other answer has."""
        return f"{prefix}fake{self.number:08d}{part:04d}"

    def seal(self, part: int = 0) -> str:
        """Return what stands in for a signature or something encrypted; clients insist on base64."""
        return b64encode(self.name("sealed-by-", part).encode()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The usage that is told; the meanings are those of `Usage`."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int


@dataclass(frozen=True, slots=True)
class Thinking:
    """A block of reasoning."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A block of the answer."""

    text: str


Part = Thinking | Text | ToolCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A whole answer: what a client has when it has got everything."""

    parts: Sequence[Part]
    finish: Finish
    counts: Counts

    @property
    def text(self) -> str:
        """Return all text."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def thinking(self) -> str:
        """Return all reasoning."""
        return "".join(part.text for part in self.parts if isinstance(part, Thinking))

    @property
    def calls(self) -> list[ToolCall]:
        """Return the calls."""
        return [part for part in self.parts if isinstance(part, ToolCall)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """An answer in one piece."""

    status: int = 200
    headers: Mapping[str, str]
    body: bytes


class Encoder(Protocol):
    """Turns one answer into frames of a wire; a frame is what a client reads as one event.

    The calls are ``begin``, then any of the middle ones, then either ``end`` or ``fail``.
    """

    def begin(self) -> list[bytes]:
        """Return the frames before anything is said."""
        ...

    def text(self, piece: str) -> list[bytes]:
        """Return the frames of a piece of text."""
        ...

    def thinking(self, piece: str) -> list[bytes]:
        """Return the frames of a piece of reasoning."""
        ...

    def call(self, call: ToolCall) -> list[bytes]:
        """Return the frames of a whole call."""
        ...

    def fail(self, failure: Failure) -> list[bytes]:
        """Return the frames of an error in the stream."""
        ...

    def end(self, finish: Finish, counts: Counts) -> list[bytes]:
        """Return the frames after everything is said."""
        ...


class Wire(Protocol):
    """A way to ask for an answer and to give it."""

    @property
    def name(self) -> str:
        """Return how scripts and recordings call it."""
        ...

    @property
    def stream_headers(self) -> Mapping[str, str]:
        """Return the headers of a stream."""
        ...

    def read(self, body: bytes, target: str) -> Ask:
        """Return what is asked.

        Raises:
            msgspec.DecodeError: The body is no JSON, or something in it is missing or of the wrong kind.
        """
        ...

    def encoder(self, ask: Ask, stamp: Stamp) -> Encoder:
        """Return an encoder for a stream."""
        ...

    def whole(self, ask: Ask, stamp: Stamp, outcome: Outcome) -> Document | list[Document]:
        """Return the answer as one document."""
        ...

    def refusal(self, failure: Failure, stamp: Stamp) -> HttpAnswer:
        """Return the error as an HTTP answer."""
        ...


def counts_of(parts: Sequence[Part], ask: Ask, usage: Usage | None) -> Counts:
    """Return the usage of these parts; what the script names wins."""
    told = usage or Usage()
    reasoning = sum(len(pieces(part.text)) for part in parts if isinstance(part, Thinking))
    spoken = sum(len(pieces(part.text)) for part in parts if isinstance(part, Text))
    called = sum(count_tokens(arguments_text(part)) for part in parts if isinstance(part, ToolCall))
    output_tokens = told.output_tokens if told.output_tokens is not None else reasoning + spoken + called
    return Counts(
        input_tokens=told.input_tokens if told.input_tokens is not None else ask.input_tokens,
        output_tokens=output_tokens,
        cached_tokens=told.cached_tokens,
        cache_write_tokens=told.cache_write_tokens,
        reasoning_tokens=min(reasoning if told.reasoning_tokens is None else told.reasoning_tokens, output_tokens),
    )


def arguments_text(call: ToolCall) -> str:
    """Return the call's arguments as they stand on wires that send text, spaced like real servers do it."""
    return json.dumps(call.arguments, ensure_ascii=False) if call.raw_arguments is None else call.raw_arguments


def text_after(seconds: float) -> str:
    """Return a wait as OpenAI's messages put it, for instance ``630ms`` or ``1.14s``."""
    return f"{round(seconds * 1000)}ms" if seconds < 1 else f"{seconds:g}s"
