"""When a failed call is sent again, and how long to wait before.

Not its job: deciding whether an error may be retried at all; the adapter knows (`ProviderError.is_retryable`).
"""

import random

from aircher.domain.errors import ProviderError
from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Exponential backoff with full jitter; the server's own hint comes first.

    Attributes:
        attempts: Calls in all, the first one included.
        base_s: Upper bound of the first delay; it doubles each time.
        cap_s: Upper bound of every delay of our own.
        longest_hint_s: A server that asks for more than this is taken at its word that it will not serve us now.
    """

    attempts: int = 4
    base_s: float = 0.5
    cap_s: float = 8.0
    longest_hint_s: float = 120.0

    def delay_s(self, error: ProviderError, *, attempt: int, remaining_s: float | None) -> float | None:
        """Return seconds to wait after failed attempt number ``attempt``, or ``None`` to give up.

        Args:
            error: What went wrong.
            attempt: From 1.
            remaining_s: Seconds left until the user's deadline; ``None`` = no deadline.
        """
        if not error.is_retryable or attempt >= self.attempts:
            return None
        if error.retry_after_s is not None:
            delay = error.retry_after_s
            if delay > self.longest_hint_s:
                return None
        else:
            delay = random.uniform(0, min(self.cap_s, self.base_s * 2 ** (attempt - 1)))  # noqa: S311 - no secret
        return None if remaining_s is not None and delay >= remaining_s else delay
