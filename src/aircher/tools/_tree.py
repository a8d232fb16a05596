"""A flat list of files as a tree of folders, drawn line by line.

Invariant: pure; a name never takes more than one line.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from aircher.domain.files import ListedFile
from aircher.support.text import visible_name
from aircher.tools._preview import plural


class Folder:
    """A folder: its folders and files by name, and how much is in it on all levels."""

    def __init__(self) -> None:
        self.folders: dict[str, Folder] = {}
        self.entries: dict[str, ListedFile] = {}
        self.files = 0
        self.size_bytes = 0

    def rows(self, *, depth: int, most_rows: int) -> list[str]:
        """Return the first lines below this folder, ``depth`` levels deep."""
        return list(islice(self._rows(depth, "  "), most_rows))

    def _rows(self, depth: int, indent: str) -> Iterator[str]:
        for name, folder in sorted(self.folders.items()):
            is_open = depth > 1
            inside = "" if is_open else f" ({plural(folder.files, 'file')})"
            yield f"{indent}{visible_name(name)}/{inside}"
            if is_open:
                yield from folder._rows(depth - 1, f"{indent}  ")
        for name, file in sorted(self.entries.items()):
            yield f"{indent}{visible_name(name)} {'(link)' if file.is_link else _size(file.size_bytes)}"


def tree_of(files: Iterable[ListedFile]) -> Folder:
    """Return the folder that holds these files."""
    root = Folder()
    for file in files:
        *folders, name = file.path.split("/")
        here = root
        for part in ("", *folders):
            here = here.folders.setdefault(part, Folder()) if part else root
            here.files += 1
            here.size_bytes += file.size_bytes
        here.entries[name] = file
    return root


def _size(size_bytes: int) -> str:
    if size_bytes < 10_000:
        return f"{size_bytes} B"
    return f"{size_bytes / 1000:.0f} kB" if size_bytes < 10_000_000 else f"{size_bytes / 1_000_000:.0f} MB"
