"""``/permissions``: the rules in force."""

from aircher.commands.command import Command
from aircher.commands.subcommand import runs

COMMAND = Command(
    name="permissions",
    summary="show the rules in force, or explain what a command would need",
    run=runs("policy", "list"),
)
