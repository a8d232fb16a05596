"""Reasoning that a server left inside the answer: ``<think>…</think>`` at its start.

Invariant: text that does not begin with the tag passes unchanged, and nothing is held back once that is known.
"""

from typing import NamedTuple

OPEN = "<think>"
CLOSE = "</think>"


class Split(NamedTuple):
    """What a piece of content amounts to; either may be empty."""

    thinking: str
    text: str


class ThinkTags:
    """Splits streamed content. White space around the tags is layout of the model's template and is dropped.

    Attributes:
        is_over: Whether all that may still come is text, so that nobody has to ask.
    """

    def __init__(self) -> None:
        self.is_over = False
        self._held = ""
        self._has_thought = False
        self._state = self._before

    def feed(self, piece: str) -> Split:
        """Return the parts of this piece that are certain by now."""
        return self._state(piece)

    def close(self) -> Split:
        """Return what was held back; the answer is over."""
        held, self._held = self._held, ""
        return Split(held.rstrip(), "") if self._state == self._inside else Split("", held)

    def _before(self, piece: str) -> Split:
        self._held += piece
        start = self._held.lstrip()
        if len(start) < len(OPEN) and OPEN.startswith(start):
            return Split("", "")
        held, self._held = self._held, ""
        if not start.startswith(OPEN):
            self._end()
            return Split("", held)
        self._state = self._inside
        return self._inside(start.removeprefix(OPEN))

    def _inside(self, piece: str) -> Split:
        text = self._held + piece
        if not self._has_thought:
            text = text.lstrip()
        thinking, tag, rest = text.partition(CLOSE)
        if tag:
            self._held = ""
            self._state = self._gap
            return Split(thinking.rstrip(), self._gap(rest).text)
        certain = _before_partial_tag(text).rstrip()
        self._held = text[len(certain) :]
        self._has_thought = self._has_thought or bool(certain)
        return Split(certain, "")

    def _gap(self, piece: str) -> Split:
        text = piece.lstrip()
        if text:
            self._end()
        return Split("", text)

    def _end(self) -> None:
        self.is_over = True
        self._state = self._after

    def _after(self, piece: str) -> Split:
        return Split("", piece)


def _before_partial_tag(text: str) -> str:
    for length in range(min(len(CLOSE) - 1, len(text)), 0, -1):
        if CLOSE.startswith(text[-length:]):
            return text[:-length]
    return text
