"""Going back to what was sent before, and forward again to what was being written."""

from collections.abc import Iterable
from typing import NamedTuple

MOST_ENTRIES = 1_000  # enough to go through by hand; what is older is found by searching
MOST_CHARS = 4_000_000  # of all of them: a few prompts with huge pastes must not fill the memory


class Recalled(NamedTuple):
    """What is to be in the input now; ``is_draft`` = it was there before, chips and all."""

    text: str
    is_draft: bool


class Recall:
    """What was sent, newest first, and where somebody is in it.

    What is changed on the way stays changed until something is sent, the draft at its end too.
    """

    def __init__(self) -> None:
        self.entries: list[str] = []
        self._at = -1
        self._kept: dict[int, str] = {}

    def load(self, earlier: Iterable[str]) -> None:
        """Add what was sent before this start, newest first."""
        for text in earlier:
            if text.strip() and (not self.entries or self.entries[-1] != text):
                self.entries.append(text)
        self._forget_oldest()

    def add(self, text: str) -> bool:
        """Remember what is sent, and begin anew; ``False`` = it is the same as the last one."""
        self.reset()
        if not text.strip() or (self.entries and self.entries[0] == text):
            return False
        self.entries.insert(0, text)
        self._forget_oldest()
        return True

    def reset(self) -> None:
        """Begin anew with a draft."""
        self._at = -1
        self._kept = {}

    def older(self, current: str) -> Recalled | None:
        """Return what was sent before what is in the input; ``None`` = nothing was."""
        return self._go(1, current)

    def newer(self, current: str) -> Recalled | None:
        """Return what was sent after it, or the draft at last; ``None`` = that is the draft."""
        return self._go(-1, current)

    def _go(self, by: int, current: str) -> Recalled | None:
        at = self._at + by
        if not -1 <= at < len(self.entries):
            return None
        self._kept[self._at] = current
        self._at = at
        if at in self._kept:
            return Recalled(self._kept[at], is_draft=True)
        return Recalled(self.entries[at], is_draft=False)

    def _forget_oldest(self) -> None:
        """Keep the bounds, and the newest entry in any case."""
        left_chars = MOST_CHARS
        for at, text in enumerate(self.entries):
            left_chars -= len(text)
            if at and (left_chars < 0 or at >= MOST_ENTRIES):
                del self.entries[at:]
                return
