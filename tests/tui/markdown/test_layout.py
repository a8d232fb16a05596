"""What Markdown looks like when it is whole."""

import pytest
from tests.tui.markdown.looks import LOOK, color, style_of, texts
from tests.tui.markdown.oracle import markdown_rows

from aircher.tui.look import ASCII, Look, Role

ANSWER = """# Where it is

The **renderer** lives in `oneshot/markdown.py` and is called for *every* ~~word~~ piece.
A line that was broken,\\
and one that had to be.

- one item that is long enough to be wrapped over two lines of this terminal
- 乌龟走得慢
  1. nested
  2. again

     with a second paragraph
- [ ] to do
- [x] done

9. nine
10. ten

> quoted text
> - list
>
> > deeper

---

<details>
<b>html</b>
</details>

$a_b$ costs $5, see[^1] and [text][2]

[^1]: A footnote.
[2]: https://example.org
"""


def test_a_whole_answer_looks_like_this() -> None:
    assert texts(markdown_rows(ANSWER, 60, LOOK)) == [
        "Where it is",
        "",
        "The renderer lives in oneshot/markdown.py and is called for",
        "every word piece. A line that was broken,",
        "and one that had to be.",
        "",
        "• one item that is long enough to be wrapped over two lines",
        "  of this terminal",
        "• 乌龟走得慢",
        "  1. nested",
        "  2. again",
        "",
        "     with a second paragraph",
        "☐ to do",
        "☑ done",
        "",
        "9. nine",
        "10. ten",
        "",
        "▎ quoted text",
        "▎",
        "▎ • list",
        "▎",
        "▎ ▎ deeper",
        "",
        "─" * 40,
        "",
        "<details>",
        "<b>html</b>",
        "</details>",
        "",
        "$a_b$ costs $5, see[^1] and [text][2]",
        "",
        "[^1]: A footnote.",
        "[2]: https://example.org",
    ]


def test_what_text_is_can_be_seen_by_its_style() -> None:
    rows = markdown_rows(ANSWER, 60, LOOK)
    title, bold = style_of(rows, "Where"), style_of(rows, "renderer")
    assert (title.fg, title.bold, title.underline) == (color(Role.HEADING), True, True)
    assert (bold.bold, style_of(rows, "every").italic, style_of(rows, "word").strike) == (True, True, True)
    assert style_of(rows, "oneshot").fg == color(Role.CODE)
    assert style_of(rows, "quoted").fg == color(Role.QUOTE)
    assert style_of(rows, "https").link == "https://example.org"


def test_headings_differ_without_colours() -> None:
    one, two, three = (markdown_rows(f"{'#' * level} x", 20, LOOK)[0].spans[0][1] for level in (1, 2, 3))
    assert len({(style.underline, style.italic) for style in (one, two, three)}) == 3


def test_a_terminal_without_drawing_signs_gets_letters() -> None:
    look = Look(theme=LOOK.theme, glyphs=ASCII)
    rows = texts(markdown_rows("- a\n- [x] b\n\n> c\n\n|d|e|\n|-|-|\n|1|2|\n\n---\n", 20, look))
    assert rows == ["* a", "x b", "", "| c", "", "d   | e", "----+----", "1   | 2", "", "-" * 20]


@pytest.mark.parametrize("container", ["> ", "- ", "1. "])
def test_what_is_nested_too_deep_stands_no_further_in(container: str) -> None:
    rows = markdown_rows(container * 60 + "the text of it", 40, LOOK)
    assert all(row.width <= 40 for row in rows)
    assert "the text of it" in " ".join(row.text.strip("•▎ ") for row in rows)


def test_items_have_an_empty_row_between_them_only_where_the_source_has_one() -> None:
    assert texts(markdown_rows("- a\n- b\n\n- c\n\n  d\n- e", 20, LOOK)) == [
        "• a",
        "• b",
        "",
        "• c",
        "",
        "  d",
        "• e",
    ]


def test_an_empty_item_shows_its_marker() -> None:
    assert texts(markdown_rows("-\n- x\n2) ", 20, LOOK)) == ["•", "• x", "", "2."]
