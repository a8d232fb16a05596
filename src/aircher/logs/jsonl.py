"""The log file: format, redaction, rotation.

Not its job: what is worth logging.
"""

import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from aircher.logs.redaction import Redactor

LEVELS = ("debug", "info", "warning", "error")


class JsonLines(logging.Formatter):
    """One JSON object a line: ``at``, ``level``, ``event``, then what ``extra={"data": …}`` holds."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end and without secrets."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "data", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return self._redactor.clean(json.dumps(entry, ensure_ascii=False, default=str))


class RotatingFile(logging.FileHandler):
    """Appends to a file; past ``max_bytes`` it becomes ``.1``, ``.1`` becomes ``.2``, and the oldest goes.

    The standard library's handler of this kind imports pickle and sockets, three times the cost of this file.
    """

    def __init__(self, path: Path, *, max_bytes: int, keep: int) -> None:
        super().__init__(path, encoding="utf-8", delay=True, errors="backslashreplace")
        self._path = path
        self._max_bytes = max_bytes
        self._keep = keep

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, rotating first when the file is full."""
        if self._path.exists() and self._path.stat().st_size >= self._max_bytes:
            self.close()
            for number in range(self._keep - 1, 0, -1):
                older = self._numbered(number)
                if older.exists():
                    older.replace(self._numbered(number + 1))
            self._path.replace(self._numbered(1))
        super().emit(record)

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")


def open_log(path: Path, *, level: str, max_bytes: int, keep: int, secrets: Iterable[str] = ()) -> logging.Logger:
    """Return the program's logger, writing to ``path``.

    Raises:
        OSError: The folder cannot be made or written; the program can go on without a log.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    handler = RotatingFile(path, max_bytes=max_bytes, keep=keep)
    handler.setFormatter(JsonLines(Redactor(secrets)))
    logger = logging.getLogger("aircher")
    for old in tuple(logger.handlers):
        logger.removeHandler(old)
        old.close()
    logger.addHandler(handler)
    logger.setLevel(level.upper())
    logger.propagate = False
    return logger
