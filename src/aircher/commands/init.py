"""``/init``: write an AGENTS.md for this project."""

from aircher.commands.command import Command
from aircher.commands.subcommand import runs

COMMAND = Command(
    name="init",
    summary="write an AGENTS.md for this project",
    arguments="[--force]",
    values=("--force",),
    run=runs("init"),
)
