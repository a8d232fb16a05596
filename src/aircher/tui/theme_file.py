"""Files of themes.

    is_dark = true
    ground = "TEXT on GROUND"       what the theme is made to stand on
    fills = false                   whether that ground is always drawn, or the terminal's own may stay
    extends = "dark"                whose palette and styles hold where this file gives none

    [palette]
    blue = "#8ab4f8"

    [roles]
    heading = "bold blue"

Invariant: what is wrong is told with the file, the key and the remedy. Not its job: the words in it (`theme_colors`).
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias, TypeVar

from aircher.domain.errors import ConfigError
from aircher.domain.records import dataclass
from aircher.tui.look import Role
from aircher.tui.terminal.styles import PLAIN, Color, Style
from aircher.tui.theme_colors import ThemeWordError, parse_color, parse_style

BUILT_IN = ("dark", "light", "high-contrast", "catppuccin")
_SUFFIX = ".toml"
_KEYS = ("is_dark", "ground", "fills", "extends", "palette", "roles")

Table: TypeAlias = Mapping[str, object]
ParsedT = TypeVar("ParsedT")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTheme:
    """A file together with what it extends."""

    is_dark: bool
    fills: bool
    ground: Style
    palette: dict[str, Color]
    styles: dict[Role, Style]


_NOTHING = ReadTheme(is_dark=True, fills=False, ground=PLAIN, palette={}, styles={})


def theme_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the themes that can be loaded: those that come with the program, then those of the user's folder."""
    own = sorted(path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*{_SUFFIX}")) if folder else []
    return (*BUILT_IN, *(name for name in own if name not in BUILT_IN))


def read_theme(name: str, folder: Path | None) -> ReadTheme:
    """Return the theme of this name, whole.

    Raises:
        ConfigError: There is none, or its file is wrong.
    """
    path = _path(name, folder)
    theme = _with_extended(path, folder, seen=(path,))
    missing = [role for role in Role if role not in theme.styles]
    if missing:
        raise ConfigError(
            f"{path}: no style for the role{'s' * (len(missing) > 1)} {', '.join(missing)}",
            hint=f'write extends = "dark" at the top, or give each one, such as {missing[0]} = "default", in [roles]',
        )
    return theme


def _with_extended(path: Path, folder: Path | None, *, seen: tuple[Path, ...]) -> ReadTheme:
    table = _table(path)
    name = table.get("extends")
    if name is None:
        below = _NOTHING
    elif isinstance(name, str) and (extended := _path(name, None if name in BUILT_IN else folder)) not in seen:
        below = _with_extended(extended, folder, seen=(*seen, extended))
    else:
        raise ConfigError(f"{path}: extends = {name!r} leads nowhere", hint='write extends = "dark"')
    try:
        return _read(table, below)
    except ThemeWordError as exc:
        raise ConfigError(f"{path}: {exc.message}", hint=exc.remedy) from exc


def _path(name: str, folder: Path | None) -> Path:
    """Return the theme's file; the user's own goes first."""
    if folder is not None and name in theme_names(folder) and (folder / f"{name}{_SUFFIX}").is_file():
        return folder / f"{name}{_SUFFIX}"
    if name in BUILT_IN:
        return Path(__file__).with_name("themes") / f"{name}{_SUFFIX}"
    from aircher.support.suggest import nearest

    known = ("auto", *theme_names(folder))
    like = nearest(name, known)
    own = f"; your own would be {folder / name}{_SUFFIX}" if folder else ""
    raise ConfigError(
        f"there is no theme {name!r}; there are {', '.join(known)}{own}",
        hint=f"did you mean {like}?" if like else "aircher config set interface.color_theme auto",
    )


def _table(path: Path) -> Table:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(
            f"{path} cannot be read: {exc}", hint="aircher config set interface.color_theme auto"
        ) from exc
    simple = _simple_table(text)
    if simple is not None:
        return simple
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError(f"{path} is not valid TOML: {exc}", hint=f"mend {path}") from exc


def _simple_table(text: str) -> Table | None:
    """Return what a file says that has only plain keys, words and flags; ``None`` = it needs a real parser.

    Importing that one would take longer than all else until the first frame.
    """
    whole: dict[str, object] = {}
    table = whole
    for line in text.splitlines():
        key, _, value = line.partition(" = ")
        if not line or line.startswith("#"):
            continue
        if line in {"[palette]", "[roles]"} and line[1:-1] not in whole:
            whole[line[1:-1]] = table = {}
        elif key in table or not key.replace("_", "").isalnum() or not key.isascii():
            return None
        elif value in {"true", "false"}:
            table[key] = value == "true"
        elif len(value) > 1 and value[0] == value[-1] == '"' and not set(value[1:-1]) & {'"', "\\"}:
            table[key] = value[1:-1]
        else:
            return None
    return whole


def _read(table: Table, below: ReadTheme) -> ReadTheme:
    unknown = next((key for key in table if key not in _KEYS), None)
    if unknown is not None:
        raise ThemeWordError(f"{unknown} is no key of a theme", f"there are {', '.join(_KEYS)}")
    palette = dict(below.palette)
    for key, text in _texts(table, "palette"):
        palette[key] = _parsed(f"palette.{key}", text, palette, parse_color)
    styles = dict(below.styles)
    for key, text in _texts(table, "roles"):
        styles[_role(key)] = _parsed(f"roles.{key}", text, palette, parse_style)
    ground = below.ground
    if "ground" in table:
        ground = _parsed("ground", table["ground"], palette, parse_style)
    return ReadTheme(
        is_dark=_flag(table, "is_dark", below.is_dark),
        fills=_flag(table, "fills", below.fills),
        ground=ground,
        palette=palette,
        styles=styles,
    )


def _texts(table: Table, key: str) -> Iterator[tuple[str, object]]:
    inner = table.get(key, {})
    if not isinstance(inner, dict):
        raise ThemeWordError(f"{key} is no table", f"write [{key}] on a line of its own")
    yield from inner.items()


def _flag(table: Table, key: str, default: object) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise ThemeWordError(f"{key} = {value!r} is neither true nor false", f"write {key} = true")
    return value


def _parsed(
    key: str, text: object, palette: Mapping[str, Color], parse: Callable[[str, Mapping[str, Color]], ParsedT]
) -> ParsedT:
    """Return what is meant; an error tells the key."""
    if not isinstance(text, str):
        raise ThemeWordError(f"{key} = {text!r} is no text", f'write {key.rpartition(".")[2]} = "#rrggbb"')
    try:
        return parse(text, palette)
    except ThemeWordError as exc:
        raise ThemeWordError(f'{key} = "{text}": {exc.message}', exc.remedy) from exc


def _role(key: str) -> Role:
    try:
        return Role(key)
    except ValueError:
        from aircher.support.suggest import nearest

        like = nearest(key, list(Role))
        known = f"there are {', '.join(Role)}"
        raise ThemeWordError(f"roles.{key} is no role", f"did you mean {like}? {known}" if like else known) from None
