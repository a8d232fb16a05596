"""Files that git does not know yet, as what they add: what ``git diff`` leaves out of a project's changes.

Invariant: no link is followed, nothing waits for a pipe, and what is large is told by a line.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from aircher.domain.display import DiffBlock, DisplayBlock, TextBlock

MAX_FILE_BYTES = 40_000  # as much as of all changes to files that git knows
MAX_BYTES = 400_000
MAX_FILES = 200


def additions(root: Path, names: Sequence[str]) -> list[DisplayBlock]:
    """Return a block for each of these files below ``root``; blocking, meant for a worker thread."""
    blocks = list(_blocks(root.resolve(), names[:MAX_FILES]))
    if len(names) > MAX_FILES:
        blocks.append(TextBlock(text=f"and {len(names) - MAX_FILES:,} more new files"))
    return blocks


def _blocks(root: Path, names: Sequence[str]) -> Iterator[DisplayBlock]:
    left_bytes = MAX_BYTES
    for name in names:
        shown = os.fsencode(name).decode("utf-8", "replace")
        try:
            content, size_bytes = _beginning(root / name, min(MAX_FILE_BYTES, left_bytes))
        except OSError as exc:
            yield TextBlock(text=f"{shown}: new, {_instead(root / name, exc)}")
            continue
        left_bytes -= len(content)
        yield _addition(shown, content, size_bytes)


def _beginning(path: Path, most_bytes: int) -> tuple[bytes, int]:
    from aircher.workspace.opening import open_regular

    with os.fdopen(open_regular(path), "rb") as file:
        size_bytes = os.fstat(file.fileno()).st_size
        return (file.read(most_bytes + 1) if size_bytes <= most_bytes else b""), size_bytes


def _addition(path: str, content: bytes, size_bytes: int) -> DisplayBlock:
    from aircher.support.encodings import detect

    if len(content) < size_bytes:
        return TextBlock(text=f"{path}: new, {size_bytes:,} bytes")
    if not content:
        return TextBlock(text=f"{path}: new, empty")
    encoding = detect(content)
    if encoding is None:
        return TextBlock(text=f"{path}: new, binary, {size_bytes:,} bytes")
    text = encoding.decode(content)
    lines = text.removesuffix("\n").split("\n")
    body = [f"@@ -0,0 +1,{len(lines)} @@", *(f"+{line}" for line in lines)]
    if not text.endswith("\n"):
        body.append("\\ No newline at end of file")
    return DiffBlock(path=path, diff="\n".join(body), added=len(lines), removed=0)


def _instead(path: Path, problem: OSError) -> str:
    if path.is_symlink():
        return "a link"
    if path.is_dir():
        return "a repository of its own"
    return f"cannot be read: {problem.strerror or problem}"
