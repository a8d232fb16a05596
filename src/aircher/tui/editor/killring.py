"""What was cut, newest first, as Emacs and readline keep it."""

from collections import deque

_ENTRIES_AT_MOST = 32
_CHARS_AT_MOST = 8_000_000


class KillRing:
    """Cut texts that can be put back. Cuts without another key between them are one text."""

    def __init__(self) -> None:
        self._entries: deque[str] = deque(maxlen=_ENTRIES_AT_MOST)

    def keep(self, text: str, *, before: bool = False, continues: bool = False) -> None:
        """Remember a text; one that continues the last is put to it, ``before`` it if it was cut backwards."""
        if not text:
            return
        if continues and self._entries:
            last = self._entries.popleft()
            text = text + last if before else last + text
        self._entries.appendleft(text)
        while len(self._entries) > 1 and sum(map(len, self._entries)) > _CHARS_AT_MOST:
            self._entries.pop()

    @property
    def newest(self) -> str:
        """Return what was cut last; empty = nothing was."""
        return self._entries[0] if self._entries else ""

    def turn(self) -> str:
        """Return the one before the newest, which is the newest now."""
        self._entries.rotate(-1)
        return self.newest
