"""Motions that look for something: a sign in the line, a text, the other bracket."""

from collections.abc import Mapping

from aircher.tui.editor.buffer import line_end, line_start
from aircher.tui.editor.graphemes import border_after, border_before
from aircher.tui.editor.vim.scene import Motion, Reach, Scene, Target

PAIRS: Mapping[str, str] = {"(": ")", "[": "]", "{": "}"}


def find(kind: str) -> Motion:
    """Return the motion to a sign in the line, which ``;`` and ``,`` repeat."""

    def motion(scene: Scene) -> Target | None:
        scene.state.last_find = (kind, scene.sign)
        return _found(scene, kind, scene.sign, is_again=False)

    return motion


def find_again(scene: Scene) -> Target | None:
    """Go to the sign that was gone to last, once more."""
    kind, sign = scene.state.last_find
    return _found(scene, kind, sign, is_again=True) if kind else None


def find_back(scene: Scene) -> Target | None:
    """Go to the sign that was gone to last, in the other direction."""
    kind, sign = scene.state.last_find
    return _found(scene, kind.swapcase(), sign, is_again=True) if kind else None


def _found(scene: Scene, kind: str, sign: str, *, is_again: bool) -> Target | None:
    """Return where the sign is, or the place beside it; beside it already, repeating goes to the next one."""
    text, at = scene.text, scene.at
    start, end = line_start(text, at), line_end(text, at)
    is_back = kind.isupper()
    skips = is_again and kind in "tT" and scene.times == 1
    place = at
    for turn in range(scene.times):
        beyond = border_before(text, place) if is_back else border_after(text, place)
        if skips and turn == 0:
            is_beside = text.startswith(sign, border_before(text, at) if is_back else beyond)
            if is_beside:
                beyond = border_before(text, beyond) if is_back else border_after(text, beyond)
        place = text.rfind(sign, start, beyond + len(sign)) if is_back else text.find(sign, beyond, end)
        if place < 0 or (is_back and place >= at):
            return None
    if kind == "t":
        place = border_before(text, place)
    elif kind == "T":
        place = border_after(text, place)
    return Target(place, Reach.EXCLUSIVE if is_back else Reach.INCLUSIVE)


def search_for(kind: str) -> Motion:
    """Return the motion to the next place that has what was typed; nothing typed = as before."""

    def motion(scene: Scene) -> Target | None:
        scene.state.last_search = (scene.sign or scene.state.last_search[0], kind)
        return _searched(scene, is_back=kind == "?")

    return motion


def search_again(scene: Scene) -> Target | None:
    """Search for the same, once more."""
    return _searched(scene, is_back=scene.state.last_search[1] == "?")


def search_back(scene: Scene) -> Target | None:
    """Search for the same, in the other direction."""
    return _searched(scene, is_back=scene.state.last_search[1] == "/")


def _searched(scene: Scene, *, is_back: bool) -> Target | None:
    text, at, wanted = scene.text, scene.at, scene.state.last_search[0]
    if not wanted:
        return None
    for _ in range(scene.times):
        found = text.rfind(wanted, 0, at + len(wanted) - 1) if is_back else text.find(wanted, at + 1)
        if found < 0:
            found = text.rfind(wanted) if is_back else text.find(wanted)
        if found < 0:
            return None
        at = found
    return Target(at)


def to_partner(scene: Scene) -> Target | None:
    """Go to the bracket that belongs to the one under the cursor, or to the first one behind it in its line."""
    text, end = scene.text, line_end(scene.text, scene.at)
    at = min((place for sign in "()[]{}" if (place := text.find(sign, scene.at, end)) >= 0), default=None)
    found = None if at is None else partner(text, at)
    return None if found is None else Target(found, Reach.INCLUSIVE)


def partner(text: str, at: int) -> int | None:
    """Return the bracket that belongs to the one at ``at``; ``None`` = it stands alone."""
    sign = text[at]
    if sign in PAIRS:
        return enclosing(text, at + 1, sign, PAIRS[sign], is_back=False)
    opening = next(opening for opening, closing in PAIRS.items() if closing == sign)
    return enclosing(text, at, opening, sign, is_back=True)


def enclosing(text: str, at: int, opening: str, closing: str, *, is_back: bool) -> int | None:
    """Return the opening bracket before ``at``, or the closing one from there on, whose pair is around ``at``."""
    wanted, other = (opening, closing) if is_back else (closing, opening)
    search = text.rfind if is_back else text.find

    def next_one(sign: str, place: int) -> int:
        return search(sign, 0, place) if is_back else search(sign, place)

    places = {sign: next_one(sign, at) for sign in (wanted, other)}
    depth = 0
    while places[wanted] >= 0:
        is_nested = places[other] >= 0 and (places[other] > places[wanted]) == is_back
        sign = other if is_nested else wanted
        if not is_nested and depth == 0:
            return places[wanted]
        depth += 1 if is_nested else -1
        places[sign] = next_one(sign, places[sign] if is_back else places[sign] + 1)
    return None
