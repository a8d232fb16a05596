"""The project's index on disk."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.errors import StorageError
from aircher.domain.index import (
    ChunkHit,
    ChunkRow,
    FileRows,
    ImportHit,
    ImportRow,
    IndexStats,
    KnownFile,
    SymbolHit,
    SymbolRow,
)
from aircher.project.ports import IndexStore
from aircher.storage.database import Database
from aircher.storage.file_index import SqliteFileIndex, open_file_index
from aircher.storage.migrate import FILE_INDEX

ODD = os.fsdecode(b"src/caf\xe9.py")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SqliteFileIndex]:
    opened = open_file_index(tmp_path / "cache" / "file_index.db")
    assert opened.notice is None
    yield opened.store
    opened.store.close()


def known(path: str, *, size_bytes: int = 1) -> KnownFile:
    return KnownFile(
        path=path, size_bytes=size_bytes, mtime_ns=1_700_000_000_123_456_789, digest="ab", language="python"
    )


def symbol(name: str, *, line: int = 1, kind: str = "function") -> SymbolRow:
    return SymbolRow(name=name, kind=kind, container="Cart", line=line, end_line=line + 2, signature=f"def {name}():")


def rows(path: str, *symbols: SymbolRow, targets: tuple[str, ...] = (), body: str = "") -> FileRows:
    imports = tuple(ImportRow(target=target, line=line) for line, target in enumerate(targets, start=1))
    chunks = (
        (ChunkRow(start_line=1, end_line=9, head=Path(path).stem if path.isascii() else "odd", body=body),)
        if body
        else ()
    )
    return FileRows(file=known(path), symbols=symbols, imports=imports, chunks=chunks)


def test_it_is_the_store_that_the_project_asks_for(index: SqliteFileIndex) -> None:
    store: IndexStore = index
    assert store.stats() == IndexStats(files=0, symbols=0, chunks=0)


def test_files_come_back_sorted_even_with_names_that_are_not_utf8(index: SqliteFileIndex) -> None:
    paths = ["z.py", ODD, "a.py", "src/caf\ufb01.py", "src/😀.py"]
    index.replace([rows(path) for path in paths])
    assert index.files() == [known(path) for path in sorted(paths)]


def test_replacing_a_file_leaves_nothing_of_what_was(index: SqliteFileIndex) -> None:
    index.replace([rows("a.py", symbol("old"), targets=("os",), body="unicorn"), rows("b.py", body="horse")])
    index.replace([rows("a.py", symbol("new"), targets=("sys",), body="donkey")])
    assert index.symbols_of("a.py") == [symbol("new")]
    assert index.imports_of(["a.py"]) == [ImportHit(path="a.py", row=ImportRow(target="sys", line=1))]
    found = {word: [hit.path for hit in index.search([word], limit=9)] for word in ("unicorn", "donkey", "horse")}
    assert found == {"unicorn": [], "donkey": ["a.py"], "horse": ["b.py"]}
    assert index.stats() == IndexStats(files=2, symbols=1, chunks=2)


def test_touching_renews_the_file_and_keeps_the_rest(index: SqliteFileIndex) -> None:
    index.replace([rows(ODD, symbol("kept"))])
    index.touch([known(ODD, size_bytes=99), known("unknown.py")])
    assert index.files() == [known(ODD, size_bytes=99)]
    assert index.symbols_of(ODD) == [symbol("kept")]


def test_deleting_and_clearing_forget_everything_but_meta(index: SqliteFileIndex) -> None:
    index.set_meta("version", "1")
    index.set_meta("version", "2")
    index.replace([rows(name, symbol("x"), targets=("os",), body="word") for name in ("a.py", "b.py", ODD)])
    index.delete([ODD, "a.py", "unknown.py"])
    assert [file.path for file in index.files()] == ["b.py"]
    assert index.stats() == IndexStats(files=1, symbols=1, chunks=1)
    index.clear()
    assert index.stats() == IndexStats(files=0, symbols=0, chunks=0)
    assert index.search(["word"], limit=9) == []
    assert (index.meta("version"), index.meta("none")) == ("2", None)


def test_symbols_are_found_as_written_in_any_case_and_by_their_beginning(index: SqliteFileIndex) -> None:
    index.replace(
        [rows("b.py", symbol("addItem", line=5), symbol("ADDITEM", line=2)), rows("a.py", symbol("additem_x"))]
    )
    upper = SymbolHit(path="b.py", symbol=symbol("ADDITEM", line=2))
    camel = SymbolHit(path="b.py", symbol=symbol("addItem", line=5))
    longer = SymbolHit(path="a.py", symbol=symbol("additem_x"))
    assert index.find_symbols(["addItem"], match="exact", limit=9) == [camel]
    assert index.find_symbols(["AddItem", "none"], match="lower", limit=9) == [upper, camel]
    assert index.find_symbols(["addI"], match="prefix", limit=9) == [longer, upper, camel]
    assert index.find_symbols(["addI", "addItem"], match="prefix", limit=1) == [longer]
    assert index.find_symbols([], match="exact", limit=9) == []
    assert index.symbols_of("b.py") == [upper.symbol, camel.symbol]
    assert index.symbols_of("unknown.py") == []


def test_imports_are_found_from_both_ends(index: SqliteFileIndex) -> None:
    index.replace([rows("b.py", targets=("os", "app.cart")), rows("a.py", targets=("app.cart",)), rows(ODD)])
    cart = ImportRow(target="app.cart", line=2)
    assert index.imports_of(["b.py", ODD, "b.py", "unknown.py"]) == [
        ImportHit(path="b.py", row=ImportRow(target="os", line=1)),
        ImportHit(path="b.py", row=cart),
    ]
    assert index.importers_of(["app.cart", "app.none"]) == [
        ImportHit(path="a.py", row=ImportRow(target="app.cart", line=1)),
        ImportHit(path="b.py", row=cart),
    ]


def test_search_ranks_names_above_lines_and_any_token_is_enough(index: SqliteFileIndex) -> None:
    index.replace(
        [
            rows("cart.py", body="shop total"),
            rows("shop.py", body="cart total"),
            *(rows(f"other{n}.py", body="nothing here") for n in range(9)),
        ]
    )
    hits = index.search(["cart", "unheard", "cart"], limit=9)
    assert [hit.path for hit in hits] == ["cart.py", "shop.py"]
    assert hits[0].score > hits[1].score > 0
    assert hits[0] == ChunkHit(path="cart.py", start_line=1, end_line=9, score=hits[0].score)
    assert len(index.search(["cart"], limit=1)) == 1
    assert index.search([], limit=9) == []
    assert index.search(['"', "*", "a b", ""], limit=9) == []


@given(st.lists(st.text(max_size=5), max_size=5))
def test_no_token_breaks_the_search(tokens: list[str]) -> None:
    store = open_file_index(None).store
    store.replace([rows("a.py", body=" ".join(token for token in tokens if token.isalnum()) or "x")])
    for token in tokens:
        found = store.search([token], limit=9)
        assert len(found) == (1 if token.isalnum() else 0)
    store.close()


def test_a_damaged_index_is_moved_aside_and_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "file_index.db"
    noise = os.urandom(20_000)
    path.write_bytes(noise)
    opened = open_file_index(path)
    opened.store.replace([rows("a.py")])
    opened.store.close()
    [aside] = tmp_path.glob("file_index.db.damaged-*")
    assert aside.read_bytes() == noise
    assert opened.notice == f"the project's index could not be used and is built again; the old file is {aside}"
    assert open_file_index(path).notice is None


def test_damage_found_later_names_the_command_that_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "file_index.db"
    store = open_file_index(path).store
    store.replace([rows(f"{n}.py", symbol("x" * 500)) for n in range(100)])
    store.close()
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    path.write_bytes(content)
    store = open_file_index(path).store
    with pytest.raises(StorageError) as refused:
        store.files()
    store.close()
    assert "aircher index rebuild" in str(refused.value.hint)
    anew = open_file_index(path, anew=True)
    assert anew.store.files() == []
    anew.store.close()
    [aside] = tmp_path.glob("file_index.db.damaged-*")
    assert anew.notice == f"the project's index could not be used and is built again; the old file is {aside}"


def test_a_sound_index_is_begun_anew_in_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "file_index.db"
    store = open_file_index(path).store
    store.replace([rows("a.py")])
    store.close()
    opened = open_file_index(path, anew=True)
    assert (opened.store.files(), opened.notice) == ([], None)
    opened.store.close()
    assert [item.name for item in tmp_path.iterdir()] == ["file_index.db"]


def test_an_index_of_a_newer_program_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "file_index.db"
    with Database(path, FILE_INDEX) as database:
        database.write_blocking(lambda connection: connection.execute("PRAGMA user_version = 99").fetchall())
    opened = open_file_index(path)
    opened.store.close()
    assert opened.notice is not None


def test_an_index_that_cannot_be_replaced_either_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(StorageError) as refused:
        open_file_index(tmp_path / "cache" / "file_index.db")
    assert refused.value.code == "storage.unavailable"
