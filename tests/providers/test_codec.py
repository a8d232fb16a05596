"""What all codecs do alike: read JSON, tell complaints from answers, and insist on an end."""

import sys
from typing import TypeAlias

import pytest

from aircher.domain.errors import ApiError, AuthError, ProviderError, RateLimitError, StreamInterruptedError
from aircher.domain.messages import JsonValue
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived
from aircher.providers._codec import JsonCodec
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame

ENDPOINT = Endpoint(provider="mine", kind="openai-compatible", url="http://127.0.0.1/v1/chat", model="m")
STOP = Finished(reason=FinishReason.STOP)
Failure: TypeAlias = tuple[type[ProviderError], str]


class Words(JsonCodec):
    """The simplest wire: every text is shown, ``null`` is the end mark, ``true`` makes the answer whole."""

    def __init__(self, endpoint: Endpoint = ENDPOINT) -> None:
        super().__init__(endpoint)
        self._text = ""
        self._is_complete = False

    @property
    def received_chars(self) -> int:
        return len(self._text)

    @property
    def is_complete(self) -> bool:
        return self._is_complete

    def take(self, message: JsonValue) -> list[StreamEvent]:
        self.is_done = message is None
        self._is_complete = self._is_complete or message is True
        if not isinstance(message, str):
            return []
        self._text += message
        return [TextReceived(text=message)]

    def take_whole(self, answer: JsonValue) -> list[StreamEvent] | None:
        return [TextReceived(text=answer)] if isinstance(answer, str) else None

    def ending(self) -> list[StreamEvent]:
        return [STOP]

    def salvage(self) -> list[StreamEvent]:
        return []


class TrueCodes(Words):
    """A wire whose complaints carry the status that they should have come with."""

    has_true_codes = True


def frame(data: bytes, event: bytes = b"") -> Frame:
    return Frame(event, data)


def test_messages_become_events_until_the_end() -> None:
    codec = Words()
    assert codec.feed(frame(b'"Hel"')) == [TextReceived(text="Hel")]
    assert codec.feed(frame(b'"lo"', b"anything")) == [TextReceived(text="lo")]
    assert (codec.is_done, codec.received_chars) == (False, 5)
    assert codec.feed(frame(b"null")) == []
    assert codec.is_done
    assert codec.finish() == [STOP]


def test_an_answer_that_is_whole_needs_no_end_mark() -> None:
    codec = Words()
    codec.feed(frame(b"true"))
    assert (codec.is_done, codec.is_complete, codec.finish()) == (False, True, [STOP])


@pytest.mark.parametrize(("model", "about"), [("m", " of m"), ("", "")])
def test_an_answer_that_is_not_whole_says_so(model: str, about: str) -> None:
    codec = Words(Endpoint(provider="mine", kind="openai-compatible", url="http://127.0.0.1", model=model))
    codec.feed(frame(b'"Hello"'))
    with pytest.raises(StreamInterruptedError) as caught:
        codec.finish()
    error = caught.value
    assert error.message == f"mine ended the answer{about} without an end marker, after 5 characters"
    assert (error.kind, error.received_chars, error.is_retryable) == ("truncated", 5, True)


@pytest.mark.parametrize("data", [b"", b" ", b"\n\t "])
def test_an_empty_message_brings_nothing(data: bytes) -> None:
    assert Words().feed(frame(data)) == []


@pytest.mark.parametrize("data", [b"{", b'"Hel', b"Hello", b"{}{}", b"[" * 100_000])
def test_a_message_that_is_no_json_is_malformed_unless_it_is_the_last(data: bytes) -> None:
    codec = Words()
    with pytest.raises(StreamInterruptedError) as caught:
        codec.feed(frame(data))
    assert caught.value.kind == "malformed"
    assert caught.value.message.startswith(
        f"mine sent something unreadable from http://127.0.0.1/v1/chat: {data[:100].decode()}"
    )
    assert codec.feed_last(frame(data)) == []


def failure(codec: JsonCodec, one: Frame) -> tuple[type[ProviderError], str, int | None]:
    with pytest.raises(ApiError) as caught:
        codec.feed(one)
    with pytest.raises(type(caught.value)) as last:
        codec.feed_last(one)
    assert last.value.message == caught.value.message
    return type(caught.value), caught.value.kind, caught.value.status


@pytest.mark.parametrize(
    ("data", "event", "words"),
    [
        (b'{"error": {"message": "too busy"}}', b"", "too busy"),
        (b'{"error": "too busy"}', b"", "too busy"),
        (b'[{"error": "too busy"}]', b"", "too busy"),
        (b'{"message": "too busy"}', b"error", "too busy"),
        (b"too busy", b"error", "too busy"),
        (b"[1, 2]", b"error", "[1, 2]"),
    ],
)
def test_a_complaint_in_the_stream_is_an_error_with_the_servers_words(data: bytes, event: bytes, words: str) -> None:
    codec = Words()
    with pytest.raises(ApiError) as caught:
        codec.feed(frame(data, event))
    assert words in caught.value.message
    assert codec.received_chars == 0


def test_the_number_in_a_complaint_is_its_status_only_where_the_wire_says_so() -> None:
    complaint = frame(b'{"error": {"message": "no", "code": 401}}')
    assert failure(TrueCodes(), complaint) == (AuthError, "auth", 401)
    assert failure(Words(), complaint)[2] is None
    slow = frame(b'{"error": {"message": "slow down", "code": 429}}')
    assert failure(TrueCodes(), slow) == (RateLimitError, "rate_limit", 429)


def test_a_body_in_one_piece_is_an_answer_a_complaint_or_nothing_of_this_wire() -> None:
    codec = Words()
    assert codec.feed_body(b'"Hello"') == [TextReceived(text="Hello")]
    assert (codec.is_done, codec.finish()) == (True, [STOP])
    with pytest.raises(ApiError, match="too busy"):
        Words().feed_body(b'{"error": "too busy"}')
    for body in (b"<html>", b"{}", b"12", b""):
        codec = Words()
        with pytest.raises(StreamInterruptedError) as caught:
            codec.feed_body(body)
        assert (caught.value.kind, codec.is_done) == ("malformed", False)


def test_lists_in_lists_are_survived_however_deep() -> None:
    nested: JsonValue = [{"error": "too busy"}]
    for _ in range(2 * sys.getrecursionlimit()):
        nested = [nested]
    with pytest.raises(ApiError, match="too busy"):
        Words().raise_complaint(nested, is_error=False)
    Words().raise_complaint([[[]]], is_error=False)
