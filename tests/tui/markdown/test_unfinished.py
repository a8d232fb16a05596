"""What is not finished is shown as it will be, so that nothing jumps."""

import pytest
from tests.tui.markdown.looks import LOOK, nothing, style_of, texts

from aircher.tui.markdown.streamed import StreamedMarkdown


def shown(text: str, width: int = 40) -> list[str]:
    streamed = StreamedMarkdown(width, LOOK, nothing)
    streamed.append(text)
    return texts(streamed.rows)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("an **open", ["an open"]),
        ("an **open**", ["an open"]),
        ("an **open*", ["an open"]),
        ("an **", ["an"]),
        ("an *open **twice", ["an open twice"]),
        ("an __open_word", ["an open_word"]),
        ("a_b_c", ["a_b_c"]),
        ("2 * 3", ["2 * 3"]),
        ("a ~~gone", ["a gone"]),
        ("a `code", ["a code"]),
        ("a `", ["a"]),
        ("a ``co`de", ["a co`de"]),
        ("a `code` b `", ["a code b"]),
        ("a \\", ["a"]),
        ("a \\*b", ["a *b"]),
        ("see [docs](https://ex", ["see docs"]),
        ("see **[docs](https://ex", ["see docs"]),
        ("see [docs](https://ex.org) and", ["see docs and"]),
        ("x[0] (", ["x[0] ("]),
        ("see <https://ex", ["see https://ex"]),
        ("text\n-", ["text"]),
        ("text\n--", ["text"]),
        ("text\n\n1", ["text"]),
        ("text\n\n1. a", ["text", "", "1. a"]),
        ("text\n``", ["text"]),
        ("text\n```pyth", ["text"]),
        ("text\n```python\n", ["text", "", "  python"]),
        ("text\n```python\nx", ["text", "", "  python", "  x"]),
        ("text\n```python\nx\n``", ["text", "", "  python", "  x"]),
        ("- a\n  ```\n  x\n  `", ["• a", "    x"]),
        ("#", []),
        ("# Tit", ["Tit"]),
        ("- a\n- **b", ["• a", "• b"]),
        ("> **b", ["▎ b"]),
        ("| a | b", []),
        ("| a | b |\n", ["a   │ b", "────┼────"]),
        ("| a | b |\n|--", ["a   │ b", "────┼────"]),
        ("| a | b |\n|---|---|\n| 1", ["a   │ b", "────┼────", "1   │"]),
        ("| a | b |\n|---|---|\n| 1 | **2", ["a   │ b", "────┼────", "1   │ 2"]),
        ("| a | b |\n|---|---|\n|", ["a   │ b", "────┼────"]),
        ("- x\n\n  | a | b |\n", ["• x", "", "  a   │ b", "  ────┼────"]),
    ],
)
def test_an_unfinished_end(text: str, rows: list[str]) -> None:
    assert shown(text) == rows


def test_open_markup_has_its_style_already() -> None:
    streamed = StreamedMarkdown(40, LOOK, nothing)
    streamed.append("an **open `code")
    assert style_of(streamed.rows, "open").bold
    assert style_of(streamed.rows, "code").fg is not None


def test_what_was_never_closed_is_shown_as_it_was_written_at_the_end() -> None:
    streamed = StreamedMarkdown(40, LOOK, nothing)
    streamed.append("an **open `code")
    assert texts(streamed.rows) == ["an open code"]
    streamed.finish()
    assert texts(streamed.rows) == ["an **open `code"]


def test_the_text_never_gets_fewer_rows_while_it_grows() -> None:
    text = "# T\n\nSome **bold** text with `code`.\n\n- one\n- two\n\n```py\nx = 1\n```\n\n|a|b|\n|-|-|\n|1|2|\n\nend"
    streamed = StreamedMarkdown(40, LOOK, nothing)
    heights = []
    for char in text:
        streamed.append(char)
        heights.append(len(streamed.rows))
    assert heights == sorted(heights)
