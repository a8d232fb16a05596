"""What goes into a bug report: everything that helps, nothing that is secret or was said.

Invariant: every text in the archive went through the redactor; no conversation, no file of the project is in it.
"""

import platform
import zipfile
from collections.abc import Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path

import msgspec

from aircher import __version__
from aircher.app.checks import Check
from aircher.config import Config
from aircher.config.loaded import redacted
from aircher.domain.errors import ConfigError, UsageError
from aircher.logs.redaction import Redactor

MAX_LOG_BYTES = 2 * 1024 * 1024  # the last hours; more does not fit into a report


def write_bundle(
    target: Path, checks: Sequence[Check], *, cwd: Path, environ: Mapping[str, str], log: Path
) -> tuple[str, ...]:
    """Write the archive and return the names of what is in it.

    Raises:
        UsageError: ``target`` cannot be written, or is already there.
    """
    contents = {
        "doctor.txt": "\n".join(check.line() for check in checks) + "\n",
        "system.txt": f"aircher {__version__}\npython {platform.python_version()}\n{platform.platform()}\n",
        "packages.txt": "\n".join(sorted({f"{item.name} {item.version}" for item in distributions()})) + "\n",
        "config.json": _configuration(cwd, environ),
    }
    if log.is_file():
        contents["log.jsonl"] = log.read_bytes()[-MAX_LOG_BYTES:].decode("utf-8", "replace")
    redactor = Redactor(_secrets(environ))
    try:
        with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
            for name, text in contents.items():
                archive.writestr(name, redactor.clean(text))
    except OSError as exc:
        raise UsageError(f"{target} cannot be written: {exc.strerror}", hint="--bundle FILE names a new file") from exc
    return tuple(contents)


def _configuration(cwd: Path, environ: Mapping[str, str]) -> str:
    try:
        sections = redacted(Config.load(cwd=cwd, environ=environ))
    except ConfigError as exc:
        return exc.message
    return msgspec.json.format(msgspec.json.encode(sections)).decode()


def _secrets(environ: Mapping[str, str]) -> list[str]:
    """Every variable that may hold a key, whatever it is called for."""
    words = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL")
    return [value for name, value in environ.items() if any(word in name.upper() for word in words)]
