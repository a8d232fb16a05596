"""Permission: every answer, every key, and the moment in which no key answers."""

from collections.abc import Sequence

import pytest
from tests.tui.dialogs.stage import (
    ASCII_LOOK,
    HOSTILE,
    LOOK,
    Stage,
    key,
    matches_snapshot,
    mouse,
    press,
    staged,
    text_of,
)

from aircher.domain.display import DisplayBlock, ShellBlock
from aircher.domain.events import PermissionAsked
from aircher.domain.ids import CallId
from aircher.domain.operations import AnswerPermission, Consent
from aircher.tui.dialogs.box import boxed
from aircher.tui.dialogs.grace import GRACE_S, TYPING_S
from aircher.tui.dialogs.permission import PermissionDialog
from aircher.tui.look import Look, Role
from aircher.tui.terminal.events import FocusChanged, Pasted
from aircher.tui.terminal.rows import Row

CALL = CallId("c1")
RULE = "shell(make test)"
ASKED = PermissionAsked(
    call_id=CALL,
    name="shell",
    effects=("runs make test in the workspace", "may write anywhere below the workspace, build/ included"),
    rule="mode ask: programs are asked for",
    suggestion=RULE,
)
DISPLAY = (ShellBlock(command="\n".join(f"make test PART={part}" for part in range(30)), output=""),)


def drawn(block: DisplayBlock, width: int, look: Look) -> Sequence[Row]:
    assert isinstance(block, ShellBlock)
    return [Row.of((line, look.style(Role.CODE))) for line in block.command.split("\n")]


def checked(rule: str) -> str | None:
    return None if rule.endswith(")") else f"{rule!r} does not end with a bracket"


def dialog(stage: Stage, asked: PermissionAsked = ASKED, *, last_typed_at_s: float | None = None) -> PermissionDialog:
    return PermissionDialog(
        asked,
        stage.host,
        display=DISPLAY,
        renderer=lambda _: drawn,
        check_rule=checked,
        last_typed_at_s=last_typed_at_s,
    )


async def ready(stage: Stage, asked: PermissionAsked = ASKED) -> PermissionDialog:
    """Return a question that has been there for long enough."""
    made = dialog(stage, asked)
    await stage.clock.advance(GRACE_S)
    return made


def answer(consent: Consent, *, rule: str = "", reason: str = "") -> AnswerPermission:
    return AnswerPermission(call_id=CALL, consent=consent, rule=rule, reason=reason)


@pytest.mark.parametrize(
    ("keys", "consent"),
    [
        ("1", Consent.ONCE),
        ("y", Consent.ONCE),
        ("2", Consent.SESSION),
        ("s", Consent.SESSION),
        ("3", Consent.PROJECT),
        ("p", Consent.PROJECT),
        ("4", Consent.ALWAYS),
        ("a", Consent.ALWAYS),
        ("6", Consent.NO),
        ("n", Consent.NO),
        ("down enter", Consent.ONCE),
        ("right enter", Consent.ONCE),
        ("tab enter", Consent.ONCE),
        ("down down enter", Consent.SESSION),
        ("up up enter", Consent.NO),
        ("left left enter", Consent.NO),
        ("shift+tab shift+tab enter", Consent.NO),
        ("down up up enter", Consent.NO),
    ],
)
async def test_keys_answer(keys: str, consent: Consent) -> None:
    async with staged() as stage:
        asking = await ready(stage)
        assert all(press(asking, *keys.split()))
        assert asking.answered.result() == answer(consent)


async def test_enter_alone_says_neither_yes_nor_no() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        assert press(asking, "enter", "enter") == [True, True]
        assert not asking.answered.done()
        assert "pick an answer: 1 to 7, or the arrows and Enter" in text_of(asking)


async def test_escape_leaves_without_an_answer() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, "escape")
        assert asking.answered.result() is None


async def test_a_second_answer_changes_nothing() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, "n", "y")
        assert asking.answered.result() == answer(Consent.NO)


async def test_it_can_be_told_why_it_was_refused() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, "7")
        asking.handle(Pasted(text=" use make check "))
        press(asking, "enter")
        assert asking.answered.result() == answer(Consent.NO, reason="use make check")


async def test_the_reason_may_have_several_lines_that_all_are_in_sight() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, "t", *"no:", "shift+enter", *"a", "alt+enter", *"b\\", "enter", *"c")
        text = text_of(asking)
        assert [line.strip("│ ") for line in text.split("\n")[-5:-1]] == ["❯ no:", "a", "b", "c"]
        press(asking, "enter")
        assert asking.answered.result() == answer(Consent.NO, reason="no:\na\nb\nc")


async def test_a_click_in_what_is_written_puts_the_cursor_there() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, "t", *"one", "alt+enter", *"two")
        box = boxed(asking, 80, 24, LOOK)
        y = next(at for at, row in enumerate(box.rows) if "❯ one" in row.text)
        assert asking.handle(box.inside(mouse("press", box.x + 6, box.y + y + 1)))
        assert not asking.handle(box.inside(mouse("press", box.x + 6, box.y + y - 1)))
        press(asking, "-", "enter")
        assert asking.answered.result() == answer(Consent.NO, reason="one\ntw-o")


async def test_escape_in_the_line_goes_back_to_the_answers() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, "t", "x", "escape")
        assert not asking.answered.done()
        press(asking, "1")
        assert asking.answered.result() == answer(Consent.ONCE)


async def test_an_edited_rule_is_judged_then_shown_and_then_still_needs_its_reach() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, "e", "backspace", "enter")
        assert "'shell(make test' does not end with a bracket" in text_of(asking)
        press(asking, "*", ")", "enter")
        assert not asking.answered.done()
        assert "Yes, always: shell(make test*)" in text_of(asking)
        press(asking, "3")
        assert asking.answered.result() == answer(Consent.PROJECT, rule="shell(make test*)")


async def test_an_edited_rule_is_not_kept_by_an_answer_for_once() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, "e", "ctrl+u", *"env(CI)", "enter", "y")
        assert asking.answered.result() == answer(Consent.ONCE)


async def test_an_empty_rule_is_no_rule() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, "e", "ctrl+u", "enter")
        assert "a rule is needed" in text_of(asking)


async def test_without_a_suggestion_there_is_only_once_and_no() -> None:
    async with staged() as stage:
        asked = PermissionAsked(call_id=CALL, name="shell", effects=("runs it",), rule="mode ask")
        asking = await ready(stage, asked)
        assert [option.label for option in asking.menu.options] == ["Yes, once", "No", "No, and tell it why"]
        press(asking, "4", "a", "e", "s", "p")
        assert not asking.answered.done()
        press(asking, "2")
        assert asking.answered.result() == answer(Consent.NO)


async def test_keys_that_were_on_their_way_are_handed_back() -> None:
    async with staged() as stage:
        asking = dialog(stage)
        assert press(asking, "y", "enter", "escape", "1") == [False, False, False, False]
        assert not asking.handle(Pasted(text="y"))
        assert not asking.answered.done()
        assert "keys still go to the prompt" in text_of(asking)


async def test_whoever_typed_just_before_is_let_finish() -> None:
    async with staged() as stage:
        await stage.clock.advance(10)
        asking = dialog(stage, last_typed_at_s=10)
        await stage.clock.advance(TYPING_S - 0.01)
        assert press(asking, "y") == [False]
        await stage.clock.advance(TYPING_S - 0.01)
        assert press(asking, "e") == [False]
        await stage.clock.advance(TYPING_S)
        assert press(asking, "y") == [True]
        assert asking.answered.result() == answer(Consent.ONCE)


async def test_a_key_pressed_long_before_does_not_prolong_the_moment() -> None:
    async with staged() as stage:
        await stage.clock.advance(10)
        asking = dialog(stage, last_typed_at_s=2)
        await stage.clock.advance(GRACE_S)
        assert press(asking, "n") == [True]


async def test_the_screen_is_told_when_the_moment_is_over() -> None:
    async with staged() as stage:
        asking = dialog(stage)
        assert await stage.clock.wait_for_sleeper() == GRACE_S
        before = stage.changes
        await stage.clock.advance(GRACE_S)
        await stage.tasks[0]
        assert stage.changes > before
        assert "keys still go to the prompt" not in text_of(asking)


async def test_nothing_waits_for_the_moment_once_the_question_is_gone() -> None:
    async with staged() as stage:
        asking = dialog(stage)
        asking.answered.cancel()
        await stage.clock.wait_for_sleeper()
        assert stage.tasks[0].cancelling() or stage.tasks[0].cancelled()


async def test_a_click_answers_but_not_too_early() -> None:
    async with staged() as stage:
        asking = dialog(stage)
        box = boxed(asking, 80, 24, ASCII_LOOK)
        y = next(at for at, row in enumerate(box.rows) if "Yes, once" in row.text)
        click = box.inside(mouse("press", 10, box.y + y))
        assert not asking.handle(click)
        await stage.clock.advance(GRACE_S)
        assert asking.handle(click)
        assert asking.answered.result() == answer(Consent.ONCE)


async def test_a_click_answers_where_there_is_little_room() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        box = boxed(asking, 40, 12, ASCII_LOOK)
        y, row = next((at, row.text) for at, row in enumerate(box.rows) if "project" in row.text)
        asking.handle(box.inside(mouse("press", box.x + row.index("project"), box.y + y)))
        assert asking.answered.result() == answer(Consent.PROJECT)


async def test_a_click_beside_the_answers_does_nothing() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        text_of(asking)
        assert not asking.handle(mouse("press", 0, 0))
        assert not asking.handle(mouse("release", 5, 20))
        assert not asking.handle(FocusChanged(has_focus=True))
        assert not asking.answered.done()


async def test_the_command_can_be_read_to_its_end() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        assert "PART=29" not in text_of(asking)
        press(asking, "pagedown", "pagedown", "pagedown", "pagedown")
        assert "PART=29" in text_of(asking)
        press(asking, "home")
        assert "runs make test" in text_of(asking)
        press(asking, "end")
        assert "PART=29" in text_of(asking)
        assert asking.handle(mouse("scroll_up", 3, 3))
        assert "PART=29" not in text_of(asking)
        press(asking, "pageup")
        assert not asking.answered.done()


async def test_other_keys_are_left_to_the_screen() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        assert press(asking, "ctrl+c", "ctrl+z", "f5") == [False, False, False]
        assert not asking.handle(Pasted(text="y"))
        press(asking, "t")
        assert press(asking, "ctrl+c") == [False]
        assert not asking.answered.done()


async def test_what_is_drawn_once_is_not_drawn_again() -> None:
    async with staged() as stage:
        count = 0

        def counted(block: DisplayBlock, width: int, look: Look) -> Sequence[Row]:
            nonlocal count
            count += 1
            return drawn(block, width, look)

        asking = PermissionDialog(ASKED, stage.host, display=DISPLAY, renderer=lambda _: counted, check_rule=checked)
        text_of(asking)
        press(asking, "pagedown")
        text_of(asking)
        assert count == 1


async def test_hostile_words_stay_on_their_lines() -> None:
    async with staged() as stage:
        asked = PermissionAsked(
            call_id=CALL,
            name=HOSTILE,
            effects=(HOSTILE, "x\nasked because: you"),
            rule=HOSTILE,
            suggestion=RULE,
        )
        asking = await ready(stage, asked)
        lines = [line.strip("│ █░") for line in text_of(asking, 300, 100).split("\n")]
        assert "asked because: you" not in lines
        assert "• x asked because: you" in lines
        for width, height in ((40, 12), (80, 24), (300, 100)):
            text_of(asking, width, height)


async def test_permission_looks_as_it_did() -> None:
    async with staged() as stage:
        matches_snapshot("permission-early", dialog(stage))
        asking = await ready(stage)
        matches_snapshot("permission", asking)
        matches_snapshot("permission-ascii", asking, ASCII_LOOK)
        press(asking, "down")
        matches_snapshot("permission-chosen", asking)
        press(asking, "e")
        matches_snapshot("permission-rule", asking)
        assert asking.handle(key("x"))
