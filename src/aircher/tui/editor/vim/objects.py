"""Text objects: what ``iw``, ``a(`` and their like select."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from aircher.tui.editor.buffer import line_end, line_start
from aircher.tui.editor.graphemes import border_after
from aircher.tui.editor.vim.places import is_blank_line, is_in_indent
from aircher.tui.editor.vim.scene import Scene
from aircher.tui.editor.vim.searches import enclosing
from aircher.tui.editor.vim.state import Span
from aircher.tui.editor.words import is_blank, run_end, run_start

TextObject: TypeAlias = Callable[[Scene], Span | None]


def _inner_word(scene: Scene, *, is_big: bool) -> Span | None:
    """Select words and the blanks between them, each counting as one."""
    text, at = scene.text, scene.at
    if at >= len(text) or text[at] == "\n":
        return None
    start = _start_of_run(text, at, is_big=is_big)
    end = at
    for _ in range(scene.times):
        if end >= len(text) or text[end] == "\n":
            break
        end = run_end(text, end, is_big=is_big)
    return Span(start=start, end=end, origin=start)


def _a_word(scene: Scene, *, is_big: bool) -> Span | None:
    """Select words with the blanks behind them, or before them if there are none behind."""
    text, at = scene.text, scene.at
    begins_blank = is_blank(text, at) or text.startswith("\n", at)
    start, end = at if text.startswith("\n", at) else _start_of_run(text, at, is_big=is_big), at
    for _ in range(scene.times):
        if end >= len(text) or (text[end] == "\n" and not begins_blank):
            return None
        end = run_end(text, end, is_big=is_big)
        while begins_blank and end < len(text) and (text[end] == "\n" or is_blank(text, end)):
            end = max(end + 1, run_end(text, end))
        if end < len(text) and text[end] != "\n" and (begins_blank or is_blank(text, end)):
            end = run_end(text, end, is_big=is_big)
    if not begins_blank and not is_blank(text, end - 1) and not is_in_indent(text, start):
        lead = run_start(text, start)
        start = lead if is_blank(text, lead) else start
    return Span(start=start, end=end, origin=start)


def _start_of_run(text: str, at: int, *, is_big: bool) -> int:
    return run_start(text, border_after(text, at), is_big=is_big)


def _quoted(quote: str, *, is_inner: bool) -> TextObject:
    """Return the object between two quotes in a line; a backslash before one makes it a letter."""

    def select(scene: Scene) -> Span | None:
        text = scene.text
        first, last = line_start(text, scene.at), line_end(text, scene.at)
        pair = _quotes(text, scene.at, quote, first, last)
        if pair is None:
            return None
        start, end = pair[0], pair[1] + 1
        if is_inner:
            return Span(start=start + 1, end=end - 1, origin=start + 1)
        while end < last and is_blank(text, end):
            end += 1
        while end == pair[1] + 1 and start > first and is_blank(text, start - 1):
            start -= 1
        return Span(start=start, end=end, origin=start)

    return select


def _quotes(text: str, at: int, quote: str, first: int, last: int) -> tuple[int, int] | None:
    """Return the two quotes around ``at``, or the next two."""
    places = [place for place in range(first, last) if text[place] == quote and not _is_escaped(text, place, first)]
    if at in places:
        number = places.index(at) // 2 * 2
        pair = places[number : number + 2]
    else:
        before = [place for place in places if place < at][-1:]
        behind = [place for place in places if place > at]
        pair = [*before, *behind][:2]
    return (pair[0], pair[1]) if len(pair) == 2 else None


def _is_escaped(text: str, place: int, first: int) -> bool:
    before = text[first:place]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _bracketed(opening: str, closing: str, *, is_inner: bool) -> TextObject:
    """Return the object within brackets, over lines too; a count goes to those further out.

    Where there are none around the cursor, the next ones are meant.
    """

    def select(scene: Scene) -> Span | None:
        text = scene.text
        start = scene.at + 1 if text.startswith(opening, scene.at) else scene.at
        for turn in range(scene.times):
            found = enclosing(text, start, opening, closing, is_back=True)
            if found is None and turn == 0:
                found = text.find(opening, start)
            if found is None or found < 0:
                return None
            start = found
        end = enclosing(text, start + 1, opening, closing, is_back=False)
        if end is None:
            return None
        return _inside(text, start, end) if is_inner else Span(start=start, end=end + 1, origin=start)

    return select


def _inside(text: str, start: int, end: int) -> Span:
    """Return what is between two brackets; lines of their own belong to them."""
    start += 1
    if start < end and text[start] == "\n":
        start += 1
    if is_in_indent(text, end):
        end = line_start(text, end)
        if end > start and start == line_start(text, start):
            return Span(start=start, end=end - 1, origin=start, is_lines=True)
    return Span(start=start, end=max(start, end), origin=start)


def _paragraph(scene: Scene, *, is_inner: bool) -> Span | None:
    """Select lines up to an empty one, or empty ones up to another; ``ap`` takes both."""
    text = scene.text
    start = line_start(text, scene.at)
    is_blank_one = is_blank_line(text, start)
    start = _start_of_lines(text, start)
    end = _end_of_lines(text, start)
    groups = scene.times if is_inner else 2 * scene.times
    for group in range(2, groups + 1):
        if end == len(text):
            if is_inner or is_blank_one or group < groups:
                return None
            start = _start_of_lines(text, line_start(text, start - 1)) if start > 0 else 0
            break
        end = _end_of_lines(text, end + 1)
    return Span(start=start, end=end, origin=start, is_lines=True)


def _start_of_lines(text: str, start: int) -> int:
    """Return where the first of the lines begins that are blank as the one at ``start`` is, or are not as it is not."""
    is_blank_one = is_blank_line(text, start)
    for line in reversed(text[:start].split("\n")[:-1]):
        if (not line.strip()) != is_blank_one:
            break
        start -= len(line) + 1
    return start


def _end_of_lines(text: str, start: int) -> int:
    """Return where the last of the lines ends that are blank as the one at ``start`` is, or are not as it is not."""
    is_blank_one = is_blank_line(text, start)
    end = line_end(text, start)
    for line in text[end + 1 :].split("\n") if end < len(text) else ():
        if (not line.strip()) != is_blank_one:
            break
        end += len(line) + 1
    return end


OBJECTS: Mapping[str, TextObject] = {
    **{
        name: select
        for size, is_big in (("w", False), ("W", True))
        for name, select in (
            ("i" + size, lambda scene, is_big=is_big: _inner_word(scene, is_big=is_big)),
            ("a" + size, lambda scene, is_big=is_big: _a_word(scene, is_big=is_big)),
        )
    },
    **{prefix + quote: _quoted(quote, is_inner=prefix == "i") for quote in ('"', "'", "`") for prefix in ("i", "a")},
    **{
        prefix + name: _bracketed(opening, closing, is_inner=prefix == "i")
        for opening, closing, names in (("(", ")", "()b"), ("[", "]", "[]"), ("{", "}", "{}B"), ("<", ">", "<>"))
        for name in names
        for prefix in ("i", "a")
    },
    "ip": lambda scene: _paragraph(scene, is_inner=True),
    "ap": lambda scene: _paragraph(scene, is_inner=False),
}
"""Every text object by its two keys."""
