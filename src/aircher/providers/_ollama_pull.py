"""Downloading a model to an Ollama server: the call, and what its lines tell.

Source: https://docs.ollama.com/api/pull
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import NamedTuple

from aircher.domain.errors import StreamInterruptedError
from aircher.providers._api_errors import Complaint, api_error, complaint_of, malformed_answer
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers._http import HttpResponse
from aircher.providers._json import UnreadableJson, as_count, as_object, as_text, decode
from aircher.providers._ndjson import NdjsonParser
from aircher.providers._surrogates import joined
from aircher.providers._wire import Call

PATH = "/api/pull"
_AGAIN = "run the same command again; what arrived is kept"
_NO_SUCH_MODEL = ("file does not exist", "not found")


class PullProgress(NamedTuple):
    """How far a download has come.

    Attributes:
        status: The server's words.
        digest: Which of the model's files this is about; empty = all of them.
        total_bytes: Size of that file; ``None`` = not told.
        completed_bytes: What of it is there.
    """

    status: str
    digest: str = ""
    total_bytes: int | None = None
    completed_bytes: int = 0

    @property
    def is_success(self) -> bool:
        """Whether the model is there as a whole."""
        return self.status == "success"


def pull(model: str) -> Call:
    """Return the call that downloads a model; what an earlier one left is gone on with."""
    return Call("POST", PATH, {"model": model, "stream": True})


def read_pull(frame: Frame, endpoint: Endpoint) -> PullProgress | None:
    """Return what a line of a pull tells; ``None`` = nothing that we know.

    Raises:
        ProviderError: It is a complaint, or unreadable.
    """
    try:
        line = decode(frame.data)
    except UnreadableJson as exc:
        raise malformed_answer(frame.data[:200].decode("utf-8", "replace"), endpoint=endpoint) from exc
    complaint = complaint_of(line)
    if complaint is not None:
        is_unknown = any(words in complaint.message.lower() for words in _NO_SUCH_MODEL)
        error = api_error(
            Complaint(message=complaint.message, type="not_found") if is_unknown else complaint,
            endpoint=endpoint,
            status=None,
        )
        if is_unknown:
            error.hint = "check the name and its tag: https://ollama.com/library lists what can be pulled"
        raise error
    status = joined(as_text(as_object(line).get("status")))
    if not isinstance(line, dict) or not status:
        return None
    return PullProgress(
        status=status,
        digest=joined(as_text(line.get("digest"))),
        total_bytes=as_count(line.get("total")) or None,
        completed_bytes=as_count(line.get("completed")) or 0,
    )


async def reports(response: HttpResponse, endpoint: Endpoint) -> AsyncGenerator[PullProgress, None]:
    """Yield what the answer tells, to its end.

    Raises:
        ProviderError: It is a complaint, cannot be read, or ends before the model is there.
    """
    is_done = False
    async with aclosing(_frames(response)) as frames:
        async for frame in frames:
            if progress := read_pull(frame, endpoint):
                is_done = is_done or progress.is_success
                yield progress
    if not is_done:
        raise StreamInterruptedError(
            f"{endpoint.provider} stopped pulling {endpoint.model} before it was there",
            provider=endpoint.provider,
            received_chars=0,
            hint=_AGAIN,
        )


async def _frames(response: HttpResponse) -> AsyncGenerator[Frame, None]:
    parser = NdjsonParser()
    try:
        async with aclosing(response.chunks()) as chunks:
            async for chunk in chunks:
                for frame in parser.feed(chunk):
                    yield frame
                response.check_size(parser.held_bytes)
    except StreamInterruptedError as error:
        error.hint = _AGAIN
        raise
    last = parser.close()
    if last is not None and last.data.endswith(b"}"):  # half a line is nothing
        yield last
