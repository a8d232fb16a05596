"""Pictures that are pasted: terminals paste the path of a file that is dragged into them, and some file managers too.

Invariant: nothing but regular files is read, at most `MAX_PICTURE_BYTES` of each, and never on the loop.
"""

import os
import stat
from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from aircher.domain.errors import AircherError
from aircher.domain.messages import ImagePart
from aircher.support.file_kinds import picture

MAX_PICTURE_BYTES = 20 * 1024 * 1024  # the largest that any vendor takes
_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_MAX_PASTE_CHARS = 8_192  # two of the longest paths that Linux takes
_MAX_PICTURES = 16  # more than that is a list that was copied, not dragged


class Picture(NamedTuple):
    """A picture's file, and what is in it."""

    path: str
    image: ImagePart


def may_be_pictures(pasted: str) -> bool:
    """Return whether a paste looks like paths of pictures."""
    text = pasted.strip()
    return len(text) <= _MAX_PASTE_CHARS and text.rstrip("'\"").lower().endswith(_ENDINGS)


def read_pasted(pasted: str, folder: str) -> list[Picture]:
    """Return the pictures whose paths were pasted, all of them; empty = something else was pasted.

    Raises:
        AircherError: They are pictures, but cannot be taken.
    """
    for paths in _readings(pasted):
        places = [_place(path, folder) for path in paths]
        if places and all(place is not None and place.is_file() for place in places):
            return [_read(place) for place in places if place is not None]
    return []


def as_image(data: bytes, name: str) -> ImagePart:
    """Return what the bytes show.

    Raises:
        AircherError: No picture that models take, or too large.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise AircherError(f"{name} is larger than the 20 MiB that models take", hint="make it smaller")
    found = picture(data)
    if found is None:
        raise AircherError(f"{name} is not a picture that models take", hint="save it as PNG, JPEG, GIF or WebP")
    return ImagePart(media_type=found.media_type, data_base64=b64encode(data).decode("ascii"))


def _readings(pasted: str) -> Iterator[Sequence[str]]:
    """Yield what may be meant: one path with spaces in it, or several as a shell would take them."""
    text = pasted.strip()
    if "\n" not in text:
        yield [text]
    words = _words(text)
    if len(words) <= _MAX_PICTURES and all(word.lower().endswith(_ENDINGS) for word in words):
        yield words


def _words(text: str) -> list[str]:
    """Return words as a shell would split them; a quote that is not closed ends with the text."""
    words: list[str] = []
    word: str | None = None
    quote = ""
    chars = iter(text)
    for char in chars:
        if char == "\\" and quote != "'":
            word = (word or "") + next(chars, "")
        elif char == quote or (not quote and char in "'\""):
            quote = "" if quote else char
            word = word or ""
        elif char.isspace() and not quote:
            words += [] if word is None else [word]
            word = None
        else:
            word = (word or "") + char
    return words if word is None else [*words, word]


def _place(path: str, folder: str) -> Path | None:
    if path.startswith("file://"):
        from urllib.parse import unquote, urlsplit  # few terminals paste addresses

        parts = urlsplit(path)
        path = unquote(parts.path) if parts.netloc in {"", "localhost"} else ""
    if not path or "\0" in path:
        return None
    try:
        return Path(folder, path).expanduser()
    except RuntimeError:  # nobody knows whose home it is
        return None


def _read(place: Path) -> Picture:
    try:
        with open(place, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise AircherError(f"{place} is not a file", hint="paste the path of a picture")
            data = file.read(MAX_PICTURE_BYTES + 1)
    except OSError as exc:
        raise AircherError(f"{place} cannot be read: {exc.strerror}", hint="make it readable") from exc
    return Picture(str(place), as_image(data, str(place)))


def _without_waiting(path: str, flags: int) -> int:
    """Open it even if it has become a pipe that nobody writes into."""
    return os.open(path, flags | os.O_NONBLOCK)
