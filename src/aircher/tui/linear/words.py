"""What blocks and events say when they are spoken: whole sentences, no drawing signs, no colours."""

from collections.abc import Sequence
from typing import assert_never

from aircher.domain.display import (
    DiffBlock,
    DisplayBlock,
    NoticeBlock,
    ShellBlock,
    TableBlock,
    TextBlock,
    TodoBlock,
    TodoState,
)
from aircher.domain.events import CallStatus, PermissionAsked, QuestionAsked, RetryScheduled, ToolFinished
from aircher.domain.messages import ImagePart, PromptPart, TextPart

MOST_OUTPUT_LINES = 20
"""Of a tool's output: more is not listened to; the whole of it is in the record."""

_STATES: dict[TodoState, str] = {"pending": "to do", "in_progress": "in progress", "completed": "done"}
_STATUS = {
    CallStatus.OK: "done",
    CallStatus.FAILED: "failed",
    CallStatus.REFUSED: "refused",
    CallStatus.INTERRUPTED: "interrupted",
}
CONSENTS = ("yes, this once", "yes, for this session", "yes, for this project", "yes, always", "no")


def block_words(block: DisplayBlock) -> str:
    """Return a block in words; control characters of foreign text are still in it."""
    match block:
        case TextBlock(text=text):
            return text
        case NoticeBlock(text=text, level=level):
            return text if level == "info" else f"{level.capitalize()}: {text}"
        case DiffBlock(path=path, diff=diff, added=added, removed=removed):
            return f"File {path}: {_count(added, 'line')} added, {removed} removed.\n{_diff_words(diff)}"
        case ShellBlock(command=command, output=output, exit_status=status):
            ended = "" if status is None else f"\nExit status {status}."
            return f"Command: {command}\n{shortened(output)}{ended}"
        case TableBlock(header=header, rows=rows):
            return "\n".join(
                "; ".join(f"{name}: {cell}" for name, cell in zip(header, row, strict=True)) for row in rows
            )
        case TodoBlock(items=items):
            return "\n".join(f"{_STATES[item.state]}: {item.text}" for item in items)
    assert_never(block)


def prompt_words(prompt: Sequence[PromptPart]) -> str:
    """Return what the user said."""
    texts = [part.text for part in prompt if isinstance(part, TextPart)]
    pictures = sum(1 for part in prompt if isinstance(part, ImagePart))
    return " ".join([*texts, *([f"with {_count(pictures, 'picture')}"] if pictures else [])])


def ended_words(event: ToolFinished) -> str:
    """Return how a tool's call ended."""
    seconds = f", {event.duration_ms / 1000:.1f} seconds" if event.duration_ms >= 1000 else ""
    summary = f": {event.summary}" if event.summary else ""
    return f"Tool {event.name} {_STATUS[event.status]}{seconds}{summary}"


def retry_words(event: RetryScheduled) -> str:
    """Return what is waited for."""
    return f"Waiting {event.delay_s:.0f} seconds, then asking again: {event.message}"


def permission_words(asked: PermissionAsked) -> list[str]:
    """Return the question, what it is about, and the answers by their numbers."""
    effects = [f"Effect: {effect}." for effect in asked.effects]
    shown = [line for block in asked.display for line in block_words(block).splitlines()]
    return [
        f"Question: may the tool {asked.name} run? {asked.rule}.",
        *effects,
        *shown,
        *[f"{number}: {text}" for number, text in enumerate(consents(asked), start=1)],
        f"Type a number from 1 to {len(consents(asked))}; after {len(consents(asked))} you may add a reason.",
    ]


def consents(asked: PermissionAsked) -> tuple[str, ...]:
    """Return the answers that this question takes; the last one is no."""
    if not asked.suggestion:
        return (CONSENTS[0], CONSENTS[-1])
    return tuple(f"{text}: {asked.suggestion}" if text.endswith("always") else text for text in CONSENTS)


def question_words(asked: QuestionAsked) -> list[str]:
    """Return a tool's question, and the answers by their numbers if it offers some."""
    choices = [f"{number}: {text}" for number, text in enumerate(asked.choices, start=1)]
    return [
        f"Question: {asked.question}",
        *choices,
        "Type a number or your own words." if choices else "Type an answer.",
    ]


def shortened(text: str) -> str:
    """Return the end of a long output, and how much is left out before it."""
    lines = text.splitlines()
    if len(lines) <= MOST_OUTPUT_LINES:
        return text
    left_out = len(lines) - MOST_OUTPUT_LINES
    return "\n".join([f"{_count(left_out, 'line')} left out.", *lines[-MOST_OUTPUT_LINES:]])


def _diff_words(diff: str) -> str:
    kinds = {"+": "added: ", "-": "removed: "}
    return shortened("\n".join(kinds[line[0]] + line[1:] for line in diff.splitlines() if line[:1] in kinds))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
