"""Every slash command by its name, found the way tools and providers are found."""

import re
from collections.abc import Iterator

from aircher.commands.command import Command
from aircher.domain.errors import Defect, UsageError
from aircher.support.discovery import module_names, value_of
from aircher.support.suggest import nearest

_PACKAGE = "aircher.commands"
_QUOTED_CHARS = 40
"""Of what somebody wrote into the wrong place: enough to see what it was."""


class Commands:
    """Slash commands; iterating yields each once, by name."""

    def __init__(self, commands: Iterator[Command]) -> None:
        self._commands = {command.name: command for command in commands}
        self._names = {
            name: command for command in self._commands.values() for name in (command.name, *command.aliases)
        }

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def get(self, name: str) -> Command | None:
        """Return the command of this name or alias."""
        return self._names.get(name)

    def parse(self, line: str) -> tuple[Command, str]:
        """Return the command that a line such as ``/model gpt-6`` names, and what follows.

        Raises:
            UsageError: There is no such command, or it takes nothing and something follows it.
        """
        name, *rest = re.split(r"\s+", line.removeprefix("/"), maxsplit=1)
        command = self.get(name)
        if command is None:
            guess = nearest(name, self._names)
            raise UsageError(f"there is no command /{name}", hint=f"/{guess}" if guess else "/help lists them")
        arguments = "".join(rest).strip()
        if arguments and not command.arguments:
            follows = arguments if len(arguments) <= _QUOTED_CHARS else f"{arguments[:_QUOTED_CHARS]}…"
            raise UsageError(f"/{name} takes no arguments, and {follows!r} follows it", hint=f"/{name}")
        return command, arguments


def built_in_commands() -> Commands:
    """Return the commands of this package."""
    return Commands(_commands())


def _commands() -> Iterator[Command]:
    for module in module_names(_PACKAGE):
        value = value_of(_PACKAGE, module, "COMMAND")
        if value is None:
            continue
        if not isinstance(value, Command):
            raise Defect(f"{_PACKAGE}.{module}.COMMAND is no Command")
        yield value
