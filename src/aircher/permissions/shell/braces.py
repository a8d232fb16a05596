"""Brace expansion: ``a{b,c}`` is ``ab`` and ``ac``.

Invariant: happens on the word as written, before anything else, as in bash; quoted and expanded parts stay whole.
"""

import itertools
import re

from aircher.permissions.shell.nodes import Parameter, Part, Text, Unreadable

MAX_WORDS = 64
"""That one word may become; more are not looked at."""

_RANGE = re.compile(r"(-?\d{1,6})\.\.(-?\d{1,6})(?:\.\.(-?\d{1,6}))?|([A-Za-z])\.\.([A-Za-z])", re.ASCII)


def expand_braces(parts: list[Part]) -> list[list[Part]]:
    """Return the words that a word becomes; mostly it stays one."""
    if not any(isinstance(part, Text) and not part.is_quoted and "{" in part.text for part in parts):
        return [parts]
    atoms: list[Part] = []
    for part in parts:
        if isinstance(part, Text) and not part.is_quoted:
            atoms += [Text(char, is_quoted=False) for char in part.text]
        else:
            atoms.append(part)
    words = _expand(atoms)
    written = {(id(first), id(second)) for first, second in itertools.pairwise(atoms)}
    for word in words:
        for first, second in itertools.pairwise(word):
            if (id(first), id(second)) not in written and _may_join(first, second):
                raise Unreadable("has braces that put the name of a variable together")
    return [_merged(word) for word in words]


def _may_join(first: Part, second: Part) -> bool:
    """Tell whether a variable's name, or a dollar, would go on with what is now behind it."""
    is_open = isinstance(first, Parameter) or (isinstance(first, Text) and first.text.endswith("$"))
    return is_open and re.match(r"[\w\[({'\"]", _char(second)) is not None


def _char(atom: Part) -> str:
    return atom.text if isinstance(atom, Text) and not atom.is_quoted else ""


def _expand(atoms: list[Part]) -> list[list[Part]]:
    for start, atom in enumerate(atoms):
        if _char(atom) != "{":
            continue
        before = atoms[start - 1] if start else None
        if isinstance(before, Parameter) or (isinstance(before, Text) and before.text.endswith("$")):
            raise Unreadable("has braces behind a variable, whose name they may become a part of")
        close, commas = _close(atoms, start)
        if close is None:
            continue
        inner = atoms[start + 1 : close]
        choices = _choices(inner, [comma - start - 1 for comma in commas])
        if choices is None:
            continue
        tails = _expand(atoms[close + 1 :])
        heads = [expanded for choice in choices for expanded in _expand(choice)]
        if len(heads) * len(tails) > MAX_WORDS:
            raise Unreadable("has braces that become too many words")
        return [atoms[:start] + head + tail for head in heads for tail in tails]
    return [atoms]


def _close(atoms: list[Part], start: int) -> tuple[int | None, list[int]]:
    depth = 0
    commas: list[int] = []
    for index in range(start, len(atoms)):
        match _char(atoms[index]):
            case "{":
                depth += 1
            case "}":
                depth -= 1
                if depth == 0:
                    return index, commas
            case "," if depth == 1:
                commas.append(index)
    return None, []


def _choices(inner: list[Part], commas: list[int]) -> list[list[Part]] | None:
    if commas:
        edges = [-1, *commas, len(inner)]
        return [inner[first + 1 : last] for first, last in itertools.pairwise(edges)]
    if any(isinstance(part, Parameter) for part in inner):
        return None
    text = "".join(map(_char, inner))
    if ".." not in text or len(text) != len(inner):
        return None
    match = _RANGE.fullmatch(text)
    if match is None:
        raise Unreadable("has braces that cannot be read with certainty")
    if match[4]:
        first, last, step = ord(match[4]), ord(match[5]), 1
        if match[4].islower() != match[5].islower():
            raise Unreadable("has braces that cannot be read with certainty")
        names = [chr(code) for code in _range(first, last, step)]
    else:
        width = max(len(match[1]), len(match[2])) if re.match(r"-?0\d", match[1]) or re.match(r"-?0\d", match[2]) else 0
        names = [f"{number:0{width}d}" for number in _range(int(match[1]), int(match[2]), int(match[3] or 1))]
    return [[Text(name, is_quoted=False)] for name in names]


def _range(first: int, last: int, step: int) -> range:
    step = abs(step) or 1
    found = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    if len(found) > MAX_WORDS:
        raise Unreadable("has braces that become too many words")
    return found


def _merged(atoms: list[Part]) -> list[Part]:
    found: list[Part] = []
    for atom in atoms:
        last = found[-1] if found else None
        if isinstance(atom, Text) and isinstance(last, Text) and last.is_quoted == atom.is_quoted:
            found[-1] = Text(last.text + atom.text, atom.is_quoted)
        else:
            found.append(atom)
    return found
