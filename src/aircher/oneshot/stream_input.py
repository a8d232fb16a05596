"""``--input-format stream-json``: lines of JSON on stdin as what a person would do at a session.

Invariant: a line that is not understood changes nothing and is told; the end of stdin means that nobody is there any
more. Not its job: running turns (`aircher.oneshot.run`).
"""

import asyncio
from collections.abc import AsyncIterator
from threading import Thread
from typing import Annotated, BinaryIO, Literal, TypeAlias, assert_never

import msgspec
from msgspec import Meta, Struct

from aircher.domain.ids import CallId
from aircher.domain.messages import TextPart
from aircher.domain.operations import Answer, AnswerPermission, AnswerQuestion, Consent, SendPrompt

MOST_LINE_BYTES = 8 * 1024 * 1024  # a prompt of two million tokens; more is no line but a mistake

_Id = Annotated[str, Meta(min_length=1, description="The call that asks.")]


class PromptLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="prompt"):
    """Start a turn when those before it have ended."""

    text: Annotated[str, Meta(min_length=1)]


class PermissionLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="permission.answer"):
    """Answer ``permission.asked``; all but ``once`` and ``no`` also keep ``rule``, or the one that was suggested."""

    call_id: _Id
    consent: Literal["once", "session", "project", "always", "no"]
    rule: str = ""
    reason: Annotated[str, Meta(description="With no: what to tell the model.")] = ""


class QuestionLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="question.answer"):
    """Answer ``question.asked``."""

    call_id: _Id
    text: str


class InterruptLine(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="interrupt"):
    """End the running turn."""


InputLine: TypeAlias = PromptLine | PermissionLine | QuestionLine | InterruptLine
Wish: TypeAlias = "SendPrompt | Answer | None"
"""What a line asks for; ``None`` = to interrupt."""


def wish(line: bytes) -> Wish:
    """Return what a line asks for.

    Raises:
        ValueError: It is not understood; the message says why.
    """
    try:
        read = msgspec.json.decode(line, type=InputLine)
    except msgspec.DecodeError as exc:
        raise ValueError(str(exc)) from exc
    match read:
        case PromptLine(text=text):
            return SendPrompt(parts=(TextPart(text=text),))
        case PermissionLine():
            return AnswerPermission(
                call_id=CallId(read.call_id), consent=Consent(read.consent), rule=read.rule, reason=read.reason
            )
        case QuestionLine():
            return AnswerQuestion(call_id=CallId(read.call_id), text=read.text)
        case InterruptLine():
            return None
        case _:
            assert_never(read)


async def lines_of(stream: BinaryIO) -> AsyncIterator[bytes]:
    """Yield the lines of a stream that are not blank, as they come, until its end.

    A thread reads, and is left behind where nobody writes a line and nobody closes the stream: it holds nothing.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        while line := stream.readline(MOST_LINE_BYTES):
            if not _handed(loop, lines, line):
                return
        _handed(loop, lines, b"")

    Thread(target=read, name="stdin", daemon=True).start()
    while line := await lines.get():
        if line.strip():
            yield line


def _handed(loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[bytes], line: bytes) -> bool:
    try:
        loop.call_soon_threadsafe(lines.put_nowait, line)
    except RuntimeError:  # the loop is closed: the session has ended
        return False
    return True


def input_schema() -> dict[str, object]:
    """Return the JSON Schema of one line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of stdin for aircher --input-format stream-json",
        **msgspec.json.schema(InputLine),
    }
