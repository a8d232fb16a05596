"""The index as a tool uses it: on real files and a real database."""

import asyncio
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from tests.project.sample import write_sample

from aircher.app.index import OpenIndex
from aircher.app.project_search import IndexSearch
from aircher.domain.tools import ToolFailure
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.tools.ports import Found


def policy_for(root: Path) -> Policy:
    return Policy(places=Places(roots=(root,), home=Path("/nowhere")))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "project")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "file_index.db"


def damage(database: Path, *, keep_bytes: int) -> None:
    database.parent.mkdir(parents=True, exist_ok=True)
    whole = database.read_bytes() if database.exists() else b""
    database.write_bytes(whole[:keep_bytes] + b"\xff" * max(8_192, len(whole) - keep_bytes))


async def test_definitions_come_first_and_no_file_that_may_hold_keys_is_shown(root: Path, database: Path) -> None:
    (root / ".env").write_text("NoteSent=hunter2\n")
    with closing(IndexSearch(root, database, may_read=policy_for(root).may_read, note=lambda _: None)) as search:
        found = await search.find(" NoteSent ", limit=3)
        assert not isinstance(found, ToolFailure)
        assert found[0] == Found(path="src/sample/events.py", line=4, text="class NoteSent:")
        assert len(found) == 3
        assert await search.find("hunter2", limit=3) == []


async def test_closing_stops_the_indexing_of_a_large_project(root: Path, database: Path) -> None:
    total = 1_500
    for number in range(total):
        (root / f"note{number}.py").write_text(f"def note_{number}(): pass\n")
    damage(database, keep_bytes=0)  # so that a note is made just before the indexing begins
    has_begun, closes = Event(), Event()

    def note(_text: str) -> None:
        has_begun.set()
        assert closes.wait(30)

    def close() -> None:
        assert has_begun.wait(30)
        closes.set()
        search.close()

    search = IndexSearch(root, database, may_read=policy_for(root).may_read, note=note)
    closer = Thread(target=close)
    closer.start()
    assert await search.find("note_1", limit=3) == ToolFailure(
        message="The search was given up, because the session ends."
    )
    await asyncio.to_thread(closer.join)
    with closing(OpenIndex(root, database, note=lambda _: None)) as index:
        assert index.store.stats().files < total
    assert await search.find("note_1", limit=3) == ToolFailure(
        message="The search was given up, because the session ends."
    )


async def test_a_database_that_breaks_fails_the_search_and_not_the_session(root: Path, database: Path) -> None:
    with closing(IndexSearch(root, database, may_read=policy_for(root).may_read, note=lambda _: None)) as search:
        await search.find("Loft", limit=3)
    damage(database, keep_bytes=4096)  # the first page: it opens, and fails when it is used
    with closing(IndexSearch(root, database, may_read=policy_for(root).may_read, note=lambda _: None)) as search:
        failure = await search.find("Loft", limit=3)
    assert isinstance(failure, ToolFailure)
    assert failure.message.startswith(f"The search cannot be used now: {database}")
    assert "aircher index rebuild" in failure.message


async def test_an_outline_names_what_a_file_or_folder_defines(root: Path, database: Path) -> None:
    with closing(IndexSearch(root, database, may_read=policy_for(root).may_read, note=lambda _: None)) as search:
        one = await search.outline("src/sample/events.py")
        assert not isinstance(one, ToolFailure)
        assert ("class", "NoteSent", 4) in [(each.kind, each.name, each.line) for each in one]
        below = await search.outline("src")
        everything = await search.outline("")
        assert not isinstance(below, ToolFailure)
        assert not isinstance(everything, ToolFailure)
        assert {each.path for each in one} < {each.path for each in below} < {each.path for each in everything}
        assert await search.outline("src/sample/event") == []


async def test_an_outline_leaves_out_what_may_not_be_read(root: Path, database: Path) -> None:
    def no_events(path: Path) -> bool:
        return path.name != "events.py"

    with closing(IndexSearch(root, database, may_read=no_events, note=lambda _: None)) as search:
        assert await search.outline("src/sample/events.py") == []
