"""HTTP/1.1 as far as a server for clients of models needs it: requests read, heads written.

Invariant: a request is whole or it is refused. Not its job: what is answered.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from aircher.testing.loopback import ReceivedRequest

_HEAD_END = b"\r\n\r\n"
_MOST_HEAD_BYTES = 64 * 1024
_MOST_BODY_BYTES = 64 * 1024 * 1024  # more than any provider takes


class BadRequest(Exception):
    """What came is no request; the connection cannot go on."""


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> ReceivedRequest | None:
    """Return the next request; ``None`` when the client left between two.

    Raises:
        BadRequest: It is no HTTP, or too large.
        ConnectionError: The client left within it.
    """
    try:
        raw = await reader.readuntil(_HEAD_END)
    except asyncio.IncompleteReadError as exc:
        if exc.partial.strip():
            raise BadRequest("the request ends within its head") from exc
        return None
    except asyncio.LimitOverrunError as exc:
        raise BadRequest(f"the head is longer than {_MOST_HEAD_BYTES} bytes") from exc
    request_line, *lines = raw.removesuffix(_HEAD_END).decode("latin-1").split("\r\n")
    words = request_line.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest("the request has no proper first line")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        body = await _read_body(reader, headers)
    except asyncio.IncompleteReadError as exc:
        raise ConnectionResetError("the client left within the body") from exc
    except asyncio.LimitOverrunError as exc:
        raise BadRequest("a line after the body has no end") from exc
    return ReceivedRequest(method=words[0], target=words[1], headers=headers, body=body)


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _read_chunks(reader)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _MOST_BODY_BYTES:
        raise BadRequest(f"content-length is {length}; allowed is a number up to {_MOST_BODY_BYTES}")
    return await reader.readexactly(int(length))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        try:
            count = int((await reader.readline()).partition(b";")[0], 16)
        except ValueError as exc:  # it is no number, or a line without an end
            raise BadRequest("a chunk of the body has no size") from exc
        if count < 0 or len(body) + count > _MOST_BODY_BYTES:
            raise BadRequest(f"the body is longer than {_MOST_BODY_BYTES} bytes")
        if count == 0:
            while (await reader.readuntil(b"\n")).strip():
                pass  # trailing headers say nothing that is needed here
            return bytes(body)
        body += await reader.readexactly(count)
        await reader.readexactly(2)


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Return status line and headers."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Fake"  # 529 and its like have no registered name
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1", errors="replace")


def chunk(data: bytes) -> bytes:
    """Return one chunk of a body whose length is not known before."""
    return b"%x\r\n%s\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"
