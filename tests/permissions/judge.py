"""A judge for the tests of the analysis: the modes without rules."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from aircher.domain.effects import Action, Deletes, Reads, Runs, Writes
from aircher.permissions.commands import Setting, analyse
from aircher.permissions.places import Places, Standing

Mode: TypeAlias = Literal["ask", "edit"]

ROOT, HOME = Path("/srv/proj"), Path("/home/dev")
SETTING = Setting(roots=(ROOT,), home=HOME, user="dev")
PLACES = Places(roots=(ROOT,), home=HOME)


def passes(actions: Sequence[Action], mode: Mode) -> bool:
    """Tell whether everything passes by itself."""
    for effect in (effect for action in actions for effect in action.effects):
        match effect:
            case Runs():
                continue
            case Reads() if PLACES.standing(effect) is Standing.WORKSPACE:
                continue
            case Writes() | Deletes() if mode == "edit" and PLACES.standing(effect) is Standing.WORKSPACE:
                continue
            case _:
                return False
    return True


def decide(command: str, mode: Mode, *, cwd: str = "/srv/proj") -> bool:
    """Tell whether a command passes by itself."""
    return passes(analyse(command, cwd=Path(cwd), setting=SETTING), mode)
