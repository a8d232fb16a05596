"""What is piped into the program, as text."""

import select
from typing import BinaryIO, TextIO

from aircher.domain.errors import UsageError

MAX_STDIN_BYTES = 8 * 1024 * 1024  # twice the text of the largest context window in use; more is a mistake
PATIENCE_S = 3.0  # a pipe that stays silent this long is worth a word: the program waits for it, not for the model


def read_piped(stdin: BinaryIO, stderr: TextIO) -> str:
    """Return everything piped in; empty when stdin is a terminal or closed.

    Bytes that are not UTF-8 become U+FFFD, and stderr says so.

    Raises:
        UsageError: There is more than 8 MiB.
    """
    if stdin.closed or stdin.isatty():
        return ""
    _announce_silence(stdin, stderr)
    data = stdin.read(MAX_STDIN_BYTES + 1)
    if len(data) > MAX_STDIN_BYTES:
        raise UsageError(
            "stdin holds more than the 8 MiB that a prompt may have",
            hint="pipe a part of it, or name the file in the prompt",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        print(f"note: stdin is not valid UTF-8 (first at byte {exc.start}); shown as �", file=stderr)
        return data.decode("utf-8-sig", errors="replace")


def _announce_silence(stdin: BinaryIO, stderr: TextIO) -> None:
    try:
        is_ready = bool(select.select([stdin], [], [], PATIENCE_S)[0])
    except (OSError, ValueError):
        return  # not something that can be waited for; reading it tells
    if not is_ready:
        print("note: waiting for stdin to end (</dev/null if nothing is meant to be piped in)", file=stderr)
