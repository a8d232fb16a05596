"""What was being written when Aircher died is there again."""

import asyncio

from tests.tui.composer.desk import Desk, World, desk, settled

from aircher.domain.errors import AircherError


async def test_a_draft_is_saved_soon_after_the_last_key_and_restored(world: World) -> None:
    async with desk(world) as d:
        d.type("half a tho")
        async with asyncio.timeout(10):
            while world.draft != "half a tho":  # noqa: ASYNC110 - a timer of the composer's own sets it
                await asyncio.sleep(0.01)
    async with desk(world) as d:
        await d.until(lambda: d.text == "half a tho")
        d.type("ught")
        assert d.text == "half a thought"


async def test_nothing_is_saved_while_nothing_changes(world: World) -> None:
    async with desk(world) as d:
        d.press("up", "left", "escape", "ctrl+r", "escape")
        loop = asyncio.get_running_loop()
        assert [handle for handle in loop._scheduled if not handle.cancelled()] == []  # type: ignore[attr-defined]
    assert world.saved == []


async def test_leaving_saves_the_last_word(world: World) -> None:
    async with desk(world) as d:
        d.type("bye")
        d.paste("\n".join("abcdefghijklmn"))
    assert world.draft == "bye" + "\n".join("abcdefghijklmn")


async def test_what_was_sent_is_no_draft_any_more(world: World) -> None:
    async with desk(world) as d:
        d.type("go")
        d.press("enter")
        await settled()
        assert world.draft == ""
    world.draft = "old"
    async with desk(world) as d:
        await d.until(lambda: d.text == "old")
        d.press("enter")
    assert world.draft == ""


async def test_a_draft_does_not_take_the_place_of_what_was_typed_meanwhile(world: World) -> None:
    world.draft = "old draft"
    world.sent_before = ["older"]
    world.gate.close()
    made = Desk(world)
    async with made.composer:
        made.type("new")
        world.gate.open()
        await settled()
        assert made.text == "new"
        made.press("up")
        assert made.text == "old draft"
        made.press("up")
        assert made.text == "older"


async def test_a_disk_that_cannot_be_read_is_told_and_one_can_write(world: World) -> None:
    world.read_failure = AircherError("the disk is gone")
    async with desk(world) as d:
        d.type("new")
        assert d.text == "new"
    assert world.told == ["the disk is gone", "the disk is gone"]


async def test_a_disk_that_fails_is_told_once(world: World) -> None:
    world.failure = AircherError("the disk is full")
    async with desk(world) as d:
        for text in ("a", "b"):
            d.type(text)
            d.press("enter")
            await settled()
        d.type("c")
    assert world.told == ["the disk is full"]
