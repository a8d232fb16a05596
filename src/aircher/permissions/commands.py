"""What a bash command would do, told without running it.

Invariant: pure and total. Any text gets an answer in bounded time; whatever cannot be derived with certainty is
`Unknown`. No file is opened: links are for whoever asks. Not its job: deciding (`aircher.permissions.policy`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from aircher.domain.effects import Action

_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


class Setting:
    """What is known of the place a command would run in.

    Attributes:
        roots: Absolute folders that make up the workspace; the first one is the project's.
        home: The user's home: what ``~`` and ``$HOME`` stand for.
        user: The user's name: what ``$USER`` stands for.
        variables: Further environment variables whose values are certain. All others count as unknown text.
    """

    __slots__ = ("home", "roots", "user", "variables")

    def __init__(
        self,
        *,
        roots: Sequence[Path],
        home: Path,
        user: str = "",
        variables: Mapping[str, str] = _NO_VARIABLES,
    ) -> None:
        self.roots = tuple(roots)
        self.home = home
        self.user = user
        self.variables = variables


def analyse(command: str, *, cwd: Path, setting: Setting) -> tuple[Action, ...]:
    """Return one action for each simple command that ``bash -c command`` might run in ``cwd``.

    An action's text is the command with its words normalised, without redirections; effects of redirections that
    belong to no simple command come in an action without text. No actions = nothing is done.
    """
    from aircher.permissions.shell.analysis import analyse_command

    return analyse_command(command, cwd=cwd, setting=setting)
