"""Finds the tests' keys in what programs leave behind: plain bytes, databases and their logs, gzip and zip files.

Not its job: a key that was cut in two or encoded otherwise. Findings name the variable of a key, never its value.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.keys import KEYS

KEPT_ON_PURPOSE = frozenset({"keyring_pass.cfg"})
"""Names of files that are a place for keys: the keyring that tests use."""
_GZIP = b"\x1f\x8b"


def keys_in(data: bytes, keys: Mapping[str, str] = KEYS) -> list[str]:
    """Return the names of the keys whose values stand in the data."""
    return [name for name, value in keys.items() if value.encode() in data]


def keys_below(folder: Path, keys: Mapping[str, str] = KEYS) -> list[str]:
    """Return ``path: variable`` for each key in each file below the folder, packed files unpacked."""
    return [
        f"{path}{inside}: {name}"
        for path in sorted(folder.rglob("*"))
        if _has_content(path)
        for inside, data in _unpacked(path.read_bytes())
        for name in keys_in(data, keys)
    ]


def _has_content(path: Path) -> bool:
    """Say whether there is anything to read: no links, devices or pipes, nor files that are one large hole."""
    try:
        found = path.lstat()
    except OSError:
        return False  # another process took it away
    return stat.S_ISREG(found.st_mode) and found.st_blocks > 0 and path.name not in KEPT_ON_PURPOSE


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the data, and what is packed in it with its place."""
    yield "", data
    if data.startswith(_GZIP):
        try:
            yield " (unpacked)", zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data)
        except zlib.error:
            return  # garbled on purpose: nobody can read it
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield f"/{name}", archive.read(name)
