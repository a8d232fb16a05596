"""Some lines of a text file of any size, decoded.

Invariant: memory is bounded by what is returned, not by the file; a line is cut at 2,000 characters.
"""

import codecs
import hashlib
import io
from typing import BinaryIO

from aircher.domain.files import TextSlice

MAX_LINE_CHARS = 2000  # one minified line must not fill the context window
MAX_SCAN_CHARS = 64 * 1024 * 1024  # a line number beyond this is a job for grep
HASHED_BYTES = 64 * 1024 * 1024  # 0.1 s; a larger file is nothing to be edited by a model
CUT = " … (line cut)"
_SNIFF_BYTES = 64 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def is_text(head: bytes) -> bool:
    """Tell whether a file that begins like this is a text."""
    return b"\0" not in head or any(head.startswith(mark) for mark, _ in _MARKS)


def encoding_of(head: bytes) -> str | None:
    """Return the encoding of a text that starts like this, or ``None`` for binary."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def read_slice(file: BinaryIO, *, first_line: int, max_lines: int) -> TextSlice | str:
    """Return up to ``max_lines`` lines from ``first_line`` on, or what is wrong, in words that follow the file's name.

    Raises:
        OSError: It cannot be read.
    """
    digest = _digest(file)
    file.seek(0)
    encoding = encoding_of(file.read(_SNIFF_BYTES))
    if encoding is None:
        return "is binary."
    file.seek(0)
    with io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=None) as text:
        found = _lines(text, first_line, max_lines)
    if isinstance(found, str):
        return found
    lines, has_more = found
    return TextSlice(lines=lines, first_line=first_line, has_more=has_more, encoding=encoding, digest=digest)


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    hashed_bytes = 0
    while piece := file.read(1 << 20):
        hashed_bytes += len(piece)
        if hashed_bytes > HASHED_BYTES:
            return ""
        digest.update(piece)
    return digest.hexdigest()


def _lines(text: io.TextIOWrapper, first_line: int, max_lines: int) -> tuple[tuple[str, ...], bool] | str:
    lines: list[str] = []
    scanned_chars = 0
    number = 0
    # readline with a bound: a file of one endless line is read in pieces, never at once
    while piece := text.readline(MAX_LINE_CHARS + 1):
        number += 1
        scanned_chars += len(piece)
        if not piece.endswith("\n") and len(piece) > MAX_LINE_CHARS:
            scanned_chars += _skip_line(text, MAX_SCAN_CHARS - scanned_chars)
            piece = piece[:MAX_LINE_CHARS] + CUT
        if scanned_chars > MAX_SCAN_CHARS and number < first_line:
            return f"is too large: line {first_line} lies beyond its first 64 MiB. Use grep to find the place."
        if number >= first_line:
            if len(lines) == max_lines:
                return tuple(lines), True
            lines.append(piece.rstrip("\n"))
    if not lines and first_line > 1:
        return f"has only {number} lines."
    return tuple(lines), False


def _skip_line(text: io.TextIOWrapper, most_chars: int) -> int:
    skipped_chars = 0
    while rest := text.readline(1 << 16):
        skipped_chars += len(rest)
        if rest.endswith("\n") or skipped_chars > most_chars:
            break
    return skipped_chars
