"""The messages that wait, in their two lanes: edit, move, drop, put into the other lane.

Invariant: what is shown is what is kept: each change is done where the messages are kept, then all are read again.
What was written is never thrown away: of a message that was sent meanwhile it goes to whoever opened this.
"""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from aircher.domain.messages import PromptPart
from aircher.tui.dialogs.asking import Hint, Host, do
from aircher.tui.dialogs.choose import ListDialog
from aircher.tui.dialogs.entries import Entry
from aircher.tui.dialogs.list import Listing
from aircher.tui.dialogs.ports import WaitingFacts, WaitingRoom
from aircher.tui.dialogs.preview import Passage
from aircher.tui.dialogs.text_entry import TextEntry
from aircher.tui.outlined import outlined, parts_of
from aircher.tui.waiting import prompt_text

_LANES = {"steer": "steers the running turn", "queue": "after the turn"}


class Waiting(ListDialog[str, None]):
    """The list of messages; it is never answered, only left."""

    def __init__(self, host: Host, room: WaitingRoom, *, late: Callable[[tuple[PromptPart, ...]], None]) -> None:
        """Show what waits; ``late`` gets what was written for a message that was sent before it was done."""
        listing = Listing(has_filter=False, empty="nothing waits", preview=self._preview)
        super().__init__("Waiting messages", host, listing)
        self._room = room
        self._late = late
        self._facts: dict[str, WaitingFacts] = {}
        self.own_hints = (
            Hint("Enter", "edit"),
            Hint("Tab", "other lane"),
            Hint("Shift+Up/Down", "move"),
            Hint("Del", "drop"),
            Hint("Esc", "close"),
        )
        self.keys = {
            "e": self._edit,
            "tab": self._to_other_lane,
            "shift+up": partial(self._move, -1),
            "K": partial(self._move, -1),
            "shift+down": partial(self._move, 1),
            "J": partial(self._move, 1),
            "delete": self._drop,
            "ctrl+x": self._drop,
        }
        self.pane.taken = lambda _: self._edit()
        self.reload()

    def reload(self) -> None:
        """Show what waits now; whoever opened this calls it whenever that has changed."""
        self.fill(self._load)

    async def _load(self) -> Sequence[Entry[str]]:
        items = await self._room.items()
        self._facts = {item.item_id: item for item in items}
        return [Entry(value=item.item_id, label=prompt_text(item.prompt), group=_LANES[item.lane]) for item in items]

    async def _preview(self, item_id: str) -> Sequence[Passage]:
        facts = self._facts.get(item_id)
        return (Passage("", prompt_text(facts.prompt)),) if facts is not None else ()

    def _edit(self) -> None:
        facts = self._chosen()
        if facts is not None:
            text, marks = outlined(facts.prompt)
            inner = TextEntry(
                "Edit message", self.host, asks_for="The message:", text=text, check=_no_text, keeps_lines=True
            )
            self.ask(inner, lambda text: self._put(facts.item_id, parts_of(text, marks)))

    def _put(self, item_id: str, prompt: tuple[PromptPart, ...]) -> None:
        """Let a message say this; once it is sent, hand it on and close."""

        def done(was_waiting: bool) -> None:  # noqa: FBT001 - the answer of a room
            if was_waiting:
                self.reload()
            else:
                self._late(prompt)
                self.leave()

        def failed(problem: str) -> None:
            self.pane.problem = problem

        do(self.host, partial(self._room.edit, item_id, prompt), then=done, failed=failed)

    def _move(self, by: int) -> None:
        facts = self._chosen()
        if facts is not None:
            self._change(partial(self._room.move, facts.item_id, by))

    def _to_other_lane(self) -> None:
        facts = self._chosen()
        if facts is not None:
            self._change(partial(self._room.to_lane, facts.item_id, "queue" if facts.lane == "steer" else "steer"))

    def _drop(self) -> None:
        facts = self._chosen()
        if facts is not None:
            self._change(partial(self._room.drop, facts.item_id))

    def _change(self, start: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.change(start, self._load)

    def _chosen(self) -> WaitingFacts | None:
        chosen = self.pane.selection.chosen
        return None if chosen is None else self._facts.get(chosen.value)


def _no_text(text: str) -> str | None:
    return None if text.strip() else "nothing is left of it; Del in the list drops it"
