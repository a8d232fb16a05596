"""The project's index together with the database it is kept in."""

from collections.abc import Callable
from pathlib import Path

from aircher.domain.errors import StorageError
from aircher.project.index import ProjectIndex
from aircher.storage.file_index import SqliteFileIndex, open_file_index

Note = Callable[[str], None]
"""Tells a person something that is neither answer nor error."""


class OpenIndex:
    """The index of one project and the database it is kept in. Close it when no thread uses it any more.

    Attributes:
        answers: The index.
        store: The database's rows.
    """

    def __init__(self, root: Path, database: Path, *, note: Note, anew: bool = False) -> None:
        """Open the index, without its rows if ``anew``.

        Without a place to write it, it is kept in memory and ``note`` says so.
        """
        try:
            opened = open_file_index(database, anew=anew)
        except StorageError as exc:
            note(f"{exc.message}; the index is kept in memory for this run")
            opened = open_file_index(None)
        if opened.notice:
            note(opened.notice)
        self.store: SqliteFileIndex = opened.store
        self.answers = ProjectIndex(root, opened.store)

    def close(self) -> None:
        """Close the database."""
        self.store.close()
