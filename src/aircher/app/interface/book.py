"""The configuration as the settings dialog changes it. Satisfies `aircher.tui.dialogs.ports.SettingsBook`.

Invariant: only the user's own file is written, and nothing is shown as changed that a stronger layer decides.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from aircher.config import Config
from aircher.domain.errors import AircherError
from aircher.support.paths import user_paths
from aircher.tui.dialogs.ports import SettingFacts, SettingKind

SECTIONS = ("interface",)
KEYS = (
    "providers.default",
    "security.mode",
    "security.sandbox_mode",
    "security.mask_secrets",
    "costs.daily_limit",
    "costs.monthly_budget",
    "logging.level",
)
"""Besides all of `SECTIONS`: what people change who do not change everything."""
_OWN_LAYERS = frozenset({"default", "vendor", "etc", "user"})


class Book:
    """Reads the configuration anew each time: another program may have written it.

    Args:
        cwd: Where the project is.
        environ: Variables.
        flags: What the command line sets.
        applied: Gets the name of a setting that was saved, and its value as the program reads it.
    """

    def __init__(
        self,
        cwd: Path,
        environ: Mapping[str, str],
        flags: Sequence[str],
        applied: Callable[[str, object], None],
    ) -> None:
        self._cwd = cwd
        self._environ = environ
        self._flags = flags
        self._applied = applied

    async def settings(self) -> Sequence[SettingFacts]:
        """Return what can be set.

        Raises:
            ConfigError: The configuration is wrong.
        """
        return await asyncio.to_thread(self._read)

    async def save(self, name: str, value: str) -> str | None:
        """Write a value into the user's file; return why it cannot be."""
        try:
            config = await asyncio.to_thread(self._write, name, value)
        except AircherError as exc:
            return f"{exc.message}" + (f" ({exc.hint})" if exc.hint else "")
        self._applied(name, config.get(name))
        return None

    def _load(self) -> Config:
        return Config.load(cwd=self._cwd, environ=self._environ, flags=self._flags)

    def _write(self, name: str, value: str) -> Config:
        from aircher.config.edit import set_value

        set_value(user_paths(self._environ).config / "config.toml", name, value)
        return self._load()

    def _read(self) -> list[SettingFacts]:
        from aircher.config.shapes import documented_keys, fields, is_leaf, is_planned, is_table, write_key

        config = self._load()
        names = [
            write_key((*path, name))
            for path, shape in documented_keys()
            if path and path[0] in SECTIONS and is_table(shape)
            for name, below in fields(shape).items()
            if is_leaf(below) and not is_planned((*path, name))
        ]
        return [self._facts(config, name) for name in dict.fromkeys([*names, *KEYS])]

    def _facts(self, config: Config, name: str) -> SettingFacts:
        from aircher.config.shapes import description, read_key, resolve
        from aircher.config.values import choices

        shape = resolve(read_key(name))
        holding = [step for step in config.explain(name) if step.skipped is None][-1]
        doc, unit = description(shape)
        options = choices(shape)
        return SettingFacts(
            name=name,
            doc=doc,
            kind=_kind(config.get(name), name, has_choices=bool(options)),
            value=holding.shown.strip('"'),
            origin=holding.place,
            choices=options,
            unit=unit or "",
            fixed="" if holding.layer in _OWN_LAYERS else f"{holding.place} says so, and is stronger",
        )


def _kind(value: object, name: str, *, has_choices: bool) -> SettingKind:
    if isinstance(value, bool):
        return "bool"
    if has_choices:
        return "choice"
    if isinstance(value, int):
        return "number"
    return "color" if name.endswith("_color") else "text"
