"""How fast an answer streams: measured over its last seconds, in tokens as its model counts them.

Invariant: pure; a piece of text costs the same however long the answer is. Letters become tokens by what the server
counted last; before it did, by a common figure.
"""

from collections import deque

WINDOW_S = 3.0  # long enough to read the figure, short enough to see a stall
BUCKET_S = 0.25
FIRST_SPAN_S = 0.5  # what came within less says little
USUAL_CHARS = 4.0  # to a token: English and code, most vocabularies
_FEWEST_TOKENS = 50
_LEAST_CHARS, _MOST_CHARS = 1.0, 8.0


class Pace:
    """The pace of one session's answers."""

    def __init__(self) -> None:
        self._buckets: deque[list[float]] = deque()
        self._chars_per_token = USUAL_CHARS

    def feed(self, chars: int, *, now_s: float) -> None:
        """Take so many letters that came just now."""
        buckets = self._buckets
        if buckets and now_s - buckets[-1][0] < BUCKET_S:
            buckets[-1][1] += chars
            return
        buckets.append([now_s, chars])
        self._forget(now_s)

    def stop(self) -> None:
        """Take note that the answer is over."""
        self._buckets.clear()

    def learn(self, chars: int, tokens: int) -> None:
        """Take into account that the server counted so many tokens in an answer of so many letters."""
        if tokens >= _FEWEST_TOKENS and chars:
            self._chars_per_token = min(max(chars / tokens, _LEAST_CHARS), _MOST_CHARS)

    def tokens(self, chars: int) -> int:
        """Return how many tokens so many letters are, about."""
        return round(chars / self._chars_per_token)

    def per_s(self, *, now_s: float) -> float:
        """Return the tokens a second; 0 = nothing streams."""
        self._forget(now_s)
        if not self._buckets:
            return 0.0
        span_s = min(max(now_s - self._buckets[0][0], FIRST_SPAN_S), WINDOW_S)
        return sum(chars for _, chars in self._buckets) / self._chars_per_token / span_s

    def _forget(self, now_s: float) -> None:
        while self._buckets and now_s - self._buckets[0][0] > WINDOW_S:
            self._buckets.popleft()
