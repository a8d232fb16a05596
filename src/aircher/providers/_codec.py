"""What the codecs of all wires have in common: JSON messages that may be complaints, an end that may be missing."""

from abc import ABC, abstractmethod
from typing import ClassVar

from aircher.domain.errors import ApiError, StreamInterruptedError
from aircher.domain.messages import JsonValue
from aircher.domain.stream import StreamEvent
from aircher.providers._api_errors import Complaint, api_error, complaint_of, malformed_answer
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers._json import UnreadableJson, as_object, as_text, decode


class JsonCodec(ABC):
    """Half of an `aircher.providers._wire.Codec`; a wire adds what its messages mean.

    Attributes:
        is_done: The end marker was seen.
        endpoint: Whom errors speak of.
    """

    has_true_codes: ClassVar[bool] = False
    """Whether the number in a complaint inside the stream is the status that it should have come with."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.is_done = False
        self.endpoint = endpoint

    @property
    @abstractmethod
    def received_chars(self) -> int:
        """Characters of visible text so far."""

    @property
    @abstractmethod
    def is_complete(self) -> bool:
        """Whether the answer is whole, be it without its end marker."""

    @abstractmethod
    def take(self, message: JsonValue) -> list[StreamEvent]:
        """Return what a message that is no complaint brings."""

    @abstractmethod
    def take_whole(self, answer: JsonValue) -> list[StreamEvent] | None:
        """Return what an answer in one piece brings; ``None`` = it is no answer of this wire."""

    @abstractmethod
    def ending(self) -> list[StreamEvent]:
        """Return the end of a whole answer: held back text, tool calls, usage, ``Finished``."""

    @abstractmethod
    def salvage(self) -> list[StreamEvent]:
        """Return what a broken answer holds beyond its text: calls that arrived in full, and usage."""

    def feed(self, frame: Frame) -> list[StreamEvent]:
        """Return what this frame brings, in order.

        Raises:
            ProviderError: The frame is a complaint, or unreadable.
        """
        try:
            message = decode(frame.data)
        except UnreadableJson as exc:
            if frame.event == b"error":
                raise self.error(Complaint(message=frame.data.decode("utf-8", "replace"))) from None
            if not frame.data.strip():
                return []
            raise malformed_answer(frame.data[:200].decode("utf-8", "replace"), endpoint=self.endpoint) from exc
        self.raise_complaint(message, is_error=frame.event == b"error")
        return self.take(message)

    def feed_last(self, frame: Frame) -> list[StreamEvent]:
        """Do what `feed` does for a frame that the end of the stream may have cut: half of one is nothing."""
        try:
            return self.feed(frame)
        except StreamInterruptedError:
            return []

    def feed_body(self, body: bytes) -> list[StreamEvent]:
        """Return what an answer in one piece holds; it is complete afterwards.

        Raises:
            ProviderError: It is a complaint, or not an answer of this wire.
        """
        observed = body[:200].decode("utf-8", "replace")
        try:
            answer = decode(body)
        except UnreadableJson as exc:
            raise malformed_answer(observed, endpoint=self.endpoint) from exc
        self.raise_complaint(answer, is_error=False)
        events = self.take_whole(answer)
        if events is None:
            raise malformed_answer(f"no answer in {observed}", endpoint=self.endpoint)
        self.is_done = True
        return events

    def finish(self) -> list[StreamEvent]:
        """Return the end of a whole answer.

        Raises:
            StreamInterruptedError: The answer is not whole.
        """
        if not (self.is_done or self.is_complete):
            about = f" of {self.endpoint.model}" if self.endpoint.model else ""
            raise StreamInterruptedError(
                f"{self.endpoint.provider} ended the answer{about} without an end marker, "
                f"after {self.received_chars} characters",
                provider=self.endpoint.provider,
                received_chars=self.received_chars,
                hint="send the prompt again; what arrived is kept",
            )
        return self.ending()

    def error(self, complaint: Complaint) -> ApiError:
        """Return the error for a complaint that came inside an answer of status 200."""
        is_status = self.has_true_codes and isinstance(complaint.code, int)
        status = complaint.code if is_status and isinstance(complaint.code, int) else None
        return api_error(complaint, endpoint=self.endpoint, status=status, is_in_stream=True)

    def raise_complaint(self, message: JsonValue, *, is_error: bool) -> None:
        """Pass if the message is none.

        Raises:
            ApiError: It is one; ``is_error`` = the stream calls it so whatever it looks like.
        """
        complaint = complaint_of(message)
        if complaint is None and is_error:
            complaint = Complaint(message=as_text(as_object(message).get("message")) or str(message))
        if complaint is not None:
            raise self.error(complaint)
