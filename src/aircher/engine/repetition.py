"""Notices a model that repeats itself without end."""

LOOP_CHARS = 16_384
"""So much of nothing but repetition is no answer: rules of tables and runs of zeros in real files are shorter."""
PERIOD_CHARS = 512
"""The longest piece whose repetition is looked for: a paragraph."""
CHECK_EVERY_CHARS = 4_096
FEWEST_PIECES = 3
"""A model that loops sends its loop in many pieces; a long row in one piece is data that it passes on."""


class RepetitionGuard:
    """Watches the end of a text that grows."""

    def __init__(self) -> None:
        self._tail: list[str] = []
        self._unchecked_chars = 0
        self._pieces = 0

    def feed(self, piece: str) -> bool:
        """Take a piece; return whether the last 16,384 characters are one piece again and again."""
        self._tail.append(piece)
        self._pieces += 1
        self._unchecked_chars += len(piece)
        if self._unchecked_chars < CHECK_EVERY_CHARS:
            return False
        self._unchecked_chars = 0
        tail = "".join(self._tail)[-LOOP_CHARS:]
        self._tail = [tail]
        return self._pieces >= FEWEST_PIECES and len(tail) == LOOP_CHARS and _is_periodic(tail)


def _is_periodic(tail: str) -> bool:
    """Say whether the tail equals itself moved by some period: its end must then occur just before itself."""
    probe = tail[-PERIOD_CHARS:]
    at = tail.rfind(probe, 0, -1)
    period = len(tail) - PERIOD_CHARS - at
    return 0 < period <= PERIOD_CHARS and tail[period:] == tail[:-period]
