"""Going back to what was sent before, and forward again to what was being written."""

from collections.abc import Iterable

MOST_ENTRIES = 1_000  # enough to go through by hand; what is older is found by searching


class Recall:
    """What was sent, newest first, and where somebody is in it.

    What is changed on the way stays changed until something is sent, the draft at its end too.
    """

    def __init__(self) -> None:
        self.entries: list[str] = []
        self._at = -1
        self._kept: dict[int, str] = {}

    @property
    def is_recalling(self) -> bool:
        """Return whether something sent before is in the input."""
        return self._at >= 0

    def load(self, earlier: Iterable[str]) -> None:
        """Add what was sent before this start, newest first."""
        for text in earlier:
            if text.strip() and (not self.entries or self.entries[-1] != text):
                self.entries.append(text)
        del self.entries[MOST_ENTRIES:]

    def add(self, text: str) -> bool:
        """Remember what is sent, and begin anew; ``False`` = it is the same as the last one."""
        self.reset()
        if self.entries and self.entries[0] == text:
            return False
        self.entries.insert(0, text)
        del self.entries[MOST_ENTRIES:]
        return True

    def reset(self) -> None:
        """Begin anew with a draft."""
        self._at = -1
        self._kept = {}

    def older(self, current: str) -> str | None:
        """Return what was sent before what is in the input; ``None`` = nothing was."""
        return self._go(1, current)

    def newer(self, current: str) -> str | None:
        """Return what was sent after it, or the draft at last; ``None`` = that is the draft."""
        return self._go(-1, current)

    def _go(self, by: int, current: str) -> str | None:
        at = self._at + by
        if not -1 <= at < len(self.entries):
            return None
        self._kept[self._at] = current
        self._at = at
        return self._kept.get(at, self.entries[at] if at >= 0 else "")
