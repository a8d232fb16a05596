"""What is known of a project, as facts by key, in ``knowledge.db``: its language, its test command and the like."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aircher.domain.ids import ProjectId
from aircher.domain.records import dataclass
from aircher.storage.database import Database
from aircher.storage.statements import statements
from aircher.storage.times import from_micros, to_micros

_SQL = statements("knowledge")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFact:
    """One fact.

    Attributes:
        category: What it is about; empty = nothing particular.
        source: Who says so, such as a path; empty = unknown.
        confidence_ratio: How sure that is, 0 to 1; ``None`` = not judged.
    """

    key: str
    value: str
    category: str = ""
    source: str = ""
    confidence_ratio: float | None = None
    updated_at: datetime


class SqliteProjectFacts:
    """The facts of one project. Every method blocks."""

    def __init__(
        self, database: Database, project_id: ProjectId, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._project_id = project_id
        self._now = now

    def put(
        self, key: str, value: str, *, category: str = "", source: str = "", confidence_ratio: float | None = None
    ) -> None:
        """Keep a fact in place of whatever was known under its key."""
        updated_at = to_micros(self._now())
        self._database.change(
            _SQL["put_fact"], (self._project_id, key, value, category, source, confidence_ratio, updated_at)
        )

    def get(self, key: str) -> ProjectFact | None:
        """Return a fact; ``None`` if it is not known."""
        rows = self._database.rows(_SQL["get_fact"], (self._project_id, key))
        return _fact(rows[0]) if rows else None

    def all(self) -> tuple[ProjectFact, ...]:
        """Return every fact, sorted by key."""
        return tuple(map(_fact, self._database.rows(_SQL["list_facts"], (self._project_id,))))

    def forget(self, key: str) -> None:
        """Remove a fact; one that is not known is no error."""
        self._database.change(_SQL["delete_fact"], (self._project_id, key))


def _fact(row: tuple[Any, ...]) -> ProjectFact:  # Any: the columns of a STRICT table have their types
    key, value, category, source, confidence_ratio, updated = row
    return ProjectFact(
        key=key,
        value=value,
        category=category,
        source=source,
        confidence_ratio=confidence_ratio,
        updated_at=from_micros(updated),
    )
