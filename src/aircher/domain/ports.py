"""Roles that every part may need: time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time, injectable so that tests turn it by hand."""

    def now(self) -> datetime:
        """Return the wall clock, aware, UTC."""
        ...

    def monotonic_s(self) -> float:
        """Return seconds that never run backwards."""
        ...

    async def sleep(self, delay_s: float) -> None:
        """Return after ``delay_s`` seconds."""
        ...
