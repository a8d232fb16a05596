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
from aircher.config.secret_variables import secret_values
from aircher.domain.errors import ConfigError, UsageError
from aircher.support.redaction import Redactor

MAX_LOG_BYTES = 2 * 1024 * 1024  # the last hours; more does not fit into a report


def write_bundle(
    target: Path, checks: Sequence[Check], *, cwd: Path, environ: Mapping[str, str], log: Path
) -> tuple[str, ...]:
    """Write the archive and return the names of what is in it.

    Raises:
        UsageError: ``target`` cannot be written, or is already there.
    """
    config, settings = _loaded(cwd, environ)
    contents = {
        "doctor.txt": "\n".join(check.line() for check in checks) + "\n",
        "system.txt": f"aircher {__version__}\npython {platform.python_version()}\n{platform.platform()}\n",
        "packages.txt": "\n".join(sorted({f"{item.name} {item.version}" for item in distributions()})) + "\n",
        "config.json": settings,
    }
    if log.is_file():
        contents["log.jsonl"] = log.read_bytes()[-MAX_LOG_BYTES:].decode("utf-8", "replace")
    redactor = Redactor(secret_values(config, environ))
    try:
        with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
            for name, text in contents.items():
                archive.writestr(name, redactor.clean(text))
    except OSError as exc:
        raise UsageError(f"{target} cannot be written: {exc.strerror}", hint="--bundle FILE names a new file") from exc
    return tuple(contents)


def _loaded(cwd: Path, environ: Mapping[str, str]) -> tuple[Config | None, str]:
    """Return the configuration and its text; ``None`` and what is wrong with it if it has mistakes."""
    try:
        config = Config.load(cwd=cwd, environ=environ)
    except ConfigError as exc:
        return None, exc.message
    return config, msgspec.json.format(msgspec.json.encode(redacted(config))).decode()
