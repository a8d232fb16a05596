"""Frames of server-sent events, and the JSON in them.

Invariant: a frame is one whole event, its empty line included.
"""

import msgspec

from aircher.testing.fake_llm.asks import Document


def data(value: Document, *, line_end: bytes = b"\n") -> bytes:
    """Return an event that has only data."""
    return b"data: " + msgspec.json.encode(value) + line_end * 2


def event(value: Document) -> bytes:
    """Return an event that is named as its data's ``type``."""
    return b"event: %s\ndata: %s\n\n" % (str(value["type"]).encode(), msgspec.json.encode(value))


def comment(text: bytes) -> bytes:
    """Return a comment, which a client has to skip."""
    return b": " + text + b"\n\n"


DONE = b"data: [DONE]\n\n"
EVENT_STREAM = "text/event-stream; charset=utf-8"
