"""The framing of one answer: every way to mark its end, every cut, and what must not become part of it."""

from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.providers._response_parser import BrokenAnswer, ResponseParser

OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = OK + b"Content-Type: text/plain\r\nContent-Length: 11\r\n\r\nhello world"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1;ext=1\r\n \r\n5\r\nworld\r\n0\r\n\r\n"
TO_THE_END = OK + b"Server: old\r\n\r\nhello world"
CLOSING = OK + b"Connection: close\r\nContent-Length: 11\r\n\r\nhello world"
EMPTY = OK + b"Content-Length: 0\r\n\r\n"
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
SECOND = b"HTTP/1.1 500 Oops\r\nContent-Length: 3\r\nX-Secret: 1\r\n\r\nbad"


class Read(NamedTuple):
    """All that is known of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_over: bool
    keeps_alive: bool


def read(*pieces: bytes, is_closed: bool = False) -> Read:
    parser = ResponseParser()
    body = b""
    for piece in pieces:
        parser.feed(piece)
        body += parser.take()
    if is_closed:
        parser.close()
    assert parser.has_head is (parser.status >= 200)
    return Read(parser.status, parser.headers, body + parser.take(), parser.is_over, parser.keeps_alive)


ANSWERS = {
    "length": (LENGTH, Read(200, {"content-type": "text/plain", "content-length": "11"}, b"hello world", True, True)),
    "chunked": (CHUNKED, Read(200, {"transfer-encoding": "chunked"}, b"hello world", True, True)),
    "closing": (CLOSING, Read(200, {"connection": "close", "content-length": "11"}, b"hello world", True, False)),
    "empty": (EMPTY, Read(200, {"content-length": "0"}, b"", True, True)),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", Read(204, {}, b"", True, True)),
    "not modified": (
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        Read(304, {"content-length": "5"}, b"", True, True),
    ),
    "old": (
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        Read(200, {"content-length": "2"}, b"ok", True, False),
    ),
    "early": (
        EARLY + LENGTH,
        Read(200, {"content-type": "text/plain", "content-length": "11"}, b"hello world", True, True),
    ),
    "offering an upgrade": (
        OK + b"Connection: Upgrade, Keep-Alive\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok",
        Read(200, {"connection": "Upgrade, Keep-Alive", "upgrade": "h2c", "content-length": "2"}, b"ok", True, True),
    ),
    "repeated": (
        b"HTTP/1.1 429 Slow\r\nX-Limit:  a \r\nx-limit: b\r\nx-name: caf\xe9\r\nContent-Length: 0\r\n\r\n",
        Read(429, {"x-limit": "a, b", "x-name": "café", "content-length": "0"}, b"", True, True),
    ),
}
parametrize_answers = pytest.mark.parametrize(("answer", "expected"), ANSWERS.values(), ids=ANSWERS.keys())


@parametrize_answers
def test_an_answer_in_one_piece_is_read(answer: bytes, expected: Read) -> None:
    assert read(answer) == expected


@parametrize_answers
def test_an_answer_is_the_same_wherever_it_is_cut_in_two(answer: bytes, expected: Read) -> None:
    for cut in range(1, len(answer)):
        assert read(answer[:cut], answer[cut:]) == expected


@given(st.sampled_from(list(ANSWERS)), st.sets(st.integers(1, 150)))
def test_an_answer_is_the_same_in_any_pieces(name: str, cuts: set[int]) -> None:
    answer, expected = ANSWERS[name]
    bounds = [0, *sorted(cut for cut in cuts if cut < len(answer)), len(answer)]
    assert read(*(answer[start:end] for start, end in pairwise(bounds))) == expected


@parametrize_answers
def test_an_answer_that_ends_anywhere_before_its_end_is_broken(answer: bytes, expected: Read) -> None:
    for cut in range(len(answer)):
        with pytest.raises(BrokenAnswer, match="closed before the answer was over"):
            read(answer[:cut], is_closed=True)


@parametrize_answers
def test_the_end_of_the_connection_after_the_answer_only_ends_the_connection(answer: bytes, expected: Read) -> None:
    assert read(answer, is_closed=True) == expected._replace(keeps_alive=False)


def test_an_answer_that_lasts_as_long_as_its_connection_is_whole_when_that_ends() -> None:
    assert read(TO_THE_END) == Read(200, {"server": "old"}, b"hello world", False, False)
    assert read(TO_THE_END, is_closed=True) == Read(200, {"server": "old"}, b"hello world", True, False)
    head_ends_at = TO_THE_END.index(b"\r\n\r\n") + 4
    for cut in range(head_ends_at):
        with pytest.raises(BrokenAnswer):
            read(TO_THE_END[:cut], is_closed=True)
    for cut in range(head_ends_at, len(TO_THE_END)):
        assert read(TO_THE_END[:cut], TO_THE_END[cut:], is_closed=True).body == b"hello world"
        assert read(TO_THE_END[:cut], is_closed=True).body == TO_THE_END[head_ends_at:cut]


@pytest.mark.parametrize(
    "more", [SECOND, b"HTTP/1.1 20", b"H", b"garbage", b"\x00", EARLY, b"0\r\n\r\n"], ids=lambda more: repr(more[:12])
)
@parametrize_answers
def test_what_comes_after_the_end_is_no_part_of_the_answer_and_ends_the_connection(
    answer: bytes, expected: Read, more: bytes
) -> None:
    expected = expected._replace(keeps_alive=False)
    assert read(answer + more) == expected
    assert read(answer, more) == expected
    assert read(answer[:-1], answer[-1:] + more[:1], more[1:] or b"x") == expected


def test_trailers_are_read_over_with_the_body() -> None:
    answer = CHUNKED.removesuffix(b"\r\n") + b"X-Sum: 1\r\n\r\n"
    got = read(answer)
    assert (got.body, got.is_over, got.keeps_alive) == (b"hello world", True, True)
    for cut in range(1, len(answer)):
        assert read(answer[:cut], answer[cut:]) == got


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"<html>",
        b"HTTP/1.1 abc OK\r\n\r\n",
        OK + b"no colon\r\n\r\n",
        OK + b"Content-Length: eleven\r\n\r\nhello world",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nok",
        OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ],
)
def test_what_is_not_http_is_broken(answer: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        read(answer)
    with pytest.raises(BrokenAnswer):
        read(*(answer[at : at + 1] for at in range(len(answer))))


@pytest.mark.parametrize("size", [1_000, 65_536])
def test_a_head_that_does_not_end_is_given_up_after_64_kib(size: int) -> None:
    with pytest.raises(BrokenAnswer, match="the head of the answer does not end"):
        read(OK + b"x: ", *([b"a" * size] * (65_536 // size + 1)))


def test_early_answers_without_end_are_given_up_too() -> None:
    with pytest.raises(BrokenAnswer, match="the head of the answer does not end"):
        read(*([EARLY] * (65_536 // len(EARLY) + 1)))


def test_a_head_just_below_64_kib_is_read() -> None:
    head = OK + b"x: " + b"a" * 65_000 + b"\r\nContent-Length: 2\r\n\r\n"
    got = read(*(head[at : at + 1_000] for at in range(0, len(head), 1_000)), b"ok")
    assert (got.headers["x"], got.body, got.is_over) == ("a" * 65_000, b"ok", True)


@given(st.binary(max_size=200), st.lists(st.binary(max_size=20), max_size=10))
def test_arbitrary_bytes_are_an_answer_or_broken(start: bytes, pieces: list[bytes]) -> None:
    for begin in (b"", OK, OK + b"Transfer-Encoding: chunked\r\n\r\n"):
        parser = ResponseParser()
        try:
            for piece in (begin + start, *pieces):
                parser.feed(piece)
            parser.close()
        except BrokenAnswer:
            continue
        assert parser.is_over
        assert not parser.keeps_alive


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=10), st.sets(st.integers(1, 400)))
def test_any_chunks_of_a_body_in_any_pieces_are_the_body(chunks: list[bytes], cuts: set[int]) -> None:
    framed = b"".join(b"%X\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    answer = OK + b"Transfer-Encoding: chunked\r\n\r\n" + framed + b"0\r\n\r\n"
    bounds = [0, *sorted(cut for cut in cuts if cut < len(answer)), len(answer)]
    got = read(*(answer[start:end] for start, end in pairwise(bounds)))
    assert got == Read(200, {"transfer-encoding": "chunked"}, b"".join(chunks), True, True)
