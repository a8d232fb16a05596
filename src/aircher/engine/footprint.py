"""What calls have to do with each other: which may change something, and which must not run side by side.

Invariant: pure. In doubt two calls collide.
"""

from collections.abc import Sequence
from pathlib import Path

from aircher.domain.effects import Action, Deletes, Reads, SetsVariable, Unknown, Writes
from aircher.domain.records import dataclass

EXACT_TOOL = "write"
"""The word under which tools speak that change exactly the paths they name, and nothing by way of a program."""

SHELL = "shell"
"""The word under which command lines are judged."""
_MOVES = frozenset({"cd", "pushd", "popd"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """Where a call treads.

    Attributes:
        reads: What it reads, each with all below.
        writes: What it changes, each with all below.
        is_opaque: Whether it may do more than it says.
        is_exact: Whether ``writes`` are the very files that may change.
        is_command: Whether it is a command line: those start in the folder where the last one ended.
        is_moving: Whether it may end in another folder.
    """

    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    is_opaque: bool = False
    is_exact: bool = True
    is_command: bool = False
    is_moving: bool = False

    @property
    def may_write(self) -> bool:
        """Whether anything may be changed."""
        return self.is_opaque or bool(self.writes)

    def collides(self, other: "Footprint") -> bool:
        """Tell whether the order of both could matter."""
        if self.is_command and other.is_command and (self.is_moving or other.is_moving):
            return True
        if self.is_opaque or other.is_opaque:
            return self._treads and other._treads
        return _touch(self.writes, (*other.reads, *other.writes)) or _touch(other.writes, self.reads)

    @property
    def _treads(self) -> bool:
        return self.is_opaque or bool(self.reads or self.writes)


def footprint(actions: Sequence[Action]) -> Footprint:
    """Return where a call with these actions treads."""
    effects = [effect for action in actions for effect in action.effects]
    commands = [action.text for action in actions if action.tool == SHELL]
    return Footprint(
        reads=tuple(effect.path for effect in effects if isinstance(effect, Reads)),
        writes=tuple(effect.path for effect in effects if isinstance(effect, Writes | Deletes)),
        is_opaque=any(isinstance(effect, Unknown | SetsVariable) for effect in effects),
        is_exact=all(action.tool == EXACT_TOOL for action in actions if _may_write(action)),
        is_command=bool(commands),
        is_moving=any(text.partition(" ")[0] in _MOVES for text in commands),
    )


def _may_write(action: Action) -> bool:
    return any(isinstance(effect, Writes | Deletes | Unknown | SetsVariable) for effect in action.effects)


def _touch(some: Sequence[Path], others: Sequence[Path]) -> bool:
    return any(one.is_relative_to(other) or other.is_relative_to(one) for one in some for other in others)
