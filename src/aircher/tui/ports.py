"""What the interface needs of the program around it; `aircher.app` provides it.

Everything here may be slow and is asked off the drawing path: a frame never waits for it.
"""

from collections.abc import Callable, Sequence

from aircher.domain.events import Published
from aircher.domain.records import dataclass
from aircher.engine.session import Session
from aircher.tui.status_bar import Status
from aircher.tui.viewport.ports import Earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session that is open.

    Attributes:
        session: The engine's end of it.
        history: Its last turns, to be shown at once.
        earlier: Where the turns before come from; ``None`` = there are none on disk.
        status: Returns what holds at this moment; cheap enough for every frame.
    """

    session: Session
    history: Sequence[Published]
    earlier: Earlier | None
    status: Callable[[], Status]
