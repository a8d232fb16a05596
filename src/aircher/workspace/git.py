"""Facts from a git repository that nobody trusts.

A repository's own settings may name programs for nearly everything git does. Invariant: none of them is run, nothing is
fetched, nothing is written, no argument becomes an option, and a ``.git`` that leads to somebody else's repository is
refused. Only what lies below the workspace's root is shown.
"""

import asyncio
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from aircher.domain.tools import ToolFailure
from aircher.support.file_listing import GIT_OPTIONS, git_environment
from aircher.workspace._stopper import ProgramError, Stopper, printed_by

DEADLINE_S = 20.0  # a blame of a long history takes a few
MAX_OUTPUT_BYTES = 40_000  # about 10,000 tokens

Command: TypeAlias = Literal["status", "diff", "log", "show", "blame"]
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
    "blame.ignoreRevsFile": "",
}
_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all")


class GitRepository:
    """The repository in which ``root`` lies.

    Args:
        root: The project's root; absolute.
        git: The program.
        deadline_s: How long one answer may take.
    """

    def __init__(self, root: Path, *, git: str = "git", deadline_s: float = DEADLINE_S) -> None:
        self._root = root.resolve()
        self._git = git
        self._deadline_s = deadline_s

    async def answer(
        self,
        command: Command,
        *,
        revision: str,
        path: Path | None,
        is_staged: bool,
        limit: int,
        may_read: MayRead,
    ) -> str | ToolFailure:
        """Return git's words, bounded; see `aircher.tools.git_ports.GitFacts`."""
        stopper = Stopper()
        question = _Question(self._root, self._git, stopper, may_read)
        asking = asyncio.ensure_future(
            asyncio.to_thread(question.answer, command, revision, path, is_staged=is_staged, limit=limit)
        )
        try:
            async with asyncio.timeout(self._deadline_s):
                return await asyncio.shield(asking)
        except TimeoutError:
            return ToolFailure(message=f"git {command} took longer than {self._deadline_s:g} s. Name a smaller path.")
        except (ProgramError, _RefusedError) as exc:
            return ToolFailure(message=f"git {command}: {exc}.")
        finally:
            stopper.stop()
            if not asking.done():
                await asyncio.wait((asking,), timeout=1.0)


class _RefusedError(Exception):
    """What is asked must not be answered; the text says why."""


class _Question:
    """One question, asked on a worker thread."""

    def __init__(self, root: Path, git: str, stopper: Stopper, may_read: MayRead) -> None:
        self._root = root
        self._git = git
        self._stopper = stopper
        self._may_read = may_read
        self._environ = git_environment() | {"GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8", "GIT_PAGER": "cat"}

    def answer(self, command: Command, revision: str, path: Path | None, *, is_staged: bool, limit: int) -> str:
        """Return git's words.

        Raises:
            ProgramError: git failed.
            _RefusedError: It is no question of ours.
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
            case "blame":
                if path is None or not self._may_read(path):
                    raise _RefusedError("the file may hold keys, or may not be read for another reason")
                return self._shown(["blame", "--date=short", "--no-textconv", *_revisions(revision), "--", place])

    def _differences(self, asked: Sequence[str], place: str) -> str:
        """Return a diff without the files whose content may not be shown."""
        names = self._run([*asked, *(["--format="] if asked[0] == "show" else []), *_PLAIN, "--no-renames",
                           "--relative", "--name-only", "-z", "--", place], max_bytes=_MAX_NAMES_BYTES)  # fmt: skip
        changed = [name.strip("\n") for name in os.fsdecode(names).split("\0")]
        refused = [name for name in changed if name and not self._may_read(self._root / name)]
        if len(refused) > _MOST_REFUSED or len(names) == _MAX_NAMES_BYTES:
            raise _RefusedError("too many files changed. Name a path")
        excluded = [f":(exclude,literal){name}" for name in refused]
        shown = self._shown([*asked, *_PLAIN, "--relative", "--stat", "--patch", "--", place, *excluded])
        return shown + "".join(f"\n({name}: changed; its content is not shown)" for name in refused)

    def _file_at(self, revision: str) -> str:
        """Return a file as it was: ``REV:PATH``, the path counted from the root."""
        commit, _, name = revision.partition(":")
        path = Path(os.path.normpath(self._root / name))
        if not path.is_relative_to(self._root) or path == self._root or "\0" in name:
            raise _RefusedError(f"{name!r} is not a file of the project")
        if not self._may_read(path):
            raise _RefusedError(f"{name} may hold keys, or may not be read for another reason")
        below = path.relative_to(self._root).as_posix()
        kind = self._run(["cat-file", "-t", f"{_revision(commit)}:./{below}"], max_bytes=100).strip()
        if kind != b"blob":
            raise _RefusedError(f"{name} is not a file there")
        return self._shown(["cat-file", "blob", f"{_revision(commit)}:./{below}"])

    def _pathspec(self, path: Path | None) -> str:
        if path is None or path == self._root:
            return "."
        if not path.is_relative_to(self._root):
            raise _RefusedError(f"{path} is not in the project")
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
            raise _RefusedError("the project is in no repository with a work tree")
        folder, top = places
        if not self._root.is_relative_to(top):
            raise _RefusedError(f"its work tree is {top}, not the project")
        if folder.parent == top or folder.is_relative_to(self._root):
            return
        if not (_points_back(folder, top) or self._is_module(folder, top)):
            raise _RefusedError(f"its .git leads to {folder}, which does not belong to the project")

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
        raise _RefusedError(f"{text!r} is no name of a revision")
    return text
