"""Writes engine events into the log: their names and numbers, never what was said."""

import logging

from aircher.domain.events import Published, TextDelta, ThinkingDelta, payload
from aircher.domain.records import dataclass

PRIVATE_FIELDS = frozenset(
    {"prompt", "text", "content", "arguments", "summary", "state", "display", "images", "question", "choices", "call"}
)
"""Fields that hold words of the user, the model or a file."""


@dataclass(frozen=True, slots=True)
class EventLog:
    """A listener for `aircher.engine.session.SessionParts`."""

    logger: logging.Logger

    def __call__(self, published: Published) -> None:
        """Log the event, unless it is a piece of text."""
        event = published.event
        if isinstance(event, TextDelta | ThinkingDelta):
            return
        data = {name: value for name, value in payload(event).items() if name not in PRIVATE_FIELDS}
        level = logging.ERROR if event.type == "error" else logging.INFO
        self.logger.log(
            level,
            event.type,
            extra={"data": {"session_id": published.session_id, "turn_id": published.turn_id, **data}},
        )
