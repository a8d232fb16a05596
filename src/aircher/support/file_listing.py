"""The files below a folder that ignore rules leave: what git would list, or what a walk that honours them finds.

Invariant: links to folders are never followed, so no loop is possible, no file but ignore files is opened, and git runs
no program that the folder's own ``.git/config`` names. Not its job: what kind of file a path is, how large it is.
"""

import os
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
GIT_TIMEOUT_S = 10.0  # 18,000 files take 0.04 s; a network file system may take seconds
GIT_OPTIONS = (
    "--no-pager",
    *("-c", "core.fsmonitor=false"),  # else it may name a program, run at every listing
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "safe.bareRepository=explicit"),  # else a folder that looks like a repository brings its own settings
)
"""What keeps git from running a program that a repository's settings name; more where more than a list is asked."""
NEVER = frozenset(
    {
        ".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache",
        ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", ".eggs", ".gradle", ".terraform",
    }
)  # fmt: skip
"""Folders that nobody means, whether rules speak of them or not."""
REPOSITORY_FOLDERS = frozenset({".git", ".hg", ".svn", ".jj"})
"""Those of them that are never listed, not even when everything is wanted."""

_IGNORE_FILE_BYTES = 200_000


def git_environment() -> dict[str, str]:
    """Return the variables for a git that reads: no keys, no locks, no transport."""
    return {
        **child_environment(os.environ),
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",  # a sparse index may ask for objects that are not here, and fetching runs programs
        "GIT_ALLOW_PROTOCOL": "",  # the same for a git that does not know the former: no transport is allowed
        "GIT_TERMINAL_PROMPT": "0",
    }


def list_files(root: Path, *, git: str = "git", timeout_s: float = GIT_TIMEOUT_S) -> Iterator[str]:
    """Yield the paths below ``root`` that no rule ignores, relative, unsorted; some may be gone or no files.

    Args:
        root: The folder.
        git: The git program; if it is missing, fails or hangs, the folders are walked instead.
        timeout_s: How long git may take.
    """
    listed = _listed_by_git(root, git, timeout_s)
    return _walk(root) if listed is None else iter(listed)


def list_everything(root: Path) -> Iterator[str]:
    """Yield the paths of all files below ``root``, ignored ones too; only what repositories keep is left out."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        for entry in _children(root / prefix):
            if not entry.is_dir(follow_symlinks=False):
                yield prefix + entry.name
            elif entry.name not in REPOSITORY_FOLDERS:
                waiting.append(f"{prefix}{entry.name}/")


def _listed_by_git(root: Path, git: str, timeout_s: float) -> list[str] | None:
    """Return git's list, or ``None`` where git cannot say. Source: git-ls-files(1), git-config(1), git(1)."""
    command = [git, *GIT_OPTIONS, "-C", os.fspath(root), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
            env=git_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    paths = [path for path in os.fsdecode(done.stdout).split("\0") if path]
    rules = IgnoreRules.of(root, "", (".aircherignore",))
    kept = (path for path in paths if NEVER.isdisjoint(path.split("/")[:-1]))
    return [path for path in kept if rules is None or not rules.is_ignored(path)]


class IgnoreRules(NamedTuple):
    """The rules of one folder: ``prefix`` is its path with a trailing slash, or empty for the root."""

    prefix: str
    spec: "GitIgnoreSpec"

    @classmethod
    def of(cls, root: Path, prefix: str, names: tuple[str, ...] = IGNORE_FILES) -> "IgnoreRules | None":
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


def _lines(path: str) -> list[str]:
    """Return the beginning of a file; a pipe that somebody named like one must not hold us up."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            return (file.read(_IGNORE_FILE_BYTES) or b"").decode("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []


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
    waiting: list[tuple[str, tuple[IgnoreRules, ...]]] = [("", ())]
    while waiting:
        prefix, above = waiting.pop()
        own = IgnoreRules.of(root, prefix)
        rules = above if own is None else (*above, own)
        for entry in _children(root / prefix):
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in NEVER and not is_ignored(rules, f"{path}/"):
                    waiting.append((f"{path}/", rules))
            elif not is_ignored(rules, path):
                yield path


def _children(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=attrgetter("name"))
    except OSError:
        return []


def is_ignored(rules: tuple[IgnoreRules, ...], path: str) -> bool:
    """Return what the rules say of ``path``; the nearest folder, the last of them, has the last word."""
    for rule in reversed(rules):
        if (verdict := rule.verdict(path)) is not None:
            return verdict
    return False
