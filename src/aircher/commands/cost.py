"""``/cost``: what was used and what it cost."""

from aircher.commands.command import Command
from aircher.commands.subcommand import runs

COMMAND = Command(
    name="cost",
    summary="show what was used and what it cost",
    arguments="[--by day|project|provider|model|session] [--since 7d]",
    values=("--by model", "--by session", "--since today"),
    aliases=("usage",),
    run=runs("usage"),
)
