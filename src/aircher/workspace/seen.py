"""What the model has seen of files in this session. Kept in memory: a resumed session reads again before it writes."""

from pathlib import Path


class SeenFiles:
    """Remembers the content of each file that the model saw last, by its hash."""

    def __init__(self) -> None:
        self._digests: dict[Path, str] = {}

    def note(self, path: Path, digest: str) -> None:
        """Remember that the model has seen, or made, a file with this SHA-256 (hexadecimal)."""
        self._digests[path] = digest

    def digest(self, path: Path) -> str | None:
        """Return the hash of what it saw last; ``None`` = it has not seen the file."""
        return self._digests.get(path)
