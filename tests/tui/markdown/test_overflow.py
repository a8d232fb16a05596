import pytest
from tests.tui.blocks.scene import LOOK, texts
from tests.tui.markdown.oracle import markdown_rows

from aircher.tui.markdown.overflow import LONGEST_CHARS, MANY_SIGNS
from aircher.tui.markdown.streamed import StreamedMarkdown

WIDTH = 60


def unchanged() -> None:
    """Nothing here has colours."""


def streamed(text: str, *, pieces_of: int) -> StreamedMarkdown:
    shown = StreamedMarkdown(WIDTH, LOOK, unchanged)
    for at in range(0, len(text), pieces_of):
        shown.append(text[at : at + pieces_of])
        _ = shown.rows
    return shown


@pytest.mark.parametrize(
    "text",
    [
        "one _two_ **three** " * 400,
        "*a " * 3_000,
        "> quoted *and* so on\n" * 600,
        "- an item\n\n  with a paragraph `each`\n\n" * 200,
        "日本語 *x* " * 900,
        "para _one_ " * 500 + "\n\n# Title\n\n" + "para [two](http://a.b) " * 400,
    ],
)
def test_a_block_that_was_very_long_while_it_grew_looks_as_if_it_had_come_at_once(text: str) -> None:
    shown = streamed(text, pieces_of=97)
    shown.finish()
    assert shown.rows == markdown_rows(text, WIDTH, LOOK)


def test_what_is_added_to_a_very_long_paragraph_is_shown_as_it_is_until_an_empty_line() -> None:
    shown = streamed("_word_ " * (LONGEST_CHARS // 7 + 10), pieces_of=LONGEST_CHARS * 2)
    rows = list(shown.rows)
    shown.append("and **bold")
    shown.append("** `code` \x1b[31mred")
    assert texts(shown.rows)[-1] == "and **bold** `code` [31mred"
    assert all(row is before for row, before in zip(shown.rows, rows, strict=False))
    shown.append("\n\nnew")
    assert "and bold code" in " ".join(texts(shown.rows)[-5:])
    assert texts(shown.rows)[-2:] == ["", "new"]


def test_what_is_added_does_not_begin_with_the_space_before_it() -> None:
    shown = streamed("_word_ " * MANY_SIGNS + "14 15", pieces_of=MANY_SIGNS * 10)
    shown.append(" 16")
    shown.append(" 17 18")
    assert texts(shown.rows)[-1] == "16 17 18"


def test_a_long_paragraph_is_looked_at_again_when_it_has_grown_by_a_quarter() -> None:
    shown = streamed("_word_ " * MANY_SIGNS, pieces_of=MANY_SIGNS * 10)
    shown.append("**bold** ")
    assert "**bold**" in texts(shown.rows)[-1]
    shown.append("word " * MANY_SIGNS)
    assert "**" not in "".join(texts(shown.rows))


def test_a_long_paragraph_without_markup_is_looked_at_all_the_time() -> None:
    shown = streamed("word " * LONGEST_CHARS, pieces_of=LONGEST_CHARS * 5)
    shown.append("**bold** ")
    assert texts(shown.rows)[-1].endswith("bold")
