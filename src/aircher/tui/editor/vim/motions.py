"""Where motions go. A motion that cannot be made returns ``None``, and the command it is part of is not done."""

from collections.abc import Callable, Mapping

from aircher.tui.editor.buffer import line_end, line_start
from aircher.tui.editor.graphemes import border_after, border_before
from aircher.tui.editor.vim.places import (
    FAR,
    at_column,
    column,
    first_letter,
    is_empty_line,
    last_on_line,
    line_of_number,
    lines_down,
)
from aircher.tui.editor.vim.scene import Motion, Reach, Scene, Target
from aircher.tui.editor.vim.searches import (
    find,
    find_again,
    find_back,
    search_again,
    search_back,
    search_for,
    to_partner,
)
from aircher.tui.editor.words import is_blank, run_end, run_start


def _left(scene: Scene) -> Target | None:
    start, at = line_start(scene.text, scene.at), scene.at
    for _ in range(min(scene.times, at - start)):
        at = max(start, border_before(scene.text, at))
    return Target(at) if at < scene.at or scene.operator else None


def _right(scene: Scene) -> Target | None:
    end, at = line_end(scene.text, scene.at), scene.at
    last = end if scene.operator or scene.state.is_visual else last_on_line(scene.text, at)
    for _ in range(min(scene.times, last - at)):
        at = min(last, border_after(scene.text, at))
    return Target(at) if at > scene.at or scene.operator else None


def _back(scene: Scene) -> Target | None:
    """Go left, over the starts of lines too."""
    at = scene.at
    for _ in range(min(scene.times, at)):
        at = border_before(scene.text, at)
        if scene.text[at] == "\n" and not is_empty_line(scene.text, at) and not scene.operator:
            at = border_before(scene.text, at)
    return Target(at, Reach.EXACT) if at < scene.at or scene.operator else None


def _onward(scene: Scene) -> Target | None:
    """Go right, over the ends of lines too."""
    text, at = scene.text, scene.at
    for _ in range(min(scene.times, len(text) - at)):
        at = border_after(text, at)
        if at < len(text) and text[at] == "\n" and not is_empty_line(text, at) and not scene.operator:
            at += 1
    return Target(at) if at > scene.at and (at < len(text) or scene.operator) else None


def _down(scene: Scene) -> Target | None:
    return _vertical(scene, scene.times)


def _up(scene: Scene) -> Target | None:
    return _vertical(scene, -scene.times)


def _vertical(scene: Scene, count: int) -> Target | None:
    start = line_start(scene.text, scene.at)
    target = lines_down(scene.text, start, count)
    if target == start:
        return None
    wanted = column(scene.text, scene.at) if scene.state.wanted is None else scene.state.wanted
    return Target(at_column(scene.text, target, wanted), Reach.LINES, wanted)


def _line(count_of: Callable[[Scene], int]) -> Motion:
    """Return the motion to the first letter of a line so many further down; it fails if there are not so many."""

    def motion(scene: Scene) -> Target | None:
        count = count_of(scene)
        target = lines_down(scene.text, scene.at, count)
        if count and target == line_start(scene.text, scene.at):
            return None
        return Target(first_letter(scene.text, target), Reach.LINES)

    return motion


def _line_start(scene: Scene) -> Target | None:
    return Target(line_start(scene.text, scene.at))


def _first_letter(scene: Scene) -> Target | None:
    return Target(first_letter(scene.text, scene.at))


def _column(scene: Scene) -> Target | None:
    return Target(at_column(scene.text, line_start(scene.text, scene.at), scene.times - 1), wanted=scene.times - 1)


def _line_end(scene: Scene) -> Target | None:
    start = lines_down(scene.text, scene.at, scene.times - 1)
    if scene.times > 1 and start == line_start(scene.text, scene.at):
        return None
    end = line_end(scene.text, start)
    if scene.operator or not scene.state.is_visual:
        return Target(last_on_line(scene.text, start) if not scene.operator else end, Reach.EXCLUSIVE, FAR)
    return Target(end, Reach.INCLUSIVE, FAR)


def _last_letter(scene: Scene) -> Target | None:
    start = lines_down(scene.text, scene.at, scene.times - 1)
    at = line_end(scene.text, start)
    while at > start and is_blank(scene.text, at - 1):
        at -= 1
    return Target(border_before(scene.text, at) if at > start else start, Reach.INCLUSIVE)


def _word(scene: Scene, *, is_big: bool) -> Target | None:
    """Go to the next word; under an operator not past the end of the line that the last word ends in."""
    text, at = scene.text, scene.at
    for turn in range(scene.times):
        if at >= len(text):
            break
        at = _next_word(text, at, is_big=is_big, stays=bool(scene.operator) and turn == scene.times - 1)
    if not scene.operator and not scene.state.is_visual and at >= len(text):
        at = last_on_line(text, len(text))
    return Target(at) if at > scene.at or scene.operator else None


def _next_word(text: str, at: int, *, is_big: bool, stays: bool) -> int:
    """Return where the next word begins, or where the line ends if it ``stays`` on it; empty lines are words."""
    if text[at] == "\n":
        at += 1
        if stays:
            return at
    elif is_blank(text, at):
        at += 1
    else:
        at = run_end(text, at, is_big=is_big)
    if stays and at < len(text) and text[at] == "\n":
        return at
    while at < len(text):
        if is_blank(text, at):
            at = run_end(text, at)
        elif text[at] == "\n" and not is_empty_line(text, at):
            at += 1
        else:
            break
    return at


def _word_end(scene: Scene, *, is_big: bool, stays: bool = False) -> Target | None:
    """Go to the end of a word; one that ``stays`` may be at the end of its word already."""
    text, at = scene.text, scene.at
    for turn in range(scene.times):
        ahead = at if stays and turn == 0 else border_after(text, at)
        while ahead < len(text) and (text[ahead] == "\n" or is_blank(text, ahead)):
            ahead = max(ahead + 1, run_end(text, ahead))
        if ahead >= len(text):
            end = last_on_line(text, len(text))
            return Target(end, Reach.INCLUSIVE) if end > scene.at or (scene.operator and end == scene.at) else None
        at = border_before(text, run_end(text, ahead, is_big=is_big))
    return Target(at, Reach.INCLUSIVE)


def _word_back(scene: Scene, *, is_big: bool) -> Target | None:
    text, at = scene.text, scene.at
    for _ in range(scene.times):
        if at == 0:
            break
        at = border_before(text, at)
        while at > 0 and not is_empty_line(text, at) and (text[at] == "\n" or is_blank(text, at)):
            at -= 1
        if not is_empty_line(text, at) and not is_blank(text, at):
            at = run_start(text, border_after(text, at), is_big=is_big)
    return Target(at) if at < scene.at else None


def _word_end_back(scene: Scene, *, is_big: bool) -> Target | None:
    text, at = scene.text, scene.at
    for _ in range(scene.times):
        if at == 0:
            return None
        if at < len(text) and text[at] != "\n" and not is_blank(text, at):
            at = run_start(text, border_after(text, at), is_big=is_big)
        at = border_before(text, at) if at else 0
        while at > 0 and not is_empty_line(text, at) and (text[at] == "\n" or is_blank(text, at)):
            at -= 1
    return Target(at, Reach.INCLUSIVE)


def _first_line(scene: Scene) -> Target | None:
    return Target(first_letter(scene.text, line_of_number(scene.text, scene.times)), Reach.LINES)


def _last_line(scene: Scene) -> Target | None:
    start = line_start(scene.text, len(scene.text)) if scene.count is None else line_of_number(scene.text, scene.count)
    return Target(first_letter(scene.text, start), Reach.LINES)


def _paragraph(scene: Scene, *, step: int) -> Target | None:
    text, start = scene.text, line_start(scene.text, scene.at)
    for turn in range(scene.times):
        found = _next_gap(text, start) if step > 0 else _last_gap(text, start)
        if found is None:
            return _edge(scene, step) if turn == scene.times - 1 else None
        start = found
    return Target(start)


def _next_gap(text: str, start: int) -> int | None:
    """Return the first empty line behind the paragraph that the line at ``start`` is in or before."""
    while text.startswith("\n", start):
        start += 1
    found = text.find("\n\n", start)
    if found >= 0:
        return found + 1
    return len(text) if start < len(text) and text.endswith("\n") else None


def _last_gap(text: str, start: int) -> int | None:
    """Return the last empty line before the paragraph that the line at ``start`` is in or behind."""
    if is_empty_line(text, start):
        while start > 0 and text[start - 1] == "\n":
            start -= 1
    found = text.rfind("\n\n", 0, start)
    if found >= 0:
        return found + 1
    return 0 if start > 0 and text.startswith("\n") else None


def _edge(scene: Scene, step: int) -> Target:
    """Return the end of the text, or its beginning, where no paragraph ends any more."""
    if step < 0:
        return Target(0)
    last = last_on_line(scene.text, len(scene.text))
    return Target(last, Reach.EXCLUSIVE if is_empty_line(scene.text, last) else Reach.INCLUSIVE)


def _sized(motion: Callable[..., Target | None], *, is_big: bool) -> Motion:
    return lambda scene: motion(scene, is_big=is_big)


MOTIONS: Mapping[str, Motion] = {
    key: motion
    for keys, motion in (
        ("h left", _left),
        ("l right", _right),
        ("backspace ctrl+h", _back),
        ("space", _onward),
        ("j down ctrl+n ctrl+j", _down),
        ("k up ctrl+p", _up),
        ("+ enter ctrl+m", _line(lambda scene: scene.times)),
        ("-", _line(lambda scene: -scene.times)),
        ("_", _line(lambda scene: scene.times - 1)),
        ("0 home", _line_start),
        ("^", _first_letter),
        ("|", _column),
        ("$ end", _line_end),
        ("g_", _last_letter),
        ("w", _sized(_word, is_big=False)),
        ("W shift+right ctrl+right", _sized(_word, is_big=True)),
        ("e", _sized(_word_end, is_big=False)),
        ("E", _sized(_word_end, is_big=True)),
        ("b", _sized(_word_back, is_big=False)),
        ("B shift+left ctrl+left", _sized(_word_back, is_big=True)),
        ("ge", _sized(_word_end_back, is_big=False)),
        ("gE", _sized(_word_end_back, is_big=True)),
        ("gg ctrl+home", _first_line),
        ("G ctrl+end", _last_line),
        ("}", lambda scene: _paragraph(scene, step=1)),
        ("{", lambda scene: _paragraph(scene, step=-1)),
        ("f", find("f")),
        ("F", find("F")),
        ("t", find("t")),
        ("T", find("T")),
        (";", find_again),
        (",", find_back),
        ("/", search_for("/")),
        ("?", search_for("?")),
        ("n", search_again),
        ("N", search_back),
        ("%", to_partner),
    )
    for key in keys.split()
}
"""Every motion by its keys."""


def word_end_of_change(scene: Scene, *, is_big: bool) -> Target | None:
    """Return where ``cw`` ends: it leaves the blanks behind the word."""
    return _word_end(scene, is_big=is_big, stays=True)
