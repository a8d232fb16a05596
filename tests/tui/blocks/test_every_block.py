"""What holds for every block, whatever is in it and however wide the screen is."""

from collections.abc import Iterator
from itertools import pairwise
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tui.blocks.scene import FULL, LOOK, PLAIN_LOOK, SIDE_BY_SIDE, STILL, THEME, Scene, ended, texts

from aircher.domain.display import (
    CallsBlock,
    CallState,
    DelegatedCall,
    DiffBlock,
    DisplayBlock,
    NoticeBlock,
    ShellBlock,
    TableBlock,
    TextBlock,
    TodoBlock,
    TodoItem,
)
from aircher.domain.events import CallStatus, ErrorRaised, RetryScheduled, StopReason, TurnFinished
from aircher.domain.messages import ImagePart, TextPart
from aircher.domain.usage import Usage
from aircher.tui.blocks.displayed import DisplayedBlock
from aircher.tui.blocks.factory import Blocks
from aircher.tui.blocks.layout import hanging, plain_wrapped, shortened
from aircher.tui.blocks.output import LiveTail, without_codes
from aircher.tui.look import UNICODE, Look
from aircher.tui.parts import Block
from aircher.tui.terminal.rows import wrap
from aircher.tui.terminal.styles import Style
from aircher.tui.terminal.widths import cells

PIECES = st.sampled_from(
    [
        "word",
        "a much longer one",
        " ",
        "  ",
        "\n",
        "\t",
        "日本語",
        "e\u0301",
        "👩‍👩‍👧",
        "\x1b[31m",
        "\r",
        "\u202e",
        "x" * 60,
        "-",
        "+",
    ]
)
FOREIGN = st.lists(PIECES, max_size=25).map("".join)
WIDTHS = st.one_of(st.integers(8, 40), st.integers(41, 300))
LOOKS = st.sampled_from([LOOK, FULL, SIDE_BY_SIDE, STILL, PLAIN_LOOK, Look(theme=THEME, shows_thinking=True)])
STYLE = Style(bold=True)


def displays(text: str) -> tuple[DisplayBlock, ...]:
    diff = "@@ -1,3 +1,3 @@\n" + "\n".join("-+ "[number % 3] + line for number, line in enumerate(text.split("\n")))
    return (
        TextBlock(text=text),
        TextBlock(text=text, language="diff"),
        DiffBlock(path=text[:30], diff=diff, added=3, removed=2),
        ShellBlock(command=text[:50], output=text, exit_status=1),
        TableBlock(header=("a", text[:9]), rows=((text, "1"), (text[:5],), ("x", "22"))),
        TodoBlock(items=(TodoItem(text=text, state="in_progress"), TodoItem(text="b", state="completed"))),
        NoticeBlock(text=text, level="warning"),
        CallsBlock(
            calls=tuple(
                DelegatedCall(number=at, name=text[:9], subject=text, state=state, summary=text, duration_ms=9_000)
                for at, state in enumerate(get_args(CallState), 1)
            )
        ),
    )


def blocks(text: str, scene: Scene) -> Iterator[Block]:
    made = Blocks(scene.changed)
    yield made.user((TextPart(text=text), ImagePart(media_type=text[:20], data_base64="AAAA")))
    thinking = made.thinking(scene.clock)
    thinking.append(text)
    yield thinking
    yield made.retry(
        RetryScheduled(attempt=1, delay_s=3, code="x", message=text, provider="p", model=text[:9]), scene.clock
    )
    yield made.error(ErrorRaised(code="x", message=text, hint=text))
    yield made.turn_end(
        TurnFinished(stop_reason=StopReason.LENGTH, rounds=1, duration_ms=5), Usage(input_tokens=5), 1.0
    )
    yield made.notice(text, "error")
    yield DisplayedBlock(displays(text), scene.changed)
    running = scene.call("shell", {"command": text}, "a/b/c")
    running.started()
    running.output(text)
    scene.now_s += 70
    yield running
    for status in CallStatus:
        event = ended(status, content=text, summary=text, display=displays(text), duration_ms=5_000)
        yield scene.done(text[:20], {"path": text}, event)
        yield scene.done("read_file", {"path": text}, ended(status, content=text, summary=text))


@settings(max_examples=60, deadline=None)
@given(text=FOREIGN, width=WIDTHS, look=LOOKS)
def test_rows_fit_say_nothing_harmful_and_stay_what_they_are(text: str, width: int, look: Look) -> None:
    for block in blocks(text, Scene()):
        for _ in range(2):
            rows = block.rows(width, look)
            for row in rows:
                assert row.width <= width, (block, row)
                assert row.width == cells(row.text), (block, row)
                assert not set(row.text) & set("\x1b\r\n\t\u202e"), (block, row)
            assert block.rows(width, look) is rows
            assert isinstance(block.source, str)
            block.toggle()


@settings(max_examples=200, deadline=None)
@given(text=st.lists(st.sampled_from(["a", "bc", "word", " ", "  ", "\n", "x" * 15, "日本"]), max_size=40).map("".join))
def test_the_short_way_of_wrapping_is_that_of_all(text: str) -> None:
    for width in (2, 7, 12, 40):
        assert texts(plain_wrapped(text, width, STYLE)) == texts(wrap([(text, STYLE)], width))


@given(text=st.lists(st.sampled_from(["a", "bc", "word", " ", "  ", "x" * 15, "日本"]), max_size=40).map("".join))
def test_a_command_is_broken_behind_its_spaces_and_loses_none(text: str) -> None:
    for width in (2, 7, 12, 40):
        rows = [row.text for row in hanging(text, width, STYLE)]
        assert "".join(rows) == text
        for before, row in pairwise(rows):
            is_full = cells(before) >= width - 1  # a wide sign may not fit into the last cell
            assert (before.endswith(" ") and not row.startswith(" ")) or is_full, rows


def test_rows_of_a_command_begin_with_its_words() -> None:
    numbers = "for i in " + " ".join(map(str, range(1, 30)))
    assert [row.text for row in hanging(numbers, 20, STYLE)] == [
        "for i in 1 2 3 4 5 ",
        "6 7 8 9 10 11 12 13 ",
        "14 15 16 17 18 19 ",
        "20 21 22 23 24 25 ",
        "26 27 28 29",
    ]


@given(text=FOREIGN, width=st.integers(0, 40))
def test_a_shortened_line_fits_and_tells_that_it_is(text: str, width: int) -> None:
    line = shortened(text, width, UNICODE)
    assert cells(line) <= width


@given(pieces=st.lists(PIECES, max_size=30), at=st.integers(0, 200))
def test_an_output_is_the_same_however_it_is_cut(pieces: list[str], at: int) -> None:
    text = "".join(pieces)
    whole, cut, single = LiveTail(), LiveTail(), LiveTail()
    whole.append(text)
    cut.append(text[:at])
    cut.append(text[at:])
    for char in text:
        single.append(char)
    assert whole.lines() == cut.lines() == single.lines()
    lines = without_codes(text).split("\n")
    assert whole.lines()[1] == (lines if lines[-1] else lines[:-1])


def test_an_output_without_end_takes_bounded_memory() -> None:
    tail = LiveTail()
    for _ in range(300):
        tail.append("x" * 10_000 + "\n" * 10)
    before, lines = tail.lines()
    assert (before + len(lines), len(lines)) == (3_000, 200)
    tail.append("z" * 5_000_000 + "\nlast")
    assert tail.lines(1) == (3_001, ["last"])
    assert max(map(len, tail.lines()[1])) == 2_000


def test_control_sequences_of_every_kind_are_dropped() -> None:
    text = "\x1b]0;title\x07a\x1b[1;31mb\x1b[0m\x1b(Bc\x1b]8;;http://x\x1b\\d\x1b7e"
    assert without_codes(text) == "abcde"
