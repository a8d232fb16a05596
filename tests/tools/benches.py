"""A workbench of real adapters on a folder of its own."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.tools.workbench import Workbench
from aircher.workspace.files import LocalFiles
from aircher.workspace.git import GitRepository
from aircher.workspace.listing import FolderListing
from aircher.workspace.local import LocalWorkspace
from aircher.workspace.seen import SeenFiles
from aircher.workspace.text_search import LocalTextSearch


def bench_in(root: Path, *, ripgrep: str | None = None, may_read: Callable[[Path], bool] | None = None) -> Workbench:
    """Return what tools for files are given; ``ripgrep`` as of `LocalTextSearch`."""
    listing = FolderListing(root)
    policy = Policy(places=Places(roots=(root.resolve(),), home=Path("/nowhere")))
    return Workbench(
        root=root.resolve(),
        files=LocalWorkspace(root),
        contents=LocalFiles(),
        seen=SeenFiles(),
        listing=listing,
        text_search=LocalTextSearch(listing, ripgrep=ripgrep),
        git=GitRepository(root),
        may_read=may_read or policy.may_read,
    )


def write_tree(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files by their relative paths."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def git(root: Path, *words: str) -> str:
    """Run git for real, with an author and without settings of the machine."""
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", *words]
    environ = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(command, cwd=root, env=environ, check=True, capture_output=True, text=True).stdout


def commit_all(root: Path, message: str) -> None:
    """Commit everything that is there."""
    git(root, "add", "-A", "-f")
    git(root, "commit", "-qm", message)
