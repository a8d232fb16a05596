"""Imports and the names they are joined by; chunks."""

import pytest

from aircher.domain.index import SymbolRow
from aircher.project.chunks import chunks_of
from aircher.project.imports import import_names, imports_of
from aircher.project.languages import language_of


def targets(path: str, text: str) -> list[tuple[str, int]]:
    language = language_of(path)
    assert language is not None
    return [(row.target, row.line) for row in imports_of(text, path, language)]


@pytest.mark.parametrize(
    ("path", "line", "imported"),
    [
        ("src/p/a.py", "import p.b", "src/p/b.py"),
        ("src/p/a.py", "from p.b import thing as other", "src/p/b.py"),
        ("src/p/a.py", "from p import b", "src/p/b.py"),
        ("src/p/a.py", "from . import b", "src/p/b.py"),
        ("src/p/q/a.py", "from ..b import thing", "src/p/b.py"),
        ("src/p/a.py", "import p.q", "src/p/q/__init__.py"),
        ("p/a.py", "from .b import c", "p/b.py"),
        ("web/a.js", "import x from './b.js'", "web/b.js"),
        ("web/a.ts", "export { x } from '../lib/b'", "lib/b.ts"),
        ("web/a.js", "const b = require('./b')", "web/b/index.js"),
        ("src/a.rs", "use crate::net::tcp;", "src/net/tcp.rs"),
        ("src/main/java/org/x/A.java", "import org.x.B;", "src/main/java/org/x/B.java"),
        ("src/a.c", '#include "b.h"', "src/b.h"),
        ("lib/a.rb", "require_relative 'b'", "lib/b.rb"),
    ],
)
def test_an_import_meets_the_file_that_it_means(path: str, line: str, imported: str) -> None:
    assert {target for target, _ in targets(path, line)} & set(import_names(imported))


def test_imports_come_with_their_lines_each_target_once() -> None:
    text = "import os\n\nfrom p import a, b\nimport os\n"
    assert targets("x.py", text) == [("os", 1), ("p", 3), ("p.a", 3), ("p.b", 3)]


def test_a_go_import_is_kept_as_written() -> None:
    assert targets("a.go", 'import (\n\t"fmt"\n\tx "example.org/m/net"\n)\n') == [("fmt", 2), ("example.org/m/net", 3)]


def test_imports_are_bounded_and_a_language_without_patterns_has_none() -> None:
    assert len(targets("a.py", "\n".join(f"import m{n}" for n in range(2_000)))) == 400
    assert targets("a.md", "import x") == []


def symbol(name: str, line: int, end_line: int) -> SymbolRow:
    return SymbolRow(name=name, kind="function", container="", line=line, end_line=end_line, signature="")


def ranges(lines: int, symbols: list[SymbolRow]) -> list[tuple[int, int]]:
    return [(chunk.start_line, chunk.end_line) for chunk in chunks_of("a.py", ["x"] * lines, symbols)]


def test_a_file_is_cut_where_symbols_begin() -> None:
    assert ranges(40, [symbol("f", 1, 20), symbol("g", 21, 40)]) == [(1, 20), (21, 40)]


def test_a_short_symbol_joins_the_next_and_a_long_one_is_cut() -> None:
    assert ranges(30, [symbol("f", 1, 3), symbol("g", 4, 30)]) == [(1, 30)]
    assert ranges(120, []) == [(1, 50), (51, 100), (101, 120)]


def test_the_chunks_of_a_huge_file_are_bounded_and_an_empty_one_has_one() -> None:
    assert len(ranges(100_000, [])) == 300
    assert [(c.start_line, c.end_line, c.head, c.body) for c in chunks_of("src/a.py", [], [])] == [(1, 1, "src py", "")]


def test_a_chunk_inside_a_long_symbol_still_names_it() -> None:
    chunks = chunks_of("a.py", ["x"] * 80, [symbol("longOne", 1, 80)])
    assert [chunk.head for chunk in chunks] == ["py long one longone", "py long one longone"]
