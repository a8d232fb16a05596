from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aircher.providers._frame import Frame
from aircher.providers._ndjson import NdjsonParser

PIECES = st.sampled_from(
    [b'{"a":1}', b"\n", b"\r\n", b"\r", b" ", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0b", b"x", b"\xff"]
)


def parsed(chunks: list[bytes]) -> list[Frame]:
    parser = NdjsonParser()
    frames = [frame for chunk in chunks for frame in parser.feed(chunk)]
    last = parser.close()
    return frames if last is None else [*frames, last]


@given(st.lists(PIECES, max_size=40).map(b"".join), st.data())
def test_any_chunking_gives_the_same_frames(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    bounds = [0, *cuts, len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(bounds)]

    assert parsed(chunks) == parsed([stream]) == parsed([bytes([byte]) for byte in stream])


@given(st.lists(PIECES, max_size=40).map(b"".join))
def test_a_frame_is_a_line_that_is_not_blank(stream: bytes) -> None:
    assert [frame.data for frame in parsed([stream])] == [line.strip() for line in stream.split(b"\n") if line.strip()]


def test_lines_end_at_lf_and_nothing_else() -> None:
    stream = 'a\u2028b\x85c\x0cd\re\n{"f":1}\r\n\n \r\ng'.encode()

    assert parsed([stream]) == [
        Frame(b"", "a\u2028b\x85c\x0cd\re".encode()),
        Frame(b"", b'{"f":1}'),
        Frame(b"", b"g"),
    ]


def test_a_last_line_without_a_newline_is_handed_out_separately_and_once() -> None:
    parser = NdjsonParser()

    assert parser.feed(b"whole\nha") == [Frame(b"", b"whole")]
    assert parser.feed(b"lf") == []
    assert parser.close() == Frame(b"", b"half")
    assert parser.close() is None


def test_what_is_held_for_an_unfinished_line_is_counted_and_let_go() -> None:
    parser = NdjsonParser()
    for _ in range(5):
        assert parser.feed(b"x" * 100) == []
    assert parser.held_bytes == 500
    assert parser.feed(b"\nyy") == [Frame(b"", b"x" * 500)]
    assert parser.held_bytes == 2
    parser.close()
    assert parser.held_bytes == 0


def test_a_line_of_two_megabytes_in_small_chunks_is_one_frame() -> None:
    line = b"x" * 2_000_000
    chunks = [line[start : start + 997] for start in range(0, len(line), 997)]

    assert parsed([*chunks, b"\n"]) == [Frame(b"", line)]
