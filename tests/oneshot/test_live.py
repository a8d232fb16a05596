"""What a person sees while Markdown streams, in a real terminal emulator."""

import io
from datetime import UTC, datetime
from itertools import pairwise

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.domain.events import CallStatus, Event, Published, TextDelta, ToolFinished
from aircher.domain.ids import CallId, SessionId
from aircher.oneshot.live import LiveMarkdown
from aircher.oneshot.markdown import Renderer, highlight, wrap
from aircher.oneshot.result import RunResult
from aircher.support.text import display_width, without_controls

ANSWER = """# Where it is

The **renderer** lives in `oneshot/markdown.py` and is called by [live](oneshot/live.py) for every piece of text.

- one item that is long enough to be wrapped over two lines of this narrow terminal
- 乌龟走得慢
  1. nested
  2. again

```python
def answer() -> int:
    return 42
```

| a | bb |
|---|----|
| 1 | 2 |

> quoted

---

- [x] done ~~not~~
"""


def published(event: Event) -> Published:
    return Published(seq=1, at=datetime(2026, 1, 1, tzinfo=UTC), session_id=SessionId("s"), turn_id=None, event=event)


def screen_of(pieces: list[str], *, columns: int = 60) -> list[str]:
    output = io.StringIO()
    sink = LiveMarkdown(output, columns=lambda: columns - 1)
    for piece in pieces:
        sink.on_event(published(TextDelta(text=piece)))
    sink.finish(RunResult(session_id=SessionId("s")))
    screen = pyte.Screen(columns, 200)
    pyte.Stream(screen).feed(output.getvalue().replace("\n", "\r\n"))
    return [line.rstrip() for line in screen.display]


def test_a_whole_answer_looks_like_this() -> None:
    assert [line for line in screen_of([ANSWER]) if line] == [
        "Where it is",
        "The renderer lives in oneshot/markdown.py and is called by",
        "live (oneshot/live.py) for every piece of text.",
        "• one item that is long enough to be wrapped over two lines",
        "  of this narrow terminal",
        "• 乌龟走得慢",
        "  1. nested",
        "  2. again",
        "    def answer() -> int:",
        "        return 42",
        "a │ bb",
        "──┼───",
        "1 │ 2",
        "│ quoted",
        "────────────────────────────────────────",
        "• [x] done not",
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, len(ANSWER) - 1), max_size=40))
def test_how_the_stream_was_cut_cannot_be_seen_at_the_end(cuts: list[int]) -> None:
    edges = [0, *sorted(set(cuts)), len(ANSWER)]
    pieces = [ANSWER[start:end] for start, end in pairwise(edges)]
    assert screen_of(pieces) == screen_of([ANSWER])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_shown_without_an_escape_of_its_own(text: str) -> None:
    lines = Renderer(40).render(text)
    allowed = {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[3m", "\x1b[4m", "\x1b[9m", "\x1b[33m", "\x1b[36m"}
    for line in lines:
        for style in allowed:
            line = line.replace(style, "")
        assert "\x1b" not in line
        assert "\r" not in line


def test_a_tool_call_ends_the_text_before_it() -> None:
    output = io.StringIO()
    sink = LiveMarkdown(output, columns=lambda: 40)
    sink.on_event(published(TextDelta(text="before")))
    done = ToolFinished(call_id=CallId("1"), name="x", status=CallStatus.OK, content="", summary="", duration_ms=0)
    sink.on_event(published(done))
    sink.on_event(published(TextDelta(text="after")))
    sink.finish(RunResult(session_id=SessionId("s")))
    screen = pyte.Screen(40, 10)
    pyte.Stream(screen).feed(output.getvalue().replace("\n", "\r\n"))
    assert [line.rstrip() for line in screen.display[:3]] == ["before", "", "after"]


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("乌", 2), ("e\u0301", 1), ("\x1b[1mx\x1b[0mé", 2), ("", 0)])
def test_width_counts_cells(text: str, width: int) -> None:
    assert display_width(text) == width


def test_controls_and_direction_overrides_are_removed() -> None:
    assert without_controls("a\x1b]0;title\x07b\u202ec\td\n") == "a]0;titlebc\td\n"


def test_a_word_longer_than_the_line_stays_whole() -> None:
    assert wrap([("", "a " + "b" * 30 + " c")], 10) == ["a", "b" * 30, "c"]


def test_an_unknown_language_stays_plain_and_a_known_one_is_coloured() -> None:
    assert highlight("x = 1\ny", "no-such-language") == ["x = 1", "y"]
    assert highlight("x = 1", "") == ["x = 1"]
    assert highlight("x = 1\n" * 500, "python")[:2] == ["x = 1", "x = 1"]
    first, second = highlight("def f():\n    pass", "python")
    assert "\x1b[" in first
    assert "\x1b[" in second


def test_a_string_over_several_lines_keeps_its_colour() -> None:
    lines = highlight('"""One\nfor two\n"""\nx', "python")
    assert lines[1].startswith(lines[0].partition('"')[0])
    assert lines[1].count("\x1b[") == 2


@pytest.mark.parametrize(
    "source",
    [
        "- `a/b.py:1`: `call(one, two, three, four, five, six, seven, eight, nine)` and **bold words that go on**",
        "a ``span with ` inside that is long enough to be wrapped over two lines of it`` end",
        "* **bold that is long enough to be wrapped over two lines of a narrow terminal, really** end",
    ],
)
def test_an_inline_style_that_is_still_open_is_shown_as_it_will_be(source: str) -> None:
    assert screen_of(list(source)) == screen_of([source])


EMPHASIS = (
    "_This sentence in italics is long enough to need three lines of a window as narrow as this one is, no less._"
)
NO_EMPHASIS = (
    "_http is a module whose name begins with a line, which is no emphasis, however long one waits for its end."
)


@pytest.mark.parametrize("source", [EMPHASIS, EMPHASIS.replace("_", "*"), NO_EMPHASIS, f"`a_b` {EMPHASIS} 2 * 3 more"])
def test_a_line_is_not_finished_while_an_emphasis_may_be_open(source: str) -> None:
    pieces = [f"{word} " for word in source.split(" ")]
    assert screen_of(pieces, columns=40) == screen_of([source], columns=40)


def test_half_of_a_closing_fence_leaves_no_trace() -> None:
    source = "```python\nx\n```\n\nafter"
    assert screen_of([source[:13], source[13:18], source[18:]]) == screen_of([source])
