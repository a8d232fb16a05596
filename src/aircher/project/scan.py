"""The files of a project: what git would list, or what a walk that honours ignore files finds.

Invariant: links to folders are never followed, so no loop is possible, no file is opened, and git runs no program
that the project's own ``.git/config`` names.
Not its job: reading content (`aircher.project.reading`).
"""

import os
import stat
import subprocess
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aircher.support.child_environment import child_environment

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILES = (".gitignore", ".ignore", ".aircherignore")
"""Files whose rules a walk honours, in the folder that holds them and below; later ones win."""

_GIT_TIMEOUT_S = 10.0  # 18,000 files take 0.04 s; a network file system may take seconds
_GIT_OPTIONS = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),  # else it may name a program, run at every listing
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "safe.bareRepository=explicit"),  # else a folder that looks like a repository brings its own settings
)
_GIT_VARIABLES = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",  # a sparse index may ask for objects that are not here, and fetching runs programs
    "GIT_ALLOW_PROTOCOL": "",  # the same for a git that does not know the former: no transport is allowed
}
_MOST_FILES = 200_000  # beyond this an index of everything helps nobody
_IGNORE_FILE_BYTES = 200_000
_NEVER = frozenset(
    {
        ".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache",
        ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", ".eggs", ".gradle", ".terraform",
    }
)  # fmt: skip


class FileStat(NamedTuple):
    """A regular file: its path as in `aircher.project.ports`, its size and the time of its last change."""

    path: str
    size_bytes: int
    mtime_ns: int


def scan(root: Path, *, git: str = "git", timeout_s: float = _GIT_TIMEOUT_S) -> list[FileStat]:
    """Return the regular files below ``root``, sorted by path; what cannot be read is left out.

    Args:
        root: The project's root.
        git: The git program; if it is missing, fails or hangs, the folders are walked instead.
        timeout_s: How long git may take.
    """
    paths = _listed_by_git(root, git, timeout_s)
    names = _walk(root) if paths is None else paths
    found: dict[str, FileStat] = {}
    for path in names:
        if (entry := _stat(root, path)) is not None:
            found[path] = entry
            if len(found) >= _MOST_FILES:
                break
    return [found[path] for path in sorted(found)]


def _stat(root: Path, path: str) -> FileStat | None:
    try:
        status = os.stat(f"{root}/{path}", follow_symlinks=False)  # noqa: PTH116 - Path() per file doubles the time
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return FileStat(path, status.st_size, status.st_mtime_ns)


def _listed_by_git(root: Path, git: str, timeout_s: float) -> list[str] | None:
    """Return git's list, or ``None`` where git cannot say. Source: git-ls-files(1), git-config(1), git(1)."""
    command = [git, *_GIT_OPTIONS, "-C", os.fspath(root), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
            env={**child_environment(os.environ), **_GIT_VARIABLES},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    paths = [path for path in os.fsdecode(done.stdout).split("\0") if path]
    rules = _Rules.of(root, "", (".aircherignore",))
    kept = (path for path in paths if _NEVER.isdisjoint(path.split("/")[:-1]))
    return [path for path in kept if rules is None or not rules.is_ignored(path)]


class _Rules(NamedTuple):
    """The rules of one folder: ``prefix`` is its path with a trailing slash, or empty for the root."""

    prefix: str
    spec: "GitIgnoreSpec"

    @classmethod
    def of(cls, root: Path, prefix: str, names: tuple[str, ...]) -> "_Rules | None":
        """Read the ignore files of one folder; ``None`` if it has none."""
        lines: list[str] = []
        for name in names:
            try:
                with (root / prefix / name).open("rb") as file:
                    lines += file.read(_IGNORE_FILE_BYTES).decode("utf-8", "surrogateescape").splitlines()
            except OSError:
                continue
        return cls(prefix, _compiled(lines)) if lines else None

    def verdict(self, path: str) -> bool | None:
        """Return whether ``path`` is ignored, or ``None`` if no rule speaks of it."""
        return self.spec.check_file(path[len(self.prefix) :]).include

    def is_ignored(self, path: str) -> bool:
        """Return whether the rules ignore ``path``."""
        return self.verdict(path) is True


def _compiled(lines: list[str]) -> "GitIgnoreSpec":
    """Compile the lines that are valid patterns; a broken line is left out, as git does."""
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


def _walk(root: Path) -> Iterator[str]:
    """Yield the paths of files that no ignore file excludes, folder by folder."""
    waiting: list[tuple[str, tuple[_Rules, ...]]] = [("", ())]
    while waiting:
        prefix, above = waiting.pop()
        own = _Rules.of(root, prefix, IGNORE_FILES)
        rules = above if own is None else (*above, own)
        try:
            with os.scandir(root / prefix) as entries:
                children = sorted(entries, key=attrgetter("name"))
        except OSError:
            continue
        for entry in children:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NEVER and not _is_ignored(rules, f"{path}/"):
                    waiting.append((f"{path}/", rules))
            elif not _is_ignored(rules, path):
                yield path


def _is_ignored(rules: tuple[_Rules, ...], path: str) -> bool:
    for rule in reversed(rules):  # the nearest folder has the last word
        if (verdict := rule.verdict(path)) is not None:
            return verdict
    return False
