"""What stands below the first row of a tool call: its last output while it runs, then what came of it."""

from aircher.domain.changes import FileChange
from aircher.domain.display import CallsBlock, DiffBlock, DisplayBlock, ShellBlock
from aircher.domain.events import ToolFinished
from aircher.domain.messages import ImagePart
from aircher.tui.blocks.delegated import calls_rows
from aircher.tui.blocks.diff import counts_row, diff_rows
from aircher.tui.blocks.diff_colors import DiffColors
from aircher.tui.blocks.display import (
    FOLDED_DIFF_ROWS,
    FOLDED_FAILURE_ROWS,
    FOLDED_SHELL_ROWS,
    FOLDED_TEXT_ROWS,
    display_rows,
    folded_rows,
)
from aircher.tui.blocks.layout import beginning, cut_line, more_row, plain_rows, shortened
from aircher.tui.blocks.output import without_codes
from aircher.tui.blocks.shell import command_rows, output_rows, tail_rows
from aircher.tui.blocks.tool_call import Phase, ShownCall
from aircher.tui.look import Look, Role
from aircher.tui.quantities import plural, size_words
from aircher.tui.terminal.rows import EMPTY, Row, wrap
from aircher.tui.terminal.widths import cells

_LIVE_ROWS = 5
"""Enough to see that it moves; the conversation stays where it is."""
_REASON_ROWS = 4


def body_rows(call: ShownCall, width: int, look: Look, colors: DiffColors, *, is_whole: bool) -> list[Row]:
    """Return the rows below the header, not yet moved to the right; ``colors`` are those of diffs."""
    rows: list[Row] = []
    if is_whole:
        rows.extend(_subject(call, width, look))
    if call.tail is not None:
        before, lines = call.tail.lines() if is_whole else call.tail.lines(_LIVE_ROWS)
        rows.extend(tail_rows(before, lines, width=width, look=look, is_folded=not is_whole))
    if call.delegated:
        delegated = tuple(call.delegated.values())
        rows.extend(calls_rows(delegated, width, look, most_rows=None if is_whole else _LIVE_ROWS))
    if call.phase is Phase.REFUSED:
        reason = call.rule or (call.ended.content if call.ended else "")
        rows.extend(_reason(reason, width, look, Role.WARNING, is_whole=is_whole))
    elif call.ended is not None:
        rows.extend(_ended_rows(call, call.ended, width, look, colors, is_whole=is_whole))
    return rows


def _subject(call: ShownCall, width: int, look: Look) -> list[Row]:
    """Return the argument that matters if it is too long for the header."""
    text = call.subject.strip("\n")
    if "\n" not in text and len(text) <= width // 2:
        return []
    if call.requested.name == "shell":
        return command_rows(text, width, look)
    return plain_rows(text.split("\n"), width, look.style(Role.TEXT))


def can_unfold(call: ShownCall) -> bool:
    """Return whether more may be seen than the folded call shows."""
    return call.tail is not None or bool(call.delegated) or call.ended is not None or "\n" in call.subject


def _ended_rows(
    call: ShownCall, ended: ToolFinished, width: int, look: Look, colors: DiffColors, *, is_whole: bool
) -> list[Row]:
    rows: list[Row] = []
    display = call.display
    for block in display:
        rows.extend(_shown(call, block, width, look, colors, is_whole=is_whole))
    if all(isinstance(block, CallsBlock) for block in display):
        rows.extend(_without_display(call, ended, width, look, is_whole=is_whole))
    if ended.images:
        rows.append(_images(ended.images, width, look))
    if ended.changes and not call.diffs:
        rows.append(_changes(ended.changes, width, look))
    return rows


def _shown(
    call: ShownCall, block: DisplayBlock, width: int, look: Look, colors: DiffColors, *, is_whole: bool
) -> list[Row]:
    """Return a display block without what the header says."""
    match block:
        case ShellBlock() if call.requested.name == "shell":
            most = FOLDED_FAILURE_ROWS if call.phase is Phase.FAILED else FOLDED_SHELL_ROWS
            return output_rows(block.output, width, look, most_rows=None if is_whole else most)
        case DiffBlock():
            is_titled = len(call.diffs) > 1 or block.path != call.subject
            most_rows = None if is_whole else FOLDED_DIFF_ROWS
            return diff_rows(block, width, look, colors=colors, most_rows=most_rows, is_titled=is_titled)
        case _:
            return display_rows(block, width, look) if is_whole else folded_rows(block, width, look)


def _without_display(call: ShownCall, ended: ToolFinished, width: int, look: Look, *, is_whole: bool) -> list[Row]:
    """Return the result's own words: why it failed, and for who wants to see it what the model read."""
    if call.phase is Phase.INTERRUPTED:
        return []
    text = without_codes(ended.content).strip("\n")
    if is_whole:
        return plain_rows(text.split("\n"), width, look.style(Role.MUTED)) if text else []
    if call.phase is Phase.FAILED:
        return _reason(text, width, look, Role.ERROR)
    return []


def _reason(text: str, width: int, look: Look, role: Role, *, is_whole: bool = False) -> list[Row]:
    if is_whole:
        return wrap([(text.strip("\n"), look.style(role))], width) if text.strip() else []
    lines, more = beginning(text.strip("\n"), _REASON_ROWS)
    first = wrap([(lines[0][: width * _REASON_ROWS], look.style(role))], width)[:_REASON_ROWS]
    others = [cut_line(line, width, look.style(Role.MUTED), look.glyphs) for line in lines[1 : FOLDED_TEXT_ROWS + 1]]
    return [*first, *others, *([more_row(more, width, look)] if more else [])] if text.strip() else []


def _images(images: tuple[ImagePart, ...], width: int, look: Look) -> Row:
    chips = [image_chip(image) for image in images]
    return cut_line(" ".join(chips), width, look.style(Role.SECONDARY), look.glyphs)


def image_chip(image: ImagePart, number: int = 0) -> str:
    """Return for instance ``[image: png, 34 KB]``."""
    kind = image.media_type.rpartition("/")[2] or "?"
    size = size_words(len(image.data_base64) * 3 // 4)
    return f"[image{f' {number}' if number else ''}: {kind}, {size}]"


def _changes(changes: tuple[FileChange, ...], width: int, look: Look) -> Row:
    """Return which files are not what they were, and by how many lines."""
    added, removed = sum(one.added for one in changes), sum(one.removed for one in changes)
    counts = counts_row(added, removed, look) if added or removed else EMPTY
    words = f"{changes[0].change} {changes[0].path}" if len(changes) == 1 else f"{plural(len(changes), 'file')} changed"
    style = look.style(Role.MUTED)
    if not counts.width:
        return cut_line(words, width, style, look.glyphs)
    text = shortened(words, width - counts.width - 1, look.glyphs)
    return Row(((text, style), (" ", style)), cells(text) + 1).beside(counts).cut(0, width)
