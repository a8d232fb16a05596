"""Chips: one character of the input that stands for a large paste or a picture.

Invariant: no character of a chip gets into the input but by `Chips.add`: `foreign` takes them out of all other text. So
whatever is undone, deleted or moved, a character stands for what it was made for, or for nothing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from aircher.domain.errors import AircherError
from aircher.domain.messages import ImagePart, PromptPart, TextPart
from aircher.support.text import visible_name, without_controls
from aircher.tui.composer.submission import mention

CHIP_LINES = 10  # a paste that is longer would push what was typed around it out of sight
CHIP_CHARS = 1_000  # about as many fill ten lines
MOST_CHIPS = 256  # so many that undo can bring back
_FIRST, _LAST = 0xE400, 0xE5EF
"""Private characters that no icon font uses, so that hardly any text has them in it."""
_CHIP = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
_NAME_CHARS = 40
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_CONTROLS = bytes(code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n")


class PastedText(NamedTuple):
    """A large paste, as `foreign` returns it: it has no chips in it, and nobody looks through it for any again."""

    text: str

    @property
    def label(self) -> str:
        """Return what is shown of it."""
        lines = _lines(self.text)
        return f"[pasted {lines:,} lines]" if lines > 1 else f"[pasted {len(self.text):,} characters]"


class PastedPicture(NamedTuple):
    """A picture.

    Attributes:
        name: Name of its file; empty = it came from the clipboard.
        written: What stands for it where a picture cannot: its path, or what was pasted.
        image: ``None`` = it is being read.
    """

    name: str
    written: str
    image: ImagePart | None = None

    @property
    def label(self) -> str:
        """Return what is shown of it."""
        name = visible_name(self.name)
        name = name if len(name) <= _NAME_CHARS else f"…{name[1 - _NAME_CHARS :]}"
        return f"[image{' ' * bool(name)}{name}{' …' if self.image is None else ''}]"


Chip: TypeAlias = PastedText | PastedPicture


class Chips:
    """All chips of an input, also those that were deleted and may be brought back by undoing.

    Attributes:
        labels: What to draw for each character; another object whenever one has changed.
    """

    def __init__(self) -> None:
        self.labels: Mapping[str, str] = {}
        self._chips: dict[str, Chip] = {}
        self._next = _FIRST

    def add(self, chip: Chip, typed: str) -> str:
        """Return the character that stands for it from now on; the oldest one that is not in the text is forgotten.

        Raises:
            AircherError: The text is full of chips.
        """
        if len(self._chips) >= MOST_CHIPS:
            forgotten = next((char for char in self._chips if char not in typed), None)
            if forgotten is None:
                raise AircherError(f"a prompt may have {MOST_CHIPS} pastes and pictures", hint="send it first")
            del self._chips[forgotten]
        while chr(self._next) in self._chips:
            self._next = _FIRST if self._next == _LAST else self._next + 1
        char = chr(self._next)
        self._next = _FIRST if self._next == _LAST else self._next + 1
        self.put(char, chip)
        return char

    def put(self, char: str, chip: Chip) -> None:
        """Let a character stand for something else."""
        self._chips[char] = chip
        self.labels = {known: each.label for known, each in self._chips.items()}

    def get(self, char: str) -> Chip | None:
        """Return what a character stands for; ``None`` = for itself."""
        return self._chips.get(char)

    def clear(self) -> None:
        """Forget all of them."""
        self._chips = {}
        self.labels = {}

    def pending(self, typed: str) -> bool:
        """Return whether a picture in this text is still being read."""
        return any(isinstance(chip, PastedPicture) and chip.image is None for _, chip in self._in(typed))

    def expanded(self, typed: str) -> str:
        """Return the text with pastes in full, and pictures as they are written."""
        pieces, done = [], 0
        for at, chip in self._in(typed):
            stands_for = chip.text if isinstance(chip, PastedText) else without_chips(chip.written)
            pieces += [without_chips(typed[done:at]), stands_for]
            done = at + 1
        return "".join((*pieces, without_chips(typed[done:])))

    def outlined(self, typed: str) -> tuple[str, list[tuple[str, str]]]:
        """Return the text as another editor can have it, and what stands there for which chip, in their order."""
        forms: list[tuple[str, str]] = []
        pieces, done = [], 0
        for at, chip in self._in(typed):
            number = len(forms) + 1
            name = "" if isinstance(chip, PastedText) else without_chips(chip.name)
            form = chip.text if isinstance(chip, PastedText) else f"[image {number}{name and ': '}{name}]"
            forms.append((form, typed[at]))
            pieces += [without_chips(typed[done:at]), form]
            done = at + 1
        return "".join((*pieces, without_chips(typed[done:]))), forms

    def parts(self, typed: str) -> tuple[PromptPart, ...]:
        """Return the text, its pictures in their places."""
        parts: list[PromptPart] = []
        done = 0
        for at, chip in self._in(typed):
            if isinstance(chip, PastedPicture) and chip.image is not None:
                _add_text(parts, self.expanded(typed[done:at]))
                parts.append(chip.image)
                done = at + 1
        _add_text(parts, self.expanded(typed[done:]))
        return tuple(parts)

    def _in(self, typed: str) -> Iterator[tuple[int, Chip]]:
        """Yield the chips of a text with their places."""
        if self._chips and not typed.isascii():
            for found in _CHIP.finditer(typed):
                chip = self._chips.get(found[0])
                if chip is not None:
                    yield found.start(), chip


def _add_text(parts: list[PromptPart], text: str) -> None:
    text = text.strip()
    if text:
        parts.append(TextPart(text=text))


def is_chip(char: str) -> bool:
    """Return whether a character is one of those that may stand for a chip."""
    return _FIRST <= ord(char) <= _LAST


def is_large(text: str) -> bool:
    """Return whether a paste is shown as a chip."""
    return len(text) > CHIP_CHARS or _lines(text) > CHIP_LINES


def _lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


def foreign(text: str) -> str:
    """Return what of pasted or typed text may get into the input: no controls, no halves of characters, no chips."""
    if text.isascii() and text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():  # ten times faster, and most pastes are
        return text.encode("ascii").translate(None, _CONTROLS).decode("ascii")
    return re.sub(f"[{chr(_FIRST)}-{chr(_LAST)}\ud800-\udfff]", _REPLACED, without_controls(text))


def without_chips(text: str) -> str:
    """Return the text without characters of chips that stand for nothing any more."""
    return text if text.isascii() else _CHIP.sub("", text)


def written(path: str) -> str:
    """Return how a picture is written where it cannot be shown: as a mention of its file."""
    return mention(path) if path else "[image]"
