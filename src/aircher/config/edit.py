"""Changes one key of a configuration file and leaves every other byte that a person wrote.

Invariant: a file is written only if afterwards it says the new value and, but for that, all it said before.
"""

from collections.abc import MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aircher.config.hiding import looks_like_key
from aircher.config.layers import decode, parse, read_bytes
from aircher.config.loaded import known_path
from aircher.config.reading import LayerName, Reading, Setting, Source, WrittenPath
from aircher.config.shapes import KeyPath
from aircher.config.trust import is_for_user_alone
from aircher.domain.errors import ConfigError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_BOM = b"\xef\xbb\xbf"


def set_value(path: Path, key: str, text: str, *, layer: LayerName = "user") -> object:
    """Set a key of this file, which is made if it is missing; return the value as TOML has it.

    Args:
        path: The file.
        key: Dotted key; earlier names are understood.
        text: A TOML literal, or plain text; ``a, b`` for a list.
        layer: Which layer the file is; a project's may not name a program that prints keys.

    Raises:
        ConfigError: Key or value is not allowed, the value looks like an API key, or the file cannot be read or
            written. Nothing was changed.
    """
    target = known_path(key)
    if looks_like_key(text):
        raise ConfigError(
            f"{key}: the value looks like an API key, and keys are not kept in configuration files",
            hint="export the key as a variable and name that in api_key_env",
            code="config.secret",
        )
    if layer in ("project", "local") and is_for_user_alone(target):
        raise ConfigError(
            f"{key} may be set in the user's own configuration only", hint=f"aircher config set {key} VALUE"
        )
    raw = _raw_value(target, key, text)
    before, had_bom = _content(path)
    document, settings = _document(path, before)
    place = _place(target, settings)
    if not _is_put(document, place, raw):
        raise _unsafe(path)
    _write(path, document.as_string(), settings, target, had_bom=had_bom)
    return raw


def add_item(path: Path, key: str, item: str, *, layer: LayerName = "user") -> None:
    """Add an item to a list of this file, which is made if it is missing; one that is there already stays alone.

    Raises:
        ConfigError: The key takes no such list, the item looks like an API key, or the file cannot be read or written.
            Nothing was changed.
    """
    target = known_path(key)
    if looks_like_key(item):
        raise ConfigError(
            f"{key}: the item looks like an API key, and keys are not kept in configuration files", code="config.secret"
        )
    before, had_bom = _content(path)
    document, settings = _document(path, before)
    found = [setting for setting in settings if setting.path == target]
    raw = found[-1].raw if found else []
    if not isinstance(raw, list):
        raise ConfigError(f"{key} is no list", hint=f"aircher config set {key} VALUE")
    if item in raw:
        return
    accepted = Reading()
    accepted.take_tree(_nested(target, [item]), Source(layer=layer, place=key))
    if not accepted.settings:
        raise ConfigError("; ".join(mistake.text for mistake in accepted.mistakes), hint="aircher config schema")
    place = _place(target, settings)
    if not (_is_appended(document, place, item) if found else _is_put(document, place, [item])):
        raise _unsafe(path)
    _write(path, document.as_string(), settings, target, had_bom=had_bom)


def _nested(path: KeyPath, value: object) -> dict[str, object]:
    for name in reversed(path[1:]):
        value = {name: value}
    return {path[0]: value}


def _is_appended(document: "TOMLDocument", place: WrittenPath, item: str) -> bool:
    """Add to the list that is there, whose comments stay; say whether there is one."""
    level: Any = document  # tomlkit's containers share no useful type
    for name in place:
        level = level[name]
    if not isinstance(level, list):
        return False
    level.append(item)
    return True


def unset(path: Path, key: str) -> None:
    """Remove a key from this file.

    Raises:
        ConfigError: It is not there, or the file cannot be read or written. Nothing was changed.
    """
    target = known_path(key)
    before, had_bom = _content(path)
    document, settings = _document(path, before)
    found = [setting for setting in settings if setting.path == target]
    if not found:
        raise ConfigError(f"{path} does not set {key}", hint=f"aircher config explain {key}", code="config.unset")
    for setting in found:
        *parents, last = setting.written
        level: Any = document  # tomlkit's containers share no useful type
        for name in parents:
            level = level[name]
        del level[last]
    _write(path, document.as_string(), settings, target, had_bom=had_bom)


def _raw_value(target: KeyPath, key: str, text: str) -> object:
    reading = Reading()
    reading.take_text(target, text, Source(layer="flag", place=key))
    if not reading.settings:
        words = "; ".join(mistake.text for mistake in reading.mistakes) or reading.notices[0].text
        raise ConfigError(words, hint="aircher config schema")
    return reading.settings[0].raw


def _content(path: Path) -> tuple[str, bool]:
    try:
        content = read_bytes(path) or b""
        return decode(content), content.startswith(_BOM)
    except ValueError as error:
        raise ConfigError(f"{path} {error}", hint="aircher config edit") from error


def _document(path: Path, text: str) -> "tuple[TOMLDocument, list[Setting]]":
    import tomlkit

    try:
        return tomlkit.parse(text), _settings(text, path)
    except ValueError as error:  # tomlkit's errors are ValueErrors too, and `parse` is the stricter of the two
        raise ConfigError(f"{path} is not valid TOML: {error}", hint="aircher config edit") from error


def _settings(text: str, path: Path) -> list[Setting]:
    reading = Reading()
    reading.take_tree(parse(text), Source(layer="user", place=str(path), text=text))
    return reading.settings


def _place(target: KeyPath, settings: list[Setting]) -> WrittenPath:
    """Return where the key is written, or where its neighbours are, or its own path."""
    for setting in reversed(settings):
        if setting.path == target:
            return setting.written
    for setting in reversed(settings):
        if setting.path[:-1] == target[:-1] and len(setting.written) > 1:
            return (*setting.written[:-1], target[-1])
    return target


def _is_put(document: "TOMLDocument", place: WrittenPath, raw: object) -> bool:
    """Put the value into the document; say whether its place could be reached."""
    import tomlkit

    level: Any = document  # tomlkit's containers share no useful type
    *parents, last = place
    for depth, name in enumerate(parents):
        if isinstance(level, list) and isinstance(name, str):
            level.append(tomlkit.item({"name": name}))
            level = level[-1]
            continue
        if isinstance(name, str) and name not in level:
            level[name] = tomlkit.table(is_super_table=depth < len(parents) - 1)
        level = level[name]
        if not isinstance(level, MutableMapping | list):
            return False
    if isinstance(level, tomlkit.items.Table) and level.is_super_table():
        level.trivia.comment = level.trivia.comment_ws = ""  # tomlkit copies the first child's comment to it
    level[last] = raw
    return True


def _unsafe(path: Path) -> ConfigError:
    return ConfigError(f"{path} is laid out in a way that cannot be edited safely", hint="aircher config edit")


def _write(path: Path, text: str, before: list[Setting], target: KeyPath, *, had_bom: bool) -> None:
    from aircher.support.atomic import write_atomically

    others = [(setting.path, setting.value) for setting in before if setting.path != target and setting.value != {}]
    after = _settings(text, path)
    if others != [(setting.path, setting.value) for setting in after if setting.path != target and setting.value != {}]:
        raise _unsafe(path)
    try:
        write_atomically(path, (_BOM if had_bom else b"") + text.encode())
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}", hint=f"ls -l {path}") from error
