"""Notes of the interface in the log, for `aircher dev console`. Satisfies `aircher.tui.journal.Journal`."""

import logging


class LogJournal:
    """Writes them as debug records of the program's log, once a session has opened it."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("aircher")

    def note(self, event: str, **figures: object) -> None:
        """Write down that this happened."""
        self._logger.debug(event, extra={"data": figures})
