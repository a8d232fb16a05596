"""What `aircher doctor` says of one thing, and the checks that need nothing but the machine."""

import os
import shutil
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal, TextIO, TypeAlias

from aircher.domain.errors import PermissionRefused
from aircher.domain.records import dataclass

SandboxMode: TypeAlias = Literal["auto", "off", "require"]

MIN_FREE_BYTES = 200 * 1024 * 1024  # room for a backup of large databases before a migration
MIN_COLUMNS, MIN_ROWS = 40, 12  # the smallest window the interface is laid out for


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the report.

    Attributes:
        name: What was looked at.
        detail: What was found; never a key's value.
        status: Whether it is well.
        remedy: The exact command or key that mends it; empty when ``status`` is ok.
        code: The error code that a failure stands for.
    """

    name: str
    detail: str
    status: Status = Status.OK
    remedy: str = ""
    code: str = ""

    def line(self) -> str:
        """Return the report's line: it ends in ``ok`` or in the remedy."""
        end = "ok" if self.status is Status.OK else f"{self.status}: {self.remedy}"
        return f"{self.name:<12} {self.detail} … {end}"


def check_python() -> Check:
    """Look at the interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    return Check(name="python", detail=f"{version} on {sys.platform}")


def check_terminal(stdout: TextIO, environ: Mapping[str, str]) -> Check:
    """Look at the terminal: size, kind, encoding."""
    encoding = (stdout.encoding or "").lower()
    if encoding.replace("-", "") != "utf8":
        return Check(
            name="terminal",
            detail=f"encoding {encoding or 'unknown'}",
            status=Status.WARNING,
            remedy="export LANG=C.UTF-8",
        )
    if not stdout.isatty():
        return Check(name="terminal", detail="stdout is not a terminal, utf-8")
    size = shutil.get_terminal_size()
    detail = f"{environ.get('TERM', 'unknown')}, {size.columns}×{size.lines}, utf-8"
    if size.columns < MIN_COLUMNS or size.lines < MIN_ROWS:
        remedy = f"make the window at least {MIN_COLUMNS}×{MIN_ROWS}"
        return Check(name="terminal", detail=detail, status=Status.WARNING, remedy=remedy)
    return Check(name="terminal", detail=detail)


def check_git(environ: Mapping[str, str]) -> Check:
    """Look for the git program."""
    found = shutil.which("git", path=environ.get("PATH"))
    if found is None:
        return Check(
            name="git",
            detail="not found; files are listed without it, more slowly",
            status=Status.WARNING,
            remedy="install git",
        )
    return Check(name="git", detail=found)


def check_sandbox(mode: SandboxMode) -> Check:
    """Try what commands of a model are held by."""
    from aircher.workspace.sandbox import SandboxLevel, find_sandbox, remedy

    try:
        sandbox = find_sandbox(mode)
    except PermissionRefused as refused:
        return Check(
            name="sandbox",
            detail=refused.message,
            status=Status.FAILED,
            remedy=refused.hint or remedy(),
            code=refused.code,
        )
    detail = sandbox.describe()
    if mode == "off":
        return Check(name="sandbox", detail=detail, status=Status.WARNING, remedy='security.sandbox_mode = "auto"')
    if sandbox.level is SandboxLevel.NONE:
        detail += "; mode auto refuses to start"
    if sandbox.level in {SandboxLevel.NONE, SandboxLevel.LANDLOCK}:  # something stronger is one package away
        return Check(name="sandbox", detail=detail, status=Status.WARNING, remedy=remedy())
    return Check(name="sandbox", detail=detail)


def check_disk(folder: Path) -> Check:
    """Look at the room on the disk that holds the databases."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    detail = f"{free / 1024**3:.1f} GiB free for {folder}"
    if free < MIN_FREE_BYTES:
        return Check(
            name="disk",
            detail=detail,
            status=Status.FAILED,
            remedy="free some space, or set storage.data_dir to a disk that has some",
            code="storage.full",
        )
    return Check(name="disk", detail=detail)


def check_writable(name: str, folder: Path) -> Check:
    """Look whether files can be made in this folder, without making it."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Check(name=name, detail=str(folder))
    return Check(
        name=name,
        detail=f"{existing} cannot be written",
        status=Status.FAILED,
        remedy=f"make {existing} a folder of yours, or set storage.data_dir",
        code="storage.unavailable",
    )
