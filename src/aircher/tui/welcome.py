"""What stands in a conversation in which nothing was said yet: the program, the project, and where to begin.

Invariant: keys and commands are those in force, with the words that help has for them.
"""

from collections.abc import Callable, Iterator, Sequence

from aircher import __version__
from aircher.tui.dialogs.ports import CommandFacts
from aircher.tui.dialogs.words import key_name
from aircher.tui.keymap import Action, Keymap
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import EMPTY, Row
from aircher.tui.terminal.styles import PLAIN

_COMMANDS = ("init", "model", "resume")
_ACTIONS = (Action.CYCLE_MODE, Action.PALETTE, Action.HELP)
_LEFT, _GAP = 2, 3


class Welcome:
    """The rows, which stay the same objects while nothing changes."""

    def __init__(self, place: str, commands: Callable[[], Sequence[CommandFacts]]) -> None:
        """Welcome to the project of this name; the commands are asked for once it is to be seen."""
        self._place = place
        self._commands = commands
        self._drawn: tuple[int, Look, Keymap] | None = None
        self._rows: list[Row] = []

    def rows(self, width: int, height: int, look: Look, keymap: Keymap) -> list[Row]:
        """Return at most ``height`` rows."""
        if self._drawn != (width, look, keymap):
            self._drawn = width, look, keymap
            self._rows = [row.cut(0, width) for row in self._all(look, keymap)]
        return self._rows[:height]

    def _all(self, look: Look, keymap: Keymap) -> list[Row]:
        left = (" " * _LEFT, PLAIN)
        title = Row.of(
            left,
            (f"Aircher {__version__}", look.style(Role.HEADING)),
            (f" {look.glyphs.dot} {self._place}", look.style(Role.MUTED)),
        )
        entries = list(self._entries(keymap))
        widest = max((len(typed) for typed, _ in entries), default=0)
        listed = [
            Row.of(left, (typed.ljust(widest + _GAP), look.style(Role.KEY)), (does, look.style(Role.MUTED)))
            for typed, does in entries
        ]
        return [EMPTY, title, EMPTY, *listed]

    def _entries(self, keymap: Keymap) -> Iterator[tuple[str, str]]:
        commands = self._commands()
        for name in _COMMANDS:
            yield from ((f"/{name}", facts.summary) for facts in commands if name in (facts.name, *facts.aliases))
        for binding in keymap:
            if binding.action in _ACTIONS and binding.keys:
                yield key_name(binding.keys[0]), binding.summary
