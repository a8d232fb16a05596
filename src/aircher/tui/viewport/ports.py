"""What the viewport needs of the rest of the program."""

from collections.abc import Sequence
from typing import Protocol

from aircher.domain.events import Published


class Earlier(Protocol):
    """The recorded history of the conversation that is shown."""

    async def before(self, seq: int, turns: int) -> Sequence[Published]:
        """Return the events of the last so many turns that began before ``seq``, in order, none of ``seq`` or later.

        What happened between turns goes with the turn above; what came before the first turn goes with that one. Empty
        = there is nothing before. Turns that were rewound are left out.
        """
        ...
