"""What is piped into the program, as text."""

import io
import select
import time
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from aircher.domain.errors import DeadlineError, UsageError

MAX_STDIN_BYTES = 8 * 1024 * 1024  # twice the text of the largest context window in use; more is a mistake
PATIENCE_S = 3.0  # a pipe that stays silent this long is worth a word: the program waits for it, not for the model


def read_piped(stdin: BinaryIO, stderr: TextIO, *, deadline_s: float | None = None) -> str:
    """Return everything piped in; empty when stdin is a terminal or closed.

    Bytes that are not UTF-8 become U+FFFD, and stderr says so.

    Raises:
        UsageError: There is more than 8 MiB.
        DeadlineError: It did not end within ``deadline_s``.
    """
    if stdin.closed or stdin.isatty():
        return ""
    data = b"".join(_pieces(stdin, stderr, deadline_s))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        print(f"note: stdin is not valid UTF-8 (first at byte {exc.start}); shown as �", file=stderr)
        return data.decode("utf-8-sig", errors="replace")


def _pieces(stdin: BinaryIO, stderr: TextIO, deadline_s: float | None) -> Iterator[bytes]:
    began_s, size, is_announced = time.monotonic(), 0, False
    while True:
        waited_s = time.monotonic() - began_s
        if deadline_s is not None and waited_s >= deadline_s:
            raise DeadlineError(
                f"stdin did not end within the {deadline_s:g} s allowed", hint="</dev/null if nothing is piped in"
            )
        if waited_s >= PATIENCE_S and not is_announced:
            is_announced = True
            print("note: waiting for stdin to end (</dev/null if nothing is meant to be piped in)", file=stderr)
        if not _is_ready(stdin):
            continue
        piece = stdin.read1(1 << 16) if isinstance(stdin, io.BufferedReader) else stdin.read(1 << 16)
        if not piece:
            return
        size += len(piece)
        if size > MAX_STDIN_BYTES:
            raise UsageError(
                "stdin holds more than the 8 MiB that a prompt may have",
                hint="pipe a part of it, or name the file in the prompt",
            )
        yield piece


def _is_ready(stdin: BinaryIO) -> bool:
    """Wait a moment for something to read; what cannot be waited for is read at once."""
    try:
        return bool(select.select([stdin], [], [], 0.2)[0])
    except (OSError, ValueError):
        return True
