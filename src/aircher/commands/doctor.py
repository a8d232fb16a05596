"""``/doctor``: check this installation."""

from aircher.commands.command import Command
from aircher.commands.subcommand import runs

COMMAND = Command(
    name="doctor",
    summary="check this installation and say what mends it",
    arguments="[--bundle FILE]",
    run=runs("doctor"),
)
