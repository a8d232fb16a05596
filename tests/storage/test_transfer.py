"""A conversation leaves as JSON lines and comes back equal."""

import json
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.domain.errors import UsageError
from aircher.domain.events import Event, Published, TextDelta, ToolRequested, TurnStarted
from aircher.domain.ids import CallId, ProjectId, SessionId, TurnId
from aircher.domain.messages import TextPart
from aircher.domain.transcript import fold
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.event_log import close_stretch
from aircher.storage.migrate import CONVERSATIONS
from aircher.storage.transfer import export_conversation, import_conversation

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
SAID: list[Event] = [
    TurnStarted(prompt=(TextPart(text="find the unicorn"),), provider="o", model="m"),
    TextDelta(text="here: "),
    ToolRequested(call_id=CallId("c"), name="search", arguments={"query": "unicorn"}),
    TextDelta(text="done"),
]


def filled(database: Database, said: list[Event]) -> SessionId:
    conversations = SqliteConversations(database, now=lambda: NOON)
    session_id = conversations.create(project_id=ProjectId("p"), project_path="/p", provider="o", model="m")
    for seq, event in enumerate(said, start=1):
        item = Published(seq=seq, at=NOON, session_id=session_id, turn_id=TurnId("t"), event=event)
        database.write_blocking(partial(close_stretch, session_id=session_id, published=[item]))
    return session_id


def exported(database: Database, session_id: SessionId) -> list[str]:
    return [json.dumps(line) for line in export_conversation(SqliteConversations(database), session_id)]


def test_an_export_imports_to_an_equal_conversation(database: Database) -> None:
    session_id = filled(database, SAID)
    SqliteConversations(database).rename(session_id, "The hunt")
    lines = exported(database, session_id)
    with Database(None, CONVERSATIONS) as elsewhere:
        assert import_conversation(elsewhere, [*lines, "\n"]) == session_id
        there, here = SqliteConversations(elsewhere), SqliteConversations(database)
        assert there.get(session_id) == here.get(session_id)
        assert there.load(session_id) == here.load(session_id)
        assert [hit.seq for hit in there.search("unicorn")] == [1]


def test_an_id_that_is_taken_is_replaced(database: Database) -> None:
    session_id = filled(database, SAID)
    copy = import_conversation(database, exported(database, session_id))
    assert copy != session_id
    conversations = SqliteConversations(database)
    assert [item.event for item in conversations.load(copy).events] == SAID


pieces: st.SearchStrategy[list[Event]] = st.lists(
    st.one_of(st.text(max_size=3).map(lambda text: TextDelta(text=text)), st.sampled_from(SAID)), max_size=12
)


@given(pieces)
@settings(max_examples=30, deadline=None)
def test_any_conversation_survives_the_way(said: list[Event]) -> None:
    with Database(None, CONVERSATIONS) as here, Database(None, CONVERSATIONS) as there:
        session_id = filled(here, said)
        import_conversation(there, exported(here, session_id))
        loaded = SqliteConversations(there).load(session_id).events
        assert fold(item.event for item in loaded).messages == fold(said).messages


def test_a_mistake_names_its_line_and_changes_nothing(database: Database) -> None:
    header, *events = exported(database, filled(database, SAID))
    event = json.loads(events[0])
    mistakes = {
        "line 1 ": [
            [],
            ["not json"],
            ["[1]"],
            ["{}"],
            [json.dumps(json.loads(header) | {"version": 2})],
            [json.dumps(json.loads(header) | {"model": 5})],
            [json.dumps(json.loads(header) | {"created_at": "2026-01-01T00:00:00"})],
        ],
        "line 2 ": [
            [header, "{"],
            [header, "{}"],
            [header, json.dumps(event | {"type": "unheard.of"})],
            [header, json.dumps(event | {"at": "noon"})],
            [header, json.dumps(event | {"body": {}})],
        ],
        "event 1 in the wrong place": [[header, events[1], events[0]], [header, events[0], events[0]]],
    }
    for place, files in mistakes.items():
        for lines in files:
            with pytest.raises(UsageError, match=place) as refused:
                import_conversation(database, lines)
            assert refused.value.code == "usage.import_invalid"
    assert len(SqliteConversations(database).list()) == 1
