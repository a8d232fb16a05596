"""Blocks of recorded events: what the pump makes of them, collected."""

from collections.abc import Iterable

from aircher.domain.events import Published
from aircher.tui.parts import Block
from aircher.tui.pump import BlockFactory, Pump
from aircher.tui.viewport.contents import Held


class _Collected:
    """A `Sink` that is a list."""

    def __init__(self) -> None:
        self.items: list[Held] = []

    def append(self, block: Block, *, seq: int, starts_turn: bool) -> None:
        self.items.append(Held(block, seq=seq, starts_turn=starts_turn))

    def touched(self, block: Block) -> None:
        """Do nothing: nobody has looked at it."""

    def drop_since(self, seq: int) -> None:
        self.items = [held for held in self.items if held.seq < seq]


def past(events: Iterable[Published], blocks: BlockFactory) -> list[Held]:
    """Return the blocks of recorded events."""
    collected = _Collected()
    pump = Pump(collected, blocks)
    for published in events:
        pump.apply(published)
    return collected.items
