"""The content of files, never more of it than is worth reading.

Invariant: a file that may hold keys is not opened, nor one beyond `MOST_BYTES`; what looks binary is not decoded;
nothing raises. Every content that the index keeps or shows comes through here.
"""

import os
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from aircher.support.secret_files import is_secret

MOST_BYTES = 1_000_000
"""A larger file is known by its name only: source that people write is smaller."""

_PROBE_BYTES = 8_000  # git looks at as many to tell binary from text


class Content(NamedTuple):
    """A text file's content and the digest of its bytes."""

    text: str
    digest: str


def read(root: Path, path: str) -> Content | None:
    r"""Return the content of ``path`` below ``root``, or ``None`` if it is gone, secret, too big, binary or unreadable.

    Line ends become ``\n``; bytes that are not UTF-8 become replacement characters.
    """
    if is_secret(path):
        return None
    try:
        descriptor = os.open(root / path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError:
        return None
    if len(data) > MOST_BYTES or b"\0" in data[:_PROBE_BYTES]:
        return None
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
    return Content(text, sha256(data).hexdigest())
