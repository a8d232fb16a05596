"""Databases on real files, conversations to put into them, and a file system that can be told to fail."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from aircher.domain.events import Event, Published
from aircher.domain.ids import ProjectId, SessionId, TurnId
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass
class Script:
    """Numbers events like the engine's bus, one second apart."""

    session_id: SessionId
    seq: int = 0

    def place(self, event: Event, *, turn: str | None = "turn-1") -> Published:
        self.seq += 1
        return Published(
            seq=self.seq,
            at=NOON + timedelta(seconds=self.seq),
            session_id=self.session_id,
            turn_id=None if turn is None else TurnId(turn),
            event=event,
        )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "conversations.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with Database(path, CONVERSATIONS) as opened:
        yield opened


@pytest.fixture
def conversations(database: Database) -> SqliteConversations:
    return SqliteConversations(database, now=lambda: NOON)


@pytest.fixture
def session_id(conversations: SqliteConversations) -> SessionId:
    return conversations.create(
        project_id=ProjectId("shop-1"),
        project_path="/home/ann/shop",
        provider="offline",
        model="index",
        session_id=SessionId("0aaa-first"),
    )


@pytest.fixture
def script(session_id: SessionId) -> Script:
    return Script(session_id)


@dataclass
class Faults:
    """What the faulty file system does next: ``on_write`` raises instead of writing, while it is set."""

    name: str
    on_write: Callable[[], None] | None = None


class _FaultyFile(apsw.VFSFile):
    def __init__(self, filename: str | apsw.URIFilename | None, flags: list[int], faults: Faults) -> None:
        super().__init__("", filename, flags)
        self._faults = faults

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802  # the name is SQLite's
        if self._faults.on_write is not None:
            self._faults.on_write()
        super().xWrite(data, offset)


class _FaultyVfs(apsw.VFS):
    def __init__(self, faults: Faults) -> None:
        super().__init__(faults.name, base="")
        self._faults = faults

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _FaultyFile(name, flags, self._faults)


@pytest.fixture
def faults() -> Iterator[Faults]:
    """A file system like the real one until it is told otherwise; its name goes to ``Database(vfs=…)``."""
    told = Faults(name="faulty")
    vfs = _FaultyVfs(told)
    yield told
    vfs.unregister()
