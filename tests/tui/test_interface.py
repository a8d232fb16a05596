"""The whole interface, used as a person does: real engine, real terminal, fake model."""

import re
from collections.abc import Sequence

import pytest
from tests.tui.pilot import Pilot, Place, answer, calls, flying, says
from tests.tui.zoo import ANSWERS, BEGUN, PRINTS, WAITS, ZOO, asked

from aircher.testing.fake_llm.script import Answer
from aircher.tui.blocks.notice import NoticeBlock
from aircher.tui.parts import Block
from aircher.tui.viewport.view import Viewport

HOSTILE = "ok \x1b]0;evil\x07\x1b[2J\x1b]52;c;QUJD\x07\x9b31m\x1b[8m the end"


async def test_keys_typed_before_a_question_was_seen_go_to_the_prompt(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.begin("make", "Allow shell?")
        await ui.until("keys still go to the prompt")
        ui.type("yes")
        await ui.until(lambda: ui.interface.composer.text == "yes")
        await ui.clock.advance(0.5)
        ui.type("y")
        await ui.until(lambda: ui.interface.composer.text == "yesy")
        assert not (place.project / "made").exists()
        await ui.know()
        await ui.until_gone("keys still go to the prompt")
        ui.press("y")
        await ui.until("So it was decided.")
        assert (place.project / "made").exists()
        assert ui.interface.composer.text == "yesy"


async def test_enter_alone_agrees_to_nothing_and_no_with_a_reason_reaches_the_model(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await asked(ui, "make", "Allow shell?")
        ui.press("enter")
        await ui.until("pick an answer")
        ui.press("t")
        await ui.until("What should it know?")
        ui.type("not on a Sunday")
        ui.press("enter")
        await ui.until("So it was decided.")
        assert "not on a Sunday" in str(ui.server.requests[-1])
        assert not (place.project / "made").exists()


async def test_a_rule_is_edited_judged_and_kept_for_the_session(place: Place) -> None:
    async with flying(place, *ANSWERS, height=30) as ui:
        await asked(ui, "make", "Allow shell?")
        ui.press("e")
        await ui.until("The rule to keep:")
        ui.press("ctrl+u")
        ui.type("write(./ma*")
        ui.press("enter")
        await ui.until("rule", without="Yes, once")
        assert "The rule to keep:" in ui.text
        ui.type(")")
        ui.press("enter")
        await ui.until("Yes, always: write(./ma*)")
        ui.press("s")
        await ui.until("So it was decided.")
        await ui.until(lambda: not ui.is_busy)
        await ui.ask("make again", "So it was decided.")
        assert "Allow shell?" not in ui.text


async def test_escape_in_a_question_interrupts_the_turn(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await asked(ui, "make", "Allow shell?")
        ui.press("escape")
        await ui.until("interrupted")
        await ui.until_gone("Allow shell?")
        await ui.ask("what zoo?", ZOO)
        assert not (place.project / "made").exists()


async def test_a_question_is_set_aside_to_look_behind_it_and_comes_back_unanswered(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("animals", "number 60")
        await asked(ui, "make", "Allow shell?")
        ui.press("ctrl+home")
        await ui.until("number 1 ", without="Allow shell?")
        await ui.until("asks you: Esc shows it")
        ui.type("kept")
        await ui.until(lambda: ui.interface.composer.text == "kept")
        ui.press("escape")
        await ui.until("Allow shell?")
        await ui.know()
        ui.press("pageup")
        await ui.until_gone("Allow shell?")
        ui.press("ctrl+c")
        ui.press("enter")
        await ui.until("Allow shell?")
        await ui.know()
        assert not (place.project / "made").exists()
        ui.press("y")
        await ui.until(lambda: (place.project / "made").exists() and not ui.is_busy)


async def test_a_question_leaves_palette_help_panel_and_the_wheel_to_the_screen(place: Place) -> None:
    async with flying(place, *ANSWERS, width=120, height=40) as ui:
        await ui.ask("animals", "number 60")
        await asked(ui, "make", "Allow shell?")
        ui.mouse("scroll_up", 1, 1)
        view = ui.interface.view
        await ui.until(lambda: isinstance(view, Viewport) and not view.is_at_end)
        ui.press("ctrl+t")
        await ui.until("Window")
        for key, title in (("f1", "─ Help "), ("ctrl+p", "─ Palette ")):
            ui.press(key)
            await ui.until(title)
            ui.press("escape")
            await ui.until("Allow shell?", without=title)
        ui.press("n")
        await ui.until(lambda: not ui.is_busy)


async def test_another_conversation_goes_on_while_one_asks_and_the_question_waits_there(place: Place) -> None:
    async with flying(place, *ANSWERS, width=120) as ui:
        await asked(ui, "make", "Allow shell?")
        first = ui.interface.conversations.current
        assert first is not None
        ui.press("ctrl+l")
        await ui.until("1 elsewhere asks you", without="Allow shell?")
        await ui.ask("what zoo?", ZOO)
        ui.type(f"/session {first.session.session_id}")
        ui.press("enter")
        await ui.until("Allow shell?", without="elsewhere asks")
        ui.press("y")
        await ui.until("keys still go to the prompt")
        assert not (place.project / "made").exists()
        await ui.know()
        ui.press("y")
        await ui.until("So it was decided.")


async def test_commands_in_the_background_are_in_the_panel_read_and_stopped(free: Place) -> None:
    job = calls("shell", command="echo $((6*7)) is served; while :; do sleep 9; done", background=True)
    answers = (
        answer(job, to="serve", after_tool=False),
        answer(calls("shell", command="exit 3", background=True), to="fail", after_tool=False),
        answer(says("Begun."), after_tool=True),
    )
    async with flying(free, *answers, width=120, height=40) as ui:
        ui.press("ctrl+t")
        await ui.ask("serve", "Begun.")
        await ui.until(lambda: re.search(r"job1 echo \$.* since \d\d:\d\d", ui.text))
        await ui.ask("fail", "Begun.")
        await ui.until("exit 3")
        ui.type("/jobs read job1")
        ui.press("enter")
        await ui.until("42 is served")
        ui.type("/jobs stop job1")
        ui.press("enter")
        await ui.until(lambda: re.search(r"job1 echo \$.* stopped", ui.text))
        ui.type("/jobs stop job9")
        ui.press("enter")
        await ui.until("There is no job 'job9'")


async def test_an_answer_is_clicked(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await asked(ui, "make", "Allow shell?")
        ui.click("No, and tell it why")
        await ui.until("What should it know?")


@pytest.mark.parametrize(("keys", "said"), [(("2",), "the lion"), (("o", "t", "w", "o", "enter"), "two")])
async def test_a_question_of_the_model_is_answered_by_choice_or_in_own_words(
    place: Place, keys: tuple[str, ...], said: str
) -> None:
    async with flying(place, *ANSWERS) as ui:
        await asked(ui, "which", "─ The model asks ")
        ui.press(*keys)
        await ui.until("So be it.")
        assert said in str(ui.server.requests[-1].body["messages"][-1])


async def test_what_waits_is_shown_edited_dropped_and_sent_when_one_goes_on(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.begin("begin", BEGUN)
        ui.type("steer there")
        ui.press("enter")
        await ui.until("steer │ steer there")
        for text in ("one wor", "drop me"):
            ui.type(text)
            ui.press("tab")
            await ui.until(f"queue │ {text}")
        ui.press("alt+q")
        await ui.until("Waiting messages")
        await ui.until("after the turn")
        ui.press("end", "delete")
        await ui.until(lambda: ui.text.count("drop me") == 0)
        ui.press("enter")
        await ui.until("The message:")
        ui.type("d")
        ui.press("enter")
        await ui.until("one word")
        ui.press("escape")
        await ui.until_gone("Waiting messages")
        await ui.until("queue │ one word")
        ui.press("escape")
        await ui.until("paused: an empty Enter goes on")
        ui.press("enter")
        await ui.until("Nothing but a word.")
        await ui.until_gone("queue │")
        assert "drop me" not in str(ui.server.requests)


async def test_escape_twice_goes_back_to_before_a_prompt(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("what zoo?", ZOO)
        await ui.ask("one word", "Nothing but a word.")
        ui.press("escape")
        await ui.until("Esc again")
        ui.press("escape")
        await ui.until("Go back to before")
        await ui.until(lambda: "one word" in ui.text)
        ui.press("enter")
        await ui.until_gone("Go back to before")
        await ui.until(lambda: ui.interface.composer.text == "one word")
        await ui.until_gone("Nothing but a word.")
        assert ZOO in ui.text


async def test_a_late_second_escape_or_ctrl_c_is_a_first_one_again(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        for key, hint in (("escape", "Esc again"), ("ctrl+c", "Ctrl+C again")):
            ui.press(key)
            await ui.until(hint)
            await ui.clock.advance(3)
            ui.press(key)
            ui.type("x")
            await ui.until(lambda: ui.interface.composer.text == "x")
            ui.press("backspace")
            await ui.until(lambda: ui.interface.composer.text == "")
        assert ui.interface.dialogs == []
        assert not ui.has_left


async def test_who_scrolled_up_is_told_of_new_lines_and_comes_back_to_them(free: Place) -> None:
    async with flying(free, *ANSWERS) as ui:
        await ui.ask("animals", "number 60")
        await ui.begin("wait", "▌ wait")
        await ui.until("while")
        ui.press("ctrl+home")
        await ui.until("number 1 ")
        (free.project / "go").touch()
        await ui.until("new lines ↓")
        await ui.until(lambda: not ui.is_busy)
        assert "number 1 " in ui.text
        ui.press("ctrl+end")
        await ui.until("Waited.")
        await ui.until_gone("new lines")


async def test_the_wheel_scrolls_and_a_click_unfolds(free: Place) -> None:
    async with flying(free, *ANSWERS, height=40) as ui:
        await ui.ask("print", "Printed.")
        assert "line-31" not in ui.text
        ui.click(PRINTS)
        await ui.until("line-31")
        ui.press("ctrl+end")
        await ui.until("Printed.")
        ui.mouse("scroll_up", 5, 5)
        await ui.until_gone("Printed.")
        ui.mouse("scroll_down", 5, 5)
        await ui.until("Printed.")


async def test_what_the_mouse_selects_is_copied(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("what zoo?", ZOO)
        x, y = ui.place_of(ZOO)
        ui.mouse("press", x, y)
        ui.mouse("drag", x + 4, y)
        ui.mouse("release", x + 4, y)
        await ui.until(lambda: b"\x1b]52;c;SXQg" in ui.raw)  # "It "


async def test_a_drag_that_a_box_interrupts_rests_and_ends_where_the_button_is_let_go(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("animals", "number 60")
        view = ui.interface.view
        assert isinstance(view, Viewport)
        ui.mouse("press", 3, 10)
        ui.mouse("drag", 3, 0)
        ui.press("ctrl+p")
        await ui.until("Palette")
        top = view.top
        ui.type("theme")
        await ui.until("❯ theme")
        assert (view.top, view.selecting.pull) == (top, -1)
        ui.mouse("release", 40, 12)
        await ui.until(lambda: view.selecting.pull == 0)
        assert "Palette" in ui.text


async def test_a_click_in_the_prompt_puts_the_cursor_there_and_dragging_selects(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        ui.type("what zoo, then?")
        await ui.until("then?")
        x, y = ui.place_of("what zoo")
        ui.mouse("press", x + 5, y)
        ui.mouse("drag", x + 8, y - 9)
        ui.mouse("drag", x + 8, y)
        ui.mouse("release", x + 8, y)
        await ui.until(lambda: ui.interface.composer.selected_text == "zoo")
        ui.type("lion")
        await ui.until(lambda: ui.interface.composer.text == "what lion, then?")


class Unlisted(Viewport):
    """A view that nobody may ask for all that it holds."""

    @property
    def blocks(self) -> Sequence[Block]:
        raise AssertionError("a frame asks for every block")


async def test_no_frame_looks_at_every_block_that_is_held(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        view = ui.interface.view = Unlisted(lambda: None)
        view.append(NoticeBlock("the only one"))
        ui.type("x")
        await ui.until("the only one")


async def test_hits_are_gone_through_and_the_place_stays(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("animals", "number 60")
        ui.press("ctrl+f")
        await ui.until("find:")
        ui.type("number 1")
        await ui.until("/11")
        before = ui.lines[-5]
        ui.press("enter")
        await ui.until(lambda: "10/11" in ui.text or "1/11" in ui.text)
        ui.press("tab")
        await ui.until("11/11")
        ui.type("xyz")
        await ui.until("not found")
        ui.press("escape")
        await ui.until_gone("find:")
        assert before is not None


async def test_the_panel_shows_the_window_and_what_is_to_be_done(place: Place) -> None:
    async with flying(place, *ANSWERS, width=120, height=40) as ui:
        await ui.ask("plan", "Planned.")
        ui.press("ctrl+t")
        await ui.until("To do")
        assert "feed the zebra" in " ".join(line[86:] for line in ui.lines)
        ui.resize(70, 24)
        ui.resize(120, 40)  # both at once: what the window has thrown away meanwhile has to be drawn again
        await ui.until("To do")


async def test_a_theme_is_tried_on_left_and_chosen(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("what zoo?", ZOO)

        def color() -> str:
            x, y = ui.place_of("─" * 70)
            return str(ui.cells[y][x].fg)

        before = color()
        ui.type("/theme")
        ui.press("enter")
        await ui.until("─ Theme ")
        ui.press("down", "down", "down")
        await ui.until(lambda: color() != before)
        ui.press("escape")
        await ui.until_gone("─ Theme ")
        await ui.until(lambda: color() == before)
        ui.type("/theme light")
        ui.press("enter")
        await ui.until(lambda: color() != before)
        ui.type("/theme nothing")
        ui.press("enter")
        await ui.until("hint:")
        assert color() != before


async def test_one_conversation_goes_on_while_another_is_looked_at(free: Place) -> None:
    async with flying(free, *ANSWERS) as ui:
        first = ui.interface.conversations.current
        assert first is not None
        await ui.begin("wait", "▌ wait")
        await ui.until("while")
        ui.press("ctrl+l")
        await ui.until_gone("▌ wait")
        await ui.until("1 elsewhere")
        await ui.ask("what zoo?", ZOO)
        (free.project / "go").touch()
        await ui.until(lambda: not first.is_busy)
        await ui.until_gone("1 elsewhere")
        assert "Waited." not in ui.text
        ui.type(f"/session {first.session.session_id}")
        ui.press("enter")
        await ui.until("Waited.")
        await ui.until_gone(ZOO)


async def test_a_question_of_another_conversation_waits_until_one_looks_there(free: Place) -> None:
    late = (calls("shell", command=WAITS), calls("ask_user", question="Which animal?"), says("So be it."))
    async with flying(free, answer(says(ZOO), to="zoo"), *(Answer(steps=(step,)) for step in late)) as ui:
        first = ui.interface.conversations.current
        assert first is not None
        await ui.begin("later", "while")
        ui.press("ctrl+l")
        await ui.until(lambda: ui.interface.conversations.current is not first)
        (free.project / "go").touch()
        await ui.until(lambda: first.questions)
        await ui.ask("what zoo?", ZOO)
        assert "Which animal?" not in ui.text
        ui.type(f"/session {first.session.session_id}")
        ui.press("enter")
        await ui.until("─ The model asks ")
        await ui.know()
        await ui.until_gone("keys still go to the prompt")
        ui.type("all of them")
        ui.press("enter")
        await ui.until("So be it.")


async def test_a_session_of_before_is_found_by_its_words_and_gone_on_with(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("what zoo?", ZOO)
    async with flying(place, *ANSWERS) as ui:
        ui.type("/session")
        ui.press("enter")
        await ui.until("─ Sessions ")
        ui.type("zoo")
        await ui.until("what zoo?")
        ui.press("enter")
        await ui.until_gone("─ Sessions ")
        await ui.until(ZOO)
        await ui.ask("one word", "Nothing but a word.")
        assert "what zoo?" in str(ui.server.requests[-1])


async def test_a_command_of_ones_own_runs_and_something_is_remembered(free: Place) -> None:
    async with flying(free, *ANSWERS) as ui:
        ui.type("!echo from-the-shell")
        ui.press("enter")
        await ui.until(lambda: ui.text.count("from-the-shell") == 3 and not ui.is_busy)
        ui.type("#zebras bite")
        ui.press("enter")
        await ui.until("AGENTS.md")
        assert "zebras bite" in (free.project / "AGENTS.md").read_text()


async def test_sequences_of_the_model_and_of_tools_never_reach_the_terminal(free: Place) -> None:
    answers = (*ANSWERS, answer(says(HOSTILE), to="hostile"))
    async with flying(free, *answers) as ui:
        await ui.ask("hostile", "the end")
        ui.type("!printf 'a\\033]0;evil\\007\\033[2Jb\\n'")
        ui.press("enter")
        await ui.until(lambda: ui.turns_shown == 2)
        ui.paste("a\x1b]0;evil\x07b")
        await ui.until(lambda: "evil" in ui.interface.composer.text)
        assert b"\x1b]0;evil" not in ui.raw
        assert b"\x1b]52;c;QUJD" not in ui.raw
        assert b"\x9b" not in ui.raw.replace("▛".encode(), b"")


DIALOGS = {
    "/model": "─ Model ",
    "/provider": "─ Provider ",
    "/mode": "─ Permission mode ",
    "/thinking": "─ Thinking ",
    "/theme": "─ Theme ",
    "/session": "─ Sessions ",
    "/rewind": "─ Go back to before ",
    "/config": "─ Settings ",
    "/help": "─ Help ",
}


async def test_every_dialog_opens_by_its_command_and_escape_leaves_everything_as_it_was(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("what zoo?", ZOO)
        before = ui.text
        for command, title in DIALOGS.items():
            ui.type(command)
            ui.press("enter")
            await ui.until(title)
            ui.press("escape")
            await ui.until_gone(title)
        await ui.until(lambda: ui.text == before)


@pytest.mark.parametrize(
    ("command", "filter_text", "told"),
    [
        ("/model", "fake-large", "fake/fake-large answers."),
        ("/mode", "plan", "Permission mode: plan."),
        ("/thinking", "high", "Thinking: high."),
    ],
)
async def test_what_is_chosen_in_a_list_holds(place: Place, command: str, filter_text: str, told: str) -> None:
    async with flying(place, *ANSWERS) as ui:
        ui.type(command)
        ui.press("enter")
        await ui.until("Enter take")
        ui.type(filter_text)
        await ui.until(lambda: re.search(r"[1-9] of \d", ui.text))
        ui.press("enter")
        await ui.until(told)


async def test_a_setting_is_changed_in_its_dialog_and_holds_at_once(place: Place) -> None:
    async with flying(place, *ANSWERS, width=120, height=40) as ui:
        await ui.ask("what zoo?", ZOO)
        ui.type("/config")
        ui.press("enter")
        await ui.until("─ Settings ")
        ui.type("show_context_panel")
        await ui.until("1 of ")
        ui.press("enter")
        await ui.until("show_context_panel   yes")
        assert ui.interface.settings.has_panel
        assert "show_context_panel = true" in (place.home / ".config/aircher/config.toml").read_text()


async def set_in_dialog(ui: Pilot, name: str, value: str, *, send: str) -> None:
    """Change a setting in the dialog, opened with the key that sends now."""
    ui.type("/config")
    ui.press(send)
    await ui.until("─ Settings ")
    ui.type(name)
    await ui.until("1 of ")
    ui.press("enter")
    await ui.until("Enter done")
    ui.press("ctrl+u")
    ui.type(value)
    ui.press("enter")
    await ui.until(lambda: re.search(rf"{name.rpartition('.')[2]} +{re.escape(value)} ", ui.text))
    ui.press("escape")
    await ui.until_gone("─ Settings ")


async def test_a_saved_shortcut_holds_at_once_everywhere(place: Place) -> None:
    async with flying(place, *ANSWERS, width=120, height=40) as ui:
        await set_in_dialog(ui, "shortcuts.toggle_help", "f9", send="enter")
        await set_in_dialog(ui, "shortcuts.send", "f8", send="enter")
        await set_in_dialog(ui, "shortcuts.clear_input", "alt+x", send="f8")
        await set_in_dialog(ui, "shortcuts.transcript", "f7", send="f8")
        assert ui.interface.settings.look.full_key == "F7"
        await ui.until("F9          help")
        assert "f9 for help" in ui.text
        ui.press("alt+x")
        await ui.until("Alt+X again: leave")
        ui.press("f9")
        await ui.until("─ Help ")
        ui.type("palette: every")
        ui.press("f9")
        await ui.until_gone("─ Help ")
        ui.press("ctrl+p")
        await ui.until("─ Palette ")
        ui.type("toggle_help")
        await ui.until("1 of ")
        assert "F9" in ui.text
        ui.press("escape")
        ui.type("what zoo?")
        ui.press("f8")
        await ui.until(ZOO)


async def test_a_setting_that_is_typed_holds_at_once_and_is_kept(place: Place) -> None:
    async with flying(place, *ANSWERS, width=120, height=30) as ui:
        await ui.until("Ask, or type")
        ui.type("/config interface.show_context_panel true")
        ui.press("enter")
        await ui.until("Saved: interface.show_context_panel = true.")
        await ui.until("Window")
        ui.type("/config interface.panel_width a-lot")
        ui.press("enter")
        await ui.until("aircher config schema")
    kept = (place.home / ".config" / "aircher" / "config.toml").read_text()
    assert "show_context_panel = true" in kept
    assert "panel_width" not in kept


async def test_what_the_terminal_does_not_take_is_not_said_to_be_copied(place: Place) -> None:
    long = " ".join(map(str, range(17_000)))
    async with flying(place, answer(says(long), to="long"), width=120) as ui:
        await ui.ask("long", "16999")
        ui.press("alt+c")
        await ui.until(f"The terminal does not take {len(long):,} characters")
        assert b"\x1b]52;" not in ui.raw


async def test_keys_that_come_while_it_ends_are_nobodys(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.begin("begin", BEGUN)
        ui.type("more")
        ui.press("enter")
        ui.interface.left.set()
        await ui.until_left()


async def test_a_command_that_is_typed_during_a_turn_is_told_to_run_after_it(free: Place) -> None:
    async with flying(free, *ANSWERS) as ui:
        await ui.begin("wait", "· running")
        ui.type("!echo mine >mine.txt")
        ui.press("enter")
        await ui.until("!echo mine >mine.txt runs once this turn has ended.")
        assert not (free.project / "mine.txt").exists()
        (free.project / "go").touch()
        await ui.until(lambda: (free.project / "mine.txt").exists())
