"""The language fixture suite: one small source a language, and what it defines."""

import time

import pytest

from aircher.project.languages import LANGUAGES, Language, import_patterns, language_of, line_patterns
from aircher.project.symbols import symbols_of

Row = tuple[str, str, str, int, int]

SOURCES: dict[str, tuple[str, list[Row]]] = {
    "a.py": (
        "class A:\n  X = 1\n  @p\n  async def f(self):\n    def g(): pass\nLIMIT: int = 3\n",
        [
            ("class", "", "A", 1, 5),
            ("method", "A", "f", 4, 5),
            ("function", "A.f", "g", 5, 5),
            ("constant", "", "LIMIT", 6, 6),
        ],
    ),
    "a.js": (
        (
            "const r = require('x')\nclass A { m() {} f = () => 1 }\nfunction g() {}\n"
            "const h = () => {\n  const q = 1\n}\n"
            "exports.k = function () {}\nexport const M = 2\n"
        ),
        [
            ("class", "", "A", 2, 2),
            ("method", "A", "m", 2, 2),
            ("method", "A", "f", 2, 2),
            ("function", "", "g", 3, 3),
            ("function", "", "h", 4, 6),
            ("function", "", "k", 7, 7),
            ("constant", "", "M", 8, 8),
        ],
    ),
    "a.ts": (
        (
            "export interface I { m(): void }\nexport abstract class A<T> { abstract k(): T }\ntype T = string\n"
            "enum E { X }\n"
            "namespace N { export function q() {} }\nexport const f = async (x: number) => x\n"
        ),
        [
            ("interface", "", "I", 1, 1),
            ("method", "I", "m", 1, 1),
            ("class", "", "A", 2, 2),
            ("method", "A", "k", 2, 2),
            ("type", "", "T", 3, 3),
            ("enum", "", "E", 4, 4),
            ("module", "", "N", 5, 5),
            ("function", "N", "q", 5, 5),
            ("function", "", "f", 6, 6),
        ],
    ),
    "a.tsx": ("export function App() {\n  return <div/>\n}\n", [("function", "", "App", 1, 3)]),
    "a.go": (
        "package m\nfunc F() {}\nfunc (s *S) M() {}\ntype S struct{}\ntype I interface{ X() }\nconst C = 1\n",
        [
            ("function", "", "F", 2, 2),
            ("method", "S", "M", 3, 3),
            ("type", "", "S", 4, 4),
            ("interface", "", "I", 5, 5),
            ("constant", "", "C", 6, 6),
        ],
    ),
    "a.rs": (
        (
            "pub struct S;\nimpl<T> X for S<T> {\n  pub fn m(&self) {}\n}\ntrait T { fn d(&self); }\nconst C: u8 = 1;\n"
            "macro_rules! mm { () => {} }\n"
        ),
        [
            ("struct", "", "S", 1, 1),
            ("method", "S", "m", 3, 3),
            ("trait", "", "T", 5, 5),
            ("method", "T", "d", 5, 5),
            ("constant", "", "C", 6, 6),
            ("macro", "", "mm", 7, 7),
        ],
    ),
    "A.java": (
        (
            "class A {\n  static final int C = 1;\n  A() {}\n  void m() {}\n  interface I {}\n}\n"
            "enum E { X }\nrecord R(int a) {}\n"
        ),
        [
            ("class", "", "A", 1, 6),
            ("constant", "A", "C", 2, 2),
            ("method", "A", "A", 3, 3),
            ("method", "A", "m", 4, 4),
            ("interface", "A", "I", 5, 5),
            ("enum", "", "E", 7, 7),
            ("class", "", "R", 8, 8),
        ],
    ),
    "a.c": (
        "#define N 1\nstatic int f(void) {\n  return 1;\n}\nchar *g(int a) { return 0; }\nstruct s { int a; };\n",
        [
            ("constant", "", "N", 1, 1),
            ("function", "", "f", 2, 4),
            ("function", "", "g", 5, 5),
            ("struct", "", "s", 6, 6),
        ],
    ),
    "a.cpp": (
        (
            "namespace n { class A { public: void m(); int k() { return 1; } }; }\n"
            "void n::A::m() {}\nA::~A() {}\nint &g() { }\n"
        ),
        [
            ("namespace", "", "n", 1, 1),
            ("class", "n", "A", 1, 1),
            ("method", "n.A", "m", 1, 1),
            ("method", "n.A", "k", 1, 1),
            ("method", "A", "m", 2, 2),
            ("method", "A", "~A", 3, 3),
            ("function", "", "g", 4, 4),
        ],
    ),
    "a.rb": (
        "module M\n class A < B\n  C = 1\n  def m?; end\n  def self.k; end\n end\nend\n",
        [
            ("module", "", "M", 1, 7),
            ("class", "M", "A", 2, 6),
            ("constant", "M.A", "C", 3, 3),
            ("method", "M.A", "m?", 4, 4),
            ("method", "M.A", "k", 5, 5),
        ],
    ),
    "a.md": (
        "# One\n```\n# no\n```\n## Two\n# Three\n",
        [("heading", "", "One", 1, 5), ("heading", "One", "Two", 5, 5), ("heading", "", "Three", 6, 7)],
    ),
    "a.rst": (
        "One\n===\ntext\nTwo\n---\nThree\n=====\n",
        [("heading", "", "One", 1, 5), ("heading", "One", "Two", 4, 5), ("heading", "", "Three", 6, 8)],
    ),
    "a.sh": ("greet() {\n  echo\n}\n", [("function", "", "greet", 1, 1)]),
    "Makefile": ("run: deps\n\techo\nX := 1\n", [("target", "", "run", 1, 1)]),
    "a.toml": ("[tool.x]\na = 1\n", [("section", "", "tool.x", 1, 1)]),
    "a.sql": ("CREATE TABLE IF NOT EXISTS files (id);\n", [("table", "", "files", 1, 1)]),
    "a.php": (
        "<?php\nclass A {\n  public function m() {}\n}\n",
        [("class", "", "A", 2, 2), ("function", "", "m", 3, 3)],
    ),
    "a.kt": ("data class A(val x: Int)\nfun f() = 1\n", [("class", "", "A", 1, 1), ("function", "", "f", 2, 2)]),
    "a.proto": ("message M {\n  rpc Go (M);\n}\n", [("class", "", "M", 1, 1), ("method", "", "Go", 2, 2)]),
}


def language(name: str) -> Language:
    found = language_of(name)
    assert found is not None
    return found


def rows(name: str, text: str, *, with_grammar: bool = True) -> list[Row]:
    found = symbols_of(text, language(name), with_grammar=with_grammar)
    return [(row.kind, row.container, row.name, row.line, row.end_line) for row in found]


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_yields_its_symbols_with_containers_and_lines(name: str) -> None:
    text, expected = SOURCES[name]
    assert rows(name, text) == expected


def test_every_language_with_a_grammar_is_in_this_suite() -> None:
    covered = {language(name).name for name in SOURCES}
    assert {each.name for each in LANGUAGES if each.grammar} <= covered


def test_every_pattern_of_the_table_compiles_and_has_its_group() -> None:
    for each in LANGUAGES:
        assert all("name" in pattern.groupindex for _, pattern in line_patterns(each.name))
        assert all("target" in pattern.groupindex for pattern in import_patterns(each.name))


def test_an_extension_or_a_file_name_belongs_to_one_language() -> None:
    names = [name for each in LANGUAGES for name in (*each.extensions, *each.filenames)]
    assert sorted({name for name in names if names.count(name) > 1}) == ["dockerfile"]


@pytest.mark.parametrize("name", ["a.py", "a.js", "a.ts", "a.go", "a.rs", "a.rb"])
def test_line_patterns_alone_find_the_functions_and_classes_at_the_left(name: str) -> None:
    text, expected = SOURCES[name]
    found = {row[2] for row in rows(name, text, with_grammar=False)}
    assert {row[2] for row in expected if row[0] in {"class", "struct"} and not row[1]} <= found


def test_the_signature_is_the_trimmed_line_of_the_name() -> None:
    [found] = symbols_of("    \ndef f(a,\n      b):\n  pass\n", language("a.py"))
    assert found.signature == "def f(a,"


def test_a_broken_file_yields_the_symbols_that_can_be_had() -> None:
    text = "def good():\n    pass\n\ndef bad(:\n    x = (\n\nclass Later:\n    def m(self): pass\n"
    assert {"good", "Later"} <= {row[2] for row in rows("a.py", text)}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deep.js", "(" * 200_000),
        ("deep.py", "[" * 100_000),
        ("deep.c", "{" * 200_000),
        ("nested.py", "\n".join(" " * n + f"def f{n}():" for n in range(400))),
        ("one-line.js", "var a=1;" * 120_000),
        ("many.py", "def f(): pass\n" * 40_000),
        ("headings.md", "# x\n" * 100_000),
    ],
)
def test_hostile_sources_are_read_in_bounded_time_and_yield_bounded_rows(name: str, text: str) -> None:
    start = time.process_time()
    found = symbols_of(text, language(name))
    assert len(found) <= 5_000
    assert all(len(row.name) <= 200 and len(row.signature) <= 200 for row in found)
    assert time.process_time() - start < 20
