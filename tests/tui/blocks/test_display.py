from dataclasses import replace
from typing import get_args

import pytest
from tests.tui.blocks.scene import LOOK, PLAIN_LOOK, drawn, texts

from aircher.domain.display import (
    CallsBlock,
    DelegatedCall,
    DiffBlock,
    DisplayBlock,
    NoticeBlock,
    ShellBlock,
    TableBlock,
    TextBlock,
    TodoBlock,
    TodoItem,
)
from aircher.tui.blocks.display import display_rows, display_source, folded_rows
from aircher.tui.blocks.displayed import DisplayedBlock
from aircher.tui.blocks.table import fitted_widths
from aircher.tui.look import Role

JOBS = TableBlock(
    header=("job", "time", "command"),
    rows=(("job1", "12", "npm run dev -- --host 0.0.0.0 --port 8080"), ("job2", "3,000", "make")),
)
TODO = TodoBlock(
    items=(
        TodoItem(text="Read the code", state="completed"),
        TodoItem(text="Change greet so that it may be loud", state="in_progress"),
        TodoItem(text="Write a test"),
    )
)
SHELL = ShellBlock(command="for i in 1 2; do\n  echo $i\ndone", output="1\n2\n", exit_status=3)
CALLS = CallsBlock(
    calls=(
        DelegatedCall(
            number=1, name="grep", subject="basket", state="ok", summary="found 3 for 'basket'", duration_ms=2_100
        ),
        DelegatedCall(number=2, name="shell", subject="make test", state="failed", summary="exit status 2"),
        DelegatedCall(number=3, name="shell", subject="rm -rf /", state="refused", summary="refused: deny shell(rm*)"),
        DelegatedCall(number=4, name="web_fetch", subject="https://a.b", state="interrupted", summary="interrupted"),
        DelegatedCall(number=5, name="read_file", subject="src/a.py", state="running"),
        DelegatedCall(number=6, name="read_file", subject="src/b.py", state="requested"),
    )
)
CALLS_SOURCE = """\
grep basket: found 3 for 'basket'
shell make test: exit status 2
shell rm -rf /: refused: deny shell(rm*)
web_fetch https://a.b: interrupted
read_file src/a.py: running
read_file src/b.py: requested"""
ONE_OF_EACH: tuple[DisplayBlock, ...] = (
    TextBlock(text="two\nlines"),
    DiffBlock(path="a", diff="@@ -1 +1 @@\n-a\n+b", added=1, removed=1),
    SHELL,
    JOBS,
    TODO,
    NoticeBlock(text="take care", level="warning"),
    CALLS,
)


def test_what_a_subagent_did_is_a_row_a_call() -> None:
    assert texts(display_rows(CALLS, 60, LOOK)) == [
        "✓ grep  basket · found 3 · 2.1 s",
        "✗ shell  make test · failed · exit status 2",
        "✗ shell  rm -rf / · refused: deny shell(rm*)",
        "✗ web_fetch  https://a.b · interrupted",
        "· read_file  src/a.py · running",
        "· read_file  src/b.py",
    ]
    assert texts(folded_rows(CALLS, 60, LOOK)) == ["… 6 calls, 5 of them not done"]


def test_there_is_one_of_each() -> None:
    assert {type(block) for block in ONE_OF_EACH} == set(get_args(DisplayBlock))


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (
            80,
            [
                "job    time  command",
                "────────────────────────────────────────────────────────",
                "job1     12  npm run dev -- --host 0.0.0.0 --port 8080",
                "job2  3,000  make",
            ],
        ),
        (
            40,
            [
                "job    time  command",
                "────────────────────────────────────────",
                "job1     12  npm run dev -- --host",
                "             0.0.0.0 --port 8080",
                "job2  3,000  make",
            ],
        ),
        (
            18,
            [
                "job: job1",
                "time: 12",
                "command: npm run",
                "dev -- --host",
                "0.0.0.0 --port",
                "8080",
                "",
                "job: job2",
                "time: 3,000",
                "command: make",
            ],
        ),
    ],
)
def test_a_table_takes_the_room_there_is(width: int, expected: list[str]) -> None:
    expected = [line if "─" not in line else line[:width] for line in expected]
    rows = texts(display_rows(JOBS, width, LOOK))
    assert [row.rstrip("─") or "─" for row in rows] == [row.rstrip("─") or "─" for row in expected]


def test_a_folded_table_has_a_row_a_line() -> None:
    rows = tuple((f"job{number}", str(number), "x" * 90) for number in range(20))
    folded = texts(folded_rows(TableBlock(header=JOBS.header, rows=rows), 40, LOOK))
    assert (len(folded), folded[-1]) == (11, "… 12 more rows")
    assert folded[2] == "job0     0  " + "x" * 27 + "…"


@pytest.mark.parametrize(
    ("wanted", "width", "widths"),
    [([3, 4], 20, [3, 4]), ([30, 4], 20, [16, 4]), ([30, 30, 4], 25, [11, 10, 4]), ([30, 30], 11, [])],
)
def test_wide_columns_give_way_first(wanted: list[int], width: int, widths: list[int]) -> None:
    assert fitted_widths(wanted, width) == widths


def test_a_table_without_anything_is_nothing() -> None:
    assert display_rows(TableBlock(header=(), rows=()), 40, LOOK) == []


def test_a_list_of_things_to_do_shows_what_is_being_done() -> None:
    assert texts(display_rows(TODO, 30, LOOK)) == [
        "☑ Read the code",
        "▸ Change greet so that it may",
        "  be loud",
        "☐ Write a test",
    ]
    assert texts(display_rows(TODO, 80, PLAIN_LOOK)) == [
        "x Read the code",
        "> Change greet so that it may be loud",
        "o Write a test",
    ]


def test_a_command_stands_with_its_output_and_its_exit_status() -> None:
    assert texts(display_rows(SHELL, 40, LOOK)) == [
        "$ for i in 1 2; do",
        "    echo $i",
        "  done",
        "1",
        "2",
        "exit 3",
    ]
    long = ShellBlock(command="a\nb\nc\nd\ne", output="\n".join("x" * 99 for _ in range(9)), exit_status=0)
    assert texts(folded_rows(long, 20, LOOK)) == [
        "$ a",
        "  b",
        "  c",
        "  … 2 more lines",
        "… 4 lines above",
        *["x" * 19 + "…"] * 5,
    ]


def test_text_is_whole_or_its_beginning() -> None:
    block = TextBlock(text="\n".join(f"{number} " + "word " * 9 for number in range(5)))
    assert texts(folded_rows(block, 20, LOOK)) == [
        *[f"{number} word word word wo…" for number in range(3)],
        "… 2 more lines",
    ]
    assert texts(display_rows(TextBlock(text="a\n\n  b\n"), 20, LOOK)) == ["a", "", "  b"]


def test_code_has_colours() -> None:
    rows = display_rows(TextBlock(text="return 1\n", language="python"), 40, LOOK)
    assert texts(rows) == ["  return 1"]
    assert LOOK.style(Role.KEYWORD).fg in {style.fg for _, style in rows[0].spans}


def test_a_diff_as_text_has_the_colours_of_a_diff() -> None:
    block = TextBlock(text="diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b", language="diff")
    for rows in (display_rows(block, 40, LOOK), folded_rows(block, 40, LOOK)[:3]):
        assert rows[2].spans == (("-a", LOOK.style(Role.ERROR)),)


@pytest.mark.parametrize(
    ("level", "sign"), [("info", "•"), ("warning", "!"), ("error", "✗")], ids=["info", "warning", "error"]
)
def test_a_notice_begins_with_the_sign_of_its_level(level: str, sign: str) -> None:
    block = NoticeBlock(text="The sandbox is off.", level="error")
    block = {"info": NoticeBlock(text=block.text), "warning": NoticeBlock(text=block.text, level="warning")}.get(
        level, block
    )
    assert texts(display_rows(block, 16, LOOK)) == [f"{sign} The sandbox is", "  off."]


def test_what_a_command_shows_stands_whole_and_can_be_folded() -> None:
    block = DisplayedBlock((TextBlock(text="\n".join("abcdef")), NoticeBlock(text="done")), lambda: None)
    assert drawn(block) == ["a", "b", "c", "d", "e", "f", "", "• done"]
    assert block.toggle()
    assert drawn(block) == ["a", "b", "c", "… 3 more lines", "", "• done"]
    assert drawn(block, look=replace(LOOK, full_key="Ctrl+O"))[3] == "… 3 more lines"
    assert block.source == "a\nb\nc\nd\ne\nf\n\ndone"
    assert not block.is_live


def test_the_command_that_asked_stands_above_what_it_shows_in_one_line() -> None:
    block = DisplayedBlock((TextBlock(text="2.00 USD"),), lambda: None, command="/cost --by model --since today")
    assert drawn(block, width=16) == ["▌ /cost --by mo…", "2.00 USD"]
    assert block.source == "2.00 USD"


def test_the_source_of_every_block_is_its_text() -> None:
    assert [display_source(block) for block in ONE_OF_EACH] == [
        "two\nlines",
        "a\n@@ -1 +1 @@\n-a\n+b",
        "$ for i in 1 2; do\n  echo $i\ndone\n1\n2",
        "job\ttime\tcommand\njob1\t12\tnpm run dev -- --host 0.0.0.0 --port 8080\njob2\t3,000\tmake",
        "[x] Read the code\n[>] Change greet so that it may be loud\n[ ] Write a test",
        "take care",
        CALLS_SOURCE,
    ]


def test_words_that_a_command_shows_are_not_broken_and_lines_of_changes_fill_their_rows() -> None:
    text = "42 calls of unknown price"
    rows = {name: texts(display_rows(TextBlock(text=text, language=name), 22, LOOK)) for name in ("", "diff")}
    assert rows == {"": ["42 calls of unknown", "price"], "diff": ["42 calls of unknown pr", "ice"]}
