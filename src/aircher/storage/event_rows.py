"""Events as rows: a stable type name and a JSON body, there and back.

Invariant: what was written decodes to an equal event, and merging adjacent text never changes what a conversation
folds to. Text that is not valid Unicode (lone surrogates) is kept with replacement characters: JSON cannot hold it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeAlias

import msgspec

from aircher.domain.events import EVENT_TYPES, Event, Published, TextDelta, ThinkingDelta, payload
from aircher.domain.ids import SessionId, TurnId
from aircher.domain.records import dataclass
from aircher.storage.event_shapes import OWN_SHAPES
from aircher.storage.times import from_micros, to_micros

EventRow: TypeAlias = tuple[str, int, str | None, str, int, str]
"""session_id, seq, turn_id, type, at, body: the columns of table ``events``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedEvent:
    """An event that this program cannot read, most likely because a newer one wrote it."""

    seq: int
    type: str
    reason: str


@cache
def _decoder(name: str) -> Callable[[str], Event] | None:
    """Return what reads the bodies of one type; it is made when the first is read: a new session reads none."""
    kind = EVENT_TYPES.get(name)
    if kind is None:
        return None
    shape = OWN_SHAPES.get(name)
    if shape is None:
        return msgspec.json.Decoder(kind).decode
    decoder = msgspec.json.Decoder(shape)
    return lambda body: decoder.decode(body).event()


_encode = msgspec.json.Encoder().encode


def encode_body(event: Event) -> str:
    """Return the event's own fields as a JSON object."""
    try:
        return _encode(event).decode()
    except UnicodeEncodeError:
        return _encode(encodable(payload(event))).decode()


def decode_body(kind: str, body: str) -> Event:
    """Return the event that `encode_body` made this of.

    Raises:
        ValueError: The type is unknown, or the body is not one of its bodies.
    """
    decode = _decoder(kind)
    if decode is None:
        raise ValueError(f"unknown type {kind}")
    return decode(body)


def encode_row(published: Published) -> EventRow:
    """Return the row of an event."""
    event = published.event
    at = to_micros(published.at)
    return (published.session_id, published.seq, published.turn_id, event.type, at, encode_body(event))


def decode_rows(rows: Iterable[tuple[Any, ...]]) -> tuple[list[Published], list[SkippedEvent]]:
    """Return the events of these rows, and those that cannot be read.

    A row is an `EventRow`: its table is STRICT, but SQLite's binding cannot tell the type checker.
    """
    events: list[Published] = []
    skipped: list[SkippedEvent] = []
    for session_id, seq, turn_id, kind, at, body in rows:
        try:
            event = decode_body(kind, body)
        except ValueError as exc:
            skipped.append(SkippedEvent(seq=seq, type=kind, reason=str(exc)))
            continue
        turn = None if turn_id is None else TurnId(turn_id)
        place = SessionId(session_id)
        events.append(Published(seq=seq, at=from_micros(at), session_id=place, turn_id=turn, event=event))
    return events, skipped


def is_text(event: Event) -> bool:
    """Tell whether the event is a piece of a stream: visible text or reasoning."""
    return isinstance(event, TextDelta | ThinkingDelta)


def merge_adjacent(pieces: Sequence[Published]) -> list[Published]:
    """Return the same text in as few events as possible; a merged event has the place of its last piece."""
    merged: list[Published] = []
    run: list[Published] = []
    for piece in pieces:
        if run and not _continues(run[-1], piece):
            merged.append(_joined(run))
            run = []
        run.append(piece)
    if run:
        merged.append(_joined(run))
    return merged


def _continues(last: Published, new: Published) -> bool:
    if last.turn_id != new.turn_id:
        return False
    match last.event, new.event:
        case TextDelta(), TextDelta():
            return True
        case ThinkingDelta(state=None) as before, ThinkingDelta() as after:
            return (before.provider, before.model) == (after.provider, after.model)
        case _:
            return False


def _joined(run: Sequence[Published]) -> Published:
    last = run[-1]
    if len(run) == 1 or not isinstance(last.event, TextDelta | ThinkingDelta):
        return last
    text = "".join(piece.event.text for piece in run if isinstance(piece.event, TextDelta | ThinkingDelta))
    return replace(last, event=replace(last.event, text=text))


def valid_text(text: str) -> str:
    """Return the text with a replacement character for every lone surrogate."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def encodable(value: object) -> object:
    """Return the value, as JSON-like built-ins, with every text made valid Unicode."""
    match value:
        case str():
            return valid_text(value)
        case dict():
            return {encodable(key): encodable(item) for key, item in value.items()}
        case list() | tuple():
            return [encodable(item) for item in value]
        case _ if is_dataclass(value):
            return {item.name: encodable(getattr(value, item.name)) for item in fields(value)}
        case _:
            return value
