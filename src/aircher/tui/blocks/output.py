"""What a running program prints, for people who watch: its last lines, in bounded memory.

Not its job: moving a cursor. Control sequences are dropped; a carriage return takes its line back.
"""

from collections import deque

_MOST_LINES = 200
"""Kept while it runs: several screens, as the result will hold the rest."""
_MOST_CHARS = 2_000
"""Of a line."""
_LARGEST_PIECE = 262_144
"""Of more that comes at once only the end is looked at."""
_LONGEST_SEQUENCE = 256

_SEQUENCES = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|[ -/]+[0-~]|[0-OQ-WYZ\\`-~])"
"""Source: ECMA-48, sections 5.3 (Fe, Fs), 5.4 (CSI), 5.6 (strings); BEL ends a string as in xterm."""
_OPEN_SEQUENCE = r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\n]*\x1b?|[ -/]*)\Z"
"""The beginning of one."""


def without_codes(text: str) -> str:
    """Return a program's output as lines of text: no control sequences, and only what is left of a line in the end."""
    text = _without_codes(text)
    return "\n".join(map(_overwritten, text.split("\n"))) if "\r" in text else text


def _overwritten(line: str) -> str:
    return line.rstrip("\r").rpartition("\r")[2]


class LiveTail:
    """The last lines of an output that grows.

    Attributes:
        left_out: How many lines came before those that are kept.
    """

    __slots__ = ("_held", "_lines", "_open", "left_out")

    def __init__(self) -> None:
        self.left_out = 0
        self._lines: deque[str] = deque(maxlen=_MOST_LINES)
        self._open = ""
        self._held = ""

    def append(self, text: str) -> None:
        """Take what was printed, however it is cut into pieces."""
        text = self._held + text
        if len(text) > _LARGEST_PIECE:
            self.left_out += text.count("\n", 0, -_LARGEST_PIECE)
            text = text[-_LARGEST_PIECE:]
        text, self._held = _before_open_sequence(text)
        first, *more = _without_codes(text).split("\n")
        self._open += first
        for line in more:
            self._end_line()
            self._open = line
        if len(self._open) > _MOST_CHARS:
            self._open = self._open.rpartition("\r")[2][:_MOST_CHARS]

    def lines(self, most: int = _MOST_LINES + 1) -> tuple[int, list[str]]:
        """Return how many lines come before the last ones, and these, the one that has not ended included."""
        lines = list(self._lines)
        if shown := _overwritten(self._open):
            lines.append(shown)
        cut = max(0, len(lines) - most)
        return self.left_out + cut, lines[cut:]

    def _end_line(self) -> None:
        self.left_out += len(self._lines) == _MOST_LINES
        self._lines.append(_overwritten(self._open)[:_MOST_CHARS])


def _without_codes(text: str) -> str:
    if "\x1b" not in text:
        return text
    import re

    return re.sub(_SEQUENCES, "", text)


def _before_open_sequence(text: str) -> tuple[str, str]:
    """Return the text up to a control sequence that has not ended yet, and that one."""
    if text.find("\x1b", -_LONGEST_SEQUENCE) < 0:
        return text, ""
    import re

    found = re.compile(_OPEN_SEQUENCE).search(text, max(0, len(text) - _LONGEST_SEQUENCE))
    return (text[: found.start()], found[0]) if found else (text, "")
