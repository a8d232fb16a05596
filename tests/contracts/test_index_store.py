"""What every `IndexStore` must do; run against the one in memory and the one in SQLite."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.project.memory_store import MemoryStore

from aircher.domain.index import ChunkRow, FileRows, ImportRow, IndexStats, KnownFile, SymbolRow
from aircher.project.ports import IndexStore
from aircher.storage.file_index import open_file_index


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IndexStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    opened = open_file_index(tmp_path / "file_index.db")
    yield opened.store
    opened.store.close()


def known(path: str, *, mtime_ns: int = 1, digest: str = "d") -> KnownFile:
    return KnownFile(path=path, size_bytes=10, mtime_ns=mtime_ns, digest=digest, language="python")


def symbol(name: str, line: int, *, kind: str = "function", container: str = "") -> SymbolRow:
    return SymbolRow(
        name=name, kind=kind, container=container, line=line, end_line=line + 2, signature=f"def {name}():"
    )


def chunk(start_line: int, body: str, *, head: str = "") -> ChunkRow:
    return ChunkRow(start_line=start_line, end_line=start_line + 9, head=head, body=body)


FIRST = FileRows(
    file=known("b/first.py"),
    symbols=(symbol("Alpha", 1, kind="class"), symbol("run", 5, container="Alpha")),
    imports=(ImportRow(target="c.second", line=1),),
    chunks=(chunk(1, "alpha run red red red"), chunk(11, "green")),
)
SECOND = FileRows(
    file=known("c/second.py"),
    symbols=(symbol("alphabet", 3), symbol("Run", 9)),
    imports=(ImportRow(target="os", line=1), ImportRow(target="c.third", line=2)),
    chunks=(chunk(1, "red blue blue", head="second"),),
)


def filler(count: int) -> list[FileRows]:
    return [FileRows(file=known(f"z/{n:03}.py"), chunks=(chunk(1, f"word{n} nothing"),)) for n in range(count)]


def test_files_come_back_whole_and_sorted_by_path(store: IndexStore) -> None:
    store.replace([SECOND, FIRST])
    assert store.files() == [FIRST.file, SECOND.file]


def test_replacing_a_file_leaves_nothing_of_its_former_rows(store: IndexStore) -> None:
    store.replace([FIRST])
    store.replace([FileRows(file=known("b/first.py", digest="e"), chunks=(chunk(1, "violet"),))])
    assert store.files() == [known("b/first.py", digest="e")]
    assert store.symbols_of("b/first.py") == []
    assert store.imports_of(["b/first.py"]) == []
    assert store.search(["red"], limit=9) == []
    assert store.stats() == IndexStats(files=1, symbols=0, chunks=1)


def test_touching_renews_the_file_and_keeps_its_other_rows(store: IndexStore) -> None:
    store.replace([FIRST])
    store.touch([known("b/first.py", mtime_ns=2), known("unknown.py")])
    assert store.files() == [known("b/first.py", mtime_ns=2)]
    assert store.symbols_of("b/first.py") == list(FIRST.symbols)


def test_deleting_forgets_everything_of_a_file_and_ignores_unknown_ones(store: IndexStore) -> None:
    store.replace([FIRST, SECOND])
    store.delete(["b/first.py", "unknown.py"])
    assert store.files() == [SECOND.file]
    assert store.search(["green"], limit=9) == []
    assert store.find_symbols(["Alpha"], match="exact", limit=9) == []


def test_clearing_forgets_files_and_keeps_what_is_under_keys(store: IndexStore) -> None:
    store.replace([FIRST])
    store.set_meta("format", "1")
    store.set_meta("format", "2")
    store.clear()
    assert store.stats() == IndexStats(files=0, symbols=0, chunks=0)
    assert (store.meta("format"), store.meta("other")) == ("2", None)


@pytest.mark.parametrize(
    ("names", "match", "expected"),
    [
        (["run"], "exact", [("b/first.py", "run")]),
        (["RUN"], "lower", [("b/first.py", "run"), ("c/second.py", "Run")]),
        (["ALPHA"], "prefix", [("b/first.py", "Alpha"), ("c/second.py", "alphabet")]),
        (["alph_"], "prefix", []),
        (["a%"], "prefix", []),
        ([], "prefix", []),
    ],
)
def test_symbols_are_found_as_written_in_lower_case_or_by_their_beginning(
    store: IndexStore, names: list[str], match: str, expected: list[tuple[str, str]]
) -> None:
    store.replace([SECOND, FIRST])
    how = {"exact": store.find_symbols(names, match="exact", limit=9)}
    how["lower"] = store.find_symbols(names, match="lower", limit=9)
    how["prefix"] = store.find_symbols(names, match="prefix", limit=9)
    assert [(hit.path, hit.symbol.name) for hit in how[match]] == expected


def test_no_more_hits_come_back_than_were_asked_for(store: IndexStore) -> None:
    store.replace([FIRST, SECOND])
    assert len(store.find_symbols(["alpha"], match="prefix", limit=1)) == 1
    assert len(store.search(["red"], limit=1)) == 1


def test_imports_are_found_from_both_ends(store: IndexStore) -> None:
    store.replace([SECOND, FIRST])
    assert [(hit.path, hit.row) for hit in store.imports_of(["c/second.py", "b/first.py", "none.py"])] == [
        ("b/first.py", ImportRow(target="c.second", line=1)),
        ("c/second.py", ImportRow(target="os", line=1)),
        ("c/second.py", ImportRow(target="c.third", line=2)),
    ]
    assert [(hit.path, hit.row.line) for hit in store.importers_of(["c.third", "c.second"])] == [
        ("b/first.py", 1),
        ("c/second.py", 2),
    ]


def test_the_chunk_that_holds_a_word_more_often_comes_first_with_a_higher_score(store: IndexStore) -> None:
    store.replace([SECOND, FIRST, *filler(20)])
    hits = store.search(["red"], limit=9)
    assert [(hit.path, hit.start_line, hit.end_line) for hit in hits] == [("b/first.py", 1, 10), ("c/second.py", 1, 10)]
    assert hits[0].score > hits[1].score > 0.01


def test_a_match_in_the_head_weighs_more_than_one_in_the_body(store: IndexStore) -> None:
    in_body = FileRows(file=known("a.py"), chunks=(chunk(1, "lantern stone", head="wood"),))
    in_head = FileRows(file=known("b.py"), chunks=(chunk(1, "wood stone", head="lantern"),))
    store.replace([in_body, in_head, *filler(20)])
    assert [hit.path for hit in store.search(["lantern"], limit=9)] == ["b.py", "a.py"]


def test_a_rare_word_weighs_more_than_a_common_one(store: IndexStore) -> None:
    common = [FileRows(file=known(f"c{n}.py"), chunks=(chunk(1, "common"),)) for n in range(5)]
    rare = FileRows(file=known("r.py"), chunks=(chunk(1, "rare"),))
    store.replace([*common, rare, *filler(20)])
    assert store.search(["common", "rare"], limit=1)[0].path == "r.py"


def test_no_tokens_or_unknown_ones_find_nothing(store: IndexStore) -> None:
    store.replace([FIRST])
    assert store.search([], limit=9) == []
    assert store.search(["absent", "near", "and", "or", "not"], limit=9) == []


def test_a_word_of_another_script_is_found(store: IndexStore) -> None:
    store.replace([FileRows(file=known("a.py"), chunks=(chunk(1, "größe 变量 naïve"),)), *filler(5)])
    assert [hit.path for hit in store.search(["größe"], limit=9)] == ["a.py"]
    assert [hit.path for hit in store.search(["变量"], limit=9)] == ["a.py"]
    assert store.search(["grosse"], limit=9) == []


def test_a_path_that_is_not_utf8_survives(store: IndexStore) -> None:
    path = os.fsdecode(b"caf\xe9/\xff.py")
    store.replace([FileRows(file=known(path), symbols=(symbol("f", 1),), chunks=(chunk(1, "violet"),))])
    assert store.files() == [known(path)]
    assert [hit.path for hit in store.search(["violet"], limit=9)] == [path]
    assert [hit.path for hit in store.find_symbols(["f"], match="exact", limit=9)] == [path]
    store.delete([path])
    assert store.files() == []
