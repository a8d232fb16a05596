"""Names that strangers chose, shown on one line."""

import pytest

from aircher.support.text import visible_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a b.py", "a b.py"),
        ("naïve – 日本.md", "naïve – 日本.md"),
        ("a\nb", "a\\nb"),
        ("a\tb\x1b[31m", "a\\tb\\x1b[31m"),
        ("caf\udce9", "caf\\xe9"),
        ("evil\u202egnp.exe", "evil\\u202egnp.exe"),
        ("line\u2028break\u0085", "line\\u2028break\\x85"),
        ("half\ud83d", "half\\ud83d"),
    ],
)
def test_a_name_takes_one_line_and_can_be_sent(name: str, shown: str) -> None:
    assert visible_name(name) == shown
    assert visible_name(name).encode()
