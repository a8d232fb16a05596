"""What the user wants to be remembered: lines below a heading of the project's memory file (AGENTS.md).

Invariant: nothing outside of the project is written, and what others wrote in the file stays byte for byte.
"""

from pathlib import Path

from aircher.domain.errors import UsageError
from aircher.support.atomic import write_atomically
from aircher.support.text import without_controls

HEADING = "## Memory"


def remember(root: Path, text: str, *, file: str) -> str:
    """Add a line and return in words where it is.

    Raises:
        UsageError: There is nothing to remember, or the file cannot be written.
    """
    line = " ".join(without_controls(text).split())
    if not line:
        raise UsageError("there is nothing to remember", hint="# the tests need a database")
    path = root / file
    if not path.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"{path} leads out of the project, so it is not written", hint="make it a file of its own")
    try:
        before = path.read_bytes().decode() if path.exists() else ""
        write_atomically(path, with_line(before, line).encode())
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path} cannot be changed: {exc}", hint="look at the file and its permissions") from exc
    return f"Kept in {file}: {line}"


def with_line(before: str, line: str) -> str:
    """Return a file's text with a line at the end of the section for memory, which is made if it is missing."""
    end = "\r\n" if "\r\n" in before else "\n"
    lines = before.split(end)
    if HEADING not in lines:
        text = before.rstrip() + (2 * end if before.strip() else "")
        return f"{text}{HEADING}{end}{end}- {line}{end}"
    at = lines.index(HEADING) + 1
    while at < len(lines) and not lines[at].startswith("#"):
        at += 1
    while at and not lines[at - 1].strip():
        at -= 1
    begin = [""] if lines[at - 1] == HEADING else []
    return end.join([*lines[:at], *begin, f"- {line}", *(lines[at:] or [""])])
