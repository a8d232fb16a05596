"""Conversations as people handle them."""

from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.errors import UsageError
from aircher.domain.events import Event, Published, TextDelta, TurnStarted
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.messages import TextPart
from aircher.storage.conversations import Conversation, SearchHit, SqliteConversations, fts_query
from aircher.storage.database import Database
from aircher.storage.event_log import close_stretch
from aircher.storage.event_rows import SkippedEvent
from aircher.storage.migrate import CONVERSATIONS

SHOP, BANK = ProjectId("shop-1"), ProjectId("bank-2")
NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)


class Script(Protocol):
    def place(self, event: Event, *, turn: str | None = "turn-1") -> Published: ...


def prompt(text: str) -> TurnStarted:
    return TurnStarted(prompt=(TextPart(text=text),), provider="offline", model="index")


def say(database: Database, *items: Published) -> None:
    for item in items:
        database.write_blocking(partial(close_stretch, session_id=item.session_id, published=[item]))


def talk(database: Database, conversations: SqliteConversations, name: str, *, about: str, minute: int) -> SessionId:
    project = BANK if name.startswith("bank") else SHOP
    new = conversations.create(
        project_id=project, project_path="/p", provider="offline", model="index", session_id=SessionId(name)
    )
    at = NOON.replace(minute=minute)
    say(database, Published(seq=1, at=at, session_id=new, turn_id=None, event=prompt(about)))
    return new


def test_a_conversation_is_described_by_its_events(
    database: Database, conversations: SqliteConversations, script: Script, session_id: SessionId
) -> None:
    asked = script.place(prompt("Where is the cart?"))
    answered = script.place(TextDelta(text="In cart.py"))
    say(database, asked, answered)
    assert conversations.get(session_id) == Conversation(
        id=session_id,
        project_id=SHOP,
        project_path="/home/ann/shop",
        title="Where is the cart?",
        provider="offline",
        model="index",
        parent_id=None,
        forked_at_seq=None,
        created_at=NOON,
        updated_at=answered.at,
        messages=2,
        turns=1,
    )
    assert conversations.load(session_id).events == (asked, answered)


def test_lists_are_newest_first_by_project_and_without_empty_ones(
    database: Database, conversations: SqliteConversations, session_id: SessionId
) -> None:
    old = talk(database, conversations, "shop-old", about="a", minute=1)
    bank = talk(database, conversations, "bank", about="b", minute=2)
    new = talk(database, conversations, "shop-new", about="c", minute=3)
    assert [item.id for item in conversations.list()] == [new, bank, old]
    assert [item.id for item in conversations.list(limit=1)] == [new]
    assert [item.id for item in conversations.list(SHOP)] == [new, old]
    latest = conversations.latest(SHOP)
    assert latest is not None
    assert latest.id == new
    assert conversations.latest(ProjectId("none")) is None


def test_a_unique_prefix_finds_and_everything_else_says_what_would(
    database: Database, conversations: SqliteConversations
) -> None:
    talk(database, conversations, "shop-aaa", about="a", minute=1)
    talk(database, conversations, "shop-aab", about="b", minute=2)
    talk(database, conversations, "shop-a", about="c", minute=3)
    assert conversations.find("shop-aaa").id == "shop-aaa"
    assert conversations.find("shop-a").id == "shop-a"
    with pytest.raises(UsageError) as ambiguous:
        conversations.find("shop-aa")
    assert (ambiguous.value.code, ambiguous.value.hint) == (
        "usage.session_ambiguous",
        "give more of the id: shop-aaa, shop-aab",
    )
    with pytest.raises(UsageError) as unknown:
        conversations.find("shop-abb")
    assert unknown.value.code == "usage.session_unknown"
    assert "did you mean shop-aab?" in str(unknown.value.hint)
    for nothing in ("", "%", "zzz"):
        with pytest.raises(UsageError, match="no session is called"):
            conversations.find(nothing)


def test_only_five_of_many_candidates_are_named(database: Database, conversations: SqliteConversations) -> None:
    for n in range(7):
        talk(database, conversations, f"shop-{n}", about="a", minute=n)
    with pytest.raises(UsageError) as ambiguous:
        conversations.find("shop")
    assert ambiguous.value.hint == "give more of the id: shop-0, shop-1, shop-2, shop-3, shop-4, …"


def test_a_fork_shares_the_past_and_nothing_else(
    database: Database, conversations: SqliteConversations, script: Script, session_id: SessionId
) -> None:
    items = [script.place(prompt("first")), script.place(TextDelta(text="yes")), script.place(prompt("second"))]
    say(database, *items)
    whole, part = conversations.fork(session_id), conversations.fork(session_id, at_seq=2)
    assert [item.event for item in conversations.load(whole).events] == [item.event for item in items]
    assert [item.event for item in conversations.load(part).events] == [item.event for item in items[:2]]
    about = conversations.get(part)
    assert (about.parent_id, about.forked_at_seq, about.title, about.messages) == (session_id, 2, "first", 2)
    assert conversations.get(whole).forked_at_seq == 3
    conversations.delete(session_id)
    assert conversations.get(part).parent_id == session_id
    assert len(conversations.load(part).events) == 2


def test_deleting_takes_events_messages_and_search_entries_along(
    database: Database, conversations: SqliteConversations
) -> None:
    gone = talk(database, conversations, "shop-1", about="unicorns", minute=1)
    conversations.delete(gone)
    assert conversations.search("unicorns") == ()
    assert database.rows("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM messages)") == [(0, 0)]
    for call in (conversations.delete, conversations.get, conversations.load, conversations.fork):
        with pytest.raises(UsageError, match="no session is called 'shop-1'"):
            call(gone)


def test_a_title_can_be_given_and_stays(database: Database, conversations: SqliteConversations) -> None:
    one = talk(database, conversations, "shop-1", about="a", minute=1)
    conversations.rename(one, "  The \n cart ")
    say(database, Published(seq=2, at=NOON, session_id=one, turn_id=None, event=prompt("more")))
    assert conversations.get(one).title == "The cart"
    with pytest.raises(UsageError, match="cannot be empty"):
        conversations.rename(one, " \n")
    with pytest.raises(UsageError, match="no session is called 'shop-2'"):
        conversations.rename(SessionId("shop-2"), "x")


def test_search_finds_words_and_beginnings_with_a_snippet(
    database: Database, conversations: SqliteConversations
) -> None:
    talk(database, conversations, "shop-1", about="Why does the Überweisung fail in payment.py?", minute=1)
    talk(database, conversations, "bank-1", about="Rename the payment module", minute=2)
    assert conversations.search("uberweisung pay") == (
        SearchHit(
            session_id=SessionId("shop-1"),
            title="Why does the Überweisung fail in payment.py?",
            seq=1,
            role="user",
            created_at=NOON.replace(minute=1),
            pieces=(
                ("Why does the ", False),
                ("Überweisung", True),
                (" fail in ", False),
                ("payment", True),
                (".py?", False),
            ),
        ),
    )
    assert conversations.search("uberweisung")[0].snippet == "Why does the [Überweisung] fail in payment.py?"
    assert {hit.session_id for hit in conversations.search("payment")} == {"shop-1", "bank-1"}
    assert [hit.session_id for hit in conversations.search("payment", project_id=BANK)] == ["bank-1"]
    assert len(conversations.search("payment", limit=1)) == 1
    assert conversations.search("  ") == ()


@given(st.text())
def test_nothing_that_is_typed_breaks_the_search(text: str) -> None:
    with Database(None, CONVERSATIONS) as database:
        SqliteConversations(database).search(text)


def test_query_syntax_is_searched_for_and_not_obeyed() -> None:
    assert fts_query('a" OR NEAR(b*') == '"a""" "OR" "NEAR(b*"*'


def test_events_of_a_newer_program_are_reported(
    database: Database, conversations: SqliteConversations, script: Script, session_id: SessionId
) -> None:
    known = script.place(prompt("a"))
    say(database, known)
    row = (session_id, 2, None, "plan.updated", 0, "{}")
    database.change("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", row)
    loaded = conversations.load(session_id)
    assert loaded.events == (known,)
    assert loaded.skipped == (SkippedEvent(seq=2, type="plan.updated", reason="unknown type plan.updated"),)
