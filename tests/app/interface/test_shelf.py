"""The list of conversations, on real databases of two projects."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aircher.app.interface.shelf import MOST_SESSIONS, Shelf
from aircher.config.databases import DatabasePaths
from aircher.domain.errors import UsageError
from aircher.domain.events import Event, Published, TextDelta, TurnsRewound, TurnStarted
from aircher.domain.ids import ProjectId, PromptId, SessionId, TurnId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import TextPart
from aircher.domain.spending import UsageEntry
from aircher.domain.usage import Usage
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.ledger import SqliteLedger
from aircher.storage.migrate import CONVERSATIONS, SESSIONS
from aircher.storage.recorder import SqliteRecorder
from aircher.storage.waiting_prompts import SqliteWaitingPrompts
from aircher.tui.dialogs.ports import SessionFacts, SessionHit
from aircher.tui.dialogs.preview import Passage

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ZOO, SHOP = ProjectId("zoo-1"), ProjectId("shop-1")


@pytest.fixture
def paths(tmp_path: Path) -> DatabasePaths:
    return DatabasePaths(
        conversations=tmp_path / "conversations.db",
        knowledge=tmp_path / "knowledge.db",
        sessions=tmp_path / "sessions.db",
        file_index=tmp_path / "file_index.db",
    )


@pytest.fixture
def shelf(paths: DatabasePaths) -> Shelf:
    return Shelf(paths, ZOO, lambda: "s-zoo")


def said(prompt: str, answer: str = "") -> list[Event]:
    asked = TurnStarted(prompt=(TextPart(text=prompt),), provider="p", model="m")
    return [asked, TextDelta(text=answer)] if answer else [asked]


async def record(
    paths: DatabasePaths, session_id: str, events: list[Event], *, project: ProjectId = ZOO, at: datetime = NOON
) -> SessionFacts:
    """Record a conversation, and return it as the shelf lists it."""
    session = SessionId(session_id)
    with Database(paths.conversations, CONVERSATIONS) as database:
        conversations = SqliteConversations(database, now=lambda: at)
        folder = f"/home/ann/{project}"
        conversations.create(project_id=project, project_path=folder, provider="p", model="m", session_id=session)
        recorder = SqliteRecorder(database, session)
        for seq, event in enumerate(events, 1):
            await recorder.record(Published(seq=seq, at=at, session_id=session, turn_id=TurnId("t"), event=event))
        await recorder.aclose()
        turns = conversations.get(session).turns
        title = conversations.get(session).title or ""
    return SessionFacts(
        session_id=session,
        title=title,
        used_at=at,
        turns=turns,
        folder="" if project == ZOO else folder,
        is_current=session_id == "s-zoo",
    )


def spend(paths: DatabasePaths, session_id: str, cost_usd: float | None) -> None:
    with Database(paths.sessions, SESSIONS) as database:
        ledger = SqliteLedger(database)
        ledger.note(
            UsageEntry(
                at=NOON,
                project_id=ZOO,
                project_path="/",
                session_id=SessionId(session_id),
                turn_id=None,
                provider="p",
                model="m",
                usage=Usage(input_tokens=1),
                cost_usd=cost_usd,
            )
        )
        ledger.flush()


async def test_this_projects_conversations_come_first_each_with_its_last_use(
    paths: DatabasePaths, shelf: Shelf
) -> None:
    old = await record(paths, "s-old", said("feed the zebras"), at=NOON - timedelta(days=2))
    now = await record(paths, "s-zoo", said("count the zebras") + said("and the lions"), at=NOON - timedelta(days=1))
    other = await record(paths, "s-shop", said("sell a zebra"), project=SHOP)
    assert list(await shelf.sessions()) == [now, old, other]
    assert (now.turns, now.is_current, other.folder) == (2, True, "/home/ann/shop-1")


async def test_conversations_without_a_turn_are_not_listed(paths: DatabasePaths, shelf: Shelf) -> None:
    gone = TurnsRewound(first_turn_id=TurnId("t"), first_seq=1, turns=1)
    await record(paths, "s-new", [])
    await record(paths, "s-rewound", [*said("never mind"), gone])
    assert list(await shelf.sessions()) == []
    assert list(await shelf.search("mind")) == []


async def test_many_conversations_elsewhere_hide_none_of_this_project(paths: DatabasePaths, shelf: Shelf) -> None:
    await record(paths, "s-zoo", said("long ago"), at=NOON - timedelta(days=300))
    with Database(paths.conversations, CONVERSATIONS) as database:
        rows = [
            (f"s-{number}", SHOP, "/", "t", "p", "m", None, None, number, 1 << 52)
            for number in range(MOST_SESSIONS + 1)
        ]
        database.change("INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *rows)
    assert [each.session_id for each in await shelf.sessions()] == ["s-zoo"]


async def test_a_cost_is_told_if_every_call_had_a_price(paths: DatabasePaths, shelf: Shelf) -> None:
    for session_id, costs in (("s-known", [0.25, 0.5]), ("s-partly", [0.25, None]), ("s-none", [])):
        await record(paths, session_id, said("x"))
        for cost_usd in costs:
            spend(paths, session_id, cost_usd)
    assert {each.session_id: each.cost_usd for each in await shelf.sessions()} == {
        "s-known": 0.75,
        "s-partly": None,
        "s-none": None,
    }


def damage(path: Path) -> None:
    path.write_bytes(b"no database at all, and longer than the header of one would be" * 9)


async def test_without_accounts_the_list_is_there_all_the_same(paths: DatabasePaths, shelf: Shelf) -> None:
    facts = await record(paths, "s-zoo", said("x"))
    damage(paths.sessions)
    assert list(await shelf.sessions()) == [facts]


async def test_a_conversation_is_found_once_by_what_was_said(paths: DatabasePaths, shelf: Shelf) -> None:
    found = await record(
        paths, "s-shop", [event for _ in range(40) for event in said("noon?", "at noon")], project=SHOP
    )
    other = await record(paths, "s-zoo", said("when is it?", "the lions are fed at noon, as every animal here is"))
    hits = await shelf.search("noon")
    assert {hit.session.session_id for hit in hits} == {found.session_id, other.session_id}
    assert list(await shelf.search("lions noon")) == [
        SessionHit(
            other,
            (
                ("the ", False),
                ("lions", True),
                (" are fed at ", False),
                ("noon", True),
                (", as every animal here is", False),
            ),
        )
    ]
    assert list(await shelf.search('"(')) == []


async def test_the_preview_says_who_spoke(paths: DatabasePaths, shelf: Shelf) -> None:
    facts = await record(paths, "s-zoo", said("when?", "at noon") + said("why?"))
    assert list(await shelf.preview(facts.session_id)) == [
        Passage("you", "when?"),
        Passage("answer", "at noon"),
        Passage("you", "why?"),
    ]


async def test_another_title_is_kept_and_an_empty_one_refused(paths: DatabasePaths, shelf: Shelf) -> None:
    facts = await record(paths, "s-zoo", said("when?"))
    await shelf.rename(facts.session_id, "feeding\ntimes")
    assert [each.title for each in await shelf.sessions()] == ["feeding times"]
    with pytest.raises(UsageError, match="cannot be empty"):
        await shelf.rename(facts.session_id, " ")


async def test_what_is_deleted_takes_along_the_prompts_that_wait_and_no_others(
    paths: DatabasePaths, shelf: Shelf
) -> None:
    waiting = (WaitingPrompt(id=PromptId("1"), lane=Lane.QUEUE, prompt=(TextPart(text="then the lions"),)),)
    with Database(paths.sessions, SESSIONS) as database:
        for session_id in ("s-zoo", "s-old"):
            await record(paths, session_id, said("feed the zebras"))
            await SqliteWaitingPrompts(database, SessionId(session_id)).save(waiting)
    spend(paths, "s-zoo", 0.25)
    await shelf.delete(SessionId("s-zoo"))
    assert [each.session_id for each in await shelf.sessions()] == ["s-old"]
    with Database(paths.sessions, SESSIONS) as database:
        assert await SqliteWaitingPrompts(database, SessionId("s-zoo")).load() == ()
        assert await SqliteWaitingPrompts(database, SessionId("s-old")).load() == waiting
        assert database.rows("SELECT session_id FROM usage") == [("s-zoo",)], "what was spent stays spent"
    with pytest.raises(UsageError, match="no session is called"):
        await shelf.delete(SessionId("s-zoo"))
