"""Databases of the earlier Go program had the same names and may lie where the user wants these."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aircher.config import Config
from aircher.config.databases import NAMES, DatabasePaths, database_paths
from aircher.support.paths import project_id


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "project"
    root.mkdir()
    return root


def paths_in(root: Path, chosen: str = ".aircher") -> DatabasePaths:
    return database_paths(Config.build(root=root, storage={"data_dir": chosen}), {"HOME": str(root.parent)})


def write_earlier(file: Path) -> None:
    """As the Go program left them: tables, and no schema version."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL)")
        database.execute("INSERT INTO conversations VALUES ('1', 'How do I …')")
        database.commit()


@pytest.mark.parametrize("name", NAMES)
def test_databases_of_the_earlier_program_are_left_alone(root: Path, name: str) -> None:
    folder = root / ".aircher"
    write_earlier(folder / name)
    before = (folder / name).read_bytes()
    assert paths_in(root) == DatabasePaths(
        conversations=folder / "v2/conversations.db",
        knowledge=folder / "v2/knowledge.db",
        sessions=folder / "v2/sessions.db",
        file_index=folder / "v2/file_index.db",
    )
    assert (folder / name).read_bytes() == before
    assert sorted(folder.iterdir()) == [folder / name]


def test_a_folder_for_several_projects_keeps_the_index_of_each_apart(root: Path) -> None:
    write_earlier(root.parent / "elsewhere/conversations.db")
    paths = paths_in(root, "../elsewhere")
    assert paths.sessions == root.parent / "elsewhere/v2/sessions.db"
    assert paths.file_index == root.parent / "elsewhere/v2/projects" / project_id(root) / "file_index.db"


def test_the_subfolder_stays_in_use_when_the_earlier_files_are_gone(root: Path) -> None:
    write_earlier(root / ".aircher/conversations.db")
    paths = paths_in(root)
    paths.sessions.parent.mkdir()
    paths.sessions.touch()
    (root / ".aircher/conversations.db").unlink()
    assert paths_in(root) == paths


def test_a_database_of_this_program_is_used_even_while_it_is_only_in_its_log(root: Path) -> None:
    file = root / ".aircher/conversations.db"
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript("BEGIN; CREATE TABLE a (b); PRAGMA user_version = 1; COMMIT;")
        assert (root / ".aircher/conversations.db-wal").stat().st_size > 0
        assert paths_in(root).conversations == file
    assert paths_in(root).conversations == file


@pytest.mark.parametrize("content", [b"", b"not a database", b"x" * 200, b"SQLite format 3\0"])
def test_what_is_no_database_is_left_to_be_reported_when_it_is_opened(root: Path, content: bytes) -> None:
    file = root / ".aircher/conversations.db"
    file.parent.mkdir()
    file.write_bytes(content)
    (root / ".aircher/knowledge.db").mkdir()
    assert paths_in(root).conversations == file
