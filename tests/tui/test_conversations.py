"""Several conversations at a time: which one is meant, which one is looked at, and which ones stay open."""

import re
from dataclasses import replace
from pathlib import Path

from tests.tui.pilot import STALLS, Pilot, Place, answer, flying, says
from tests.tui.zoo import ANSWERS, ZOO

from aircher.app.deleting import delete_conversation
from aircher.config.databases import database_paths
from aircher.domain.ids import SessionId
from aircher.tui.conversation import MOST_AT_REST, Conversation


def looked_at(ui: Pilot) -> Conversation:
    conversation = ui.interface.conversations.current
    assert conversation is not None
    return conversation


async def begin_another(ui: Pilot) -> Conversation:
    before = looked_at(ui)
    ui.type("/clear")
    ui.press("enter")
    await ui.until(lambda: looked_at(ui) is not before)
    return looked_at(ui)


async def go_to(ui: Pilot, beginning: str) -> None:
    ui.type(f"/session {beginning}")
    ui.press("enter")
    await ui.until(lambda: looked_at(ui).session.session_id.startswith(beginning))


async def test_the_beginning_of_an_id_leads_to_the_conversation_that_is_open(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("what zoo?", ZOO)
        first = looked_at(ui)
        await begin_another(ui)
        await go_to(ui, first.session.session_id[:-2])
        assert looked_at(ui) is first
        await ui.ask("one word", "Nothing but a word.")


async def test_the_one_that_is_looked_at_is_the_current_one_and_no_open_one_can_be_deleted(place: Place) -> None:
    async with flying(place, answer(says("It runs."), STALLS, to="run"), *ANSWERS) as ui:
        await ui.ask("what zoo?", ZOO)
        first = looked_at(ui)
        second = await begin_another(ui)
        await ui.begin("run", "It runs.")
        await go_to(ui, first.session.session_id)
        shelf = ui.interface.host.shelf
        listed = {each.session_id: each.is_current for each in await shelf.sessions()}
        assert listed == {first.session.session_id: True, second.session.session_id: False}
        ui.type("/session")
        ui.press("enter")
        await ui.until("Ctrl+X")
        ui.type("run")
        await ui.until("in the conversation")
        ui.press("ctrl+x")
        await ui.until("Delete session?")
        ui.press("y")
        await ui.until("this session is open")
        assert len(await shelf.sessions()) == 2


async def test_conversations_that_are_left_at_rest_are_closed_but_for_a_few(place: Place) -> None:
    async with flying(place, answer(says("It runs."), STALLS, to="run"), *ANSWERS) as ui:
        busy = looked_at(ui)
        await ui.begin("run", "It runs.")
        first = await begin_another(ui)
        await ui.ask("what zoo?", ZOO)
        for _ in range(MOST_AT_REST + 3):
            await begin_another(ui)
        await ui.until(lambda: len(list(ui.interface.conversations)) == 2 + MOST_AT_REST)
        assert busy in ui.interface.conversations
        assert first not in ui.interface.conversations
        await go_to(ui, first.session.session_id)
        await ui.until(ZOO)
        await ui.ask("one word", "Nothing but a word.")


async def test_the_window_is_named_after_the_conversation_that_is_looked_at(place: Place) -> None:
    def title() -> str:
        named: list[bytes] = re.findall(rb"\x1b\]2;([^\x07]*)\x07", ui.raw)
        return named[-1].decode()

    async with flying(place, answer(says("It runs."), STALLS, to="run"), *ANSWERS) as ui:
        first = looked_at(ui)
        await begin_another(ui)
        await ui.begin("run", "It runs.")
        await ui.until(lambda: title().startswith("works"))
        await go_to(ui, first.session.session_id)
        await ui.until(lambda: title().startswith("aircher"))


async def test_a_conversation_that_cannot_be_recorded_any_more_says_so(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("what zoo?", ZOO)
        config = place.config(ui.server.url)
        delete_conversation(database_paths(config, place.environ), SessionId(looked_at(ui).session.session_id))
        await ui.begin("one word", "✗")
        assert "conversation" in ui.text
        await begin_another(ui)
        await ui.ask("what zoo?", ZOO)


async def test_what_is_left_to_spend_is_known_before_anything_is_asked(place: Place) -> None:
    dear = "providers.fake.custom_models.fake-large = {price_input_usd = 100.0, price_output_usd = 100.0}"
    async with flying(replace(place, configuration=(dear,)), *ANSWERS) as ui:
        await ui.until("$10.00 left")
        await ui.ask("what zoo?", ZOO)
        await ui.until_gone("$10.00 left")
        left = re.findall(r"\$\d\.\d\d left", ui.text)
        await begin_another(ui)
        assert re.findall(r"\$\d+\.\d\d left", ui.text) == left


async def test_who_leaves_is_told_which_conversation_can_be_gone_on_with(place: Place) -> None:
    async with flying(place, *ANSWERS) as ui:
        unused = looked_at(ui)
        ui.press("ctrl+d")
        await ui.until_left()
        assert ui.goes_on_with == ""
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("what zoo?", ZOO)
        used = looked_at(ui)
        ui.press("ctrl+d")
        await ui.until_left()
        assert ui.goes_on_with == used.session.session_id != unused.session.session_id


async def test_a_conversation_of_another_project_is_told_to_go_on_here(place: Place, tmp_path: Path) -> None:
    async with flying(place, *ANSWERS) as ui:
        await ui.ask("what zoo?", ZOO)
        used = looked_at(ui)
    (other := tmp_path / "other").mkdir()
    async with flying(replace(place, project=other), *ANSWERS, width=120) as ui:
        ui.type("/session")
        ui.press("enter")
        await ui.until("other projects")
        await ui.until("what zoo?")
        ui.press("enter")
        await ui.until(lambda: looked_at(ui).session.session_id == used.session.session_id)
        await ui.until("this conversation began in")
