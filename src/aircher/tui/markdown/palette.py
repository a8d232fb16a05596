"""The styles that Markdown is drawn in, looked up once for a theme."""

from collections.abc import Iterable
from typing import TypeAlias

from aircher.support.highlighting import TokenKind
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Span, clean
from aircher.tui.terminal.styles import PLAIN, Style

CODE_ROLES: dict[TokenKind, Role] = {
    ("Comment",): Role.COMMENT,
    ("Comment", "Preproc"): Role.KEYWORD,
    ("Generic", "Deleted"): Role.REMOVED,
    ("Generic", "Heading"): Role.HEADING,
    ("Generic", "Inserted"): Role.ADDED,
    ("Generic", "Output"): Role.MUTED,
    ("Generic", "Prompt"): Role.MUTED,
    ("Generic", "Subheading"): Role.HEADING,
    ("Keyword",): Role.KEYWORD,
    ("Keyword", "Constant"): Role.NUMBER,
    ("Keyword", "Type"): Role.TYPE,
    ("Literal", "Date"): Role.NUMBER,
    ("Literal", "Number"): Role.NUMBER,
    ("Literal", "String"): Role.STRING,
    ("Name", "Attribute"): Role.NAME,
    ("Name", "Builtin"): Role.FUNCTION,
    ("Name", "Class"): Role.TYPE,
    ("Name", "Constant"): Role.NUMBER,
    ("Name", "Decorator"): Role.FUNCTION,
    ("Name", "Exception"): Role.TYPE,
    ("Name", "Function"): Role.FUNCTION,
    ("Name", "Namespace"): Role.NAME,
    ("Name", "Property"): Role.NAME,
    ("Name", "Tag"): Role.KEYWORD,
    ("Name", "Variable"): Role.NAME,
    ("Operator",): Role.OPERATOR,
    ("Operator", "Word"): Role.KEYWORD,
}
"""By the beginning of a token's kind; the longest counts. What is not in here looks like the code around it."""

SpanPool: TypeAlias = dict[Span, Span]


class Palette:
    """Styles by purpose."""

    def __init__(self, look: Look) -> None:
        """Look them up."""
        self.look = look
        self.text = look.style(Role.TEXT)
        self.muted = look.style(Role.MUTED)
        self.border = look.style(Role.BORDER)
        self.marker = look.style(Role.SECONDARY)
        self.link = look.style(Role.LINK)
        self.quote = look.style(Role.QUOTE)
        self.inline_code = look.style(Role.CODE)
        self.code_block = look.style(Role.CODE_BLOCK)
        self.heading = look.style(Role.HEADING)
        self._token_styles: dict[TokenKind, Style] = {}
        self._own_styles: dict[TokenKind, Style] = {}

    def heading_of(self, level: str) -> Style:
        """Return how a heading of the level ``H1`` to ``H6`` looks; they differ without colours, too."""
        return Style(bold=True, underline=level == "H1", italic=level > "H2").over(self.heading)

    def token(self, kind: TokenKind) -> Style:
        """Return how a token of code looks."""
        style = self._token_styles.get(kind)
        if style is None:
            style = self._token_styles[kind] = self.own(kind).over(self.code_block)
        return style

    def own(self, kind: TokenKind) -> Style:
        """Return what a token of code has of its own, on whatever ground; plain = nothing."""
        style = self._own_styles.get(kind)
        if style is None:
            lengths = range(len(kind), 0, -1)
            role = next((CODE_ROLES[kind[:length]] for length in lengths if kind[:length] in CODE_ROLES), None)
            style = self._own_styles[kind] = PLAIN if role is None else self.look.style(role)
        return style

    def code_spans(self, tokens: Iterable[tuple[TokenKind, str]], pool: SpanPool) -> list[Span]:
        """Return a line of code in as few spans as show its colours; equal ones are one object of the pool."""
        spans: list[Span] = []
        text, style = "", PLAIN
        for kind, piece in tokens:
            wanted = self.token(kind)
            if not text or (wanted != style and piece.strip(" ")):
                if text:
                    spans.append((text, style))
                text, style = clean(piece), wanted
            else:
                text += clean(piece)
        if text:
            spans.append((text, style))
        return [pool.setdefault(span, span) for span in spans]
