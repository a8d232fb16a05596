"""A conversation as JSON lines, out and in again: the first line describes it, each further line is one event.

Invariant: what was exported imports to a conversation with equal events; a file with a mistake changes nothing.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import apsw

from aircher.domain.errors import UsageError
from aircher.domain.events import Published
from aircher.domain.ids import ProjectId, SessionId, TurnId
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.event_log import close_stretch
from aircher.storage.event_rows import decode_body, encode_body, is_text
from aircher.storage.statements import statements
from aircher.storage.times import to_micros
from aircher.support.ids import new_id

FORMAT = "aircher.conversation"
FORMAT_VERSION = 1

_SQL = statements("conversations")


def export_conversation(conversations: SqliteConversations, session_id: SessionId) -> Iterator[dict[str, Any]]:
    """Yield JSON objects, to be written one a line: the conversation, then its events in order.

    Raises:
        UsageError: There is no such conversation.
    """
    about = conversations.get(session_id)
    yield {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "id": about.id,
        "project_id": about.project_id,
        "project_path": about.project_path,
        "title": about.title,
        "provider": about.provider,
        "model": about.model,
        "created_at": about.created_at.isoformat(),
    }
    for item in conversations.load(session_id).events:
        body = json.loads(encode_body(item.event))
        yield {
            "seq": item.seq,
            "at": item.at.isoformat(),
            "turn_id": item.turn_id,
            "type": item.event.type,
            "body": body,
        }


def import_conversation(database: Database, lines: Iterable[str]) -> SessionId:
    """Add an exported conversation and return its id: its own, or a new one if that is taken.

    Raises:
        UsageError: A line is not what `export_conversation` writes; nothing was added.
    """
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    about = _header(*next(numbered, (1, "")))
    taken = database.rows(_SQL["get_conversation"], (about["id"],))
    session_id = SessionId(new_id() if taken else about["id"])
    events = [_event(number, line, session_id) for number, line in numbered]
    _check_order(events)

    def add(connection: apsw.Connection) -> None:
        created = to_micros(about["created_at"])
        place = (ProjectId(about["project_id"]), about["project_path"], None, about["provider"], about["model"])
        connection.execute(_SQL["insert_conversation"], (session_id, *place, None, None, created, created))
        for stretch in _stretches(events):
            close_stretch(connection, session_id, stretch)
        if about["title"]:
            connection.execute(_SQL["set_title"], (about["title"], session_id))

    database.write_blocking(add)
    return session_id


def _stretches(events: list[Published]) -> Iterator[list[Published]]:
    """Yield the events in the portions that the recorder would have written: text, and the event that ends it."""
    stretch: list[Published] = []
    for item in events:
        stretch.append(item)
        if not is_text(item.event):
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _header(number: int, line: str) -> dict[str, Any]:
    about = _object(number, line)
    try:
        if about["format"] != FORMAT or about["version"] != FORMAT_VERSION:
            raise _wrong(number, f"it is {about['format']} {about['version']}, not {FORMAT} {FORMAT_VERSION}")
        texts = ("id", "project_id", "project_path", "provider", "model")
        if not all(isinstance(about[key], str) and about[key] for key in texts):
            raise _wrong(number, f"{', '.join(texts)} must all be text")
        title = about.get("title")
        return about | {"created_at": _time(about["created_at"]), "title": title if isinstance(title, str) else None}
    except (KeyError, TypeError, ValueError) as exc:
        raise _wrong(number, f"it does not describe a conversation: {exc}") from exc


def _event(number: int, line: str, session_id: SessionId) -> Published:
    row = _object(number, line)
    try:
        return Published(
            seq=int(row["seq"]),
            at=_time(row["at"]),
            session_id=session_id,
            turn_id=None if row["turn_id"] is None else TurnId(str(row["turn_id"])),
            event=decode_body(row["type"], json.dumps(row["body"])),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise _wrong(number, f"it is not an event: {exc}") from exc


def _check_order(events: list[Published]) -> None:
    for before, after in zip([None, *events], events, strict=False):
        if after.seq <= (before.seq if before else 0):
            raise UsageError(
                f"the exported conversation has event {after.seq} in the wrong place", code="usage.import_invalid"
            )


def _object(number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as exc:
        raise _wrong(number, f"it is not JSON: {exc}") from exc
    if not isinstance(value, dict):
        raise _wrong(number, "it is not a JSON object")
    return value


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


def _wrong(number: int, why: str) -> UsageError:
    return UsageError(
        f"line {number} of the exported conversation cannot be read: {why}",
        hint="`aircher sessions export ID` writes what can be imported",
        code="usage.import_invalid",
    )
