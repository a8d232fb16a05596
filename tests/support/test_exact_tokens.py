"""Exact counts with the extra ``tokenizers``, which the development environment has."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.support.exact_tokens import exact_counter, has_exact
from aircher.support.token_weights import FAMILIES


@pytest.mark.parametrize(
    ("family", "text", "tokens"),
    [
        ("o200k", "", 0),
        ("o200k", "hello world", 2),
        ("o200k", "tiktoken is great!", 6),
        ("cl100k", "tiktoken is great!", 6),
        ("cl100k", "お誕生日おめでとう", 9),
        ("o200k", "<|endoftext|>", 7),
    ],
)
def test_a_text_has_the_tokens_of_the_published_vocabulary(family: str, text: str, tokens: int) -> None:
    count = exact_counter(family)
    assert count is not None
    assert count(text) == tokens


@given(st.text(st.characters(), max_size=80))
def test_every_text_can_be_counted_exactly(text: str) -> None:
    count = exact_counter("o200k")
    assert count is not None
    assert (count(text) > 0) == bool(text)


def test_a_lone_surrogate_counts_as_the_sign_that_is_sent_for_it() -> None:
    count = exact_counter("o200k")
    assert count is not None
    assert count("a\ud800b") == count("a\ufffdb")


def test_only_the_vocabularies_of_openai_are_exact() -> None:
    assert {family for family in FAMILIES if has_exact(family)} == {"o200k", "cl100k"}
    assert exact_counter("claude") is None


def test_without_the_extra_there_is_no_exact_counter_and_no_error() -> None:
    program = (
        "import sys\n"
        "from importlib.machinery import PathFinder\n"
        "class Without(PathFinder):\n"
        "    @classmethod\n"
        "    def find_spec(cls, name, path=None, target=None):\n"
        "        return None if name == 'splintr' else super().find_spec(name, path, target)\n"
        "sys.meta_path[:] = [Without if finder is PathFinder else finder for finder in sys.meta_path]\n"
        "from aircher.support.exact_tokens import exact_counter, has_exact\n"
        "print(has_exact('o200k'), exact_counter('o200k'))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("False None\n", "")


def test_asking_whether_there_is_an_exact_counter_imports_nothing() -> None:
    program = "import sys, aircher.support.exact_tokens as e; e.has_exact('o200k'); print('splintr' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"
