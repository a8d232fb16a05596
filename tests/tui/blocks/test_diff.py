import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tui.blocks.scene import LOOK, SIDE_BY_SIDE, THEME, texts

from aircher.domain.display import DiffBlock
from aircher.tui.blocks.diff import diff_rows
from aircher.tui.blocks.diff_colors import MOST_LINES, Colored, DiffColors, colored
from aircher.tui.blocks.diff_lines import DiffLine, Pair, changed_words, diff_lines, pairs
from aircher.tui.blocks.display import display_rows, folded_rows
from aircher.tui.look import Look, Role
from aircher.tui.terminal.widths import cells

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
        ("+ ", added._replace(fg=LOOK.style(Role.SUCCESS).fg)),
        ("def greet(", added),
        ("who", word),
        ("):", added),
        (" " * 20, added),
    )
    assert row.width == 40


async def test_colours_of_code_come_later_and_change_no_text() -> None:
    arrived = asyncio.Event()
    block = replace(BLOCK, diff=f"{DIFF}\n # that nobody else shows")
    colors = DiffColors(arrived.set)
    for width, look in ((40, LOOK), (100, SIDE_BY_SIDE)):
        assert texts(display_rows(block, width, look, colors)) == texts(display_rows(block, width, look))
    await arrived.wait()
    for width, look in ((40, LOOK), (100, SIDE_BY_SIDE), (18, LOOK)):
        assert texts(display_rows(block, width, look, colors)) == texts(display_rows(block, width, look))
    added, keyword = LOOK.style(Role.ADDED), LOOK.style(Role.KEYWORD)
    row = display_rows(block, 40, LOOK, colors)[4]
    assert row.spans[2:5] == (
        ("def", keyword.over(added)),
        (" ", added),
        ("greet", LOOK.style(Role.FUNCTION).over(added)),
    )
    assert ("who", LOOK.style(Role.ADDED_WORD)) in row.spans
    assert {style.bg for text, style in row.spans[1:]} == {added.bg, LOOK.style(Role.ADDED_WORD).bg}
    plain = Look(theme=THEME, highlights=False)
    assert display_rows(block, 40, plain, colors) == display_rows(block, 40, plain)


@pytest.mark.parametrize("path", ["LICENSE", "a.unknown", "long.py"])
async def test_a_diff_of_no_known_language_or_of_very_many_lines_stays_as_it_is(path: str) -> None:
    lines = MOST_LINES + 1 if path == "long.py" else 3
    block = DiffBlock(path=path, diff="@@ -0,0 +1 @@\n" + "+x = 1\n" * lines, added=lines, removed=0)
    told: list[str] = []
    colors = DiffColors(lambda: told.append("nothing more will come"))
    assert colors.of(block) is None
    other, arrived = DiffBlock(path="a.py", diff=f"{DIFF}\n # {path}", added=3, removed=2), asyncio.Event()
    DiffColors(arrived.set).of(other)
    await arrived.wait()  # one thread finds all colours, one after the other
    assert colors.of(block) is None
    assert colors.has_all((block,))
    assert len(told) == (path != "long.py")  # which nobody looked at


PYTHON = st.text(alphabet="ab '\"#()=\t\u0301日\\:1", max_size=12)


@given(st.lists(st.tuples(st.sampled_from(" +-@"), PYTHON), max_size=12), st.sampled_from([12, 30, 120]))
def test_whatever_the_code_colours_change_no_text(lines: list[tuple[str, str]], width: int) -> None:
    block = DiffBlock(path="a.py", diff="\n".join(sign + text for sign, text in lines), added=1, removed=1)
    found = colored(block.diff, "py")
    for look in (LOOK, SIDE_BY_SIDE):
        rows = diff_rows(block, width, look, colors=_Known(found))
        assert texts(rows) == texts(diff_rows(block, width, look))
        assert all(row.width == sum(cells(text) for text, _ in row.spans) for row in rows)


class _Known(DiffColors):
    def __init__(self, found: Colored) -> None:
        super().__init__(lambda: None)
        self.known = found

    def of(self, block: DiffBlock) -> Colored | None:
        return self.known


def test_lines_that_belong_together_stand_beside_each_other() -> None:
    removed, added = ["    for item in basket[:-1]:"], ["    # every item counts", "    for item in basket:"]
    group = [*(DiffLine("-", text, at, 0) for at, text in enumerate(removed, 1)),
             *(DiffLine("+", text, 0, at) for at, text in enumerate(added, 1))]  # fmt: skip
    assert pairs(group) == [Pair(None, group[1]), Pair(group[0], group[2])]
    assert changed_words(removed[0], added[0]) == ((), ())


@given(st.lists(PYTHON, max_size=8), st.lists(PYTHON, max_size=8))
def test_every_line_stands_in_one_pair_in_its_order(removed: list[str], added: list[str]) -> None:
    group = [*(DiffLine("-", text, at, 0) for at, text in enumerate(removed, 1)),
             *(DiffLine("+", text, 0, at) for at, text in enumerate(added, 1))]  # fmt: skip
    found = pairs(group) if group else []
    assert [pair.old for pair in found if pair.old] == group[: len(removed)]
    assert [pair.new for pair in found if pair.new] == group[len(removed) :]


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


def test_of_a_folded_diff_an_endless_line_is_cut_and_said_to_be() -> None:
    block = DiffBlock(path="a.min.js", diff=f"@@ -0,0 +1,2 @@\n+{'x' * 300_000}\n+y", added=2, removed=0)
    rows = texts(folded_rows(block, 100, LOOK))
    assert len(rows) < 30
    assert " … 298,000 more characters" in "".join(rows)
    assert sum(row.count("x") for row in texts(display_rows(block, 100, LOOK))) == 300_000


@given(st.integers(1, 1_200), st.booleans())
def test_a_folded_diff_tells_how_many_lines_are_left_whatever_its_length(lines: int, is_side_by_side: bool) -> None:
    diff = "\n".join([f"@@ -0,0 +1,{lines} @@", *(f"+line {number}" for number in range(lines))])
    block = DiffBlock(path="a", diff=diff, added=lines, removed=0)
    _, *rows = texts(folded_rows(block, 120, SIDE_BY_SIDE if is_side_by_side else LOOK))
    more = int(rows.pop().split()[1].replace(",", "")) if "more" in rows[-1] else 0
    assert sum("line" in row for row in rows) + more == lines
