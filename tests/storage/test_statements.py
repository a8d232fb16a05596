"""Every statement fits the schema it is run against."""

import re
from pathlib import Path

import apsw
import pytest

import aircher.storage
from aircher.storage.migrate import CONVERSATIONS, FILE_INDEX, KNOWLEDGE, SCHEMAS, SESSIONS, Schema, bring_to_head
from aircher.storage.statements import statements

ROOM = Path(aircher.storage.__file__).parent
BY_FILE = {schema.name: (schema,) for schema in SCHEMAS} | {"schema": SCHEMAS}


def migrated(schema: Schema) -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    bring_to_head(connection, schema, path=None, backup=lambda version: None)
    return connection


def bindings(sql: str) -> tuple[None, ...]:
    numbered = [int(number) for number in re.findall(r"\?(\d+)", sql)]
    return (None,) * (max(numbered) if numbered else sql.count("?"))


def cases() -> list[tuple[str, str]]:
    return [(file.stem, name) for file in sorted(ROOM.glob("queries/*.sql")) for name in statements(file.stem)]


def owner_of(name: str) -> Schema:
    """The database a statement of ``maintenance.sql`` belongs to."""
    table = name.removeprefix("count_")
    owners = {"files": FILE_INDEX, "symbols": FILE_INDEX, "imports": FILE_INDEX, "chunks": FILE_INDEX}
    owners |= {"sessions": SESSIONS, "usage": SESSIONS, "audit": SESSIONS, "check_full_text": CONVERSATIONS}
    owners |= dict.fromkeys(("conversations", "events", "messages"), CONVERSATIONS)
    return owners.get(table, KNOWLEDGE)


@pytest.mark.parametrize(("file", "name"), cases())
def test_a_statement_prepares_against_the_migrated_schema(file: str, name: str) -> None:
    schemas = (owner_of(name),) if file == "maintenance" else BY_FILE[file]
    for schema in schemas:
        connection = migrated(schema)
        sql = statements(file)[name]
        connection.execute(f"EXPLAIN {sql}", bindings(sql))
        connection.close()


def test_a_wrong_column_would_be_noticed() -> None:
    connection = migrated(CONVERSATIONS)
    with pytest.raises(apsw.SQLError, match="no such column"):
        connection.execute("EXPLAIN SELECT titel FROM conversations")
    connection.close()


def test_every_statement_is_used_by_the_code() -> None:
    code = "".join(file.read_text() for file in ROOM.glob("*.py"))
    computed = re.compile(r"count_\w+|symbols_(exact|lower|prefix)")
    unused = [name for _, name in cases() if f'"{name}"' not in code and not computed.fullmatch(name)]
    assert unused == []


def test_a_statement_is_found_with_its_comments_and_cannot_be_changed() -> None:
    found = statements("sessions")
    assert found["end_run"] == "UPDATE sessions SET status = ?, ended_at = ? WHERE id = ?;"
    with pytest.raises(TypeError):
        found["end_run"] = ""  # type: ignore[index]  # that is the point
