"""What streamed Markdown has to come to: the whole text, laid out in one go."""

from aircher.support.markdown_parser import marks
from aircher.tui.look import Look
from aircher.tui.markdown.coloring import AtOnce
from aircher.tui.markdown.layout import Layout, Start
from aircher.tui.markdown.memory import Leaves, Page
from aircher.tui.markdown.palette import Palette
from aircher.tui.markdown.plain import plain_rows
from aircher.tui.markdown.source import Source, normalized, without_definitions
from aircher.tui.markdown.streamed import MIN_WIDTH
from aircher.tui.terminal.rows import Row


def markdown_rows(text: str, width: int, look: Look) -> list[Row]:
    """Return the rows of a whole text in its colours, laid out in one go."""
    text = normalized(text)
    if not look.renders_markdown:
        lines = text.removesuffix("\n").split("\n") if text else []
        return [row for line in lines for row in plain_rows(without_definitions(line), width, look)]
    source = Source(without_definitions(text))
    page = Page(max(MIN_WIDTH, width), Palette(look), AtOnce())
    return Layout(page, Leaves(), Start(), is_open=False).lay(source, marks(source.text))
