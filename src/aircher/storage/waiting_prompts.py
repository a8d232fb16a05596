"""Prompts that wait beside a conversation, in ``sessions.db``: they outlive the process."""

import json
from collections.abc import Sequence

import apsw
import msgspec

from aircher.domain.ids import PromptId, SessionId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.storage.database import Database
from aircher.storage.event_shapes import StoredPart, parts_of
from aircher.storage.statements import statements

_SQL = statements("sessions")


class SqliteWaitingPrompts:
    """`aircher.engine.ports.WaitingPrompts` of one conversation."""

    def __init__(self, database: Database, session_id: SessionId) -> None:
        self._database = database
        self._session_id = session_id

    async def load(self) -> tuple[WaitingPrompt, ...]:
        """Return what waits, in its order.

        Raises:
            StorageError: The database could not be read.
        """
        return await self._database.read(self._read)

    async def save(self, waiting: Sequence[WaitingPrompt]) -> None:
        """Put exactly these in place of what waited; they are durable on return.

        They are queued before the first suspension: what is saved later is written later.

        Raises:
            StorageError: Nothing was changed.
        """
        items = tuple(waiting)
        await self._database.write(lambda connection: self._write(connection, items))

    def forget(self) -> None:
        """Delete all of them. It blocks.

        Raises:
            StorageError: Nothing was changed.
        """
        self._database.change(_SQL["drop_waiting_prompts"], (self._session_id, "[]"))

    def _read(self, connection: apsw.Connection) -> tuple[WaitingPrompt, ...]:
        decoder = msgspec.json.Decoder(tuple[StoredPart, ...])
        return tuple(
            WaitingPrompt(id=PromptId(str(id_)), lane=Lane(str(lane)), prompt=parts_of(decoder.decode(str(prompt))))
            for id_, lane, prompt in connection.execute(_SQL["waiting_prompts"], (self._session_id,))
        )

    def _write(self, connection: apsw.Connection, items: tuple[WaitingPrompt, ...]) -> None:
        ids = json.dumps([item.id for item in items])
        connection.execute(_SQL["drop_waiting_prompts"], (self._session_id, ids))
        rows = ((self._session_id, item.id, place, item.lane.value, _json(item)) for place, item in enumerate(items))
        connection.executemany(_SQL["put_waiting_prompt"], rows)


def _json(item: WaitingPrompt) -> str:
    try:
        return msgspec.json.encode(item.prompt).decode()
    except UnicodeEncodeError:
        from aircher.storage.event_rows import encodable

        return msgspec.json.encode(encodable(item.prompt)).decode()
