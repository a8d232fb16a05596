"""Links lead where they seem to, and only where a click is safe."""

import pytest
from tests.tui.markdown.looks import LOOK, style_of, texts
from tests.tui.markdown.oracle import markdown_rows


@pytest.mark.parametrize(
    ("source", "shown", "link"),
    [
        ("[docs](https://a.org/x)", "docs", "https://a.org/x"),
        ("[docs](HTTPS://a.org)", "docs", "HTTPS://a.org"),
        ("[docs](mailto:a@b.org)", "docs", "mailto:a@b.org"),
        ("[docs](file:///etc/hosts)", "docs", "file:///etc/hosts"),
        ("[docs](src/a.py)", "docs (src/a.py)", ""),
        ("[docs](javascript:alert)", "docs (javascript:alert)", ""),
        ("[docs](#part)", "docs", ""),
        ("[https://good.org](https://bad.org)", "https://good.org (https://bad.org)", "https://bad.org"),
        ("<https://a.org>", "https://a.org", "https://a.org"),
        ("https://a.org/x_(y)).", "https://a.org/x_(y)).", "https://a.org/x_(y)"),
        ("![pic](https://a.org/p.png)", "image: pic", "https://a.org/p.png"),
        ("[docs](https://a.org/\x1b[31m)", "docs", "https://a.org/[31m"),
    ],
)
def test_a_link(source: str, shown: str, link: str) -> None:
    rows = markdown_rows(source, 60, LOOK)
    assert texts(rows) == [shown]
    first = next(word for word in ("docs", "pic", "https") if word in shown)
    assert style_of(rows, first).link == link


def test_a_break_in_html_is_one_and_other_html_is_text() -> None:
    assert texts(markdown_rows("a<br>b<br/>c <b>d</b>", 40, LOOK)) == ["a", "b", "c <b>d</b>"]


def test_a_formula_over_several_lines_keeps_them() -> None:
    assert texts(markdown_rows("$$\nx_1 *a*\n$$", 40, LOOK)) == ["$$", "x_1 *a*", "$$"]


def test_nothing_that_is_defined_below_changes_what_stands_above() -> None:
    assert texts(markdown_rows("[a][b] and [b]\n\n[b]: https://x.org\n", 40, LOOK)) == [
        "[a][b] and [b]",
        "",
        "[b]: https://x.org",
    ]
