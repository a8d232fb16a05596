"""However an answer was cut on its way, it looks the same in the end; what is finished is not touched again."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.tui.markdown.looks import LOOK, nothing, texts
from tests.tui.markdown.oracle import markdown_rows

from aircher.tui.look import Look
from aircher.tui.markdown.streamed import StreamedMarkdown
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.widths import cells

LINES = (
    "",
    "",
    "",
    "plain words that are long enough to be wrapped in a narrow window, more than once even",
    "**bold** and *it* and `code` and ~~gone~~",
    "an open **bold that goes on",
    "and ends** here `or",
    "there` does",
    "[text](https://example.org/a_b) and https://bare.example/x_y.",
    "[text][1] and note[^1]",
    "[1]: https://example.org",
    "[^1]: a footnote",
    "# Title",
    "### Third *level*",
    "Setext",
    "===",
    "---",
    "- item",
    "- [ ] to do",
    "- [x] done",
    "* starred",
    "  - nested",
    "    - deeper",
    "      text that belongs to an item",
    "    indented",
    "1. one",
    "2. two",
    "10. ten",
    "3) other",
    "   - in a numbered one",
    "-",
    "- - - twice",
    "> quoted",
    "> > twice",
    "> - item in it",
    ">",
    "> ```",
    "```",
    "```python",
    "````",
    "~~~",
    "  ```js",
    "   def f(): return 'x'  # why",
    '"""Doc',
    "| a | b |",
    "|---|:-:|",
    "| 1 | 2 |",
    "| longer words in a cell | **2** |",
    "| cells | with spaces behind   ",
    "| only one",
    "a | b",
    "<div>",
    "</div>",
    "<!-- comment",
    "-->",
    "<br>",
    "$a_b$ costs $5",
    "$$",
    "乌龟走得慢 \N{FAMILY} e\u0301 👩‍👩‍👧",
    "\\*escaped\\*  ",
    "end\\",
    "\ttabbed",
    "x[0]: y",
    "word\x1b[31mred\u202e",
)

TEXTS = st.one_of(
    st.lists(st.sampled_from(LINES), max_size=14).map("\n".join),
    st.text(st.sampled_from("ab1.- *_`~#>|[]():<$\\\n\n \t\r!乌"), max_size=60),
    st.text(max_size=30),
)


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[str], list[bool]]:
    """Pieces of a text, and after which of them a frame is drawn."""
    text = draw(TEXTS)
    if draw(st.booleans()):
        pieces = list(text)
    else:
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
        pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    every = draw(st.integers(1, 5))
    return pieces, [at % every == 0 for at in range(len(pieces))]


def finished_rows(pieces: Sequence[str], frames: Sequence[bool], width: int) -> Sequence[Row]:
    streamed = StreamedMarkdown(width, LOOK, nothing)
    for piece, is_drawn in zip(pieces, frames, strict=True):
        streamed.append(piece)
        if is_drawn:
            assert all(row.width <= width for row in streamed.rows)
    streamed.finish()
    return streamed.rows


@given(streams(), st.integers(10, 90))
@example((["⺀", *"0000000", "ꀀ", *"000"], [True] * 12), 10)
@example((["日", *"00000", "😀", *"000"], [True] * 10), 10)
@settings(max_examples=400, deadline=None)
def test_how_a_text_was_cut_cannot_be_seen_at_the_end(stream: tuple[list[str], list[bool]], width: int) -> None:
    pieces, frames = stream
    assert list(finished_rows(pieces, frames, width)) == markdown_rows("".join(pieces), width, LOOK)


@given(TEXTS, st.integers(10, 90))
@settings(max_examples=400, deadline=None)
def test_rows_keep_to_the_width_and_hold_no_control_characters(text: str, width: int) -> None:
    for row in markdown_rows(text, width, LOOK):
        assert row.width == sum(cells(text) for text, _ in row.spans) <= width
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 or "\u202a" <= char <= "\u202e" for char in row.text)


@given(streams())
@settings(max_examples=100, deadline=None)
def test_frozen_rows_stay_the_same_objects(stream: tuple[list[str], list[bool]]) -> None:
    streamed = StreamedMarkdown(30, LOOK.__class__(theme=LOOK.theme, highlights=False), nothing)
    frozen: list[Row] = []
    for piece in stream[0]:
        streamed.append(piece)
        rows = streamed.rows
        assert len(frozen) <= streamed.frozen
        assert all(one is other for one, other in zip(frozen, rows, strict=False))
        frozen = rows[: streamed.frozen]


def test_a_block_that_may_still_grow_keeps_its_finished_rows() -> None:
    streamed = StreamedMarkdown(30, LOOK, nothing)
    streamed.append("word " * 200)
    before = list(streamed.rows)
    streamed.append("and " * 20)
    after = streamed.rows
    assert len(before) > 30
    assert sum(one is other for one, other in zip(before, after, strict=False)) >= len(before) - 2


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        ("```text\n", "a line of code\n"),
        ("", "- an item of a list that is wrapped in thirty cells\n"),
        ("", "1. one\n\n   and more\n\n"),
        ("", "A paragraph.\n\n"),
        ("", "## A title\n"),
    ],
)
def test_of_a_long_text_all_but_the_end_is_frozen(start: str, piece: str) -> None:
    streamed = StreamedMarkdown(30, LOOK, nothing)
    streamed.append(start)
    for _ in range(300):
        streamed.append(piece)
        assert len(streamed.rows) - streamed.frozen <= 4
    assert len(streamed.rows) >= 300


def test_rows_are_one_list_for_as_long_as_the_text_grows() -> None:
    streamed = StreamedMarkdown(30, LOOK, nothing)
    rows = streamed.rows
    for char in "# Title\n\ntext\n":
        streamed.append(char)
        assert streamed.rows is rows
    assert texts(rows) == ["Title", "", "text"]


def test_another_width_lays_the_text_out_anew_and_the_same_width_does_not() -> None:
    streamed = StreamedMarkdown(30, LOOK, nothing)
    streamed.append("some words that are wrapped ")
    streamed.append("in a narrow window")
    assert streamed.relaid(30, LOOK) is streamed
    narrow = streamed.relaid(12, LOOK)
    narrow.append("!\r\n\r\nend")
    narrow.finish()
    assert narrow.source == "some words that are wrapped in a narrow window!\r\n\r\nend"
    assert list(narrow.rows) == markdown_rows(narrow.source, 12, LOOK)
    assert narrow.relaid(30, LOOK).is_finished


@given(st.lists(st.text("ab \n#*`\r]:", max_size=8), max_size=6))
@settings(max_examples=60, deadline=None)
def test_without_markdown_the_lines_are_shown_as_they_are(pieces: list[str]) -> None:
    look = Look(theme=LOOK.theme, renders_markdown=False)
    streamed = StreamedMarkdown(12, look, nothing)
    for piece in pieces:
        streamed.append(piece)
        assert streamed.frozen <= len(streamed.rows)
    streamed.finish()
    assert list(streamed.rows) == markdown_rows("".join(pieces), 12, look)
    assert [row.text for row in markdown_rows("# a\n**b**", 12, look)] == ["# a", "**b**"]
