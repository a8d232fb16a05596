"""Files for what programs print beyond what a model is shown; ``read_file`` reads them.

Invariant: a file ends at `MAX_FILE_BYTES`, all files together are brought below `MAX_TOTAL_BYTES` whenever a session
saves its first one, and nobody but the user can read them. Not its job: what goes into them.
"""

import asyncio
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from aircher.domain.ids import CallId

MAX_FILE_BYTES = 16 * 1024**2  # 200,000 lines: nobody reads more of a log than that, and grep is a pipe away
MAX_TOTAL_BYTES = 256 * 1024**2
MAX_AGE_S = 7 * 86_400.0
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")


class SavedOutput:
    """One file that grows until it is full.

    Attributes:
        path: Where it is.
        is_complete: Whether it took everything so far.
        taken_bytes: How much it took.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_complete = True
        self.taken_bytes = 0
        self._room_bytes = MAX_FILE_BYTES
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def write(self, data: bytes) -> None:
        """Append as much as there is room for; a full disk counts as no room."""
        taken = data[: self._room_bytes]
        self.is_complete = self.is_complete and len(taken) == len(data)
        while taken and self._descriptor >= 0:
            try:
                written = os.write(self._descriptor, taken)
            except OSError:
                self._room_bytes = 0
                self.is_complete = False
                return
            self._room_bytes -= written
            self.taken_bytes += written
            taken = taken[written:]

    def close(self) -> None:
        """Close it; what follows is not taken."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            self._room_bytes = 0


class SavedOutputs:
    """The files of one session, in a folder of its own.

    Attributes:
        folder: Where they are; made with the first one.
    """

    def __init__(self, state_folder: Path, session: str) -> None:
        self.folder = state_folder / "outputs" / (_NOT_IN_NAMES.sub("-", session) or "unnamed")
        self._count = 0

    def open(self, stem: str) -> SavedOutput:
        """Return a new, empty file.

        Raises:
            OSError: There can be none.
        """
        if self._count == 0:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.parent.chmod(0o700)
            self._prune()
        while True:
            self._count += 1
            with suppress(FileExistsError):  # a session that goes on has some already
                return SavedOutput(self.folder / f"{stem}-{self._count}.txt")

    async def save(self, call_id: CallId, text: str) -> str | None:
        """Return the path of a new file with this text, or as much of it as there is room for; ``None`` = it failed."""
        return await asyncio.to_thread(self._save, call_id, text)

    def _save(self, call_id: CallId, text: str) -> str | None:
        try:
            saved = self.open(_NOT_IN_NAMES.sub("-", call_id)[:40] or "call")
        except OSError:
            return None
        saved.write(text.encode(errors="replace"))
        saved.close()
        return str(saved.path)

    def _prune(self) -> None:
        """Remove what is too old, then the oldest until the rest is small enough; this session's files stay."""
        now_s = time.time()
        kept_bytes = 0
        for path, size_bytes, changed_s in sorted(self._foreign(), key=lambda item: item[2], reverse=True):
            kept_bytes += size_bytes
            if kept_bytes > MAX_TOTAL_BYTES or now_s - changed_s > MAX_AGE_S:
                with suppress(OSError):
                    path.unlink()
        with suppress(OSError):
            for folder in self.folder.parent.iterdir():
                if folder != self.folder:
                    with suppress(OSError):  # not empty, or no folder
                        folder.rmdir()

    def _foreign(self) -> Iterator[tuple[Path, int, float]]:
        for path in self.folder.parent.glob("*/*.txt"):
            if path.parent == self.folder or path.parent.is_symlink():
                continue
            with suppress(OSError):
                facts = path.lstat()
                yield path, facts.st_size, facts.st_mtime
