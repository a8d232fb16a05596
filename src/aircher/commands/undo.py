"""``/undo``: take back what the session did to files."""

from aircher.commands.command import Command
from aircher.commands.subcommand import runs

COMMAND = Command(
    name="undo",
    summary="take back what the last turn did to files",
    arguments="[--dry-run] [--steps N]",
    values=(
        "--dry-run",
        "--steps 1",
    ),
    run=runs("undo", is_of_session=True),
)
