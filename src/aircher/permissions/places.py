"""What kind of place a path is: the one rule for tools, command lines and the sandbox alike.

Invariant: pure; a path is never opened, and in doubt a place is the worse kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from aircher.domain.effects import Deletes, Reads, Writes
from aircher.support.secret_files import is_secret


class Standing(StrEnum):
    """How a path stands to the workspace."""

    WORKSPACE = "workspace"
    OUTSIDE = "outside"
    SECRET = "secret"  # noqa: S105 - a kind of place
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders that matter.

    Attributes:
        roots: Absolute, resolved folders that make up the workspace; the first one is the project's.
        home: The user's home.
        own: Aircher's own files: configuration, databases, checkpoints. Never written by a tool.
        readable: Folders outside the workspace that may be read like it, such as saved outputs of tools.
    """

    roots: Sequence[Path]
    home: Path
    own: Sequence[Path] = ()
    readable: Sequence[Path] = ()

    def standing(self, effect: Reads | Writes | Deletes) -> Standing:
        """Return the worst kind of place that the effect may touch."""
        path = effect.path
        if is_secret(path):
            return Standing.SECRET
        if not any(path.is_relative_to(root) for root in self.roots):
            is_readable = isinstance(effect, Reads) and any(path.is_relative_to(folder) for folder in self.readable)
            return Standing.WORKSPACE if is_readable else Standing.OUTSIDE
        return Standing.WORKSPACE
