"""What `edit_file` needs from the rest of the rim."""

from pathlib import Path
from typing import Protocol

from aircher.domain.tools import ToolFailure


class FileBytes(Protocol):
    """Replaces whole files, by their absolute path without links."""

    async def write_bytes(self, path: Path, data: bytes, *, expected_hash: str) -> ToolFailure | None:
        """Put ``data`` in place of the file in one step if its SHA-256 is still the expected one; say why if not."""
        ...
