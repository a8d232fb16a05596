"""Contents by their SHA-256, each once.

Invariant: under a name lies either nothing or what was written whole; what is read is checked against its name.
Not its job: knowing who needs an object (`aircher.workspace.checkpoints.pruning`).
"""

import os
import zlib
from collections.abc import Container, Iterator
from hashlib import sha256
from pathlib import Path

from aircher.domain.errors import StorageError
from aircher.workspace.checkpoints.states import LINK, State

_RAW, _DEFLATED = b"\0", b"\1"
_WORTH_BYTES = 512  # a smaller file takes one block either way
_SAMPLE_BYTES = 4096
_WORTH_RATIO = 0.8  # pictures and archives stay as they are
_LEVEL = 1  # three quarters of what level 6 saves, in a third of the time


class ObjectStore:
    """The objects of one project, in a folder that only the user may enter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: set[str] = set()
        self._serial = 0

    def put(self, data: bytes, *, digest: str | None = None, is_durable: bool = False) -> str:
        """Return the name of ``data``, which is there when this returns.

        Args:
            data: The content.
            digest: Its SHA-256 where that is known.
            is_durable: Whether it must outlive a power failure from now on, not only the end of this process.

        Raises:
            StorageError: It cannot be written.
        """
        digest = digest or sha256(data).hexdigest()
        path = self._path(digest)
        if os.access(path, os.F_OK):
            return digest
        try:
            self._write(path, _packed(data), is_durable=is_durable)
        except OSError as exc:
            raise StorageError(
                f"a checkpoint cannot be written to {self.folder}: {exc.strerror}",
                hint="free some space, or: aircher checkpoints prune",
                code="storage.checkpoint",
            ) from exc
        return digest

    def get(self, digest: str) -> bytes | None:
        """Return the content; ``None`` = it is not there or damaged."""
        try:
            packed = Path(self._path(digest)).read_bytes()
            data = zlib.decompress(packed[1:]) if packed[:1] == _DEFLATED else packed[1:]
        except (OSError, zlib.error):
            return None
        return data if sha256(data).hexdigest() == digest else None

    def content(self, state: State | None) -> bytes:
        """Return what people would see of a state: a file's bytes, where a link leads, else nothing."""
        if state is None or not state.digest:
            return b""
        data = self.get(state.digest) or b""
        return b"link to " + data + b"\n" if state.kind == LINK else data

    def has(self, digest: str) -> bool:
        """Whether something lies under this name."""
        return os.access(self._path(digest), os.F_OK)

    def names(self) -> set[str]:
        """Return all names."""
        return {name for name, _ in self._entries()}

    def size_bytes(self) -> int:
        """Return what they take on disk, blocks counted."""
        return sum(entry.stat().st_blocks * 512 for _, entry in self._entries())

    def keep_only(self, names: Container[str]) -> int:
        """Delete all others and what a killed process left half written; return the bytes that became free."""
        freed_bytes = 0
        for name, entry in self._entries(is_whole=False):
            if name not in names:
                freed_bytes += entry.stat().st_blocks * 512
                Path(entry.path).unlink(missing_ok=True)
        return freed_bytes

    def _entries(self, *, is_whole: bool = True) -> Iterator[tuple[str, os.DirEntry[str]]]:
        try:
            folders = [folder.path for folder in os.scandir(self.folder)]
        except FileNotFoundError:
            return
        for folder in folders:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not is_whole or "." not in entry.name:
                        yield os.path.basename(folder) + entry.name, entry  # noqa: PTH119 - one of thousands

    def _path(self, digest: str) -> str:
        return f"{self.folder}/{digest[:2]}/{digest[2:]}"

    def _write(self, path: str, packed: bytes, *, is_durable: bool) -> None:
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._made.add(folder)
        self._serial += 1
        temporary = f"{path}.{os.getpid()}.{id(self)}.{self._serial}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(packed)
                if is_durable:
                    file.flush()
                    os.fsync(file.fileno())
            os.replace(temporary, path)  # noqa: PTH105 - one of thousands
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _packed(data: bytes) -> bytes:
    if len(data) < _WORTH_BYTES:
        return _RAW + data
    sample = data[:_SAMPLE_BYTES]
    if len(zlib.compress(sample, _LEVEL)) > len(sample) * _WORTH_RATIO:
        return _RAW + data
    return _DEFLATED + zlib.compress(data, _LEVEL)
