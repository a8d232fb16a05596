"""Servers that mean harm: endless, compressed, silent, huge. Each ends in words and the right code."""

import gzip

import pytest
from tests.chat_server import KEY, delta, finish, options, serving, stream
from tests.conftest import Aircher

EVENTS = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n"


def test_fifty_megabytes_in_one_piece_arrive_whole(aircher: Aircher) -> None:
    with serving(stream(delta(content="x" * 50_000_000), finish())) as server:
        done = aircher("-p", "hi", *options(server), "--ephemeral", environ=KEY)
    assert (done.code, len(done.stdout), done.stderr) == (0, 50_000_001, "")


@pytest.mark.parametrize(
    ("answer", "error_code", "words"),
    [
        (EVENTS + b"x: " + b"y" * 200_000, "provider.network", "without an answer"),
        (EVENTS + b"\r\ndata: " + b"y" * 1_000_000, "provider.stream", "without an end marker"),
        (
            EVENTS + b"content-encoding: gzip\r\n\r\n" + gzip.compress(b"data: " + b"z" * 150_000_000),
            "provider.stream",
            "in one piece",
        ),
        (EVENTS + b"content-encoding: gzip\r\n\r\nno gzip at all", "provider.stream", "cannot be read"),
    ],
    ids=["endless head", "endless line", "gzip bomb", "no gzip"],
)
def test_a_hostile_answer_is_refused(aircher: Aircher, answer: bytes, error_code: str, words: str) -> None:
    with serving(answer) as server:
        server.hang.set()
        done = aircher("-p", "hi", "--config", "providers.max_retries=0", *options(server), environ=KEY)
    assert (done.code, done.stdout) == (5, "")
    assert done.stderr.startswith(f"error[{error_code}]: ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_says_nothing_is_left_at_the_deadline(aircher: Aircher) -> None:
    with serving(EVENTS + b"\r\n: wait 200 \n\n") as server:
        done = aircher("-p", "hi", "--timeout", "0.5", *options(server), environ=KEY)
    assert (done.code, done.stdout) == (9, "")
    assert done.stderr.startswith("error[deadline]: ")
