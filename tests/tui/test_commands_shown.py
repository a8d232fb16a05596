"""What slash commands show in the interface, as a person sees it."""

from tests.tui.pilot import Place, flying


async def test_above_what_a_command_shows_stands_the_command(place: Place) -> None:
    async with flying(place) as ui:
        ui.type("/todo")
        ui.press("enter")
        await ui.until("The model keeps no list at the moment.")
        at = ui.place_of("The model keeps no list")[1]
        assert ui.lines[at - 1].strip() == "▌ /todo"
