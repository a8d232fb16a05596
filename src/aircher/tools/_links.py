"""Where the paths of a command lead: an effect on a name is also one on what a link of that name points to.

Invariant: nothing is taken away; an effect stays and gains those that links add. What cannot be looked through in
bounded time is `Unknown`. Not its job: closing the gap between looking and running; the sandbox does.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from aircher.domain.effects import Action, Deletes, Effect, Reads, Unknown, Writes

MAX_NAMES = 20_000  # looked at for all patterns of one action: about 20 ms, off the loop
_WILD = frozenset("*?[")

Resolve = Callable[[str], Path]


def followed(action: Action, resolve: Resolve) -> Action:
    """Return the action with an effect more for each path that leads elsewhere."""
    added: list[Effect] = []
    budget = _Budget(MAX_NAMES)
    for effect in action.effects:
        if isinstance(effect, Reads | Writes | Deletes):
            added.extend(found for found in _behind(effect, resolve, budget) if found not in action.effects)
    return replace(action, effects=(*action.effects, *dict.fromkeys(added))) if added else action


class _Budget:
    def __init__(self, names: int) -> None:
        self.names = names


def _behind(effect: Reads | Writes | Deletes, resolve: Resolve, budget: _Budget) -> Iterator[Effect]:
    if not effect.is_pattern:
        yield _moved(effect, resolve)
        return
    parts = effect.path.parts
    first = next((index for index, part in enumerate(parts) if _WILD & set(part)), len(parts))
    start = resolve(str(Path(*parts[:first])))
    yield replace(effect, path=start.joinpath(*parts[first:]))
    for path in _links_below(start, parts[first:], budget):
        moved = _moved(replace(effect, path=path, is_pattern=False), resolve)
        if moved.path != path:
            yield moved
    if budget.names <= 0:
        yield Unknown(reason=f"matches more names than are looked at for links: {effect.path}")


def _moved(effect: Reads | Writes | Deletes, resolve: Resolve) -> Reads | Writes | Deletes:
    """Return the effect on what the path leads to; who deletes a link deletes the link itself."""
    path = effect.path
    if isinstance(effect, Deletes):
        return replace(effect, path=resolve(str(path.parent)) / path.name)
    return replace(effect, path=resolve(str(path)))


def _links_below(folder: Path, pattern: tuple[str, ...], budget: _Budget) -> Iterator[Path]:
    """Yield what fits the pattern and is a link, or lies behind one."""
    if not pattern or budget.names <= 0:
        return
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                budget.names -= 1
                if budget.names <= 0:
                    return
                if pattern[0] != "**" and not fnmatchcase(entry.name, pattern[0]):
                    continue
                yield from _link_or_below(entry, pattern[1:], budget)
    except OSError:
        return  # not there, or no folder: nothing fits


def _link_or_below(entry: os.DirEntry[str], rest: tuple[str, ...], budget: _Budget) -> Iterator[Path]:
    path = Path(entry.path)
    is_literal = not any(_WILD & set(part) for part in rest)
    if not rest:
        if entry.is_symlink():
            yield path
    elif entry.is_dir():
        if is_literal or entry.is_symlink():
            yield path.joinpath(*rest) if is_literal else path
        else:
            yield from _links_below(path, rest, budget)
