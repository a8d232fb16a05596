"""The configuration as the settings dialog changes it. Satisfies `aircher.tui.dialogs.ports.SettingsBook`.

Invariant: only the user's own file is written, nothing that a stronger layer decides is shown or saved as if it could
be changed here, and no secret that strayed into a file is shown. One book writes one value after the other.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.config import Config
from aircher.domain.errors import AircherError
from aircher.support.paths import user_paths
from aircher.tui.dialogs.ports import SettingFacts, SettingKind

if TYPE_CHECKING:
    from aircher.config.loaded import Step
    from aircher.config.shapes import Shape

SECTIONS = ("interface",)
KEYS = (
    "security.mode",
    "security.sandbox_mode",
    "security.mask_secrets",
    "costs.daily_limit",
    "costs.monthly_budget",
    "costs.alert_threshold",
    "costs.show_cost_warnings",
    "memory.project_file",
    "logging.level",
)
"""Besides all of `SECTIONS` and the provider's: what people change who do not change everything."""
_DEFAULT_PROVIDER = "providers.default"
_THEME = "interface.color_theme"
_WITH_COLORS = (_THEME, "interface.theme.")
_STRONGER = frozenset({"project", "local", "environment", "flag", "program"})


class Book:
    """Reads the configuration anew each time: another program may have written it.

    Args:
        cwd: Where the program was started.
        environ: Variables.
        flags: What the command line sets.
        applied: Gets the name of a setting that was saved, and all of the configuration as it is with it.
        options: What options of the command line amount to, by key: stronger than any file, as ``flags`` are.
    """

    def __init__(
        self,
        cwd: Path,
        environ: Mapping[str, str],
        flags: Sequence[str],
        applied: Callable[[str, Config], None],
        *,
        options: Mapping[str, object] | None = None,
    ) -> None:
        self._cwd = cwd
        self._environ = environ
        self._flags = flags
        self._applied = applied
        self._options = options or {}
        self._folder = user_paths(environ).config
        self._saving = asyncio.Lock()

    async def settings(self) -> Sequence[SettingFacts]:
        """Return what can be set.

        Raises:
            ConfigError: The configuration is wrong.
        """
        return await asyncio.to_thread(self._read)

    async def save(self, name: str, value: str) -> str | None:
        """Write a value into the user's file; return why it cannot be. What was begun is ended, whoever waits."""
        return await asyncio.shield(self._saved(name, value))

    async def _saved(self, name: str, value: str) -> str | None:
        try:
            async with self._saving:  # each reads the file and writes it anew
                saved = await asyncio.to_thread(self._write, name, value)
        except AircherError as exc:
            return f"{exc.message} ({exc.hint})" if exc.hint else exc.message
        if isinstance(saved, str):
            return saved
        self._applied(name, saved)
        return None

    def _load(self, *more: str) -> Config:
        return Config.load(cwd=self._cwd, environ=self._environ, flags=(*self._flags, *more), overrides=self._options)

    def _write(self, name: str, value: str) -> Config | str:
        from aircher.config.edit import set_value

        fixed = _fixed(self._held(self._load(), name))
        if fixed:
            return f"{name} cannot be changed here: {fixed}"
        if name.startswith(_WITH_COLORS):
            self._check_colors(name, value)
        set_value(self._folder / "config.toml", name, value)
        return self._load()

    def _check_colors(self, name: str, value: str) -> None:
        """Return if the theme can be loaded with this in force; what is a word for configuration may be no colour.

        Raises:
            ConfigError: It cannot.
        """
        from aircher.tui.theme import load_theme

        section = self._load(f"{name}={value}").interface
        theme = "dark" if section.color_theme == "auto" else section.color_theme
        load_theme(theme, section.theme, folder=self._folder / "themes")

    def _read(self) -> list[SettingFacts]:
        config = self._load()
        return [self._facts(config, name) for name in dict.fromkeys(_names(config, self._environ))]

    def _facts(self, config: Config, name: str) -> SettingFacts:
        from aircher.config.shapes import description, read_key, resolve

        shape = resolve(read_key(name))
        step = self._held(config, name)
        doc, unit = description(shape)
        options = self._choices(config, name, shape)
        return SettingFacts(
            name=name,
            doc=doc,
            kind="choice" if options else _kind(name, shape),
            value=_written(name, config.get(name)),
            origin=step.place,
            choices=options,
            unit=unit or "",
            fixed=_fixed(step),
        )

    def _choices(self, config: Config, name: str, shape: "Shape") -> tuple[str, ...]:
        from aircher.config.values import choices

        if name == _THEME:
            from aircher.tui.theme import theme_names

            return ("auto", *theme_names(self._folder / "themes"))
        if name == _DEFAULT_PROVIDER:
            return ("auto", *config.providers.named)
        return choices(shape)

    def _held(self, config: Config, name: str) -> "Step":
        """Return the layer's say that counts."""
        return [step for step in config.explain(name) if step.skipped is None][-1]


def _names(config: Config, environ: Mapping[str, str]) -> Iterator[str]:
    from aircher.config.providers import OFFLINE, default_provider
    from aircher.config.shapes import documented_keys, fields, is_leaf, is_planned, is_table, write_key

    for path, shape in documented_keys():
        if path[0] in SECTIONS and is_table(shape):
            for name, below in fields(shape).items():
                if is_leaf(below) and not is_planned((*path, name)):
                    yield write_key((*path, name))
    yield _DEFAULT_PROVIDER
    provider = default_provider(config.providers, environ)
    if provider in config.providers.named and config.providers.named[provider].kind != OFFLINE:
        yield write_key(("providers", provider, "model"))
    yield from KEYS


def _fixed(step: "Step") -> str:
    """Return why a key that is held by this cannot be changed in the user's file; empty = it can."""
    from aircher.config.vendor_variables import VENDOR_VARIABLES

    if step.layer not in _STRONGER or step.place in VENDOR_VARIABLES:  # which are weaker than any file
        return ""
    return f"{step.place} says otherwise, and is stronger than your own file"


def _written(name: str, value: object) -> str:
    from aircher.config.hiding import hidden
    from aircher.config.shapes import read_key

    shown = hidden(read_key(name), value)
    return str(shown).lower() if isinstance(shown, bool) else str(shown)


def _kind(name: str, shape: "Shape") -> SettingKind:
    from aircher.config.shapes import plain

    kind = plain(shape)
    if kind is bool:
        return "bool"
    if kind in (int, float):
        return "number"
    return "color" if name.endswith("_color") else "text"
