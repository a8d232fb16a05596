"""Code in tokens says what the code says, line by line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.support.highlighting import MAX_LINE_CHARS, lexed_lines, terminal_colors


@given(st.text(max_size=80), st.sampled_from(["python", "js", "html", "diff", "make", "json", "bash", "console"]))
@settings(max_examples=120, deadline=None)
def test_tokens_say_the_same_as_the_code(code: str, language: str) -> None:
    lines = lexed_lines(code, language)
    if lines is not None:
        assert "\n".join("".join(text for _, text in line.tokens) for line in lines) == code


def test_a_line_tells_whether_the_next_one_begins_outside_of_a_string_or_comment() -> None:
    lines = lexed_lines('x = 1  # why\n"""a\nb"""\ny\n', "python")
    assert lines is not None
    assert [line.is_at_rest for line in lines] == [True, False, True, True, False]
    lines = lexed_lines("/* a\n b */\nf();\n", "c")
    assert lines is not None
    assert [line.is_at_rest for line in lines] == [False, True, True, False]


@pytest.mark.parametrize(
    ("code", "language"), [("x", ""), ("x", "no-such-language"), ("x" * (MAX_LINE_CHARS + 1), "python")]
)
def test_what_cannot_be_lexed_is_nothing(code: str, language: str) -> None:
    assert lexed_lines(code, language) is None


def test_the_words_after_a_fence_begin_with_the_language() -> None:
    assert lexed_lines("x", "python,ignore title=a") is not None
    assert terminal_colors("def f(): pass\n", "py something") != "def f(): pass\n"
    assert terminal_colors("x", "no-such-language") is None
