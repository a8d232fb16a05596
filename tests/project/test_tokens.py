"""Tokens: the same words for code and for questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.project.tokens import identifier_token, query_tokens, stem, tokenize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("open_stream", ["open", "stream", "openstream"]),
        ("openStream", ["open", "stream", "openstream"]),
        ("HTTPServer2", ["http", "server", "httpserver2"]),
        ("src/aircher/bus.py", ["src", "aircher", "bus", "py"]),
        ("kebab-case", ["kebab", "case"]),
        ("utf8", ["utf", "utf8"]),
        ("", []),
        ("a + b", []),
    ],
)
def test_an_identifier_becomes_its_parts_and_itself(text: str, expected: list[str]) -> None:
    assert tokenize(text) == expected


@pytest.mark.parametrize(
    "words",
    [
        ("stream", "streams", "streamed", "streaming"),
        ("parse", "parsed", "parses", "parsing"),
        ("stop", "stopped", "stopping"),
        ("query", "queries"),
        ("class", "classes"),
        ("match", "matches", "matched"),
        ("cache", "cached", "caching"),
    ],
)
def test_forms_of_a_word_share_a_stem(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize("word", ["bus", "status", "this", "ring", "red", "class", "变量"])
def test_a_word_that_only_looks_inflected_stays(word: str) -> None:
    assert stem(word) == word


def test_a_question_loses_the_words_that_say_nothing_and_repetitions() -> None:
    assert query_tokens("Where does the token reach the screen, and the token?") == ["token", "screen"]


def test_no_more_tokens_come_back_than_were_asked_for() -> None:
    assert tokenize("alpha beta gamma delta", limit=2) == ["alpha", "beta"]


def test_spellings_of_an_identifier_share_a_token() -> None:
    assert identifier_token("open_stream") == identifier_token("OpenStream") == "openstream"


@given(st.text())
def test_any_text_yields_short_lower_case_letters_and_digits(text: str) -> None:
    for token in tokenize(text):
        assert 2 <= len(token) <= 40
        assert token.isalnum()
        assert " " not in token


@given(st.text(alphabet=st.characters(codec="ascii", categories=("Ll", "Lu", "Nd")), min_size=1, max_size=30))
def test_a_name_asked_for_is_found_among_the_tokens_of_its_own_line(name: str) -> None:
    assert set(tokenize(name)) <= set(tokenize(f"def {name}(self): pass"))


@given(st.from_regex(r"[a-z]{1,20}", fullmatch=True))
def test_a_stem_is_never_longer_than_its_word_and_never_empty(word: str) -> None:
    assert 0 < len(stem(word)) <= len(word)
