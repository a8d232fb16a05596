"""What a call changed in the workspace, as a checkpoint saw it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file that is not what it was.

    Attributes:
        path: Relative to the workspace's root, with ``/``; absolute outside of it.
        change: What happened to it.
        before: SHA-256 of the old bytes, hexadecimal; empty = there was no file, or it was too large to be kept.
        after: The same of the new bytes; empty = there is no file now, or it is too large.
        added: Lines added; 0 for what is not text.
        removed: Lines removed.
    """

    path: str
    change: Literal["created", "modified", "deleted"]
    before: str = ""
    after: str = ""
    added: int = 0
    removed: int = 0
