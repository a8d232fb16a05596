"""What recording an event does to the tables: the rows, the message it completes, the conversation's own line.

Every function runs inside a transaction of `aircher.storage.writer`, touches nothing but the database, and may
therefore run twice.
"""

from collections.abc import Sequence

import apsw

from aircher.domain.events import PromptSteered, Published, TextDelta, TurnsRewound, TurnStarted
from aircher.domain.ids import SessionId
from aircher.domain.messages import Message, Role
from aircher.storage.event_rows import decode_rows, encode_row, is_text, merge_adjacent, valid_text
from aircher.storage.statements import statements
from aircher.storage.times import to_micros

TITLE_CHARS = 80  # a line of a list on an ordinary terminal

_SQL = statements("conversations")


def title_of(prompt: str) -> str:
    """Return the first line that says something, at most `TITLE_CHARS` characters."""
    line = next((line.strip() for line in prompt.splitlines() if line.strip()), "untitled")
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1].rstrip() + "…"


def append_text(connection: apsw.Connection, pieces: Sequence[Published]) -> None:
    """Append pieces of text, merged; the stretch stays open."""
    connection.executemany(_SQL["insert_event"], map(encode_row, merge_adjacent(pieces)))


def close_stretch(connection: apsw.Connection, session_id: SessionId, published: Sequence[Published]) -> None:
    """Merge the open stretch with the pieces of text that lead ``published``, then append the event after them.

    What an earlier run left open is merged the same way. With nothing published the stretch is only closed.
    """
    open_rows, unreadable = decode_rows(connection.execute(_SQL["open_stretch"], (session_id,)))
    if unreadable:  # a newer program's text: it stays as it is, and what follows stands beside it
        open_rows = []
    stretch = [*open_rows, *(item for item in published if is_text(item.event))]
    if open_rows:
        connection.execute(_SQL["delete_events_from"], (session_id, open_rows[0].seq))
        connection.execute(_SQL["delete_messages_from"], (session_id, open_rows[0].seq))
    append_text(connection, stretch)
    _project_answer(connection, stretch)
    if published and not is_text(published[-1].event):
        connection.execute(_SQL["insert_event"], encode_row(published[-1]))
        _project(connection, published[-1])
    if published:
        connection.execute(_SQL["set_updated"], (to_micros(published[-1].at), session_id))


def _project_answer(connection: apsw.Connection, stretch: Sequence[Published]) -> None:
    text = "".join(item.event.text for item in stretch if isinstance(item.event, TextDelta))
    if text:
        last = stretch[-1]
        row = (last.session_id, last.seq, Role.ASSISTANT.value, _storable(text), to_micros(last.at))
        connection.execute(_SQL["insert_message"], row)


def _project(connection: apsw.Connection, published: Published) -> None:
    event, session_id = published.event, published.session_id
    if isinstance(event, TurnsRewound):
        connection.execute(_SQL["delete_messages_from"], (session_id, event.first_seq))
    if not isinstance(event, TurnStarted | PromptSteered):
        return
    text = _storable(Message(role=Role.USER, parts=event.prompt).text)
    row = (session_id, published.seq, Role.USER.value, text, to_micros(published.at))
    connection.execute(_SQL["insert_message"], row)
    if isinstance(event, TurnStarted):
        connection.execute(_SQL["set_title_once"], (title_of(text), session_id))
        connection.execute(_SQL["set_model"], (event.provider, event.model, session_id))


def _storable(text: str) -> str:
    """Return the text as SQLite can hold and index it: valid Unicode without NUL."""
    return valid_text(text).replace("\0", "\ufffd")
