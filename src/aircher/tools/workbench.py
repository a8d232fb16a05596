"""Everything that tools may be given. A tool takes its ports from here when it is built, and nothing later.

A port that is ``None`` is not there in this session, and tools that need it are not offered.
"""

from pathlib import Path

from aircher.domain.records import dataclass
from aircher.permissions.commands import Setting
from aircher.tools.edit_ports import FileBytes
from aircher.tools.git_ports import GitFacts
from aircher.tools.ports import CodeSearch, Files, Listing, MayRead, Seen, TextSearch
from aircher.tools.shell_ports import CommandRunner, JobControl
from aircher.tools.web_ports import SearchSettings, WebAccess


def _nothing(path: Path) -> bool:  # noqa: ARG001 - a `MayRead`
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """The ports; ``root`` is the project's root, absolute and resolved."""

    root: Path
    files: Files
    code: CodeSearch | None = None
    setting: Setting | None = None
    commands: CommandRunner | None = None
    jobs: JobControl | None = None
    web: WebAccess | None = None
    search: SearchSettings | None = None
    seen: Seen | None = None
    listing: Listing | None = None
    text_search: TextSearch | None = None
    git: GitFacts | None = None
    may_read: MayRead = _nothing
    contents: FileBytes | None = None
