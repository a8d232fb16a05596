"""A whole new text for a file, in the manner of the old one.

Invariant: pure. Encoding, byte-order mark and line ends of the file stay what they are.
"""

from typing import NamedTuple

from aircher.domain.display import DiffBlock
from aircher.editing.problems import introduced
from aircher.editing.source import Source
from aircher.support.encodings import Encoding, detect
from aircher.tools._diff import diff_block

UTF8 = Encoding(name="utf-8")


class Replaced(NamedTuple):
    """The new bytes, what changed, and errors of syntax that are new, a line each."""

    data: bytes
    diff: DiffBlock
    problems: tuple[str, ...]


def replaced(before: bytes | None, content: str, *, shown: str) -> Replaced | str:
    """Return the file's new bytes, or why it cannot hold the text, in words that follow its name.

    Args:
        before: The old bytes; ``None`` = there was no file.
        content: The new text; its line ends are fitted to those of the old one.
        shown: The file's name.
    """
    encoding = UTF8 if before is None else detect(before) or UTF8
    old = ""
    text = content
    if before is not None:
        source = Source(before, encoding, shown) if detect(before) else Source(b"", UTF8, shown)
        old = source.plain
        text = content.removeprefix("\ufeff").replace("\r\n", "\n")
        if source.line_end != "\n":
            text = text.replace("\n", source.line_end)
    try:
        data = encoding.mark + encoding.encode(text)
    except UnicodeEncodeError as exc:
        char = text[exc.start : exc.start + 1]
        line = text.count("\n", 0, exc.start) + 1
        return f"is in {encoding.name}, without a sign {char!r} (line {line} of the new text). Use another one."
    new = content.removeprefix("\ufeff").replace("\r\n", "\n")
    problems = introduced(old, new, shown)
    return Replaced(
        data=data,
        diff=diff_block(shown, old, new),
        problems=tuple(f"line {problem.line}: {problem.what}" for problem in problems),
    )
