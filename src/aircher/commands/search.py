"""``/search``: find places in the project."""

from aircher.commands.command import Command
from aircher.commands.subcommand import runs

COMMAND = Command(
    name="search",
    summary="find places in the project",
    arguments="QUERY",
    run=runs("search"),
)
