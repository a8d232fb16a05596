"""The end of the audit trail in a second place, the log: whoever cuts or rewrites the trail has to find it there too.

Not its job: checking the chain against these heads, which is `aircher.storage.audit_chain`'s.
"""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

from aircher.domain.errors import StorageError
from aircher.storage.audit import SqliteAudit
from aircher.storage.audit_chain import Head

EVENT = "audit.head"


def log_head(logger: logging.Logger, audit: SqliteAudit, database: Path) -> None:
    """Write the trail's last row into the log; a trail that cannot be read or is empty is left out.

    Not for an event loop. Call it when a session ends.
    """
    try:
        head = audit.head()
    except StorageError:
        return
    if head.seq:
        data = {"database": str(database), "seq": head.seq, "hash": head.hash}
        logger.info(EVENT, extra={"data": data})


def logged_heads(log: Path, database: Path) -> tuple[Head, ...]:
    """Return the heads of this database that the log and its older files hold; what cannot be read holds none."""
    return tuple(head for path in (log, *log.parent.glob(f"{log.name}.*")) for head in _heads(path, str(database)))


def _heads(path: Path, database: str) -> Iterator[Head]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        if f'"{EVENT}"' not in line:
            continue
        try:
            entry = json.loads(line)
            if entry["event"] == EVENT and entry["database"] == database:
                yield Head(int(entry["seq"]), str(entry["hash"]))
        except (ValueError, LookupError, TypeError):
            continue  # half a line: its writer was killed
