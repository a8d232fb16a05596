"""What is known of a project."""

from datetime import UTC, datetime
from pathlib import Path

from aircher.domain.ids import ProjectId
from aircher.storage.database import Database
from aircher.storage.facts import ProjectFact, SqliteProjectFacts
from aircher.storage.migrate import KNOWLEDGE

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_facts_are_kept_by_project_and_key_until_they_are_forgotten(tmp_path: Path) -> None:
    with Database(tmp_path / "knowledge.db", KNOWLEDGE) as database:
        shop = SqliteProjectFacts(database, ProjectId("shop"), now=lambda: NOON)
        bank = SqliteProjectFacts(database, ProjectId("bank"), now=lambda: NOON)
        shop.put("test", "make check")
        shop.put("test", "make test", category="commands", source="Makefile", confidence_ratio=0.9)
        shop.put("language", "python")
        bank.put("test", "cargo test")
        test = ProjectFact(
            key="test",
            value="make test",
            category="commands",
            source="Makefile",
            confidence_ratio=0.9,
            updated_at=NOON,
        )
        assert shop.get("test") == test
        assert shop.all() == (ProjectFact(key="language", value="python", updated_at=NOON), test)
        shop.forget("test")
        shop.forget("never known")
        assert shop.get("test") is None
        assert bank.get("test") == ProjectFact(key="test", value="cargo test", updated_at=NOON)
