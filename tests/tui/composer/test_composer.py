"""Typing and sending: what is shown, what is sent, and which keys are somebody else's."""

import pytest
from tests.tui.composer.desk import Desk, World, desk
from tests.tui.looks import LOOK, roles

from aircher.config.sections_interface import Shortcuts
from aircher.domain.messages import TextPart
from aircher.tui.composer.frame import most_rows
from aircher.tui.composer.submission import Submission, SubmissionKind
from aircher.tui.look import Role
from aircher.tui.parts import Place
from aircher.tui.terminal.events import FocusChanged, KeyPressed, MouseUsed, Resized

RULE = "-" * 40


def prompt(text: str, *, is_queued: bool = False) -> Submission:
    return Submission(kind=SubmissionKind.PROMPT, text=text, parts=(TextPart(text=text),), is_queued=is_queued)


async def test_an_empty_input_says_what_can_be_written(world: World) -> None:
    async with desk(world) as d:
        assert d.rows(90) == [
            "-" * 90,
            "> Ask, or type / for commands, @ for files, ! for a shell line, # to remember, ? for help",
            "-" * 90,
        ]
        assert d.composer.cursor == Place(2, 1)


async def test_a_narrow_window_says_less_and_breaks_off_nowhere(world: World) -> None:
    def said(d: Desk, width: int) -> str:
        return d.rows(width)[1]

    async with desk(world) as d:
        told = {said(d, width) for width in range(9, 120)}
        assert told == {
            "> Ask, or type / for commands, @ for files, ! for a shell line, # to remember, ? for help",
            "> Ask, or type / for commands, @ for files, ! for a shell line, ? for help",
            "> Ask, or type / for commands, @ for files, ? for help",
            "> Ask, or / for commands, ? for help",
            "> Ask, ? for help",
            "> Ask",
        }
        assert said(d, 80) == "> Ask, or type / for commands, @ for files, ! for a shell line, ? for help"
    async with desk(world, Shortcuts(toggle_help="")) as d:
        assert said(d, 50) == "> Ask, or type / for commands, @ for files"


async def test_what_a_narrow_window_cut_off_is_there_again_in_a_wide_one(world: World) -> None:
    async with desk(world) as d:
        d.press("ctrl+r")  # what it asks for has no shorter words
        for width in (12, 16, 19, 40):
            assert d.rows(width)[1] == "> what was it about?"[:width].rstrip()


async def test_the_input_grows_up_to_its_height_and_then_follows_the_cursor(world: World) -> None:
    async with desk(world) as d:
        d.type("one")
        d.press("shift+enter")
        d.type("two")
        assert d.rows() == [RULE, "> one", "  two", RULE]
        assert d.composer.cursor == Place(5, 2)
        for word in ("three", "four"):
            d.press("alt+enter")
            d.type(word)
        assert d.rows(height=4) == [RULE, "^ three", "  four", RULE]
        d.press("up", "up", "up")
        assert d.rows(height=4) == [RULE, "> one", "  two", RULE]


@pytest.mark.parametrize(("screen", "rows"), [(5, 3), (12, 4), (40, 13)])
def test_it_may_take_a_third_of_the_screen(screen: int, rows: int) -> None:
    assert most_rows(screen) == rows


async def test_what_is_selected_is_told_with_pastes_in_full(world: World) -> None:
    async with desk(world) as d:
        d.type("a")
        d.paste("x" * 2_000)
        assert d.composer.selected_text == ""
        d.press("shift+left")
        assert d.composer.selected_text == "x" * 2_000


async def test_resizing_for_long_keeps_only_rows_of_the_last_widths(world: World) -> None:
    async with desk(world) as d:
        for width in range(3, 300):
            assert [row.width for row in d.composer.rows(width, 3, LOOK)][::2] == [width, width]


@pytest.mark.parametrize("size", [(1, 1), (3, 1), (5, 2), (11, 3), (300, 100)])
async def test_it_fits_into_any_place(world: World, size: tuple[int, int]) -> None:
    async with desk(world) as d:
        d.type("some words 漢字 that are longer than that")
        rows = d.composer.rows(*size, LOOK)
        assert len(rows) <= size[1]
        assert all(row.width <= size[0] for row in rows)
        cursor = d.composer.cursor
        assert cursor is not None
        assert cursor.x < size[0]
        assert cursor.y < len(rows)


async def test_a_row_that_did_not_change_is_the_same_row(world: World) -> None:
    async with desk(world) as d:
        d.type("one")
        d.press("shift+enter")
        before = d.composer.rows(40, 10, LOOK)
        d.type("two")
        after = d.composer.rows(40, 10, LOOK)
        assert [old is new for old, new in zip(before, after, strict=True)] == [True, True, False, True]


async def test_enter_sends_and_leaves_an_empty_input(world: World) -> None:
    async with desk(world) as d:
        d.type("fix it")
        assert d.press("enter")
        assert not d.press("enter")  # the screen's: it sends what waits
        assert d.sent == [prompt("fix it")]
        assert d.text == ""
        assert not d.press("ctrl+_") or d.text == ""


async def test_blanks_are_not_sent(world: World) -> None:
    async with desk(world) as d:
        d.type("  ")
        d.press("shift+enter", "enter", "tab")
        assert d.sent == []


async def test_tab_queues(world: World) -> None:
    async with desk(world) as d:
        assert not d.press("tab")
        d.type("later")
        assert d.press("tab")
        assert d.sent == [prompt("later", is_queued=True)]


async def test_a_backslash_before_enter_breaks_the_line(world: World) -> None:
    async with desk(world) as d:
        d.type("one\\")
        d.press("enter")
        d.type("two")
        d.press("enter")
        assert d.sent == [prompt("one\ntwo")]


async def test_keys_can_be_configured(world: World) -> None:
    async with desk(world, Shortcuts(send="ctrl+s", new_line="enter")) as d:
        d.type("one")
        d.press("enter")
        d.type("two")
        d.press("ctrl+s")
        assert d.sent == [prompt("one\ntwo")]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("!ls -l", Submission(kind=SubmissionKind.SHELL, text="ls -l", parts=(TextPart(text="ls -l"),))),
        ("#use tabs", Submission(kind=SubmissionKind.MEMORY, text="use tabs", parts=(TextPart(text="use tabs"),))),
        ("/nope x", Submission(kind=SubmissionKind.COMMAND, text="nope x", parts=(TextPart(text="nope x"),))),
        ("/usr/bin is full", prompt("/usr/bin is full")),
        (" !ls", prompt("!ls")),
        ("@src/main.py", prompt("@src/main.py")),
    ],
)  # fmt: skip
async def test_how_it_begins_says_what_it_is(world: World, typed: str, sent: Submission) -> None:
    world.paths_known = ()
    async with desk(world) as d:
        d.type(typed)
        d.press("escape", "enter")
        assert d.sent == [sent]


async def test_text_below_a_heading_is_a_prompt(world: World) -> None:
    async with desk(world) as d:
        d.paste("# Plan\n\n1. Go")
        d.press("enter")
        assert d.sent == [prompt("# Plan\n\n1. Go")]


@pytest.mark.parametrize(
    ("typed", "sign", "note", "role"),
    [
        ("x", "> ", "", Role.BORDER),
        ("!x", "$ ", "shell", Role.WARNING),
        ("#x", "* ", "memory", Role.SECONDARY),
        ("/x", "> ", "command", Role.PRIMARY),
    ],
)
async def test_sign_and_rules_tell_what_is_being_written(
    world: World, typed: str, sign: str, note: str, role: Role
) -> None:
    async with desk(world) as d:
        d.type(typed)
        told = f" {note} " if note else ""
        assert d.rows() == ["-" * (38 - len(told)) + told + "--", f"{sign}{typed}", RULE]
        assert roles(d.composer.rows(40, 10, LOOK)[0].spans)[0][1] is role


async def test_ctrl_c_clears_what_is_written_and_is_the_screens_in_an_empty_input(world: World) -> None:
    async with desk(world) as d:
        d.type("oh no")
        assert d.press("ctrl+c")
        assert d.text == ""
        assert not d.press("ctrl+c")
        d.press("ctrl+_")
        assert d.text == "oh no"


async def test_keys_of_the_screen_are_left_to_it(world: World) -> None:
    async with desk(world) as d:
        assert not d.composer.handle(KeyPressed(key="?", text="?"))
        for key in ("escape", "ctrl+d", "ctrl+o", "ctrl+p", "ctrl+t", "pageup", "up", "down", "f1", "f9"):
            assert not d.press(key)
        d.type("why")
        assert d.composer.handle(KeyPressed(key="?", text="?"))
        assert d.text == "why?"
        d.press("home")
        assert d.press("ctrl+d")
        assert d.text == "hy?"
        assert not d.press("ctrl+p")
        assert not d.press("ctrl+o")


async def test_other_events_are_left_to_the_screen(world: World) -> None:
    async with desk(world) as d:
        assert not d.composer.handle(FocusChanged(has_focus=True))
        assert not d.composer.handle(Resized(width=10, height=10))
        assert not d.composer.handle(MouseUsed(kind="press", x=1, y=0, button="left"))


async def test_vim_can_be_switched_on_and_off_while_something_is_written(world: World) -> None:
    async with desk(world) as d:
        d.type("one two")
        d.composer.use_vim(is_vim=True)
        assert "INSERT" in d.rows()[0]
        assert d.press("escape")
        assert "NORMAL" in d.rows()[0]
        assert not d.press("escape")
        d.type("0dw")
        assert d.text == "two"
        d.composer.use_vim(is_vim=False)
        d.type("d")
        assert d.text == "dtwo"
        assert d.rows()[0] == RULE


async def test_escape_closes_a_popup_before_it_ends_vims_insert_mode(world: World) -> None:
    async with desk(world) as d:
        d.composer.use_vim(is_vim=True)
        d.type("/mo")
        assert d.popup() != []
        d.press("escape")
        assert d.popup() == []
        assert "INSERT" in d.rows()[0]
        d.press("escape")
        assert "NORMAL" in d.rows()[0]


async def test_the_users_own_editor_gets_the_text_and_gives_it_back(world: World) -> None:
    async with desk(world) as d:
        d.type("draft")
        world.edit = lambda text: f"{text} of mine\n"
        world.gate.close()
        d.press("ctrl+g")
        d.type("!")  # typed while the editor has the terminal: comes after it
        world.gate.open()
        await d.until(lambda: d.text == "draft of mine!")


async def test_an_editor_that_fails_leaves_the_text_alone(world: World) -> None:
    from aircher.domain.errors import AircherError

    async with desk(world) as d:
        d.type("draft")
        world.failure = AircherError("vi is not installed")
        d.press("ctrl+g")
        await d.until(lambda: world.told == ["vi is not installed"])
        d.type("s")
        assert d.text == "drafts"
        world.failure = None


async def test_typed_characters_that_no_text_may_hold_are_left_out(world: World) -> None:
    async with desk(world) as d:
        d.composer.handle(KeyPressed(key="x", text="a\x1b\u202eb\ue400\ud800c"))
        assert d.text.replace("\N{REPLACEMENT CHARACTER}", "") == "abc"
