"""What keys of the screen do."""

from tests.tui.pilot import Place, flying
from tests.tui.zoo import ANSWERS


async def test_a_key_that_is_pressed_twice_at_once_counts_twice(place: Place) -> None:
    async with flying(place, *ANSWERS, width=120, height=30) as ui:
        await ui.until("Ask, or type")
        conversation = ui.interface.conversations.current
        assert conversation is not None
        ui.press("alt+t", "alt+t", "alt+t")
        await ui.until("Thinking: medium.")
        assert conversation.session.status().thinking == "medium"
        ui.press("shift+tab", "shift+tab")  # without a sandbox, auto is passed over
        await ui.until(lambda: conversation.session.status().mode == "plan")
        assert conversation.session.status().thinking == "medium"
