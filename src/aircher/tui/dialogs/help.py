"""The keys and commands as they really are: drawn from the keymap and the commands, never from a text about them.

Invariant: every binding and every command is in it. It scrolls, what is typed filters it, and where there is room it
stands in two columns.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from aircher.tui.dialogs.asking import Asking, Hint, Host
from aircher.tui.dialogs.line import Line
from aircher.tui.dialogs.ports import CommandFacts, Topics
from aircher.tui.dialogs.scrolling import Scrolling
from aircher.tui.dialogs.words import key_name
from aircher.tui.keymap import Action, Binding, Keymap
from aircher.tui.look import Look, Role
from aircher.tui.parts import Place
from aircher.tui.terminal.events import InputEvent, KeyPressed
from aircher.tui.terminal.rows import EMPTY, Row, clean, wrap
from aircher.tui.terminal.widths import cells

_TWO_COLUMNS = 108
_GAP = 3
_WIDEST_KEY = 20

SECTIONS: Mapping[str, tuple[Action, ...]] = {
    "Prompt": (
        Action.SEND,
        Action.NEW_LINE,
        Action.QUEUE,
        Action.EDIT_WAITING,
        Action.CLEAR_INPUT,
        Action.SEARCH_HISTORY,
        Action.EXTERNAL_EDITOR,
        Action.PASTE_IMAGE,
    ),
    "Turn": (Action.INTERRUPT, Action.CYCLE_MODE, Action.THINKING),
    "Conversation": (
        Action.PAGE_UP,
        Action.PAGE_DOWN,
        Action.TOP,
        Action.BOTTOM,
        Action.PREVIOUS_TURN,
        Action.NEXT_TURN,
        Action.FIND,
        Action.SELECT,
        Action.COPY,
        Action.FULL_OUTPUT,
        Action.SIDE_BY_SIDE,
        Action.CLEAR,
    ),
}
"""Which section an action stands in; all others stand in `REST`. Read only."""
REST = "Screen"
_COMMANDS = "Commands"


class _Line(NamedTuple):
    typed: str
    does: str


class _Section(NamedTuple):
    title: str
    lines: Sequence[_Line]


class Help(Asking[None]):
    """The overlay; it is left with Escape or the key that opened it."""

    def __init__(self, host: Host, keymap: Keymap, commands: Sequence[CommandFacts], topics: Topics) -> None:
        """Show it.

        Args:
            host: The screen.
            keymap: The keys in force.
            commands: All slash commands.
            topics: Sections besides, shown first.
        """
        super().__init__("Help", host)
        self._line = Line(asks_for="type to filter")
        self._closing = frozenset(keymap.keys(Action.HELP))
        self._sections = (*_told(topics), *_of_keys(keymap), *_of_commands(commands))
        self._scrolling = Scrolling()
        self._laid_out: tuple[int, Look, str, list[Row]] | None = None

    @property
    def widest(self) -> int:
        """Return room for two columns."""
        return 140

    @property
    def hints(self) -> Sequence[Hint]:
        """Return the keys that do something now."""
        return (Hint("Esc", "close"), Hint("Up/Down PgUp/PgDn", "scroll"))

    def rows(self, width: int, height: int, look: Look) -> Sequence[Row]:
        """Return the line that filters, and the sections."""
        query = self._line.text
        drawn = self._laid_out
        if drawn is None or drawn[0] != width or drawn[1] is not look or drawn[2] != query:
            drawn = self._laid_out = (width, look, query, _drawn(_matching(self._sections, query), width - 2, look))
        typed, x = self._line.row(max(1, width - 2), look)
        self.typing_at = Place(2 + x, 0)
        mark = Row.of((f"{look.glyphs.prompt} ", look.style(Role.PRIMARY)))
        self._scrolling.fit(len(drawn[3]), max(1, height - 2))
        return [mark.beside(typed), EMPTY, *self._scrolling.view(drawn[3], width, look)][:height]

    def handle(self, event: InputEvent) -> bool:
        """Take an event."""
        if isinstance(event, KeyPressed) and self._closes(event):
            self.leave()
        elif self._scrolling.handle(event):
            self.host.changed()
        elif self._line.handle(event):
            self._scrolling.top = 0
            self.host.changed()
        else:
            return False
        return True

    def _closes(self, event: KeyPressed) -> bool:
        """Say whether it is a key to leave by; a sign such as ``?`` is one as long as nothing else was typed."""
        return event.key == "escape" or (event.key in self._closing and not (event.text and self._line.text))


def _told(topics: Topics) -> list[_Section]:
    return [_Section(title, [_Line(*line) for line in lines]) for title, lines in topics.items()]


def _of_keys(keymap: Keymap) -> list[_Section]:
    bindings = {binding.action: binding for binding in keymap}
    sections = []
    for title, actions in SECTIONS.items():
        listed = [bindings.pop(action) for action in actions if action in bindings]
        sections.append(_Section(title, [_of_key(binding) for binding in listed]))
    return [*sections, _Section(REST, [_of_key(binding) for binding in bindings.values()])]


def _of_key(binding: Binding) -> _Line:
    return _Line(" ".join(map(key_name, binding.keys)) or "no key", binding.summary)


def _of_commands(commands: Sequence[CommandFacts]) -> list[_Section]:
    lines = [_Line(f"/{command.name} {command.arguments}".rstrip(), command.summary) for command in commands]
    return [_Section(_COMMANDS, lines)] if lines else []


def _matching(sections: Sequence[_Section], query: str) -> list[_Section]:
    """Return the lines that hold all words; a section whose title holds them is shown whole."""
    words = query.lower().split()
    found = []
    for section in sections:
        is_meant = all(word in section.title.lower() for word in words)
        lines = [
            line
            for line in section.lines
            if is_meant or all(word in f"{line.typed} {line.does}".lower() for word in words)
        ]
        if lines:
            found.append(_Section(section.title, lines))
    return found


def _drawn(sections: Sequence[_Section], width: int, look: Look) -> list[Row]:
    if not sections:
        return [Row.of(("nothing matches", look.style(Role.MUTED)))]
    is_wide = width >= _TWO_COLUMNS
    column = (width - _GAP) // 2 if is_wide else width
    typed = min(
        max(cells(clean(line.typed)) for section in sections for line in section.lines), _WIDEST_KEY, column // 3
    )
    parts = [_section_rows(section, typed, column, look) for section in sections]
    if not is_wide:
        return list(chain.from_iterable(parts))
    left: list[Row] = []
    half = (sum(map(len, parts)) + 1) // 2
    while parts and (not left or len(left) + len(parts[0]) // 2 <= half):
        left += parts.pop(0)
    right = list(chain.from_iterable(parts))
    return [
        (left[at] if at < len(left) else EMPTY).fit(column + _GAP).beside(right[at] if at < len(right) else EMPTY)
        for at in range(max(len(left), len(right)))
    ]


def _section_rows(section: _Section, left: int, width: int, look: Look) -> list[Row]:
    """Return the headline, the lines with so many cells for what is typed, and an empty row."""
    rows = [Row.of((section.title, look.style(Role.HEADING)))]
    key, text = look.style(Role.KEY), look.style(Role.TEXT)
    for line in section.lines:
        typed = wrap([(clean(line.typed), key)], left)
        does = wrap([(clean(line.does), text)], max(2, width - left - 2))
        for at in range(max(len(typed), len(does))):
            head = (typed[at] if at < len(typed) else EMPTY).fit(left + 2)
            rows.append(head.beside(does[at] if at < len(does) else EMPTY).fit(width))
    return [*rows, EMPTY]
