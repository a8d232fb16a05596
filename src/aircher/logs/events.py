"""Writes engine events into the log: their names and numbers, never what was said."""

import logging
from dataclasses import dataclass

from aircher.domain.events import Event, TextDelta, ThinkingDelta, payload
from aircher.domain.ids import SessionId

PRIVATE_FIELDS = frozenset({"prompt", "text", "content", "arguments", "summary", "signature"})
"""Fields that hold words of the user, the model or a file."""


@dataclass(frozen=True, slots=True)
class EventLog:
    """A listener for `aircher.engine.session.SessionParts`."""

    logger: logging.Logger
    session_id: SessionId

    def __call__(self, event: Event) -> None:
        """Log the event, unless it is a piece of text."""
        if isinstance(event, TextDelta | ThinkingDelta):
            return
        data = {name: value for name, value in payload(event).items() if name not in PRIVATE_FIELDS}
        level = logging.ERROR if event.type == "error" else logging.INFO
        self.logger.log(level, event.type, extra={"data": {"session_id": self.session_id, **data}})
