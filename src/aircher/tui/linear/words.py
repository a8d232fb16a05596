"""What blocks and events say when they are spoken: whole sentences, no drawing signs, no colours."""

from collections.abc import Sequence
from typing import assert_never

from aircher.domain.display import (
    CallsBlock,
    DiffBlock,
    DisplayBlock,
    NoticeBlock,
    ShellBlock,
    TableBlock,
    TextBlock,
    TodoBlock,
    TodoState,
)
from aircher.domain.events import (
    CallStatus,
    PermissionAsked,
    QuestionAsked,
    RetryScheduled,
    ToolFinished,
    ToolRequested,
)
from aircher.domain.messages import ImagePart, PromptPart, TextPart
from aircher.tui.blocks.tool_words import subject, told

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
    """Return a whole block in words; control characters of foreign text are still in it."""
    match block:
        case TextBlock(text=text):
            return text
        case NoticeBlock(text=text, level=level):
            return text if level == "info" else f"{level.capitalize()}: {text}"
        case DiffBlock(path=path, diff=diff, added=added, removed=removed):
            counts = f"File {one_line(path)}: {count(added, 'line')} added, {removed} removed."
            return "\n".join(filter(None, [counts, _diff_words(diff)]))
        case ShellBlock(command=command, output=output, exit_status=status):
            ended = "" if status is None else f"Exit status {status}."
            return "\n".join(filter(None, [_command_words(command), output.rstrip("\n"), ended]))
        case TableBlock(header=header, rows=rows):
            return "\n".join("; ".join(_cells(header, row)) for row in rows)
        case TodoBlock(items=items):
            return "\n".join(f"{_STATES[item.state]}: {item.text}" for item in items)
        case CallsBlock(calls=calls):
            return "\n".join(f"{call.name} {call.subject}: {call.summary or call.state}" for call in calls)
    assert_never(block)


def prompt_words(prompt: Sequence[PromptPart]) -> str:
    """Return what the user said."""
    texts = [part.text for part in prompt if isinstance(part, TextPart)]
    pictures = sum(1 for part in prompt if isinstance(part, ImagePart))
    return " ".join([*texts, *([f"with {count(pictures, 'picture')}"] if pictures else [])])


def requested_words(event: ToolRequested) -> str:
    """Return what the model wants to do."""
    about = shortened(subject(event, told(event)))
    return f"Tool {event.name}: {about}" if about else f"Tool {event.name}."


def ended_words(event: ToolFinished, *, is_whole: bool) -> str:
    """Return how a tool's call ended; if it is to be whole, with what it changed or printed."""
    seconds = f", {event.duration_ms / 1000:.1f} seconds" if event.duration_ms >= 1000 else ""
    status = f", exit status {event.exit_status}" if event.exit_status else ""
    summary = f": {event.summary}" if event.summary else ""
    ended = f"Tool {event.name} {_STATUS[event.status]}{status}{seconds}{summary}"
    shown = [_came_of(block) for block in event.display] if is_whole else []
    return "\n".join([ended, *filter(None, shown)])


def _came_of(block: DisplayBlock) -> str:
    """Return what came of a call: what it read is for the model, what it changed and printed for people, too."""
    match block:
        case ShellBlock(output=output):
            return shortened(output.rstrip("\n"))
        case DiffBlock():
            return shortened(block_words(block))
        case TodoBlock() | NoticeBlock():
            return block_words(block)
        case _:
            return ""


def retry_words(event: RetryScheduled) -> str:
    """Return what is waited for."""
    return f"Waiting {event.delay_s:.0f} seconds, then asking again: {event.message}"


def asked_words(asked: PermissionAsked | QuestionAsked) -> list[str]:
    """Return a question: what it is about, and how it is answered."""
    if isinstance(asked, QuestionAsked):
        return [f"Question: {asked.question}", *answer_words(asked)]
    effects = [f"Effect: {one_line(effect)}." for effect in asked.effects]
    shown = [line for block in asked.display for line in block_words(block).splitlines()]
    asks = f"Question: may the tool {one_line(asked.name)} run? {one_line(asked.rule)}."
    return [asks, *effects, *shown, *answer_words(asked)]


def answer_words(asked: PermissionAsked | QuestionAsked) -> list[str]:
    """Return the answers by their numbers."""
    choices = consents(asked) if isinstance(asked, PermissionAsked) else asked.choices
    numbered = [f"{number}: {text}" for number, text in enumerate(choices, start=1)]
    if isinstance(asked, PermissionAsked):
        return [*numbered, f"Type a number from 1 to {len(choices)}; after {len(choices)} you may add a reason."]
    return [*numbered, "Type a number or your own words." if choices else "Type an answer."]


def consents(asked: PermissionAsked) -> tuple[str, ...]:
    """Return the answers that this question takes; the last one is no."""
    if not asked.suggestion:
        return (CONSENTS[0], CONSENTS[-1])
    return tuple(f"{text}: {asked.suggestion}" if text.endswith("always") else text for text in CONSENTS)


def shortened(text: str) -> str:
    """Return the end of a long output, and how much is left out before it."""
    lines = text.splitlines()
    if len(lines) <= MOST_OUTPUT_LINES:
        return text
    left_out = len(lines) - MOST_OUTPUT_LINES
    return "\n".join([f"{count(left_out, 'line')} left out.", *lines[-MOST_OUTPUT_LINES:]])


def one_line(text: str) -> str:
    """Return foreign words as one line: a second one could pass for ours."""
    return " ".join(text.split())


def count(number: int, thing: str) -> str:
    """Return a number of things."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _command_words(command: str) -> str:
    first, *more = command.splitlines() or [""]
    return "\n".join([f"Command: {first}", *(f"its line {at}: {line}" for at, line in enumerate(more, start=2))])


def _cells(header: Sequence[str], row: Sequence[str]) -> list[str]:
    return [f"{name}: {cell}" if name else cell for name, cell in zip(header, row, strict=False)]


def _diff_words(diff: str) -> str:
    kinds = {"+": "added: ", "-": "removed: "}
    return "\n".join(kinds[line[0]] + line[1:] for line in diff.splitlines() if line[:1] in kinds)
