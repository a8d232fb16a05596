"""Keys and the mouse while a question of the model is open: what is the question's, the prompt's, and the screen's."""

import pytest
from tests.tui.pilot import Place, answer, calls, flying, says
from tests.tui.zoo import ANSWERS, BEGUN, WAITS, asked

from aircher.domain.lanes import Lane
from aircher.domain.messages import ImagePart, TextPart
from aircher.testing.fake_llm.script import Answer
from aircher.tui.dialogs.palette import Palette


async def test_a_question_mark_in_the_middle_of_a_sentence_is_typed_on_when_a_question_comes(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.begin("make", "keys still go to the prompt")
        ui.type("why? no!")
        await ui.until(lambda: ui.interface.composer.text == "why? no!")
        assert len(ui.interface.dialogs) == 1


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
@pytest.mark.parametrize("is_seen", [False, True])
async def test_the_turn_is_ended_whether_its_question_was_seen_or_not(place: Place, key: str, *, is_seen: bool) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.begin("make", "keys still go to the prompt")
        if is_seen:
            await ui.know()
            await ui.until_gone("keys still go to the prompt")
        ui.press(key)
        await ui.until("interrupted")
        await ui.until_gone("Allow shell?")
        assert not (place.project / "made").exists()


async def test_ctrl_d_leaves_while_a_question_is_open(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await asked(ui, "make", "Allow shell?")
        ui.press("ctrl+d")
        await ui.until_left()


async def test_the_panel_opens_while_a_reason_is_written_and_takes_nothing_of_it(place: Place) -> None:
    async with flying(place, *ANSWERS, width=120, height=40) as ui:
        await asked(ui, "make", "Allow shell?")
        ui.press("t")
        await ui.until("What should it know?")
        ui.type("not on a")
        ui.press("ctrl+t")
        await ui.until(lambda: ui.interface.settings.has_panel)
        ui.press("alt+enter", "tab")
        ui.type("Sunday")
        ui.press("enter")
        await ui.until("So it was decided.")
        assert "not on a\\nSunday" in str(ui.server.requests[-1])
        assert ui.interface.conversations.current is not None
        assert ui.interface.conversations.current.waiting == ()


async def test_a_reason_that_was_begun_is_still_there_after_a_look_behind_the_question(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await asked(ui, "make", "Allow shell?")
        ui.press("t")
        await ui.until("What should it know?")
        ui.type("not in this folder, but")
        ui.press("ctrl+o")
        await ui.until_gone("Allow shell?")
        ui.press("escape")
        await ui.until("not in this folder, but")
        await ui.know()
        ui.type(" elsewhere")
        ui.press("enter")
        await ui.until("So it was decided.")
        assert "not in this folder, but elsewhere" in str(ui.server.requests[-1])
        assert ui.interface.conversations.current is not None
        assert ui.interface.conversations.current.boxes == {}


async def test_a_question_that_is_wanted_again_is_answered_by_the_next_key(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await asked(ui, "make", "Allow shell?")
        ui.press("ctrl+o")
        await ui.until_gone("Allow shell?")
        ui.press("escape")
        await ui.until("Allow shell?")
        ui.press("y")
        await ui.until("So it was decided.")
        assert (place.project / "made").exists()


async def test_a_question_that_comes_back_by_itself_waits_until_it_was_seen(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await asked(ui, "make", "Allow shell?")
        current = ui.interface.conversations.current
        assert current is not None
        ui.press("ctrl+o")
        await ui.until_gone("Allow shell?")
        ui.type("/clear")
        ui.press("enter")
        await ui.until(lambda: ui.interface.conversations.current is not current)
        ui.type(f"/session {current.session.session_id}")
        ui.press("enter")
        await ui.until("Allow shell?")
        await ui.until("keys still go to the prompt")
        ui.type("y")
        await ui.until(lambda: ui.interface.composer.text == "y")
        assert not (place.project / "made").exists()


async def test_what_is_typed_into_a_box_goes_there_while_a_question_comes_up_over_it(free: Place) -> None:
    late = (calls("shell", command=WAITS), calls("ask_user", question="Which animal?", choices=["zebra", "lion"]))
    async with flying(free, *(Answer(steps=(step,)) for step in late)) as ui:
        await ui.begin("later", "while")
        ui.press("ctrl+p")
        await ui.until("─ Palette ")
        ui.type("mod")
        await ui.until("❯ mod")
        (free.project / "go").touch()
        await ui.until("─ The model asks ")
        await ui.clock.advance(0.9)  # of a letter that was typed just before: somebody is still typing
        ui.type("e1")
        palette = ui.interface.dialogs[0]
        assert isinstance(palette, Palette)
        await ui.until(lambda: palette.pane.line.text == "mode1")
        ui.press("escape")
        await ui.until_gone("─ Palette ")
        assert ui.interface.composer.text == ""
        await ui.know()
        await ui.until_gone("keys still go to the prompt")
        ui.press("1")
        await ui.until_gone("─ The model asks ")


async def test_a_waiting_message_is_edited_on_several_lines(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.begin("begin", BEGUN)
        ui.paste("one\nthree")
        ui.press("tab")
        await ui.until("queue │ one")
        ui.press("alt+q")
        await ui.until("after the turn")
        ui.press("enter")
        await ui.until("The message:")
        ui.press("up", "end", "shift+enter")
        ui.type("two")
        await ui.until(lambda: [line.strip("│ ") for line in ui.lines if "three" in line] == ["three"])
        ui.press("enter")
        current = ui.interface.conversations.current
        assert current is not None
        await ui.until(lambda: "one\\ntwo\\nthree" in repr(current.waiting))


async def test_the_list_of_waiting_messages_follows_what_is_sent(free: Place) -> None:
    async with flying(free, *ANSWERS) as ui:
        await ui.begin("wait", "sleep 0.01")
        ui.type("be quick")
        ui.press("enter")
        await ui.until("steer │ be quick")
        ui.press("alt+q")
        await ui.until("❯ be quick")
        (free.project / "go").touch()
        await ui.until("nothing waits")


async def test_what_is_written_for_a_message_that_is_sent_meanwhile_stands_in_the_prompt(free: Place) -> None:
    async with flying(free, *ANSWERS) as ui:
        await ui.begin("wait", "sleep 0.01")
        ui.type("be quick")
        ui.press("enter")
        await ui.until("steer │ be quick")
        ui.type("a draft")
        ui.press("alt+q")
        await ui.until("❯ be quick")
        ui.press("enter")
        await ui.until("The message:")
        ui.type(" and kind")
        (free.project / "go").touch()
        current = ui.interface.conversations.current
        assert current is not None
        await ui.until(lambda: not current.waiting)
        ui.press("enter")
        await ui.until("it was sent meanwhile")
        assert ui.interface.composer.text == "a draft\nbe quick and kind"
        assert ui.interface.dialogs == []


async def test_going_back_brings_the_prompt_back_with_its_picture(place: Place) -> None:
    picture = ImagePart(media_type="image/png", data_base64="iVBORw0KGgo=")
    prompt = (TextPart(text="which zoo is"), picture)
    async with flying(place, *ANSWERS) as ui:
        current = ui.interface.conversations.current
        assert current is not None
        await current.session.send(prompt, lane=Lane.STEER)
        await ui.until(lambda: ui.turns_shown)
        ui.type("/rewind")
        ui.press("enter")
        await ui.until("❯ which zoo is [picture]")
        ui.press("enter")
        await ui.until("which zoo is [image]")
        ui.type("?")
        ui.press("enter")
        await ui.until(lambda: ui.turns_shown == 1 and not ui.interface.composer.text and not ui.is_busy)
        turns = await current.session.turns()
        assert [turn.prompt for turn in turns] == [(*prompt, TextPart(text="?"))]


async def test_a_question_tells_how_many_come_after_it(place: Place) -> None:
    writes = [calls("write_file", path=f"new-{number}.txt", content="x") for number in range(3)]
    three = (answer(*writes, to="three", after_tool=False), answer(says("All written."), to="three", after_tool=True))
    async with flying(place, *three, width=120) as ui:
        await ui.begin("three", "Allow write_file?")
        for words in ("2 more questions after this", "1 more question after this", "look behind"):
            await ui.until("keys still go to the prompt")
            await ui.know()
            await ui.until(words)
            assert words != "look behind" or "after this" not in ui.text
            ui.press("y")
        await ui.until("All written.")
