"""Bytes become the events that a person meant, however they were cut."""

import time
import timeit
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.tui.terminal.events import BackgroundTold, FocusChanged, InputEvent, KeyPressed, MouseUsed, Pasted
from aircher.tui.terminal.keys import Answered, KeyParser, TerminalEvent

NAMED = {
    b"\r": "enter",
    b"\n": "ctrl+j",
    b"\t": "tab",
    b"\x7f": "backspace",
    b"\x08": "ctrl+h",
    b"\x00": "ctrl+space",
    b"\x01": "ctrl+a",
    b"\x1a": "ctrl+z",
    b"\x1f": "ctrl+_",
    b"\x1c": "ctrl+\\",
    b"\x1b[A": "up",
    b"\x1bOA": "up",
    b"\x1b[D": "left",
    b"\x1b[H": "home",
    b"\x1bOF": "end",
    b"\x1b[1~": "home",
    b"\x1b[3~": "delete",
    b"\x1b[3;5~": "ctrl+delete",
    b"\x1b[5~": "pageup",
    b"\x1b[6;3~": "alt+pagedown",
    b"\x1b[1;5A": "ctrl+up",
    b"\x1b[1;2D": "shift+left",
    b"\x1b[1;6C": "ctrl+shift+right",
    b"\x1b[1;8C": "ctrl+alt+shift+right",
    b"\x1b[Z": "shift+tab",
    b"\x1bOP": "f1",
    b"\x1b[1;2P": "shift+f1",
    b"\x1b[[C": "f3",
    b"\x1b[15~": "f5",
    b"\x1b[24;5~": "ctrl+f12",
    b"\x1b[3^": "ctrl+delete",
    b"\x1b[a": "shift+up",
    b"\x1bOa": "ctrl+up",
    b"\x1bOM": "enter",
    b"\x1ba": "alt+a",
    b"\x1bA": "alt+A",
    b"\x1b\r": "alt+enter",
    b"\x1b\x7f": "alt+backspace",
    b"\x1b\x01": "ctrl+alt+a",
    b"\x1b ": "alt+space",
    "\x1bé".encode(): "alt+é",
    b"\x1b\x1b[A": "alt+up",
    b"\x1b\x1b[1;5A": "ctrl+alt+up",
    b"\x1b[13;2u": "shift+enter",
    b"\x1b[13;3u": "alt+enter",
    b"\x1b[27u": "escape",
    b"\x1b[27;5u": "ctrl+escape",
    b"\x1b[9;5u": "ctrl+tab",
    b"\x1b[99;5u": "ctrl+c",
    b"\x1b[116;6u": "ctrl+shift+t",
    b"\x1b[97;3u": "alt+a",
    b"\x1b[97:65;4u": "alt+A",
    b"\x1b[49:33;4u": "alt+!",
    b"\x1b[1089::99;5u": "ctrl+c",
    b"\x1b[99;69u": "ctrl+c",
    b"\x1b[127;5u": "ctrl+backspace",
    b"\x1b[57414u": "enter",
    b"\x1b[57419;5u": "ctrl+up",
    b"\x1b[1;5:1A": "ctrl+up",
    b"\x1b[27;2;13~": "shift+enter",
    b"\x1b[27;6;116~": "ctrl+shift+t",
    b"\x1b[27;5;99~": "ctrl+c",
}
SWALLOWED = [
    b"\x1b[97;9u",
    b"\x1b[97;1:3u",
    b"\x1b[57358u",
    b"\x1b[99~",
    b"\x1b[?1;2;3h",
    b"\x1b[>41;354;0c",
    b"\x1bP1$r0m\x1b\\",
    b"\x1b_Gi=1;OK\x1b\\",
    b"\x1b]10;rgb:ff/ff/ff\x07",
    b"\x1b]11;rgb:zz/ff/ff\x07",
    b"\x1b[M !!",
    b"\x1b[<66;3;4M",
    b"\x1b[<35;3;4M",
    b"\x1b[<1;2M",
    b"\x1b[?u",
    b"\xc2\x9b",
]
WHOLE: list[tuple[bytes, InputEvent | Answered]] = [
    (b"a", KeyPressed(key="a", text="a")),
    (b" ", KeyPressed(key="space", text=" ")),
    ("語".encode(), KeyPressed(key="語", text="語")),
    ("👍".encode(), KeyPressed(key="👍", text="👍")),
    (b"\xff", KeyPressed(key="\ufffd", text="\ufffd")),
    (b"\x1b[97;2u", KeyPressed(key="A", text="A")),
    (b"\x1b[57404u", KeyPressed(key="5", text="5")),
    (b"\x1bOj", KeyPressed(key="*", text="*")),
    (b"\x1b[32;2u", KeyPressed(key="shift+space", text=" ")),
    (b"\x1b[I", FocusChanged(has_focus=True)),
    (b"\x1b[O", FocusChanged(has_focus=False)),
    (b"\x1b[<0;1;1M", MouseUsed(kind="press", x=0, y=0, button="left")),
    (b"\x1b[<2;11;4m", MouseUsed(kind="release", x=10, y=3, button="right")),
    (b"\x1b[<32;300;4M", MouseUsed(kind="drag", x=299, y=3, button="left")),
    (b"\x1b[<64;2;3M", MouseUsed(kind="scroll_up", x=1, y=2)),
    (b"\x1b[<93;2;3M", MouseUsed(kind="scroll_down", x=1, y=2, has_shift=True, has_ctrl=True, has_alt=True)),
    (b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", BackgroundTold(color=0x1E1E2E)),
    (b"\x1b]11;rgb:ff/f/0000\x07", BackgroundTold(color=0xFFFF00)),
    (b"\x1b]11;rgba:ffff/0000/0000/ffff\x07", BackgroundTold(color=0xFF0000)),
    (b"\x1b]11;#aabbcc\x07", BackgroundTold(color=0xAABBCC)),
    (b"\x1b[?2026;2$y", Answered(kind="mode", numbers=(2026, 2))),
    (b"\x1b[?62;22;52c", Answered(kind="attributes", numbers=(62, 22, 52))),
    (b"\x1b[?997;1n", Answered(kind="scheme", numbers=(997, 1))),
    (b"\x1b[200~\x1b[201~", Pasted(text="")),
    (b"\x1b[200~a\r\nb\rc\nd\x1b[A\x00\x1b[20\x1b[201~", Pasted(text="a\nb\nc\nd\x1b[A\x00\x1b[20")),
    ("\x1b[200~日本\x1b[201~".encode(), Pasted(text="日本")),
]


def parsed(data: bytes, encoding: str = "utf-8") -> list[TerminalEvent]:
    parser = KeyParser(encoding)
    return [*parser.feed(data), *parser.flush()]


@pytest.mark.parametrize(("data", "key"), NAMED.items())
def test_a_key_has_the_name_that_configuration_uses(data: bytes, key: str) -> None:
    assert parsed(data) == [KeyPressed(key=key)]


@pytest.mark.parametrize(("data", "event"), WHOLE)
def test_what_a_terminal_tells_becomes_one_event(data: bytes, event: TerminalEvent) -> None:
    assert parsed(data) == [event]


@pytest.mark.parametrize("data", SWALLOWED)
def test_what_is_not_understood_is_swallowed_and_the_next_key_is_not(data: bytes) -> None:
    assert parsed(data + b"x") == [KeyPressed(key="x", text="x")]


@pytest.mark.parametrize(
    ("data", "waiting", "keys"),
    [
        (b"\x1b", "escape", ["escape"]),
        (b"\x1b\x1b", "escape", ["escape", "escape"]),
        (b"\x1b[", "escape", ["alt+["]),
        (b"\x1bO", "escape", ["alt+O"]),
        (b"\x1b]", "escape", ["alt+]"]),
        (b"\x1b[1;", "sequence", []),
        (b"\x1b]11;rgb", "sequence", []),
        (b"a", "", ["a"]),
    ],
)
def test_time_decides_what_a_begun_sequence_is(data: bytes, waiting: str, keys: list[str]) -> None:
    parser = KeyParser()
    before = parser.feed(data)
    assert parser.waiting == waiting
    events = [*before, *parser.flush()]
    assert [event.key for event in events if isinstance(event, KeyPressed)] == keys
    assert parser.waiting == ""


def test_a_paste_that_lost_its_end_is_given_out_when_nothing_follows() -> None:
    parser = KeyParser()
    assert parser.feed(b"\x1b[200~abc\x1b[20") == []
    assert parser.waiting == "paste"
    assert parser.flush() == [Pasted(text="abc\x1b[20")]
    assert parser.feed(b"x") == [KeyPressed(key="x", text="x")]


def test_a_string_that_is_broken_off_by_a_key_does_not_eat_the_key() -> None:
    assert parsed(b"\x1b]11;rgb\x1bx") == [KeyPressed(key="alt+x")]
    assert parsed(b"\x1b[1;\x1b[A") == [KeyPressed(key="up")]
    assert parsed(b"\x1bO\x1b[A\x1b[\x1b") == [KeyPressed(key=key) for key in ("alt+O", "up", "alt+[", "escape")]


def test_a_string_without_an_end_is_given_up() -> None:
    events = parsed(b"\x1b]0;" + b"a" * 5_000)
    assert 0 < len(events) < 1_000


def test_escape_before_many_escapes_is_a_key_each() -> None:
    assert parsed(b"\x1b\x1b\x1b\x1ba") == [*[KeyPressed(key="escape")] * 3, KeyPressed(key="alt+a")]


def test_a_terminal_of_another_encoding_is_understood() -> None:
    assert parsed("é".encode("latin-1"), "latin-1") == [KeyPressed(key="é", text="é")]
    assert parsed("日".encode("euc-jp"), "euc-jp") == [KeyPressed(key="日", text="日")]


def test_more_than_anybody_reads_is_left_out_of_a_paste() -> None:
    parser = KeyParser()
    parser.feed(b"\x1b[200~")
    for _ in range(17):
        parser.feed(b"x" * (1 << 20))
    assert parser.feed(b"\x1b[201~") == [Pasted(text="x" * (16 << 20))]


def test_a_paste_takes_time_in_proportion_to_its_length() -> None:
    def cpu_s(count: int) -> float:
        data = b"\x1b[200~" + b"0123456\x1b[20" * (count // 11) + b"\x1b[201~"

        def paste() -> None:
            parser = KeyParser()
            events = [event for at in range(0, len(data), 1_024) for event in parser.feed(data[at : at + 1_024])]
            assert len(events) == 1

        return min(timeit.repeat(paste, timer=time.process_time, repeat=3, number=1))

    assert cpu_s(1 << 22) < 40 * max(cpu_s(1 << 19), 0.002)


PIECES = [
    *NAMED,
    *SWALLOWED,
    *(data for data, _ in WHOLE),
    b"\x1b",
    b"\x1b[",
    b"\x1b[200~",
    b"\x1b[201~",
    b"\x1b]11;",
    b"\x1bP",
    b"\xe6\x97",
    b"hello",
]
streams = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join),
    st.binary(max_size=60),
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=12).map(b"".join),
    st.lists(st.sampled_from([b"\x1b", b"[", b"O", b"]", b"1", b";", b"~", b"M", b"\\", b"\xc3", b"a"])).map(b"".join),
)


@settings(max_examples=400, deadline=None)
@given(streams, st.lists(st.integers(0, 60), max_size=20))
def test_any_cut_of_the_bytes_gives_the_same_events(data: bytes, cuts: list[int]) -> None:
    parser = KeyParser()
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    events = [event for start, end in pairwise(places) for event in parser.feed(data[start:end])]
    assert [*events, *parser.flush()] == parsed(data)


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_leave_a_parser_that_understands_the_next_key_after_a_while(data: bytes) -> None:
    parser = KeyParser()
    parser.feed(data)
    parser.flush()
    parser.feed(b"\x1b\\")
    parser.flush()
    assert parser.feed(b"\x1b[A")[-1:] == [KeyPressed(key="up")]
