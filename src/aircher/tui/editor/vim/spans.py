"""From a motion or a text object to the piece of text that an operator works on."""

from aircher.tui.editor.buffer import line_end, line_start
from aircher.tui.editor.graphemes import border_after
from aircher.tui.editor.vim.motions import MOTIONS, word_end_of_change
from aircher.tui.editor.vim.objects import OBJECTS
from aircher.tui.editor.vim.operators import ALWAYS_LINES
from aircher.tui.editor.vim.places import first_letter, is_in_indent, lines_down
from aircher.tui.editor.vim.scene import Reach, Scene, Target
from aircher.tui.editor.vim.state import Size, Span
from aircher.tui.editor.words import is_blank


def span_of(scene: Scene, motion: str) -> Span | None:
    """Return what ``scene.operator`` works on; ``None`` = the motion cannot be made."""
    if motion == scene.operator:
        return _lines(scene)
    if motion in OBJECTS:
        span = OBJECTS[motion](scene)
        return None if span is None else _fitted(scene, span)
    target = _target(scene, motion)
    if target is None:
        return None
    return _fitted(scene, _between(scene, target))


def span_of_size(text: str, at: int, size: Size) -> Span:
    """Return as much text from ``at`` on as was selected before."""
    if size.is_lines:
        start, last = line_start(text, at), lines_down(text, at, size.lines - 1)
        return Span(start=start, end=line_end(text, last), origin=start, last=last, is_lines=True)
    end = at if size.lines == 1 else lines_down(text, at, size.lines - 1)
    stop = line_end(text, end)
    last = end
    for _ in range(size.signs):
        last, end = end, min(stop, border_after(text, end))
    return Span(start=at, end=end, origin=at, last=last)


def size_of(text: str, span: Span) -> Size:
    """Return how much a piece of text is."""
    start = max(span.start, line_start(text, span.end))
    return Size(
        lines=text.count("\n", span.start, span.end) + 1,
        signs=len(text[start : span.end]),
        is_lines=span.is_lines,
    )


def _lines(scene: Scene) -> Span | None:
    text, at = scene.text, scene.at
    start = line_start(text, at)
    last = lines_down(text, at, scene.times - 1)
    if scene.times > 1 and last == start:
        return None
    origin = at if scene.operator == "y" else min(at, first_letter(text, last))
    return Span(start=start, end=line_end(text, last), origin=origin, is_lines=True)


def _target(scene: Scene, motion: str) -> Target | None:
    """Return where a motion goes; ``cw`` on a word leaves the blanks behind it."""
    text, at = scene.text, scene.at
    is_on_word = at < len(text) and text[at] != "\n" and not is_blank(text, at)
    if scene.operator == "c" and motion in {"w", "W"} and is_on_word:
        return word_end_of_change(scene, is_big=motion == "W")
    return MOTIONS[motion](scene)


def _between(scene: Scene, target: Target) -> Span:
    text = scene.text
    start, end = sorted((scene.at, target.at))
    if target.reach is Reach.LINES:
        return Span(start=line_start(text, start), end=line_end(text, end), origin=start, is_lines=True)
    if target.reach is Reach.INCLUSIVE:
        end = end if text.startswith("\n", end) else border_after(text, end)
        return Span(start=start, end=end, origin=start)
    if target.reach is Reach.EXCLUSIVE and end > start and text[end - 1] == "\n":
        end -= 1  # an exclusive motion to the start of a line does not reach into it
        if is_in_indent(text, start):
            return Span(start=line_start(text, start), end=end, origin=start, is_lines=True)
    return Span(start=start, end=end, origin=start)


def _fitted(scene: Scene, span: Span) -> Span:
    """Return whole lines where the operator wants them, or where deleting would leave a blank one."""
    text = scene.text
    if span.is_lines:
        return span
    leaves_blank = (
        scene.operator == "d"
        and "\n" in text[span.start : span.end]
        and is_in_indent(text, span.start)
        and not text[span.end : line_end(text, span.end)].strip(" \t")
    )
    if leaves_blank or scene.operator in ALWAYS_LINES:
        return Span(
            start=line_start(text, span.start),
            end=line_end(text, span.end),
            origin=span.origin,
            is_lines=True,
        )
    return span
