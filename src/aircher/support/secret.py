"""A text that must not be seen: its value is only there for who asks by name.

Invariant: neither ``repr`` nor ``str`` nor formatting shows the value, so a log line or a traceback cannot either.
"""

from aircher.support.secret_shapes import HIDDEN

_TELLING_CHARS = 8
"""So much of the beginning of a key is more than the prefix that all keys of a vendor have."""


class Secret:
    """Wraps a key. `reveal` is the only way to the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself; for the header it belongs to, nothing else."""
        return self._value

    def hide_in(self, text: str) -> str:
        """Return the text with every occurrence of the value replaced by `HIDDEN`, one that its end cuts included."""
        if not self._value:
            return text
        text = text.replace(self._value, HIDDEN)
        for length in range(len(self._value) - 1, _TELLING_CHARS - 1, -1):
            if text.endswith(self._value[:length]):
                return text[:-length] + HIDDEN
        return text

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)
