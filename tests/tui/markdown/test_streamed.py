"""However an answer was cut on its way, it looks the same in the end; what is finished is not touched again."""

from collections.abc import Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st

from aircher.tui.look import Look, Role, Theme
from aircher.tui.markdown.streamed import StreamedMarkdown, markdown_rows
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import Style
from aircher.tui.terminal.widths import cells

LOOK = Look(
    theme=Theme(
        name="test",
        is_dark=True,
        styles={role: Style(fg=at + 1) for at, role in enumerate(Role) if role is not Role.TEXT},
    )
)

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


def nothing() -> None:
    """Nobody waits for colours."""


def finished_rows(pieces: Sequence[str], frames: Sequence[bool], width: int) -> Sequence[Row]:
    streamed = StreamedMarkdown(width, LOOK, nothing)
    for piece, is_drawn in zip(pieces, frames, strict=True):
        streamed.append(piece)
        if is_drawn:
            assert all(row.width <= width for row in streamed.rows)
    streamed.finish()
    return streamed.rows


@given(streams(), st.integers(10, 90))
@settings(max_examples=4000, deadline=None)
def test_how_a_text_was_cut_cannot_be_seen_at_the_end(stream: tuple[list[str], list[bool]], width: int) -> None:
    pieces, frames = stream
    assert list(finished_rows(pieces, frames, width)) == markdown_rows("".join(pieces), width, LOOK)
