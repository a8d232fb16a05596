"""What is recorded is what was said, whenever one looks."""

import asyncio
import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.domain.errors import StorageError
from aircher.domain.events import (
    CallStatus,
    Event,
    Published,
    SessionStarted,
    StopReason,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolRequested,
    TurnFinished,
    TurnStarted,
)
from aircher.domain.ids import CallId, ProjectId, SessionId
from aircher.domain.messages import TextPart
from aircher.domain.transcript import fold
from aircher.engine.ports import Recorder
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS
from aircher.storage.recorder import NullRecorder, SqliteRecorder

NEVER_S = 3_600.0
AT_ONCE_S = 0.0
MESSAGES = "SELECT seq, role, text FROM messages ORDER BY seq"
DONE = TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=1)


class Script(Protocol):
    seq: int

    def place(self, event: Event, *, turn: str | None = "turn-1") -> Published: ...


def prompt(text: str) -> TurnStarted:
    return TurnStarted(prompt=(TextPart(text=text),), provider="openai", model="gpt")


async def until(condition: Callable[[], bool]) -> None:
    """Return once the condition holds; the test's own timeout bounds it."""
    while not condition():  # noqa: ASYNC110  # what is waited for is on disk, it sets no event
        await asyncio.sleep(0)


async def record_all(recorder: Recorder, pieces: Iterable[Published]) -> None:
    for piece in pieces:
        await recorder.record(piece)
        await asyncio.sleep(0)


def stored(database: Database, session_id: SessionId) -> list[Published]:
    return list(SqliteConversations(database).load(session_id).events)


async def test_an_event_is_in_the_file_when_record_returns(
    database: Database, path: Path, script: Script, session_id: SessionId
) -> None:
    recorder: Recorder = SqliteRecorder(database, session_id, flush_after_s=NEVER_S)
    started = script.place(prompt("hello"))
    await recorder.record(started)
    with Database(path, CONVERSATIONS) as another_view:
        assert stored(another_view, session_id) == [started]
    await recorder.aclose()


async def test_text_reaches_the_file_by_itself_and_is_merged_when_its_stretch_ends(
    database: Database, script: Script, session_id: SessionId
) -> None:
    recorder = SqliteRecorder(database, session_id, flush_after_s=AT_ONCE_S)
    for text in ("one ", "two "):
        await recorder.record(script.place(TextDelta(text=text)))
    await until(lambda: len(stored(database, session_id)) == 1)
    third, end = script.place(TextDelta(text="three")), script.place(DONE)
    await recorder.record(third)
    await until(lambda: len(stored(database, session_id)) == 2)
    await recorder.record(end)
    whole = replace(third, event=TextDelta(text="one two three"))
    assert stored(database, session_id) == [whole, end]
    assert database.rows(MESSAGES) == [(3, "assistant", "one two three")]
    await recorder.aclose()


async def test_closing_writes_what_is_still_in_memory(
    database: Database, script: Script, session_id: SessionId
) -> None:
    recorder = SqliteRecorder(database, session_id, flush_after_s=NEVER_S)
    await recorder.record(script.place(TextDelta(text="half a sen")))
    assert stored(database, session_id) == []
    await recorder.aclose()
    await recorder.aclose()
    assert database.rows(MESSAGES) == [(1, "assistant", "half a sen")]


async def test_closing_merges_what_is_on_disk_already(
    database: Database, script: Script, session_id: SessionId
) -> None:
    recorder = SqliteRecorder(database, session_id, flush_after_s=AT_ONCE_S)
    for text in ("one ", "two"):
        await recorder.record(script.place(TextDelta(text=text)))
        await until(lambda: len(stored(database, session_id)) == script.seq)
    await recorder.aclose()
    assert database.rows(MESSAGES) == [(2, "assistant", "one two")]


async def test_a_stretch_that_a_crash_left_open_is_closed_by_the_next_run(
    database: Database, script: Script, session_id: SessionId
) -> None:
    crashed = SqliteRecorder(database, session_id, flush_after_s=AT_ONCE_S)
    await crashed.record(script.place(prompt("tell me")))
    for text in ("I was say", "ing"):
        await crashed.record(script.place(TextDelta(text=text)))
        await until(lambda: len(stored(database, session_id)) == script.seq)

    resumed = SqliteRecorder(database, session_id)
    again = script.place(SessionStarted(provider="openai", model="gpt", cwd="/", resumed=True), turn=None)
    await resumed.record(again)
    assert [item.event for item in stored(database, session_id)] == [
        prompt("tell me"),
        TextDelta(text="I was saying"),
        again.event,
    ]
    assert database.rows(MESSAGES) == [(1, "user", "tell me"), (3, "assistant", "I was saying")]


async def test_text_of_a_newer_program_is_left_as_it_is(
    database: Database, script: Script, session_id: SessionId
) -> None:
    newer = (session_id, 1, None, "text.delta", 0, '{"rich_text": []}')
    database.change("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", newer)
    script.seq = 1
    recorder = SqliteRecorder(database, session_id)
    await recorder.record(script.place(TextDelta(text="mine")))
    await recorder.record(script.place(DONE))
    assert database.rows("SELECT seq, body FROM events WHERE type = 'text.delta' ORDER BY seq") == [
        (1, '{"rich_text": []}'),
        (2, '{"text":"mine"}'),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n\n  where is it?  \nplease", "where is it?"),
        ("x" * 81, "x" * 79 + "…"),
        ("x" * 80, "x" * 80),
        ("   ", "untitled"),
    ],
)
async def test_the_title_is_the_first_line_of_the_first_prompt(
    database: Database, script: Script, session_id: SessionId, text: str, title: str
) -> None:
    recorder = SqliteRecorder(database, session_id)
    await recorder.record(script.place(prompt(text)))
    await recorder.record(script.place(prompt("another")))
    about = SqliteConversations(database).get(session_id)
    assert (about.title, about.provider, about.model, about.messages) == (title, "openai", "gpt", 2)


async def test_text_that_sqlite_cannot_index_is_recorded_all_the_same(
    database: Database, script: Script, session_id: SessionId
) -> None:
    recorder = SqliteRecorder(database, session_id)
    await recorder.record(script.place(prompt("nul \0 and half \ud800")))
    assert database.rows(MESSAGES) == [(1, "user", "nul \ufffd and half \ufffd")]


async def test_two_writers_of_one_conversation_are_told_apart(
    database: Database, path: Path, script: Script, session_id: SessionId
) -> None:
    await SqliteRecorder(database, session_id).record(script.place(prompt("mine")))
    with Database(path, CONVERSATIONS) as theirs:
        twin = Published(seq=1, at=script.place(DONE).at, session_id=session_id, turn_id=None, event=prompt("theirs"))
        with pytest.raises(StorageError) as refused:
            await SqliteRecorder(theirs, session_id).record(twin)
    assert refused.value.code == "storage.conflict"
    assert "--fork" in str(refused.value.hint)


class Faults(Protocol):
    name: str
    on_write: object


def _disk_full() -> None:
    raise apsw.FullError("injected")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_disk_that_fills_up_while_text_streams_is_told_by_the_next_call(tmp_path: Path, faults: Faults) -> None:
    with Database(tmp_path / "conversations.db", CONVERSATIONS, vfs=faults.name) as database:
        session_id = SqliteConversations(database).create(
            project_id=ProjectId("p"), project_path="/p", provider="o", model="m"
        )
        recorder = SqliteRecorder(database, session_id, flush_after_s=AT_ONCE_S)
        at = SqliteConversations(database).get(session_id).created_at
        faults.on_write = _disk_full
        piece = Published(seq=1, at=at, session_id=session_id, turn_id=None, event=TextDelta(text="a" * 10_000))
        pieces = (replace(piece, seq=seq) for seq in itertools.count(1))
        with pytest.raises(StorageError) as refused:
            await record_all(recorder, pieces)
        assert refused.value.code == "storage.full"
        with pytest.raises(StorageError):
            await recorder.aclose()
        faults.on_write = None


async def test_a_database_closed_under_the_recorder_is_told_by_the_next_call(
    path: Path, script: Script, session_id: SessionId
) -> None:
    other = Database(path, CONVERSATIONS)
    recorder = SqliteRecorder(other, session_id, flush_after_s=AT_ONCE_S)
    other.close()
    pieces = (script.place(TextDelta(text="a")) for _ in itertools.count())
    with pytest.raises(StorageError, match="closed already"):
        await record_all(recorder, pieces)


async def test_the_null_recorder_takes_everything() -> None:
    recorder: Recorder = NullRecorder()
    await recorder.record(Published(seq=1, at=datetime.now(UTC), session_id=SessionId("s"), turn_id=None, event=DONE))
    await recorder.aclose()


texts = st.text(max_size=4)
call = st.sampled_from(["c1", "c2", "c3"]).map(CallId)
any_event: st.SearchStrategy[Event] = st.one_of(
    texts.map(lambda text: TextDelta(text=text)),
    st.builds(
        ThinkingDelta, text=texts, state=st.none() | st.dictionaries(texts, texts), provider=st.sampled_from(["a", "b"])
    ),
    texts.map(prompt),
    st.builds(ToolRequested, call_id=call, name=st.just("t"), arguments=st.dictionaries(texts, st.integers(0, 9))),
    st.builds(
        ToolFinished,
        call_id=call,
        name=st.just("t"),
        status=st.sampled_from(CallStatus),
        content=texts,
        summary=texts,
        duration_ms=st.integers(0, 9),
    ),
    st.just(DONE),
)


ENDS = st.sets(st.integers(0, 30), max_size=4)


@given(st.lists(any_event, max_size=30), ENDS, ENDS)
@settings(max_examples=60, deadline=None)
def test_the_rows_fold_to_what_was_seen_live(said: list[Event], crashes: set[int], closings: set[int]) -> None:
    """Whatever is said, and wherever the recorder is dropped and another one goes on."""

    async def run() -> None:
        with Database(None, CONVERSATIONS) as database:
            conversations = SqliteConversations(database)
            session_id = conversations.create(project_id=ProjectId("p"), project_path="/", provider="o", model="m")
            at = conversations.get(session_id).created_at
            recorder = SqliteRecorder(database, session_id, flush_after_s=NEVER_S)
            for seq, event in enumerate(said, start=1):
                await recorder.record(Published(seq=seq, at=at, session_id=session_id, turn_id=None, event=event))
                if seq in crashes:
                    recorder._flush()
                if seq in crashes or seq in closings:
                    if seq in closings:
                        await recorder.aclose()
                    recorder = SqliteRecorder(database, session_id, flush_after_s=NEVER_S)
            await recorder.aclose()
            events = conversations.load(session_id).events
            assert fold(item.event for item in events).messages == fold(said).messages
            assert [item.seq for item in events[-1:]] == ([len(said)] if said else [])
            answered = "".join(event.text for event in said if isinstance(event, TextDelta))
            projected = database.rows("SELECT text FROM messages WHERE role = 'assistant' ORDER BY seq")
            if len(said) not in crashes:
                assert "".join(row[0] for row in projected) == answered.replace("\0", "\ufffd")

    asyncio.run(run())
