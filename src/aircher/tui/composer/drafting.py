"""Keeps what is being written, so that a crash takes at most the last second of it.

Invariant: no timer runs unless something was typed since the last save, and one save runs at a time.
"""

import asyncio
from collections.abc import Callable, Coroutine

from aircher.domain.errors import AircherError
from aircher.support.aio import finished
from aircher.tui.composer.ports import ComposerPorts

DELAY_S = 0.5  # with the time of the write itself below the second that may be lost
LAST_SAVE_S = 2.0  # leaving must not hang on a disk

Start = Callable[[Coroutine[None, None, None]], object]


class DraftKeeper:
    """The draft on disk, which follows the one in the input."""

    def __init__(self, ports: ComposerPorts, text: Callable[[], str], start: Start) -> None:
        """Get ready.

        Args:
            ports: Where drafts go.
            text: Returns the draft of this moment.
            start: Runs work in the background.
        """
        self._ports = ports
        self._text = text
        self._start = start
        self._saved = ""
        self._timer: asyncio.TimerHandle | None = None
        self._is_saving = False
        self._is_due = False
        self._has_failed = False

    def restored(self, text: str) -> None:
        """Take note of what is on disk already."""
        self._saved = text

    def touch(self) -> None:
        """Have the draft saved soon: it has changed."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DELAY_S, self.save)

    def save(self) -> None:
        """Have it saved now."""
        self._drop_timer()
        self._is_due = True
        if not self._is_saving:
            self._is_saving = True
            self._start(self._save())

    async def finish(self) -> None:
        """Return once the last word is saved, or cannot be."""
        self._drop_timer()
        if self._text() != self._saved:
            await finished(self._write(), within_s=LAST_SAVE_S)

    async def _save(self) -> None:
        try:
            while self._is_due:
                self._is_due = False
                await self._write()
        finally:
            self._is_saving = False

    async def _write(self) -> None:
        text = self._text()
        if text == self._saved:
            return
        try:
            await self._ports.drafts.save(text)
        except AircherError as exc:
            if not self._has_failed:  # once: it will fail again with every word
                self._has_failed = True
                self._ports.tell(exc)
        else:
            self._saved = text
            self._has_failed = False

    def _drop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
