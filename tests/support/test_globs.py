"""Which paths a pattern means."""

import time

import pytest

from aircher.support.globs import BadGlob, Glob


@pytest.mark.parametrize(
    ("pattern", "path", "is_meant"),
    [
        ("*.py", "a.py", True),
        ("*.py", "src/deep/a.py", True),
        ("*.py", "a.pyc", False),
        ("/*.py", "a.py", True),
        ("/*.py", "src/a.py", False),
        ("./a.py", "src/a.py", False),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/deep/a.py", False),
        ("src/**/*.py", "src/a.py", True),
        ("src/**/*.py", "src/x/y/a.py", True),
        ("**/tests/**", "a/tests/b/c", True),
        ("**/**/a", "a", True),
        ("src/**", "src/x/y", True),
        ("src/", "src/x/y", True),
        ("src/", "other/src/x", False),
        ("*.{ts,tsx}", "a.tsx", True),
        ("*.{ts,tsx}", "a.js", False),
        ("{a,b/{c,d}}/x", "b/d/x", True),
        ("{a,b/{c,d}}/x", "b/x", False),
        ("test_?.py", "test_1.py", True),
        ("test_?.py", "test_12.py", False),
        ("[a-c].md", "b.md", True),
        ("[!a-c].md", "b.md", False),
        ("!*.py", "a.py", False),
        ("!*.py", "a.md", True),
        ("a}b", "a}b", True),
        (".*", ".env", True),
        ("*", ".env", True),
        ("naïve*", "naïve.txt", True),
        ("*", "a\nb", True),
    ],
)
def test_a_pattern_means_these_paths(pattern: str, path: str, is_meant: bool) -> None:
    assert Glob(pattern).fits(path) is is_meant


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{a,b", "'{a,b' has a { without its }"),
        ("/", "'/' names no file"),
        ("{a,b}" * 7, f"the braces of {'{a,b}' * 7!r} stand for more than 64 patterns"),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_refused_in_words(pattern: str, words: str) -> None:
    with pytest.raises(BadGlob) as caught:
        Glob(pattern)
    assert str(caught.value) == words


def test_no_pattern_makes_a_match_take_long() -> None:
    started = time.process_time()
    assert not Glob("**/" * 30 + "*a*a*a*a*a*a*a*a*a*a*b").fits("/".join(["a" * 200] * 20))
    assert time.process_time() - started < 1.0
