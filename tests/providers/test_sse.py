from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.providers._frame import Frame
from aircher.providers._sse import SseParser

PIECES = st.sampled_from(
    [
        b"data: a",
        b"data:b",
        b"event: e",
        b": comment",
        b"\r",
        b"\n",
        b"\r\n",
        b"x",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xa8",
        b"error: z",
        b"data",
    ]
)


def parsed(chunks: list[bytes]) -> list[Frame]:
    parser = SseParser()
    messages = [message for chunk in chunks for message in parser.feed(chunk)]
    last = parser.close()
    return messages if last is None else [*messages, last]


@given(st.lists(PIECES, max_size=40).map(b"".join), st.data())
def test_any_chunking_gives_the_same_messages(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    bounds = [0, *cuts, len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(bounds)]

    assert parsed(chunks) == parsed([stream]) == parsed([bytes([byte]) for byte in stream])


WHOLE = st.sampled_from(
    [b"data: a", b"data: b\n\n", b"event: e\ndata: c\n\n", b"event: e\n", b"data: d\ndata: e\n\n", b"\n", b"\n\n\n",
     b"data:f\n\n", b": comment\n\n", b"data: \n\n", b"event: g\ndata:h\n\n", b"data: i\n\r\n", b"error: j\n\n"]
)  # fmt: skip


@given(st.lists(WHOLE, max_size=20).map(b"".join), st.integers(1, 40))
def test_a_chunk_of_whole_messages_is_cut_like_its_bytes_one_by_one(stream: bytes, size: int) -> None:
    chunks = [stream[start : start + size] for start in range(0, len(stream), size)]

    assert parsed([stream]) == parsed(chunks) == parsed([bytes([byte]) for byte in stream])


def test_lines_end_at_cr_lf_and_crlf_and_nothing_else() -> None:
    stream = "data: a\u2028b\x85c\x0cd\r\rdata: e\n\ndata: f\r\n\r\n".encode()

    assert parsed([stream]) == [
        Frame(b"", "a\u2028b\x85c\x0cd".encode()),
        Frame(b"", b"e"),
        Frame(b"", b"f"),
    ]


def test_data_lines_are_joined_and_comments_and_unknown_fields_ignored() -> None:
    stream = b"\xef\xbb\xbf: hi\nid: 7\nevent: tick\ndata: 1\ndata:  2\ndata\n\n\n\nevent: lonely\n\ndata:3\n\n"

    assert parsed([stream]) == [Frame(b"tick", b"1\n 2\n"), Frame(b"", b"3")]


def test_the_error_field_of_old_llama_servers_is_an_error_event() -> None:
    assert parsed([b'error: {"code":500}\n\n']) == [Frame(b"error", b'{"code":500}')]


def test_what_the_end_cut_off_is_handed_out_separately() -> None:
    parser = SseParser()

    assert parser.feed(b"data: whole\n\ndata: ha") == [Frame(b"", b"whole")]
    assert parser.close() == Frame(b"", b"ha")
    assert parser.close() is None


def test_a_line_of_two_megabytes_in_small_chunks_is_one_message() -> None:
    line = b"x" * 2_000_000
    chunks = [b"data: ", *(line[start : start + 997] for start in range(0, len(line), 997)), b"\n\n"]

    assert parsed(chunks) == [Frame(b"", line)]


@pytest.mark.parametrize("chunk", [b"x" * 100, b"data: " + b"x" * 93 + b"\n"])
def test_what_is_held_for_an_unfinished_message_is_counted_and_let_go(chunk: bytes) -> None:
    parser = SseParser()
    for _ in range(5):
        assert parser.feed(chunk) == []
    assert parser.held_bytes in {500, 5 * 99}  # line ends do not count
    parser.feed(b"\n\n")
    assert parser.held_bytes == 0
