"""What the ignore files of a project leave out: their names, their rules, the verdict on a path.

Invariant: a broken line is left out as git does, never an error. The matching library is loaded with the first rule.
Not its job: walking folders.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILES = (".gitignore", ".ignore", ".aircherignore")
"""Files whose rules a walk honours, in the folder that holds them and below; later ones win."""

NEVER = frozenset(
    {
        ".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache",
        ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", ".eggs", ".gradle", ".terraform",
    }
)  # fmt: skip
"""Folders that no walk enters, whatever the rules say."""

_IGNORE_FILE_BYTES = 200_000


class FolderRules(NamedTuple):
    """The rules of one folder: ``prefix`` is its path with a trailing slash, or empty for the root."""

    prefix: str
    spec: "GitIgnoreSpec"

    @classmethod
    def of(cls, root: Path, prefix: str, names: Sequence[str] = IGNORE_FILES) -> "FolderRules | None":
        """Read the ignore files of one folder; ``None`` if it has none."""
        lines: list[str] = []
        for name in names:
            lines += _lines(f"{root}/{prefix}{name}")
        return cls(prefix, _compiled(lines)) if lines else None

    def verdict(self, path: str) -> bool | None:
        """Return whether ``path`` is ignored, or ``None`` if no rule speaks of it."""
        return self.spec.check_file(path[len(self.prefix) :]).include

    def is_ignored(self, path: str) -> bool:
        """Return whether the rules ignore ``path``."""
        return self.verdict(path) is True


def is_ignored(rules: Sequence[FolderRules], path: str) -> bool:
    """Return whether the rules ignore ``path``, which ends in a slash if it is a folder; ``rules`` go downwards."""
    for rule in reversed(rules):  # the nearest folder has the last word
        if (verdict := rule.verdict(path)) is not None:
            return verdict
    return False


def _lines(path: str) -> list[str]:
    """Return the beginning of a file; a pipe that somebody named like one must not hold us up."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            return (file.read(_IGNORE_FILE_BYTES) or b"").decode("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []


def _compiled(lines: list[str]) -> "GitIgnoreSpec":
    """Compile the lines that are valid patterns."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
