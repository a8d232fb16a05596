"""Every SQL statement by name, read from ``queries/<database>.sql``.

Invariant: a statement begins with a line ``-- name: <name>`` and runs to the next one. A test prepares each against
the migrated schema, so a wrong column fails the build.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

_QUERIES = Path(__file__).parent / "queries"
_MARK = "-- name: "


def statements(database: str) -> Mapping[str, str]:
    """Return the statements of ``queries/<database>.sql`` by name, read only."""
    text = (_QUERIES / f"{database}.sql").read_text(encoding="utf-8")
    found = {}
    for block in text.split(_MARK)[1:]:
        name, _, sql = block.partition("\n")
        found[name.strip()] = sql.strip()
    return MappingProxyType(found)
