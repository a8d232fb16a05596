"""Lines by regular expression: the two programs that find them, held against each other."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tools.benches import git, write_tree

from aircher.domain.files import MatchedFile, ShownLine, TextMatches, TextQuery
from aircher.domain.tools import ToolFailure
from aircher.workspace.listing import FolderListing
from aircher.workspace.text_search import LocalTextSearch

PROJECT = Path(__file__).parents[2]
PATTERNS = (
    r"def \w+\(", "import", "^$", "x*", "func() {", r"[a-z]+_[A-Z]+$", r"\bself\b.*\bfor\b", "é", r"[^\x00-\x7f]",
    r"^\s*$", r"\s$", r"\S\s\S", r"\W\W\W", "a.c", "[[:upper:]]{3,}", r"(?P<q>['\"]).+?['\"]", r"\D\d{4}\D", r"^\S+$",
    "$", r"\u00e9|\x41", r"[\w.-]+@[\w.]+", r"C\+\+", "a{2}", "a{2,}?", "[]a]", "[^]a]x", "interface{}", "(?i:self)",
    "(?i)ß", r"[\[\]&&~|-]", r"\x{263a}|\t", "(a|b|)c", r"[\s\d]+:", "é|ñ|日", r"[^\s\w]{3}", r"\.py\b", "}", r"\/",
)  # fmt: skip
SPANNING = (
    r"\w+\s+=\s+\w+\n", r"\{\n[^}]*\}", "(?s)class .*?def ", r"\s+", "^", r"\n\n\n", ".", r"\n", r"x\n?", r"^\S+$",
    "(?s)a.{1,40}?b", r"[\n]", r"\r?\n\r?\n", r"[^\w]+$",
)  # fmt: skip
AWKWARD: dict[str, str | bytes] = {
    "crlf.txt": b"one\r\nfoo bar\r\n\r\nlast",
    "bom.txt": b"\xef\xbb\xbffoo\n",
    "utf16.txt": "foo\nbär\n".encode("utf-16"),
    "latin1.txt": b"caf\xe9 foo\n\xe9\n",
    "binary.bin": b"foo\0bar\nfoo\n",
    "late.bin": b"foo\n" + b"xx; " * 2300 + b"\0\nfoo\n",
    "empty": b"",
    "newlines": b"\n\n\n",
    "name with\nnewline.txt": b"foo\nself for\n",
    os.fsdecode(b"byte\xff.txt"): b"foo\n",
    "-e.txt": b"foo\n",
    "long.txt": "foo " + "yy; " * 1_000 + " é\nx\n",
    "other.txt": "ſ K \u0660\u0661 ² ½ \u2028 \u00a0 日本 ☺\n".encode(),
}


def everything(path: Path) -> bool:
    return True


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "root", AWKWARD)


def searches(root: Path) -> list[LocalTextSearch]:
    rg = shutil.which("rg")
    if rg is None:
        pytest.skip("ripgrep is not installed")
    return [LocalTextSearch(FolderListing(root), ripgrep=program) for program in (rg, "")]


async def both(root: Path, query: TextQuery) -> TextMatches | ToolFailure:
    """Return what both programs answer, which has to be the same."""
    first, second = [await search.search(root, query, may_read=everything) for search in searches(root)]
    assert first == second
    return first


@pytest.mark.parametrize("is_case_ignored", [False, True])
@pytest.mark.parametrize("place", ["project", "awkward"])
async def test_both_programs_find_the_same_lines(awkward: Path, place: str, is_case_ignored: bool) -> None:
    root = awkward if place == "awkward" else PROJECT / "src" / "aircher" / "providers"
    found = 0
    for pattern in PATTERNS:
        query = TextQuery(pattern=pattern, ignore_case=is_case_ignored, most_files=10_000, most_lines=1_000_000)
        answer = await both(root, query)
        assert isinstance(answer, TextMatches), (pattern, answer)
        found += bool(answer.files)
    assert found > 15


@pytest.mark.parametrize("place", ["project", "awkward"])
async def test_both_programs_find_the_same_lines_where_matches_span_them(awkward: Path, place: str) -> None:
    root = awkward if place == "awkward" else PROJECT / "docs"
    found = 0
    for pattern in (*SPANNING, *PATTERNS):
        query = TextQuery(pattern=pattern, is_multiline=True, most_files=10_000, most_lines=1_000_000)
        answer = await both(root, query)
        assert isinstance(answer, TextMatches), (pattern, answer)
        found += bool(answer.files)
    assert found > 15


@pytest.mark.parametrize(
    "query",
    [
        TextQuery(pattern="foo", only_files=True),
        TextQuery(pattern="foo", globs=("*.txt",), context_lines=3),
        TextQuery(pattern="foo", globs=("!*.txt",)),
        TextQuery(pattern="foo", file_type="py"),
        TextQuery(pattern="foo", most_files=2),
        TextQuery(pattern="foo", most_lines=2),
        TextQuery(pattern="$", most_lines=1),
    ],
)
async def test_both_programs_heed_the_same_limits_and_filters(awkward: Path, query: TextQuery) -> None:
    (awkward / "code.py").write_text("foo\n" * 5)
    assert isinstance(await both(awkward, query), TextMatches)


async def test_what_is_found_is_shown_with_the_lines_around(awkward: Path) -> None:
    answer = await both(awkward, TextQuery(pattern="^foo bar$|caf", context_lines=1, globs=("{crlf,latin1}.txt",)))
    assert answer == TextMatches(
        files=(
            MatchedFile(
                path=awkward / "crlf.txt",
                count=1,
                lines=(ShownLine(1, "one", False), ShownLine(2, "foo bar", True), ShownLine(3, "", False)),
            ),
            MatchedFile(
                path=awkward / "latin1.txt", count=1, lines=(ShownLine(1, "café foo", True), ShownLine(2, "é", False))
            ),
        ),
        is_complete=True,
        searched_files=2,
    )


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("a(?=b)", "(?=b is not supported: groups are ( ), (?: ), (?i: ), (?P<name> ), no look-around"),
        (r"(a)\1", r"\1 is a reference to a group; \b is the edge of a word, ^ and $ are those of a line"),
        (r"\Aa", r"\A is an escape that is not supported; \b is the edge of a word, ^ and $ are those of a line"),
        ("a(b", r"a ( has no ): write \( for the character"),
        ("a)b", r"a ) has no (: write \) for the character"),
        ("[ab", r"a [ has no ]: write \[ for the character"),
        ("*a", r"* repeats nothing: write \* for the character"),
        ("C++", r"+ repeats nothing: write \+ for the character"),
        ("[z-a]", "the range z-a runs backwards"),
        ("a{3,2}", "{3,2} counts backwards"),
        ("a\\", r"it ends in a \: write \\ for the character"),
        ("[[:what:]]", "the class [:what:] is not known"),
        (r"[\b]", r"\b has no meaning inside [ ]"),
        (r"\x{110000}", r"\x{110000} is no character"),
        ("(?x)a b", "the flag x is not known: i, m and s are"),
        ("a\ud83d", "it holds half a character (a lone surrogate)"),
    ],
)
async def test_an_expression_outside_the_dialect_is_refused_in_words(awkward: Path, pattern: str, reason: str) -> None:
    assert await both(awkward, TextQuery(pattern=pattern)) == ToolFailure(
        message=f"The expression {pattern!r} cannot be used: {reason}."
    )


async def test_a_line_break_needs_multiline_and_says_so(awkward: Path) -> None:
    assert await both(awkward, TextQuery(pattern=r"a\nb")) == ToolFailure(
        message="The expression holds a line break: set multiline."
    )


async def test_a_unicode_class_is_ripgreps_alone_and_the_other_says_so(awkward: Path) -> None:
    query = TextQuery(pattern=r"\p{Greek}|[\p{Han}x]", globs=("other.txt",))
    with_rg, built_in = [await search.search(awkward, query, may_read=everything) for search in searches(awkward)]
    assert isinstance(with_rg, TextMatches)
    assert len(with_rg.files) == 1
    assert built_in == ToolFailure(
        message=r"The search failed: \p{…} needs ripgrep (the program rg), which is not installed: "
        r"use \w or [ ] instead."
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (TextQuery(pattern="x", globs=("{a",)), "The glob cannot be used: '{a' has a { without its }."),
        (TextQuery(pattern="x", file_type="pi"), "The glob cannot be used: the type 'pi' is not known; known are c, "),
    ],
)
async def test_a_filter_that_cannot_be_used_says_why(awkward: Path, query: TextQuery, words: str) -> None:
    answer = await both(awkward, query)
    assert isinstance(answer, ToolFailure)
    assert answer.message.startswith(words)


async def test_an_expression_that_would_never_end_is_stopped(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.txt": "a" * 40 + "!\n"})
    search = LocalTextSearch(FolderListing(tmp_path), ripgrep="", deadline_s=1.0)
    started = time.monotonic()
    answer = await search.search(tmp_path, TextQuery(pattern="(a+)+$"), may_read=everything)
    assert time.monotonic() - started < 10
    assert answer == ToolFailure(
        message="The search took longer than 1 s and was stopped. "
        "Name a smaller folder or fewer files, or use a simpler expression."
    )


async def test_a_file_that_takes_too_long_is_passed_over(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.txt": "a" * 40 + "!\n", "b.txt": "aaa\n"})
    search = LocalTextSearch(FolderListing(tmp_path), ripgrep="")
    answer = await search.search(tmp_path, TextQuery(pattern="(a+)+$"), may_read=everything)
    assert answer == TextMatches(
        files=(MatchedFile(path=tmp_path / "b.txt", count=1, lines=(ShownLine(1, "aaa", True),)),),
        is_complete=True,
        searched_files=2,
        skipped_files=1,
    )


@pytest.mark.parametrize("program", [None, ""])
async def test_files_that_may_not_be_read_leave_no_trace(tmp_path: Path, program: str | None) -> None:
    write_tree(tmp_path, {".env": "KEY=foo\n", "a.txt": "foo\n", "sub/.env": "foo\n"})
    (tmp_path / "link").symlink_to("/etc/passwd")
    search = LocalTextSearch(FolderListing(tmp_path), ripgrep=program)
    may_read: Callable[[Path], bool] = lambda path: path.name != ".env"  # noqa: E731 - a one-line policy
    for query in (TextQuery(pattern="foo|root"), TextQuery(pattern="foo|root", only_files=True, most_files=1)):
        answer = await search.search(tmp_path, query, may_read=may_read)
        assert isinstance(answer, TextMatches)
        assert [file.path.name for file in answer.files] == ["a.txt"]


async def test_one_file_is_searched_whatever_the_rules_say_of_it(tmp_path: Path) -> None:
    write_tree(tmp_path, {".gitignore": "*.log\n", "x.log": "foo\nbar\n"})
    git(tmp_path, "init", "-q")
    answer = await both_of_file(tmp_path, TextQuery(pattern="bar", globs=("*.py",)))
    assert [(file.path, file.count) for file in answer.files] == [(tmp_path / "x.log", 1)]


async def both_of_file(root: Path, query: TextQuery) -> TextMatches:
    first, second = [await search.search(root / "x.log", query, may_read=everything) for search in searches(root)]
    assert first == second
    assert isinstance(first, TextMatches)
    return first


async def test_settings_of_ripgrep_change_nothing(tmp_path: Path) -> None:
    write_tree(
        tmp_path, {"rc": "--invert-match\n", "a.txt": "foo\nbar\n", ".rgignore": "a.txt\n", ".ripgreprc": "-v\n"}
    )
    if shutil.which("rg") is None:
        pytest.skip("ripgrep is not installed")
    program = tmp_path / "rg"
    program.write_text(f'#!/bin/sh\nexport RIPGREP_CONFIG_PATH={tmp_path}/rc\nexec {shutil.which("rg")} "$@"\n')
    program.chmod(0o755)
    search = LocalTextSearch(FolderListing(tmp_path), ripgrep=str(program))
    answer = await search.search(tmp_path, TextQuery(pattern="foo", globs=("a.txt",)), may_read=everything)
    assert isinstance(answer, TextMatches)
    assert [file.lines for file in answer.files] == [(ShownLine(1, "foo", True),)]


@pytest.mark.parametrize("program", ["/no/such/program", "/bin/false"])
async def test_a_program_that_fails_is_a_failure_or_finds_nothing(tmp_path: Path, program: str) -> None:
    write_tree(tmp_path, {"a.txt": "foo\n"})
    search = LocalTextSearch(FolderListing(tmp_path), ripgrep=program)
    answer = await search.search(tmp_path, TextQuery(pattern="foo"), may_read=everything)
    assert isinstance(answer, ToolFailure) is (program == "/no/such/program")
