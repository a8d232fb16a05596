"""A program of its own that finds lines with Python's `re`: a search that does not end can be killed with it.

Run by its path, so it imports the standard library only and starts in 15 ms. It reads one JSON object from its standard
input and writes a JSON line ``[index of the file, [line numbers]]`` for each file that matches, in the order given;
``null`` for the numbers = the file took too long.
"""

import json
import os
import re
import signal
import stat
import sys

FILE_CPU_S = 2.0
"""What one file may take: a backtracking search of a long line may need the square of its length, or never end."""
SNIFF_BYTES = 8192
"""As much of a file is looked at for a NUL, which makes it binary."""


def text_of(data: bytes) -> str | None:
    """Return the text as ripgrep sees it: bytes that are not UTF-8 are no characters; ``None`` = it is binary."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:SNIFF_BYTES]:
        return None
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def matching_lines(text: str, pattern: re.Pattern[str], *, most_lines: int, is_multiline: bool) -> list[int]:
    """Return the numbers of the lines, from 1, that the matches of ``pattern`` cover, at most ``most_lines``."""
    found: list[int] = []
    line = 1
    position = counted = 0
    while len(found) < most_lines and (match := pattern.search(text, position)):
        start, end = match.span()
        if start == len(text) and not (text and text[-1] != "\n"):
            break  # behind the last line end there is no line
        line += text.count("\n", counted, start)
        counted = start
        last = line + text.count("\n", start, max(end - 1, start))
        found.extend(range(max(line, found[-1] + 1 if found else 1), last + 1))
        if is_multiline:
            position = end + (end == start)
        elif (position := text.find("\n", end) + 1) == 0:
            break
        if position > len(text):
            break
    return found[:most_lines]


def read(path: str, max_bytes: int) -> bytes:
    """Return the bytes of a regular file that is not larger than ``max_bytes``; of anything else, none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return b""
            data = file.read(max_bytes + 1)
    except OSError:
        return b""
    return data if len(data) <= max_bytes else b""


class TooLongError(Exception):
    """The search of one file took more than its time."""


def give_up(number: int, frame: object) -> None:  # noqa: ARG001 - a signal handler's
    """End the search of one file: `re` looks for signals while it backtracks."""
    raise TooLongError


def main() -> None:
    """Answer the one request."""
    signal.signal(signal.SIGVTALRM, give_up)
    request = json.load(sys.stdin)
    pattern = re.compile(request["pattern"], re.MULTILINE)
    os.chdir(request["folder"])
    for index, path in enumerate(request["files"]):
        text = text_of(read(path, request["max_bytes"]))
        if text is None:
            continue
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, FILE_CPU_S)
            found = matching_lines(
                text, pattern, most_lines=request["most_lines"], is_multiline=request["is_multiline"]
            )
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        except TooLongError:
            found = None
        if found is None or found:
            sys.stdout.write(json.dumps([index, found]) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
