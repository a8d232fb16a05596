"""What the user wants to be remembered: lines below a heading of the project's memory file (AGENTS.md).

Invariant: nothing outside of the project is written, and what others wrote in the file stays byte for byte.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from aircher.domain.errors import UsageError
from aircher.support.atomic import write_atomically
from aircher.support.text import without_controls

HEADING = "## Memory"
_MODE = 0o644  # of a new one: it is the project's, and not a secret
_FENCES = ("```", "~~~")


def remember(root: Path, text: str, *, file: str) -> str:
    """Add a line and return in words where it is. It blocks, and two at once may lose one.

    Raises:
        UsageError: There is nothing to remember, or the file cannot be written.
    """
    line = " ".join(without_controls(text).split())
    if not line:
        raise UsageError("there is nothing to remember", hint="# the tests need a database")
    path = root / file
    try:
        target = Path(os.path.realpath(path))  # unlike Path.resolve it takes links that lead in a circle
        if not target.is_relative_to(os.path.realpath(root)):
            raise UsageError(f"{path} leads out of the project, so it is not written", hint="make it a file of its own")
        if os.path.lexists(target) and not target.is_file():
            raise UsageError(f"{path} is no file", hint=f"mv {file} {file}.old")
        before = target.read_bytes().decode() if target.exists() else ""
        write_atomically(target, with_line(before, line).encode("utf-8", "replace"), mode=_MODE)
    except OSError as exc:
        raise UsageError(f"{path} cannot be changed: {exc.strerror}", hint=f"ls -l {file}") from exc
    except UnicodeDecodeError as exc:
        raise UsageError(f"{path} is not UTF-8, so it is left alone", hint=f"iconv -t UTF-8 {file}") from exc
    return f"Kept in {file}: {line}"


def with_line(before: str, line: str) -> str:
    """Return a file's text with a line at the end of the section for memory, which is made if it is missing."""
    end = "\r\n" if "\r\n" in before else "\n"
    lines = before.split("\n")  # each but the last one stands for itself and its line end, whichever that is
    starts = _headings(lines)
    begin = next((at for at in starts if lines[at].lstrip("\ufeff").rstrip() == HEADING), None)
    if begin is None:
        gap = "" if not before.strip() else end * (2 - min(2, _line_ends(before)))
        return f"{before}{gap}{HEADING}{end}{end}- {line}{end}"
    at = next((start for start in starts if start > begin), len(lines))
    while not lines[at - 1].strip():
        at -= 1
    head = "\n".join(lines[:at])
    if at == len(lines):  # the file ends without a line end
        head += end
    elif head:
        head += "\n"
    gap = end if at - 1 == begin else ""
    return f"{head}{gap}- {line}{end}" + "\n".join(lines[at:])


def _headings(lines: Sequence[str]) -> list[int]:
    """Return where headings are; in blocks of code a ``#`` begins none."""
    found: list[int] = []
    fence = ""
    for at, text in enumerate(lines):
        words = text.lstrip(" \ufeff")
        if fence:
            fence = "" if words.startswith(fence) else fence
        elif words.startswith(_FENCES):
            fence = words[:3]
        elif words.startswith("#"):
            found.append(at)
    return found


def _line_ends(text: str) -> int:
    """Return how many line ends a text ends with."""
    bare = text.replace("\r\n", "\n")
    return len(bare) - len(bare.rstrip("\n"))
