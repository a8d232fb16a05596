"""Actions of a command line."""

from pathlib import Path

from aircher.domain.effects import Action, Unknown
from aircher.permissions.commands import Setting


def analyse_command(command: str, *, cwd: Path, setting: Setting) -> tuple[Action, ...]:
    """Return one action for each simple command."""
    return (
        Action(tool="shell", text=command.strip(), effects=(Unknown(reason="runs a command that was not analysed"),)),
    )
