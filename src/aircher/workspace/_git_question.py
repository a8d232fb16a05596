"""One question to a git repository that nobody trusts; see `aircher.workspace.git` for what holds."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from aircher.support.file_listing import GIT_OPTIONS, git_environment
from aircher.workspace._stopper import ProgramError, Stopper, printed_by

MAX_OUTPUT_BYTES = 40_000  # about 10,000 tokens
BLAMED_LINES = 200

MayRead = Callable[[Path], bool]

_REVISION = re.compile(r"[\w@][\w@^~/.{}+\-]*")
_MAX_NAMES_BYTES = 4_000_000
_MOST_REFUSED = 500  # paths to exclude on one command line
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.quotePath": "false",
    "color.ui": "false",
    "diff.ignoreSubmodules": "all",  # else git runs in each of them, by their settings
    "diff.noprefix": "false",
    "diff.mnemonicPrefix": "false",
    "diff.relative": "false",
    "diff.submodule": "short",
    "log.showSignature": "false",  # else gpg.program is run
    "status.submoduleSummary": "false",
    "submodule.recurse": "false",
}
_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all")


class RefusedError(Exception):
    """What is asked must not be answered; the text says why."""


class Question:
    """One question, asked on a worker thread."""

    def __init__(self, root: Path, git: str, stopper: Stopper, may_read: MayRead) -> None:
        self._root = root
        self._git = git
        self._stopper = stopper
        self._may_read = may_read
        self._environ = git_environment() | {"GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8", "GIT_PAGER": "cat"}

    def answer(
        self,
        command: Literal["status", "diff", "log", "show"],
        revision: str,
        path: Path | None,
        *,
        is_staged: bool,
        limit: int,
    ) -> str:
        """Return git's words.

        Raises:
            ProgramError: git failed.
            RefusedError: It is no question of ours.
        """
        self._check_repository()
        self._silence()
        place = self._pathspec(path)
        match command:
            case "status":
                words = ["status", "--porcelain=v1", "--branch", "--ignore-submodules=all", "--", place]
                return self._shown(words)
            case "diff":
                asked = ["diff", *(["--cached"] if is_staged else []), *_revisions(revision)]
                return self._differences(asked, place)
            case "log":
                style = ["--format=%h %ad %an%d %s", "--date=short", "--no-show-signature", f"--max-count={limit}"]
                return self._shown(["log", *style, *_PLAIN, *_revisions(revision), "--", place])
            case "show" if ":" in revision:
                return self._file_at(revision)
            case "show":
                style = ["--format=medium", "--date=iso", "--no-show-signature", "--diff-merges=first-parent"]
                return self._differences(["show", *style, *(_revisions(revision) or ["HEAD"])], place)

    def untracked(self) -> list[str]:
        """Return the files below the root that git neither knows nor ignores; of very many, the first.

        Raises:
            ProgramError: git failed.
            RefusedError: The repository is not that of the folder.
        """
        self._check_repository()
        self._silence()
        names = self._run(["ls-files", "--others", "--exclude-standard", "-z"], max_bytes=_MAX_NAMES_BYTES)
        return [os.fsdecode(name) for name in names.split(b"\0")[:-1]]

    def blame(self, revision: str, path: Path | None, first_line: int) -> str:
        """Return who wrote which of 200 lines of a file.

        Raises:
            ProgramError: git failed.
            RefusedError: There is no such file, or it must not be shown.
        """
        self._check_repository()
        self._silence()
        if path is None or not path.is_relative_to(self._root) or not self._may_read(path):
            raise RefusedError("the file is not in the project, or may hold keys")
        name = f"./{path.relative_to(self._root).as_posix()}"
        lines = f"-L{first_line},+{BLAMED_LINES}"
        try:
            return self._shown(["blame", "--date=short", "--no-textconv", lines, *_revisions(revision), "--", name])
        except ProgramError as exc:
            if "object name" in str(exc):  # it would quote any file that the setting names
                raise RefusedError("the file that blame.ignoreRevsFile names cannot be used") from exc
            raise

    def _differences(self, asked: Sequence[str], place: str) -> str:
        """Return a diff without the files whose content may not be shown."""
        names = self._run([*asked, *(["--format="] if asked[0] == "show" else []), *_PLAIN, "--no-renames",
                           "--relative", "--name-only", "-z", "--", place], max_bytes=_MAX_NAMES_BYTES)  # fmt: skip
        changed = [name.strip("\n") for name in os.fsdecode(names).split("\0")]
        refused = [name for name in changed if name and not self._may_read(self._root / name)]
        if len(refused) > _MOST_REFUSED or len(names) == _MAX_NAMES_BYTES:
            raise RefusedError("too many files changed. Name a path")
        excluded = [f":(exclude,literal){name}" for name in refused]
        shown = self._shown([*asked, *_PLAIN, "--relative", "--stat", "--patch", "--", place, *excluded])
        return shown + "".join(f"\n({name}: changed; its content is not shown)" for name in refused)

    def _file_at(self, revision: str) -> str:
        """Return a file as it was: ``REV:PATH``, the path counted from the root."""
        commit, _, name = revision.partition(":")
        path = Path(os.path.normpath(self._root / name))
        if not path.is_relative_to(self._root) or path == self._root or "\0" in name:
            raise RefusedError(f"{name!r} is not a file of the project")
        if not self._may_read(path):
            raise RefusedError(f"{name} may hold keys, or may not be read for another reason")
        below = path.relative_to(self._root).as_posix()
        kind = self._run(["cat-file", "-t", f"{_revision(commit)}:./{below}"], max_bytes=100).strip()
        if kind != b"blob":
            raise RefusedError(f"{name} is not a file there")
        return self._shown(["cat-file", "blob", f"{_revision(commit)}:./{below}"])

    def _pathspec(self, path: Path | None) -> str:
        if path is None or path == self._root:
            return "."
        if not path.is_relative_to(self._root):
            raise RefusedError(f"{path} is not in the project")
        return f":(literal){path.relative_to(self._root).as_posix()}"

    def _shown(self, words: Sequence[str]) -> str:
        output = self._run(words, max_bytes=MAX_OUTPUT_BYTES)
        text = output.decode("utf-8", "replace").rstrip("\n")
        if len(output) < MAX_OUTPUT_BYTES:
            return text
        return f"{text[: text.rfind(chr(10))]}\n(cut after {MAX_OUTPUT_BYTES:,} bytes: name a path or a smaller range)"

    def _run(self, words: Sequence[str], *, max_bytes: int) -> bytes:
        running = self._stopper.start([self._git, *GIT_OPTIONS, *words], self._root, self._environ)
        printed = printed_by(running, max_bytes=max_bytes)
        self._stopper.check()
        if printed.status > 1 and not printed.is_cut:
            words = printed.words.removeprefix("fatal: ").partition("\n")[0].rstrip(".")
            raise ProgramError(words or f"it ended with {printed.status}")
        return printed.output

    def _silence(self) -> None:
        """Overrule every setting that names a program and that no option of a command overrules."""
        keys = self._run(["config", "--name-only", "-z", "--get-regexp", r"^filter\."], max_bytes=_MAX_NAMES_BYTES)
        drivers = {key.rpartition(".")[0] for key in os.fsdecode(keys).split("\0") if key}
        settings = dict(_SETTINGS)
        for driver in sorted(drivers):
            settings |= {f"{driver}.clean": "", f"{driver}.smudge": "", f"{driver}.process": ""}
            settings[f"{driver}.required"] = "false"
        self._environ["GIT_CONFIG_COUNT"] = str(len(settings))
        for number, (key, value) in enumerate(settings.items()):
            self._environ |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}

    def _check_repository(self) -> None:
        """Return if the repository is that of the folder: it lies in it or above, or names it as its work tree."""
        found = self._run(["rev-parse", "--absolute-git-dir", "--show-toplevel"], max_bytes=10_000)
        places = [Path(os.fsdecode(line)).resolve() for line in found.split(b"\n") if line]
        if len(places) != 2:
            raise RefusedError("the project is in no repository with a work tree")
        folder, top = places
        if not self._root.is_relative_to(top):
            raise RefusedError(f"its work tree is {top}, not the project")
        if folder.parent == top or folder.is_relative_to(self._root):
            return
        if not (_points_back(folder, top) or self._is_module(folder, top)):
            raise RefusedError(f"its .git leads to {folder}, which does not belong to the project")

    def _is_module(self, folder: Path, top: Path) -> bool:
        """Tell whether the folder is the repository of a submodule at ``top``."""
        above = next((parent for parent in folder.parents if parent.name == ".git"), None)
        if above is None or not top.is_relative_to(above.parent):
            return False
        setting = self._run(["config", "--file", str(folder / "config"), "core.worktree"], max_bytes=10_000).strip()
        return (folder / os.fsdecode(setting)).resolve() == top


def _points_back(folder: Path, top: Path) -> bool:
    """Tell whether the folder is that of a linked work tree at ``top``. Source: gitrepository-layout(5), gitdir."""
    try:
        back = (folder / "gitdir").read_bytes()[:4096].strip()
    except OSError:
        return False
    return Path(os.fsdecode(back)).resolve() == top / ".git"


def _revisions(text: str) -> list[str]:
    """Return the revision or range as git takes it; none for none."""
    if not text:
        return []
    for sign in ("...", ".."):
        if sign in text:
            first, _, last = text.partition(sign)
            return [f"{_revision(first) if first else ''}{sign}{_revision(last) if last else ''}"]
    return [_revision(text)]


def _revision(text: str) -> str:
    if not _REVISION.fullmatch(text):
        raise RefusedError(f"{text!r} is no name of a revision")
    return f"{text}^{{commit}}"  # else the hash of a file's content would show it, whatever its name
