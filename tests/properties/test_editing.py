"""Whatever the file and the quote: what lies outside stays, a refusal is no change, and an end comes soon."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.editing import Edited, Refused, Replacement, apply

PATHS = st.sampled_from(["a.py", "a.js", "a.go", "a.md", "Makefile", "a.json"])
WORDS = st.sampled_from(
    [
        "if ready:",
        "    start(engine)",
        "\tstop()",
        "}",
        "",
        "# ...",
        "value = 12",
        'say("two words")',
        "“quoted”",
        "x\u200b",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n"])
LINES = st.lists(st.tuples(WORDS, ENDS), max_size=12).map(lambda rows: "".join(word + end for word, end in rows))
MAX_S = 5.0  # far above what it takes, for a machine that does other things as well


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=200), old=st.text(max_size=20), new=st.text(max_size=20), path=PATHS)
def test_any_bytes_give_an_answer(data: bytes, old: str, new: str, path: str) -> None:
    result = apply(data, [Replacement(old=old, new=new)], path=path)
    assert isinstance(result, Edited | Refused)
    assert not isinstance(result, Edited) or result.data != data


@settings(max_examples=150, deadline=None)
@given(before=LINES, behind=LINES, old=LINES, new=LINES, quoted=LINES, path=PATHS)
def test_bytes_before_and_behind_the_place_never_change(
    before: str, behind: str, old: str, new: str, quoted: str, path: str
) -> None:
    text = f"first_line\n{before}mark_one\n{old}mark_two\n{behind}last_line"
    edit = Replacement(old=f"mark_one\n{quoted}mark_two", new=f"mark_one\n{new}mark_two")
    result = apply(text.encode(), [edit], path=path)
    if isinstance(result, Edited):
        assert result.data.startswith(f"first_line\n{before}mark_one\n".encode())
        assert result.data.endswith(f"mark_two\n{behind}last_line".encode())


@settings(max_examples=150, deadline=None)
@given(before=LINES, behind=LINES, new=st.sampled_from(["other = 1", "a\nb", "", "é"]), path=PATHS)
def test_a_unique_literal_quote_is_replaced_as_bytes_are(before: str, behind: str, new: str, path: str) -> None:
    text = f"{before}unique(place)\n{behind}".replace("\r\n", "\n")
    result = apply(text.encode(), [Replacement(old="unique(place)", new=new)], path=path)
    assert isinstance(result, Edited)
    assert result.data == text.encode().replace(b"unique(place)", new.encode())
    assert result.rungs == ((),)


@pytest.mark.parametrize(
    ("data", "old"),
    [
        (b"var a=1;" * 131_072, "foo bar\n  baz"),
        (b"var a=1;" * 131_072, "  " + "var a=1;" * 131_072),
        (b"    foo(bar)\n" * 100_000, "      foo(bar)\n" * 1000),
        (b"    foo(bar)\n" * 100_000, "fooo(barr) + 1\n" * 300),
        (b"    foo(bar)\n" * 100_000, "      foo(bar)\n" * 100_000),
        (b"(" * 200_000 + b"abc", "  abc"),
        (b'"' * 300_000 + b"\nabc( d)\n", "  abc(d)"),
        (b"\n" * 500_000 + b"a\n", "a\n\n\nb"),
        (("e" + "\u0301" * 200_000).encode(), "é foo"),
        (b"a = 1\n" * 1000, "...\nfoo\n" * 2000),
        (b"a = 1\n" * 1000, "\\n" * 200_000 + "a"),
        (b"a = 1\n" * 1000, "&amp;" * 100_000 + "a"),
    ],
)
@pytest.mark.parametrize("path", ["a.py", "a.js"])
def test_hostile_input_comes_to_an_end_soon(data: bytes, old: str, path: str) -> None:
    started = time.perf_counter()
    assert isinstance(apply(data, [Replacement(old=old, new="x")], path=path), Refused)
    assert time.perf_counter() - started < MAX_S
