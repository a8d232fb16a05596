"""The sources of the configuration, weakest first.

    built-in defaults < variables of the vendors' own clients < /etc/aircher/config.toml < the user's config.toml
    < the project's .aircher/config.toml < .aircher/config.local.toml < AIRCHER_SECTION__KEY variables < flags

Invariant: reading a source never fails; an unreadable one is a `Mistake` like a wrong value.
"""

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from aircher.config.notices import Mistake
from aircher.config.reading import LayerName, Reading, Source
from aircher.config.shapes import KeyPath, read_key
from aircher.config.vendor_variables import vendor_values
from aircher.support.paths import UserPaths

VARIABLE_PREFIX = "AIRCHER_"
PROJECT_FILES: tuple[tuple[LayerName, str], ...] = (("project", "config.toml"), ("local", "config.local.toml"))
"""The files of a project's ``.aircher/``, weaker first."""

_LINE = re.compile(r"\bline (\d+)")
_LARGEST_FILE_BYTES = 4 * 1024**2  # a configuration is written by hand; a larger file is a mix-up


class ConfigFile(Struct, frozen=True, kw_only=True):
    """A file that configures, whether it exists or not."""

    layer: LayerName
    path: Path


def config_files(root: Path, paths: UserPaths, etc: Path) -> tuple[ConfigFile, ...]:
    """Return the files that are looked at, weakest first."""
    return (
        ConfigFile(layer="system", path=etc / "config.toml"),
        ConfigFile(layer="user", path=paths.config / "config.toml"),
        *(ConfigFile(layer=layer, path=root / ".aircher" / name) for layer, name in PROJECT_FILES),
    )


def read_bytes(path: Path) -> bytes | None:
    """Return the content of a configuration file; ``None`` if there is none.

    Raises:
        ValueError: It is there, and cannot be read; the text says why.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("is a folder, not a file" if stat.S_ISDIR(status.st_mode) else "is not a regular file")
        if status.st_size > _LARGEST_FILE_BYTES:
            raise ValueError(f"has {status.st_size} bytes; a configuration has at most {_LARGEST_FILE_BYTES}")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error


def decode(content: bytes) -> str:
    """Return the text of a configuration file; a byte order mark is dropped.

    Raises:
        ValueError: It is not UTF-8; the text names the line.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise ValueError(f"line {line} is not UTF-8 (byte 0x{byte:02x}); save the file as UTF-8") from error


def parse(text: str) -> dict[str, object]:
    """Return the tables of a TOML text.

    Raises:
        ValueError: It is not TOML; the text names line and column.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = f"{error}"
        raise ValueError(f"is not valid TOML: {reason[:1].lower()}{reason[1:]}") from error
    except RecursionError as error:
        raise ValueError("is not readable: it is nested too deeply") from error


def take_file(reading: Reading, file: ConfigFile) -> bytes | None:
    """Add a file's values; return its content, or ``None`` if there is no such file."""
    try:
        content = read_bytes(file.path)
        if content is None:
            return None
        text = decode(content)
        reading.take_tree(parse(text), Source(layer=file.layer, place=str(file.path), text=text))
    except ValueError as error:
        line = _LINE.search(f"{error}")
        place = f"{file.path}:{line[1]}" if line else str(file.path)
        reading.mistakes.append(Mistake(place=place, text=f"{error}"))
        return b""
    return content


def take_vendor_variables(reading: Reading, environ: Mapping[str, str]) -> None:
    """Add the values of variables that the vendors' own clients heed."""
    for variable, key, value in vendor_values(environ):
        reading.take_text(key, value, Source(layer="environment", place=variable))


def take_variables(reading: Reading, environ: Mapping[str, str]) -> None:
    """Add the values of ``AIRCHER_SECTION__KEY`` variables; an empty one counts as unset.

    Names are read in lower case, so a name of your own that has capitals or a dash cannot be reached this way.
    """
    for name, key in _variables(environ):
        reading.take_text(key, environ[name], Source(layer="environment", place=name))


def _variables(environ: Mapping[str, str]) -> Iterator[tuple[str, KeyPath]]:
    for name in sorted(environ):
        if name.startswith(VARIABLE_PREFIX) and "__" in name and environ[name]:
            yield name, tuple(name.removeprefix(VARIABLE_PREFIX).lower().split("__"))


def take_flags(reading: Reading, flags: Iterable[str]) -> None:
    """Add the values of ``--config KEY=VALUE`` flags, later ones stronger."""
    for flag in flags:
        key, equals, text = flag.partition("=")
        if equals:
            reading.take_text(read_key(key.strip()), text, Source(layer="flag", place=f"--config {key.strip()}"))
        else:
            reading.mistakes.append(Mistake(place=f"--config {flag}", text="has no value; write --config KEY=VALUE"))
