"""The log file: format, redaction, rotation.

Not its job: what is worth logging.
"""

import json
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from os.path import samestat
from pathlib import Path

from aircher.support.redaction import Redactor

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

    A log disturbs nobody: when it cannot be written any more, it ends without a word. Every file of it belongs to its
    user alone. The standard library's handler of this kind imports pickle and sockets, three times the cost of this.
    """

    def __init__(self, path: Path, *, max_bytes: int, keep: int) -> None:
        super().__init__(path, encoding="utf-8", delay=True, errors="backslashreplace")
        self._path = path
        self._max_bytes = max_bytes
        self._keep = keep
        self._is_off = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, rotating first when the file is full."""
        if self._is_off:
            return
        try:
            self._follow()
        except OSError:
            self._is_off = True
            return
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  # the library's
        """Write nothing more; the line of ``record`` is lost."""
        self._is_off = True

    def close(self) -> None:
        """Close the file; what it cannot take any more is lost."""
        with suppress(OSError):
            super().close()

    def _open(self) -> TextIOWrapper:
        return open(  # Path.open takes no opener; the handler closes it
            self._path, "a", encoding=self.encoding, errors=self.errors, opener=_open_privately
        )

    def _follow(self) -> None:
        """Rotate a full file, and let go of one that another process rotated."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._let_go()
            return
        if self.stream is not None and not samestat(found, os.fstat(self.stream.fileno())):
            self._let_go()
        if found.st_size >= self._max_bytes:
            self._let_go()
            for number in range(self._keep - 1, 0, -1):
                _move(self._numbered(number), self._numbered(number + 1))
            _move(self._path, self._numbered(1))

    def _let_go(self) -> None:
        stream, self.stream = self.stream, None  # the next line opens it again
        if stream is not None:
            stream.close()

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")


def _move(source: Path, target: Path) -> None:
    with suppress(FileNotFoundError):  # another process was faster
        source.replace(target)


def _open_privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


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
