"""Some lines of a text file of any size, decoded and numbered as `aircher.editing` numbers them.

Invariant: memory is bounded; a line is cut at 2,000 characters. Not its job: writing.
"""

import io
import os
from typing import BinaryIO

from aircher.domain.files import TextSlice
from aircher.support.encodings import detect

MAX_LINE_CHARS = 2000  # one minified line must not fill the context window
WHOLE_BYTES = 20_000_000  # what `aircher.editing` takes; 0.3 s. A larger text is read as a stream
MAX_SCAN_CHARS = 64 * 1024 * 1024  # a line number beyond this is a job for grep
CUT = " … (line cut)"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_text(head: bytes) -> bool:
    """Tell whether a file that begins like this is taken for a text before all of it was read."""
    return b"\0" not in head or head.startswith(_UTF16_MARKS) or detect(head[: len(head) // 2 * 2]) is not None


def read_slice(file: BinaryIO, *, first_line: int, max_lines: int) -> TextSlice | str:
    """Return up to ``max_lines`` lines from ``first_line`` on, or what is wrong, in words that follow the file's name.

    Raises:
        OSError: It cannot be read.
    """
    if os.fstat(file.fileno()).st_size > WHOLE_BYTES:
        return _streamed(file, first_line, max_lines)
    data = file.read(WHOLE_BYTES)
    encoding = detect(data)
    if encoding is None:
        return "is binary."
    from hashlib import sha256

    lines = split_lines(encoding.decode(data))
    if first_line > max(1, len(lines)):
        return f"has only {len(lines)} lines."
    found = lines[first_line - 1 : first_line - 1 + max_lines]
    return TextSlice(
        lines=tuple(map(_cut, found)),
        first_line=first_line,
        has_more=first_line - 1 + len(found) < len(lines),
        encoding=f"{encoding.name}, a guess" if encoding.is_guess else encoding.name,
        digest=sha256(data).hexdigest(),
    )


def split_lines(text: str) -> list[str]:
    """Return the lines without their ends: LF and CR LF end a line, CR alone only in a text that has no LF."""
    mark = "\r" if "\r" in text and "\n" not in text else "\n"
    lines = text.split(mark)
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines] if "\r\n" in text else lines


def _cut(line: str) -> str:
    shown = line if len(line) <= MAX_LINE_CHARS else line[:MAX_LINE_CHARS] + CUT
    return shown if shown.isascii() else shown.encode("utf-8", "replace").decode()  # stray bytes become "?"


def _streamed(file: BinaryIO, first_line: int, max_lines: int) -> TextSlice | str:
    head = file.read(4)
    file.seek(0)
    encoding = "utf-16" if head.startswith(_UTF16_MARKS) else "utf-8"
    with io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="\n") as text:
        found = _lines(text, first_line, max_lines)
    if isinstance(found, str):
        return found
    lines, has_more = found
    return TextSlice(lines=lines, first_line=first_line, has_more=has_more, encoding=encoding)


def _lines(text: io.TextIOWrapper, first_line: int, max_lines: int) -> tuple[tuple[str, ...], bool] | str:
    lines: list[str] = []
    scanned_chars = 0
    number = 0
    # readline with a bound: a file of one endless line is read in pieces, never at once
    while piece := text.readline(MAX_LINE_CHARS + 2):
        number += 1
        scanned_chars += len(piece)
        if not piece.endswith("\n"):
            scanned_chars += _skip_line(text, MAX_SCAN_CHARS - scanned_chars)
        if scanned_chars > MAX_SCAN_CHARS and number < first_line:
            return f"is too large: line {first_line} lies beyond its first 64 MiB. Use grep to find the place."
        if number >= first_line:
            if len(lines) == max_lines:
                return tuple(lines), True
            lines.append(_cut(piece.removesuffix("\n").removesuffix("\r")))
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
