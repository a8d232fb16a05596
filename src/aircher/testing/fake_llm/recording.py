"""What was asked, as JSON lines and in memory.

Invariant: no key is kept: headers that carry one, and the query's ``key``, are hidden before anything is stored. Bodies
are kept as they came: whether a client lets a secret slip into one is worth knowing.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TextIO

import msgspec
from msgspec import Struct

from aircher.support.secret_shapes import HIDDEN
from aircher.testing.fake_llm.asks import UNREADABLE
from aircher.testing.loopback import ReceivedRequest

_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie"}
)
_KEY_IN_QUERY = re.compile(r"(?<=[?&]key=)[^&]+")


class Recorded(Struct, frozen=True, kw_only=True):
    """A request.

    Attributes:
        number: Counted from 1, in the order of arrival.
        wire: What the client speaks.
        headers: Names in lower case; secret values hidden.
        body: Decoded from JSON; a text if it is none; ``None`` if it is empty.
        answer: Name of the answer in the script; ``None`` = no answer of the model was asked for.
        mishap: What chaos did to it; ``None`` = nothing.
    """

    number: int
    at: datetime
    method: str
    target: str
    wire: str
    headers: Mapping[str, str]
    body: Any  # whatever the client sent
    answer: str | None = None
    mishap: str | None = None


def record_of(request: ReceivedRequest, *, number: int, at: datetime, wire: str) -> Recorded:
    """Return the record of a request, without its keys."""
    return Recorded(
        number=number,
        at=at,
        method=request.method,
        target=_KEY_IN_QUERY.sub(HIDDEN, request.target),
        wire=wire,
        headers={name: HIDDEN if name in _SECRET_HEADERS else value for name, value in request.headers.items()},
        body=_body(request.body),
    )


def _body(body: bytes) -> Any:  # whatever the client sent
    if not body:
        return None
    try:
        return msgspec.json.decode(body)
    except UNREADABLE:
        return body.decode("utf-8", errors="replace")


def write_line(record: Recorded, file: TextIO) -> None:
    """Append the record to the file, where a reader sees it at once."""
    file.write(msgspec.json.encode(record).decode() + "\n")
    file.flush()
