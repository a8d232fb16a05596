"""What the composer looks like: two rules, a sign that tells what is being written, and the text.

Invariant: what did not change is the same row as before. Not its job: the text's own rows; they are the editor's.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from aircher.tui.composer.submission import SubmissionKind
from aircher.tui.editor.editor import Editor
from aircher.tui.editor.layout import editor_rows, offset_at
from aircher.tui.look import Look, Role
from aircher.tui.parts import Place
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.widths import cells as cells_of

_SIGN_CELLS = 2
_RULED_FROM = 3  # rows; a smaller place has no room for rules


class Writing(NamedTuple):
    """What is written, and what is said about it.

    Attributes:
        labels: What its chips look like.
        kind: Decides sign and colour.
        note: Stands in the upper rule.
        placeholders: Of these the first one that fits stands where nothing is written yet; the longest comes first.
    """

    editor: Editor
    labels: Mapping[str, str]
    kind: SubmissionKind
    note: str
    placeholders: Sequence[str]


def most_rows(screen_height: int) -> int:
    """Return the rows that the composer may take on a screen: a third, and enough for one line with its rules."""
    return max(_RULED_FROM, screen_height // 3)


def role_of(kind: SubmissionKind) -> Role:
    """Return the role in which sign and rules are drawn."""
    match kind:
        case SubmissionKind.PROMPT:
            return Role.BORDER
        case SubmissionKind.COMMAND:
            return Role.PRIMARY
        case SubmissionKind.SHELL:
            return Role.WARNING
        case SubmissionKind.MEMORY:
            return Role.SECONDARY


class Frame:
    """Draws, and remembers what it drew.

    Attributes:
        cursor: Where text was being typed in the rows drawn last.
        editor: Whose text they show; ``None`` = nothing was drawn yet.
    """

    def __init__(self) -> None:
        self.cursor: Place | None = None
        self.editor: Editor | None = None
        self._corner = Place(0, 0)
        self._height = 0
        self._rows: dict[tuple[int, int], tuple[Row, Row, Row]] = {}
        self._fixed: dict[object, Row] = {}
        self._look: Look | None = None

    def rows(self, writing: Writing, width: int, height: int, look: Look) -> list[Row]:
        """Return at most ``height`` rows of at most ``width`` cells, around the cursor."""
        if width <= 0 or height <= 0:
            self.cursor = None
            return []
        if look is not self._look:
            self._look, self._rows, self._fixed = look, {}, {}
        sign_cells = _SIGN_CELLS if width > 4 * _SIGN_CELLS else 0
        is_ruled = height >= _RULED_FROM
        room = height - 2 * is_ruled
        body, place = editor_rows(writing.editor, max(4, width - sign_cells), look, writing.labels, room)
        if not writing.editor.text:
            body = [self._placeholder(writing.placeholders, width - sign_cells, look)]
        self.editor, self._corner, self._height = writing.editor, Place(sign_cells, int(is_ruled)), len(body)
        text = self._signed(body, writing, look, sign_cells, width)
        self.cursor = Place(min(place.x + sign_cells, width - 1), place.y + is_ruled)
        if not is_ruled:
            return text
        role = role_of(writing.kind)
        return [self._rule(width, role, writing.note, look), *text, self._rule(width, role, "", look)]

    def holds_text(self, y: int) -> bool:
        """Return whether a row drawn last shows text: those of the rules do not."""
        return 0 <= y - self._corner.y < self._height

    def offset_at(self, x: int, y: int) -> int:
        """Return the offset in the text at a cell of the rows drawn last; beyond them, one row further up or down."""
        if self.editor is None:
            return 0
        row = max(-1, min(y - self._corner.y, self._height))
        return offset_at(self.editor, max(0, x - self._corner.x), row)

    def _signed(self, body: list[Row], writing: Writing, look: Look, cells: int, width: int) -> list[Row]:
        """Return the rows with the sign before the first one of the text."""
        rest = self._sign("  ", Role.TEXT, look)
        if writing.editor.view.top == 0 or not writing.editor.text:
            first = self._sign(f"{_glyph(writing.kind, look)} ", _sign_role(writing.kind), look)
        else:
            first = self._sign(f"{look.glyphs.up} ", Role.MUTED, look)
        drawn: dict[tuple[int, int], tuple[Row, Row, Row]] = {}
        rows = []
        for number, row in enumerate(body):
            sign = rest if number else first
            key = (id(sign), id(row))
            known = self._rows.get(key)
            size = min(width, row.width + sign.width * bool(cells))
            if known is None or known[0] is not sign or known[1] is not row or known[2].width != size:
                signed = sign.beside(row) if cells else row
                known = (sign, row, signed.cut(0, width))
            drawn[key] = known
            rows.append(known[2])
        self._rows = drawn
        return rows

    def _sign(self, text: str, role: Role, look: Look) -> Row:
        key = (text, role)
        row = self._fixed.get(key)
        if row is None:
            row = self._fixed[key] = Row.of((text, look.style(role)))
        return row

    def _placeholder(self, texts: Sequence[str], width: int, look: Look) -> Row:
        fitting = (text for text in texts if cells_of(text) <= width)
        return self._sign(next(fitting, texts[-1]), Role.MUTED, look)

    def _rule(self, width: int, role: Role, note: str, look: Look) -> Row:
        key = (width, role, note)
        row = self._fixed.get(key)
        if row is None:
            style = look.style(role)
            row = Row.of((look.glyphs.horizontal * width, style))
            told = Row.of((f" {note} ", style)) if note else Row.of()
            if 0 < told.width <= width - 4:
                row = row.under(told, at=width - told.width - 2)
            if len(self._fixed) > 64:  # a window that is resized with the mouse has been many widths
                self._fixed = {}
            self._fixed[key] = row
        return row


def _glyph(kind: SubmissionKind, look: Look) -> str:
    """Return the sign; the text itself begins with the one that was typed."""
    match kind:
        case SubmissionKind.PROMPT | SubmissionKind.COMMAND:
            return look.glyphs.prompt
        case SubmissionKind.SHELL:
            return "$"
        case SubmissionKind.MEMORY:
            return look.glyphs.bullet


def _sign_role(kind: SubmissionKind) -> Role:
    return Role.PRIMARY if kind is SubmissionKind.PROMPT else role_of(kind)
