"""Finds out which covered paths may have changed: one ``stat`` each, no file is opened.

Covered is what no ignore rule and no cache tag excludes. The verdict on a path is kept, so a walk judges only what it
has never seen; rules that change in the middle of a call are not applied to what the call found.

Invariant: links are never followed, and folders that become links in the meantime are not entered.
"""

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Event
from typing import NamedTuple, TypeAlias

from aircher.support.ignore_rules import IGNORE_FILES, NEVER, FolderRules, is_ignored
from aircher.workspace.checkpoints.states import FORMATS, Signature, State

MAX_PATHS = 200_000  # a walk of more takes seconds before every command

_CACHE_TAG = "CACHEDIR.TAG"  # Source: Cache Directory Tagging Specification, https://bford.info/cachedir/
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})

Marks: TypeAlias = tuple[tuple[str, Signature], ...]
"""The ignore files of one folder, as they were."""


class Known(NamedTuple):
    """What is known of a path; ``signature`` ``None`` = look again, whatever ``stat`` says."""

    signature: Signature | None
    state: State


class Walked(NamedTuple):
    """What a walk saw: every covered path, and those that are new or may have changed, with their signatures."""

    paths: set[str]
    suspects: dict[str, Signature]


class TooManyPathsError(Exception):
    """There are more than `MAX_PATHS`."""


class WalkInterruptedError(Exception):
    """Somebody asked to stop."""


class Walker:
    """Walks one workspace again and again."""

    def __init__(self, root: Path, *, excluded: Iterable[str] = ()) -> None:
        """Walk below ``root``, without the relative paths ``excluded``."""
        self._root = root
        self._excluded = frozenset(excluded)
        self._ignored: set[str] = set()
        self._rules: dict[str, FolderRules | None] = {}
        self.marks: dict[str, Marks] = {}
        self.is_outdated = False

    def walk(self, known: Mapping[str, Known], *, judge_anew: bool, stop: Event) -> Walked:
        """Return what is there.

        Args:
            known: What was covered before.
            judge_anew: Whether rules that changed since the last walk apply to all paths, not only to new ones.
            stop: Ends the walk when set.

        Raises:
            TooManyPathsError, WalkInterruptedError: As they say.
        """
        walked = self._walk(known, stop, is_trusting=True)
        if judge_anew and self.is_outdated:
            self._ignored.clear()
            walked = self._walk(known, stop, is_trusting=False)
            self.is_outdated = False
        return walked

    def _walk(self, known: Mapping[str, Known], stop: Event, *, is_trusting: bool) -> Walked:
        walked = Walked(set(), {})
        waiting = [""]
        while waiting:
            if stop.is_set():
                raise WalkInterruptedError
            if len(walked.paths) > MAX_PATHS:
                raise TooManyPathsError
            prefix = waiting.pop()
            try:
                descriptor = os.open(f"{self._root}/{prefix}", _FOLDER)
            except OSError as exc:
                if exc.errno not in _GONE:  # it is there and may not be entered: so is what was known of it
                    walked.paths.update(path for path in known if path.startswith(prefix))
                continue
            try:
                self._enter(descriptor, prefix, known if is_trusting else {}, walked, waiting)
            finally:
                os.close(descriptor)
        if not is_trusting:
            for path in [path for path, sign in walked.suspects.items() if path in known]:
                if known[path].signature == walked.suspects[path]:
                    del walked.suspects[path]
        return walked

    def _enter(
        self, descriptor: int, prefix: str, known: Mapping[str, Known], walked: Walked, waiting: list[str]
    ) -> None:
        unseen: list[tuple[str, Signature]] = []
        marks: list[tuple[str, Signature]] = []
        known_of, see = known.get, walked.paths.add  # ten thousand entries go through here before and after each call
        with os.scandir(descriptor) as entries:
            for entry in entries:
                name = entry.name
                path = prefix + name
                seen = known_of(path)
                if seen is None and (path in self._ignored or path in self._excluded):
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError:
                    continue  # gone since it was listed
                mode = status.st_mode
                sign = (mode, status.st_size, status.st_ctime_ns, status.st_ino)
                if name[0] == "." and name in IGNORE_FILES and stat.S_ISREG(mode):
                    marks.append((name, sign))
                if seen is None:
                    unseen.append((name, sign))
                elif seen[0] == sign:
                    see(path)  # the usual case; folders, whose times change with what they hold, take the next one
                    if mode & 0o170000 == stat.S_IFDIR:
                        waiting.append(path + "/")
                elif seen.state.kind != FORMATS.get(mode & 0o170000):
                    unseen.append((name, sign))
                else:
                    see(path)
                    if mode & 0o170000 != stat.S_IFDIR:
                        walked.suspects[path] = sign
                        continue
                    waiting.append(path + "/")
                    if seen.state.mode != mode & 0o7777:
                        walked.suspects[path] = sign
        self._note_rules(prefix, tuple(sorted(marks)))
        for name, sign in unseen:
            self._judge(prefix, name, sign, walked, waiting)

    def _note_rules(self, prefix: str, marks: Marks) -> None:
        if self.marks.get(prefix, ()) != marks:
            self.is_outdated = True
            self._rules.pop(prefix, None)
            self.marks.pop(prefix, None)
            if marks:
                self.marks[prefix] = marks

    def _judge(self, prefix: str, name: str, sign: Signature, walked: Walked, waiting: list[str]) -> None:
        path = prefix + name
        kind = stat.S_IFMT(sign[0])
        if kind not in FORMATS:
            return
        is_folder = kind == stat.S_IFDIR
        if self._is_left_out(prefix, name, path, is_folder=is_folder):
            self._ignored.add(path)
            return
        walked.paths.add(path)
        walked.suspects[path] = sign
        if is_folder:
            waiting.append(path + "/")

    def _is_left_out(self, prefix: str, name: str, path: str, *, is_folder: bool) -> bool:
        if name == ".git" or (is_folder and name in NEVER):
            return True
        if is_folder and os.access(f"{self._root}/{path}/{_CACHE_TAG}", os.F_OK):
            return True
        return is_ignored(self._chain(prefix), f"{path}/" if is_folder else path)

    def _chain(self, prefix: str) -> list[FolderRules]:
        """Return the rules that hold in a folder, the root's first."""
        folders = [""]
        for part in prefix.split("/")[:-1]:
            folders.append(f"{folders[-1]}{part}/")
        return [rules for folder in folders if folder in self.marks and (rules := self._rules_of(folder)) is not None]

    def _rules_of(self, folder: str) -> FolderRules | None:
        if folder not in self._rules:
            names = [name for name in IGNORE_FILES if any(name == mark for mark, _ in self.marks[folder])]
            self._rules[folder] = FolderRules.of(self._root, folder, names)
        return self._rules[folder]
