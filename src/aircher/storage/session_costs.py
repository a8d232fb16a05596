"""What conversations cost, for lists of them."""

import json
from collections.abc import Sequence

from aircher.domain.ids import SessionId
from aircher.domain.spending import Spent
from aircher.storage.database import Database
from aircher.storage.statements import statements

_SQL = statements("sessions")


def session_costs(database: Database, session_ids: Sequence[SessionId]) -> dict[SessionId, Spent]:
    """Return what each of these sessions cost in all its runs; one that asked nobody is left out. It blocks.

    Args:
        database: An open ``sessions.db``.
        session_ids: The sessions, some hundreds at most.

    Raises:
        StorageError: The database could not be read.
    """
    rows = database.rows(_SQL["usage_of_sessions"], (json.dumps(session_ids),))
    return {SessionId(row[0]): Spent(cost_usd=row[1], unpriced_calls=row[2]) for row in rows}
