"""The line that tells the keys of selecting with the keyboard, in the place of the status: nothing moves when it comes.

Not its job: what the keys do; that is the view's.
"""

from collections.abc import Sequence

from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.widths import cells

_TITLE = " select: "
_KEYS: Sequence[Sequence[tuple[str, str]]] = (
    (("Arrows", "move"), ("Space", "begin here"), ("Shift+arrows", "extend"), ("Enter", "copy"), ("Esc", "end")),
    (("Arrows", "move"), ("Space", "begin here"), ("Enter", "copy"), ("Esc", "end")),
    (("Space", "begin"), ("Enter", "copy"), ("Esc", "end")),
)
"""From all that there is to say to what nobody guesses. Read only."""


def selecting_row(width: int, look: Look) -> Row:
    """Return as much of it as fits, exactly ``width`` cells."""
    ground, key, does = look.style(Role.STATUS), look.style(Role.KEY), look.style(Role.MUTED)
    told = next((keys for keys in _KEYS if cells(_TITLE + _text(keys)) <= width), _KEYS[-1])
    spans = [span for name, what in told for span in ((name, key), (f" {what}  ", does))]
    row = Row.of((_TITLE, look.style(Role.DIALOG_TITLE)), *spans)
    return row.fit(width).on(ground).fit(width, ground)


def _text(keys: Sequence[tuple[str, str]]) -> str:
    return "  ".join(f"{name} {what}" for name, what in keys)
