import pytest
from tests.tui.blocks.scene import LOOK, SIDE_BY_SIDE, THEME, texts

from aircher.domain.display import DiffBlock
from aircher.tui.blocks.diff import diff_rows
from aircher.tui.blocks.diff_lines import changed_words, diff_lines
from aircher.tui.blocks.display import display_rows, folded_rows
from aircher.tui.look import Look, Role

DIFF = """\
@@ -10,4 +10,5 @@
 import os

-def greet(name):
+def greet(who):
+    check(who)
 pass
@@ -40,2 +41,2 @@ def main():
-    return total(a, b)
+    return total(a, c)
     # end
\\ No newline at end of file"""
BLOCK = DiffBlock(path="src/greet.py", diff=DIFF, added=3, removed=2)


def test_a_diff_has_numbers_signs_and_marks_where_lines_are_left_out() -> None:
    assert texts(display_rows(BLOCK, 40, LOOK)) == [
        "src/greet.py +3 -2",
        "10   import os",
        "11",
        "12 - def greet(name):",
        "12 + def greet(who):",
        "13 +     check(who)",
        "14   pass",
        " … def main():",
        "40 -     return total(a, b)",
        "41 +     return total(a, c)",
        "42       # end",
        " No newline at end of file",
    ]


def test_where_there_is_room_a_diff_stands_side_by_side() -> None:
    rows = display_rows(BLOCK, 100, SIDE_BY_SIDE)
    assert [row.partition(" │ ")[::2] for row in map(str.rstrip, texts(rows[1:6]))] == [
        ("10   import os".ljust(48), "10   import os"),
        ("11".ljust(48), "11"),
        ("12 - def greet(name):".ljust(48), "12 + def greet(who):"),
        (" " * 48, "13 +     check(who)"),
        ("13   pass".ljust(48), "14   pass"),
    ]
    assert texts(display_rows(BLOCK, 99, SIDE_BY_SIDE)) == texts(display_rows(BLOCK, 99, LOOK))


def test_changed_words_stand_out_and_changed_lines_are_coloured_to_the_edge() -> None:
    row = display_rows(BLOCK, 40, LOOK)[4]
    added, word = LOOK.style(Role.ADDED), LOOK.style(Role.ADDED_WORD)
    assert row.spans == (
        ("12 ", LOOK.style(Role.LINE_NUMBER)),
        ("+ ", added),
        ("def greet(", added),
        ("who", word),
        ("):", added),
        (" " * 20, added),
    )
    assert row.width == 40


def test_long_lines_are_broken_without_losing_anything() -> None:
    text = "日本語 " * 20 + "tab\there"
    block = DiffBlock(path="a", diff=f"@@ -1 +1 @@\n+{text}", added=1, removed=0)
    rows = display_rows(block, 30, LOOK)[1:]
    assert "".join(row.text[5:].rstrip() if row.width == 30 else row.text for row in rows).replace(" ", "") == (
        "日本語" * 20 + "tabhere"
    )
    assert {row.width for row in rows} == {30}


def test_a_long_diff_is_folded_with_a_count() -> None:
    lines = "".join(f"+line {number}\n" for number in range(100))
    block = DiffBlock(path="a", diff=f"@@ -0,0 +1,100 @@\n{lines}", added=100, removed=0)
    rows = texts(folded_rows(block, 40, LOOK))
    assert (len(rows), rows[0], rows[1], rows[-1]) == (26, "a +100 -0", "  1 + line 0", "… 76 more lines")
    assert len(display_rows(block, 40, LOOK)) == 101


def test_one_line_more_than_fits_is_simply_shown() -> None:
    lines = "".join(f"+line {number}\n" for number in range(25))
    block = DiffBlock(path="a", diff=f"@@ -0,0 +1,25 @@\n{lines}", added=25, removed=0)
    assert texts(folded_rows(block, 40, LOOK))[-1] == "25 + line 24"


def test_what_is_no_diff_is_told_as_it_is() -> None:
    long = DiffBlock(path="a", diff="@@ -1,9000 +1,9000 @@\n(too long to be shown)", added=9000, removed=9000)
    assert texts(diff_rows(long, 60, LOOK, is_titled=False)) == ["(too long to be shown)"]
    assert texts(display_rows(DiffBlock(path="a", diff="", added=0, removed=0), 60, LOOK)) == ["a +0 -0", "no change"]
    strange = [line.sign for line in diff_lines("@@ what\n@@ -x +y @@\n@@ -99999999999999999999 +1 @@\n+a")]
    assert strange == ["@", "@", "@", "+"]


@pytest.mark.parametrize(
    ("old", "new", "marks"),
    [
        ("return total(a, b)", "return total(a, c)", (((16, 17),), ((16, 17),))),
        ("x = one", "x = one + two", ((), ((7, 13),))),
        ("completely different", "1234567890", ((), ())),
        ("", "new", ((), ())),
        ("same", "same", ((), ())),
        ("a" * 500 + "b", "a" * 500 + "c", (((500, 501),), ((500, 501),))),
    ],
)
def test_words_are_compared(old: str, new: str, marks: object) -> None:
    assert changed_words(old, new) == marks


def test_added_and_removed_are_told_apart_without_colours() -> None:
    rows = texts(display_rows(BLOCK, 22, Look(theme=THEME)))
    assert [row[0] for row in rows if row.startswith(("+", "-"))] == ["-", "+", "+", "-", "+"]
