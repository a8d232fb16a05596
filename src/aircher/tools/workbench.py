"""Everything that tools may be given. A tool takes its ports from here when it is built, and nothing later.

A port that is ``None`` is not there in this session, and tools that need it are not offered.
"""

from dataclasses import dataclass
from pathlib import Path

from aircher.tools.edit_ports import FileBytes, Seen
from aircher.tools.ports import CodeSearch, Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """The ports; ``root`` is the project's root, absolute and resolved."""

    root: Path
    files: Files
    code: CodeSearch | None = None
    contents: FileBytes | None = None
    seen: Seen | None = None
