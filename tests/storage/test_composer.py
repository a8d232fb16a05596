"""What was typed in a project: found again, and not lost."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from aircher.domain.ids import ProjectId, SessionId
from aircher.storage.composer import MOST_CHARS, MOST_LINES, SqliteDrafts, SqliteInputHistory
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS, Schema
from aircher.storage.session_costs import session_costs

SHOP, ZOO = ProjectId("shop"), ProjectId("zoo")


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path / "sessions.db", SESSIONS) as database:
        yield database


async def test_lines_come_back_newest_first_and_stay_with_their_project(sessions: Database) -> None:
    shop, zoo = SqliteInputHistory(sessions, SHOP), SqliteInputHistory(sessions, ZOO)
    for line in ("one", "two", "two", " ", "one", "zażółć\ud800"):
        await shop.add(line)
    await zoo.add("feed")
    assert await shop.recent(10) == ["zażółć\ufffd", "one", "two", "one"]
    assert await shop.recent(2) == ["zażółć\ufffd", "one"]
    assert await zoo.recent(10) == ["feed"]


async def test_a_search_finds_all_words_in_any_order_each_line_once(sessions: Database) -> None:
    history = SqliteInputHistory(sessions, SHOP)
    for line in ("fix the Cart", "the cart: fix it", "fix 100% _x", "fix the Cart"):
        await history.add(line)
    assert await history.search("CART fix", 10) == ["fix the Cart", "the cart: fix it"]
    assert await history.search("cart fix", 1) == ["fix the Cart"]
    assert await history.search("0% _", 10) == ["fix 100% _x"]
    assert await history.search("zebra", 10) == []


async def test_a_project_keeps_its_newest_lines_and_no_pastes(sessions: Database) -> None:
    history = SqliteInputHistory(sessions, SHOP)
    rows = [(SHOP, f"{number}", 0) for number in range(MOST_LINES)]
    sessions.change("INSERT INTO input_history (project_id, text, typed_at) VALUES (?, ?, ?)", *rows)
    await history.add("x" * (MOST_CHARS + 1))
    await history.add("newest")
    kept = await history.recent(MOST_LINES * 2)
    assert (len(kept), kept[0], kept[-1]) == (MOST_LINES, "newest", "1")


async def test_a_draft_is_kept_until_it_is_empty(sessions: Database) -> None:
    drafts = SqliteDrafts(sessions, SHOP, owner="a")
    assert await drafts.load() == ""
    await drafts.save("half a")
    await drafts.save("half a thought")
    assert await drafts.load() == "half a thought"
    assert await SqliteDrafts(sessions, ZOO, owner="a").load() == ""
    await drafts.save("")
    assert await drafts.load() == ""


async def test_a_draft_is_of_one_window_as_long_as_that_is_open(sessions: Database) -> None:
    first, second = (SqliteDrafts(sessions, SHOP, owner=owner) for owner in ("first", "second"))
    await first.save("of the first")
    assert await second.load() == ""
    await second.save("of the second")
    assert (await first.load(), await second.load()) == ("of the first", "of the second")
    await first.release()
    assert await second.load() == "of the second"
    third, fourth = (SqliteDrafts(sessions, SHOP, owner=owner) for owner in ("third", "fourth"))
    assert (await third.load(), await fourth.load()) == ("of the first", "")
    await third.save("")
    await second.release()
    assert await fourth.load() == "of the second"


@pytest.fixture
def gone() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


async def test_drafts_of_processes_that_are_gone_are_adopted_the_last_one_first(sessions: Database, gone: int) -> None:
    for hour, owner in enumerate(("old", "new", "other")):
        at = datetime(2026, 5, 20, 12 - hour, tzinfo=UTC)
        project = ZOO if owner == "other" else SHOP
        await SqliteDrafts(sessions, project, owner=owner, pid=gone, now=partial(_same, at)).save(owner)
    assert [await SqliteDrafts(sessions, SHOP, owner=owner).load() for owner in "abc"] == ["old", "new", ""]


def _same(moment: datetime) -> datetime:
    return moment


async def test_a_draft_that_an_earlier_version_kept_is_adopted(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for file in sorted(SESSIONS.folder.glob("*.sql"))[:6]:
        shutil.copy(file, folder)
    path = tmp_path / "sessions.db"
    with Database(path, Schema(name="sessions", folder=folder)) as database:
        database.change("INSERT INTO drafts (project_id, text) VALUES (?, ?)", (SHOP, "half"))
    with Database(path, SESSIONS) as database:
        assert await SqliteDrafts(database, SHOP, owner="a").load() == "half"


def test_a_session_nobody_was_asked_in_costs_nothing(sessions: Database) -> None:
    assert session_costs(sessions, [SessionId("a")]) == {}
