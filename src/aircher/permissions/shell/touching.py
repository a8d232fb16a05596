"""From fields to effects on files: where a word leads, seen from every folder the shell may stand in.

Invariant: purely lexical; a word whose place is not certain gives `Unknown`. Not its job: whether the place matters.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, TypeAlias

from aircher.domain.effects import Deletes, Effect, Reads, Unknown, Writes
from aircher.permissions.shell.values import Field, Kind, State, as_pattern, canonical, is_pattern

Verb: TypeAlias = Literal["reads", "lists", "searches", "writes", "deletes"]

_NO_PLACES = frozenset({"/dev/null", "/dev/stdin", "/dev/stdout", "/dev/stderr"})
_DESCRIPTOR = re.compile(r"/dev/fd/\d+", re.ASCII)
_BRACKETS = re.compile(r"\[[^\]]+\]")
MAX_PATH_CHARS = 4_096


def touch(verb: Verb, field: Field, state: State, *, has_links: bool = False) -> Iterator[Effect]:
    """Yield what it means that something ``verb`` the place that a field names."""
    if field.kind >= Kind.ANY:
        yield Unknown(reason=f"{verb} a place that is only known when it runs", is_place=True)
        return
    for place in places(field, state):
        if place is None or (has_links and ".." in field.text):
            yield Unknown(reason=f"{verb} a place that cannot be told for certain", is_place=True)
        elif verb == "deletes" or (place not in _NO_PLACES and not _DESCRIPTOR.fullmatch(place)):
            if has_links and verb != "lists":
                yield Unknown(reason=f"{verb} a place after it made a link", is_place=True)
            yield _effect(verb, place, is_pattern=field.kind is not Kind.EXACT)


def places(field: Field, state: State) -> Iterator[str | None]:
    """Yield the absolute places a field may name; ``None`` = one that cannot be told."""
    text = "*" if field.kind is Kind.NUMBER else field.text
    if field.kind is Kind.PATTERN:
        text = canonical(text)
    if not text:
        return
    if len(text) > MAX_PATH_CHARS or "\0" in text:
        yield None
    elif text.startswith("/"):
        yield from _normal(text, is_glob=field.kind is not Kind.EXACT)
    elif not state.folders:
        yield None
    else:
        for folder in state.folders:
            base = folder if field.kind is Kind.EXACT else as_pattern(folder)
            yield from _normal(f"{base}/{text}", is_glob=field.kind is not Kind.EXACT)


def _normal(text: str, *, is_glob: bool) -> Iterator[str | None]:
    variants: list[list[str]] = [[]]
    for name in text.split("/"):
        if name in {"", "."}:
            continue
        if name == "..":
            if is_glob and any(parts and "**" in parts[-1] for parts in variants):
                yield None
                return
            variants = [parts[:-1] for parts in variants]
            continue
        goes_up = is_glob and may_go_up(name)
        variants = [[*parts, name] for parts in variants] + ([parts[:-1] for parts in variants] if goes_up else [])
        if len(variants) > 16:
            yield None
            return
    for parts in variants:
        yield "/" + "/".join(parts)


def may_go_up(pattern: str) -> bool:
    """Tell whether the name ``..`` matches; shells before bash 5.2 find it."""
    simple = _BRACKETS.sub("?", re.sub(r"\[[A-Za-z0-9][A-Za-z0-9-]*\]", "x", pattern))
    return (
        simple.startswith(".")
        and is_pattern(simple)
        and re.fullmatch(r"\.[.*?]*", simple) is not None
        and (not re.match(r"\.\?\?", simple) and pattern not in {".[!.]*", ".[^.]*"})
    )


def _effect(verb: Verb, place: str, *, is_pattern: bool) -> Effect:
    path = Path(place)
    match verb:
        case "reads":
            return Reads(path=path, is_pattern=is_pattern, is_recursive="**" in place and is_pattern)
        case "lists":
            return Reads(path=path, is_pattern=is_pattern, is_listing=True)
        case "searches":
            return Reads(path=path, is_pattern=is_pattern, is_recursive=True)
        case "writes":
            return Writes(path=path, is_pattern=is_pattern)
        case "deletes":
            return Deletes(path=path, is_pattern=is_pattern)


def distinct(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Return the effects in their order, each once."""
    return tuple(dict.fromkeys(effects))
