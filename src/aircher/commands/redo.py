"""``/redo``: take back the last undo."""

from aircher.commands.command import Command
from aircher.commands.subcommand import runs

COMMAND = Command(
    name="redo",
    summary="take back the last undo",
    arguments="[--dry-run]",
    values=("--dry-run",),
    run=runs("redo", is_of_session=True),
)
