"""Schemas move forward, whole, with a backup first, and never over what they do not understand."""

from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.domain.errors import Defect, StorageError
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS, SCHEMAS, Schema, unknown_steps

STEPS = [
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;",
    "ALTER TABLE notes ADD COLUMN author TEXT NOT NULL DEFAULT 'unknown';",
    "CREATE INDEX notes_by_author ON notes (author);",
    "UPDATE notes SET text = upper(text); ALTER TABLE notes RENAME COLUMN text TO content;",
]


def schema_of(folder: Path, *steps: str) -> Schema:
    folder.mkdir(parents=True, exist_ok=True)
    for number, sql in enumerate(steps, start=1):
        (folder / f"{number:04}_step.sql").write_text(sql)
    return Schema(name="notes", folder=folder)


def schema_text(path: Path) -> list[tuple[object, ...]]:
    connection = apsw.Connection(str(path))
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name").fetchall()
    connection.close()
    return rows


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_every_schema_builds_from_nothing_and_is_recorded(tmp_path: Path, schema: Schema) -> None:
    with Database(tmp_path / "new.db", schema) as database:
        steps = schema.steps()
        recorded = database.rows("SELECT number, name, sha256 FROM schema_migrations ORDER BY number")
        assert recorded == [(step.number, step.name, step.sha256) for step in steps]
        assert database.read_blocking(lambda connection: unknown_steps(connection, steps)) == []
        assert database.rows("PRAGMA foreign_key_check") == []
    assert not (tmp_path / "backups").exists()


@given(stops=st.lists(st.integers(1, len(STEPS)), max_size=3).map(sorted))
@settings(max_examples=15, deadline=None)
def test_the_way_to_the_head_does_not_matter(tmp_path_factory: pytest.TempPathFactory, stops: list[int]) -> None:
    folder = tmp_path_factory.mktemp("notes")
    for number in [*stops, len(STEPS)]:
        Database(folder / "a.db", schema_of(folder / f"m{number}", *STEPS[:number])).close()
    Database(folder / "b.db", schema_of(folder / "all", *STEPS)).close()
    assert schema_text(folder / "a.db") == schema_text(folder / "b.db")


def test_rows_survive_and_a_backup_holds_them_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    with Database(path, schema_of(tmp_path / "old", *STEPS[:1])) as database:
        database.change("INSERT INTO notes (text) VALUES (?)", ("hello",))
    with Database(path, schema_of(tmp_path / "new", *STEPS)) as database:
        assert database.rows("SELECT content, author FROM notes") == [("HELLO", "unknown")]
    [copy] = (tmp_path / "backups").iterdir()
    assert copy.name.startswith("notes-v1-")
    with Database(copy, schema_of(tmp_path / "old", *STEPS[:1])) as database:
        assert database.rows("SELECT * FROM notes") == [(1, "hello")]


def test_a_step_that_fails_leaves_the_step_before_it(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    broken = schema_of(tmp_path / "broken", *STEPS[:2], "CREATE TABLE more (a); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(Defect, match="nowhere"):
        Database(path, broken)
    with Database(path, schema_of(tmp_path / "good", *STEPS[:2])) as database:
        assert database.rows("PRAGMA user_version") == [(2,)]
        assert database.rows("SELECT name FROM sqlite_schema WHERE name = 'more'") == []


def test_a_newer_file_is_refused_with_both_versions_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    Database(path, schema_of(tmp_path / "new", *STEPS)).close()
    before = path.read_bytes()
    with pytest.raises(StorageError) as refused:
        Database(path, schema_of(tmp_path / "old", *STEPS[:2]))
    assert (refused.value.code, refused.value.message) == (
        "storage.newer",
        f"{path} has schema 4, made by a newer Aircher; this one knows up to 2",
    )
    assert "aircher update" in str(refused.value.hint)
    assert path.read_bytes() == before


def test_a_file_of_another_build_is_refused_before_it_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    Database(path, schema_of(tmp_path / "theirs", STEPS[0], "CREATE TABLE other (a);")).close()
    with pytest.raises(StorageError, match="0002_step is not as this one knows it") as refused:
        Database(path, schema_of(tmp_path / "ours", *STEPS))
    assert refused.value.code == "storage.newer"
    assert not (tmp_path / "backups").exists()


def test_a_database_of_the_go_version_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    earlier = apsw.Connection(str(path))
    earlier.execute("PRAGMA journal_mode = WAL").fetchall()
    earlier.execute(
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT); INSERT INTO conversations VALUES (1,2)"
    )
    earlier.close()
    before = path.read_bytes()
    with pytest.raises(StorageError) as refused:
        Database(path, CONVERSATIONS)
    assert refused.value.code == "storage.earlier"
    assert "earlier version of Aircher" in refused.value.message
    assert path.read_bytes() == before


def test_a_gap_in_the_numbers_is_a_defect(tmp_path: Path) -> None:
    schema = schema_of(tmp_path / "gap", STEPS[0])
    (tmp_path / "gap" / "0003_late.sql").write_text("SELECT 1;")
    with pytest.raises(Defect, match=r"0003_late\.sql of notes should have number 0002"):
        schema.steps()
