"""The configuration in effect: read from all layers, or built by a program.

Invariant: a `Config` is valid as a whole and never changes.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from msgspec import NODEFAULT, Struct

from aircher.config.earlier import OBSOLETE, current_path
from aircher.config.hiding import hidden, shown
from aircher.config.layers import (
    VARIABLE_PREFIX,
    config_files,
    take_file,
    take_flags,
    take_variables,
    take_vendor_variables,
)
from aircher.config.merge import Merged, build_settings, finish_providers, merge
from aircher.config.notices import Mistake, Notice
from aircher.config.reading import LayerName, Reading, Setting, Source, about_unknown
from aircher.config.sections import Settings
from aircher.config.sections_interface import Shortcuts
from aircher.config.shapes import KeyPath, fields, is_leaf, read_key, resolve, value_at
from aircher.config.trust import digest, is_digest_trusted
from aircher.config.vendor_variables import VENDOR_VARIABLES
from aircher.domain.errors import ConfigError
from aircher.support.paths import project_root, user_paths

ETC = Path("/etc/aircher")


class Step(Struct, frozen=True, kw_only=True):
    """One layer's say about a key.

    Attributes:
        layer: The layer's name.
        place: ``file:line``, the variable's name, the flag, or ``built-in``.
        shown: The value as TOML would write it, without secrets.
        skipped: Why the value does not count; ``None`` if it does.
    """

    layer: LayerName
    place: str
    shown: str
    skipped: str | None = None


class Config(Settings, frozen=True, kw_only=True):
    """All sections as typed attributes, and where each value comes from.

    Attributes:
        root: The project's root folder, absolute.
        notices: Remarks for the user, in the order of the layers.
        settings: Everything that any source sets, weakest first.
        skipped: Settings that do not count, each with the reason.
    """

    root: Path
    notices: tuple[Notice, ...] = ()
    settings: tuple[Setting, ...] = ()
    skipped: tuple[tuple[Setting, str], ...] = ()

    def __repr__(self) -> str:
        return f"Config(root={str(self.root)!r})"  # the values may hold what must not reach a log

    @classmethod
    def load(
        cls,
        *,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
        flags: Sequence[str] = (),
        overrides: Mapping[str, object] | None = None,
        etc: Path = ETC,
    ) -> Self:
        """Return the configuration that holds in a folder.

        Args:
            cwd: Where to look for the project; default: the working directory.
            environ: Variables; default: the process's own.
            flags: ``KEY=VALUE`` texts, later ones stronger.
            overrides: Values by dotted key, stronger than ``flags``: what further options of a command amount to.
            etc: The machine's folder.

        Raises:
            ConfigError: Something is wrong; the message lists every mistake of every source.
        """
        env = os.environ if environ is None else environ
        root = project_root(cwd or Path.cwd())
        paths = user_paths(env)
        reading = Reading()
        take_vendor_variables(reading, env)
        contents = {file.layer: take_file(reading, file) for file in config_files(root, paths, etc)}
        take_variables(reading, env)
        take_flags(reading, flags)
        for key, value in (overrides or {}).items():
            reading.take_tree(_nested(read_key(key), value), Source(layer="flag", place="command line"))
        of_project = (contents["project"], contents["local"])
        merged = merge(reading, root, is_trusted=lambda: is_digest_trusted(root, paths, digest(of_project)))
        return cls._made(root, reading, merged)

    @classmethod
    def build(cls, *, root: Path | None = None, **sections: Mapping[str, object]) -> Self:
        """Return the defaults with these sections' values in them: no file and no variable is read.

        >>> Config.build(providers={"default": "offline"}, mcp={"timeout": "5s"}).mcp.timeout
        5.0

        Raises:
            ConfigError: A section, key or value does not exist; the message lists every mistake.
        """
        reading = Reading()
        reading.take_tree(sections, Source(layer="program", place="Config.build"))
        folder = (root or Path.cwd()).resolve()
        return cls._made(folder, reading, merge(reading, folder, is_trusted=lambda: False))

    @classmethod
    def _made(cls, root: Path, reading: Reading, merged: Merged) -> Self:
        made = finish_providers(build_settings(merged), merged, reading)
        root = _project_folder(root, made.project.path, reading)
        if reading.mistakes:
            raise _error(reading.mistakes)
        _tell_of_shortcuts(made, reading)
        areas = {name: getattr(made, name) for name in Settings.__struct_fields__}
        return cls(
            root=root,
            notices=tuple(reading.notices),
            settings=tuple(reading.settings),
            skipped=tuple(merged.skipped),
            **areas,
        )

    def get(self, key: str) -> object:
        """Return the value, section or map at a dotted key.

        Raises:
            ConfigError: There is no such key; the hint names the nearest.
        """
        path = known_path(key)
        found = value_at(self, path)
        if found is NODEFAULT:
            raise ConfigError(f"{key} is not set", hint=f"aircher config set {key} VALUE", code="config.unset")
        return found

    def is_set(self, key: str) -> bool:
        """Say whether any layer that counts sets a key, be it to the built-in default.

        Raises:
            ConfigError: There is no such key.
        """
        path = known_path(key)
        ignored = {id(setting) for setting, _ in self.skipped}
        return any(setting.path == path and id(setting) not in ignored for setting in self.settings)

    def explain(self, key: str) -> tuple[Step, ...]:
        """Return what every layer says about a key, weakest first; the last step that is not skipped holds.

        Raises:
            ConfigError: There is no such key, or it is a table.
        """
        path = known_path(key)
        if not is_leaf(resolve(path)):
            raise ConfigError(f"{key} {about_unknown(path)}", hint=f"aircher config show {key}")
        start = value_at(Settings(), path)
        first = Step(layer="default", place="built-in", shown="unset" if start is NODEFAULT else shown(path, start))
        reasons = {id(setting): reason for setting, reason in self.skipped}
        return (
            first,
            *(
                Step(
                    layer=setting.source.layer,
                    place=setting.place,
                    shown=shown(path, setting.raw),
                    skipped=reasons.get(id(setting)),
                )
                for setting in self.settings
                if setting.path == path
            ),
        )


def redacted(config: Settings) -> dict[str, object]:
    """Return all sections as plain nested data for showing: durations and sizes as text, secrets hidden."""
    return {name: _plain((name,), getattr(config, name)) for name in Settings.__struct_fields__}


def _plain(path: KeyPath, value: object) -> object:
    if isinstance(value, Struct):
        table: dict[str, object] = {name: getattr(value, name) for name in fields(type(value))}
        table |= getattr(value, getattr(value, "open_map", ""), {})
        return {name: _plain((*path, name), below) for name, below in table.items()}
    if isinstance(value, dict):
        return {name: _plain((*path, name), below) for name, below in value.items()}
    return hidden(path, value)


def known_path(key: str) -> KeyPath:
    """Return today's path of a dotted key.

    Raises:
        ConfigError: There is no such key; the message names the nearest.
    """
    path = current_path(read_key(key))
    if path in OBSOLETE:
        raise ConfigError(f"{key} has no effect any more: {OBSOLETE[path]}", hint="remove the key")
    if not path or resolve(path) is None:
        raise ConfigError(f"{key} {about_unknown(path)}", hint="aircher config schema", code="config.unknown_key")
    return path


def _nested(path: KeyPath, value: object) -> dict[str, object]:
    for name in reversed(path):
        value = {name: value}
    return value if isinstance(value, dict) else {}


def _project_folder(root: Path, chosen: str, reading: Reading) -> Path:
    if not chosen:
        return root
    below = Path.home() / chosen[2:] if chosen.startswith("~/") else root / chosen
    folder = Path(os.path.realpath(below))  # unlike Path.resolve it takes links that lead in a circle
    if os.path.isdir(folder):  # noqa: PTH112  # unlike Path.is_dir it takes names that are too long
        return folder
    reading.notices.append(
        Notice(text=f"project.path names {folder}, which is no folder; {root} is used.", hint="project.path")
    )
    return root


def _tell_of_shortcuts(made: Settings, reading: Reading) -> None:
    """Add a notice for each key that does not do what was written."""
    if made.interface.shortcuts != Shortcuts():
        from aircher.config.shortcuts import oddities

        reading.notices.extend(Notice(text=text, hint=hint) for text, hint in oddities(made.interface.shortcuts))


def _error(mistakes: Sequence[Mistake]) -> ConfigError:
    lines = [str(mistake) for mistake in mistakes]
    if len(lines) > 1:
        lines.insert(0, f"The configuration has {len(mistakes)} mistakes:")
    return ConfigError("\n".join(lines), hint=_remedy(mistakes[0]))


def _remedy(mistake: Mistake) -> str:
    if mistake.place.startswith("--config"):
        return "aircher config schema lists every key"
    if mistake.place.startswith(VARIABLE_PREFIX) or mistake.place in VENDOR_VARIABLES:
        return f"correct or unset {mistake.place}"
    return "aircher config edit, then aircher config validate"
