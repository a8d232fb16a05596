"""What `edit_file` needs from the rest of the rim."""

from pathlib import Path
from typing import Protocol

from aircher.domain.tools import ToolFailure


class FileBytes(Protocol):
    """Reads and replaces whole files, by their absolute path without links."""

    async def read_bytes(self, path: Path) -> bytes | ToolFailure:
        """Return the file's bytes, or why they cannot be had."""
        ...

    async def write_bytes(self, path: Path, data: bytes, *, expected_hash: str) -> ToolFailure | None:
        """Put ``data`` in place of the file in one step if its SHA-256 is still the expected one; say why if not."""
        ...
