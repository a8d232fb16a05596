"""Renders the configuration reference of the documentation from the sections themselves."""

from collections.abc import Iterator
from inspect import cleandoc

import msgspec

from aircher.config.earlier import OBSOLETE, RENAMED
from aircher.config.hiding import hidden
from aircher.config.schema import NOT_IN_EFFECT, default_of
from aircher.config.sections_providers import BUILTIN
from aircher.config.shapes import (
    KeyPath,
    Shape,
    description,
    documented_keys,
    fields,
    is_leaf,
    is_planned,
    is_table,
    map_values,
    metas,
    plain,
    write_key,
)
from aircher.config.trust import guarded_keys
from aircher.config.values import allowed

_INTRODUCTION = """# Configuration

This page is generated from the program's own sections: `make docs` renews it.

Every key has a default, so that no file is needed. What is set more than once is taken from the strongest layer;
`aircher config explain KEY` shows them all. Weakest first:

1. the defaults below
2. variables of [the vendors' own clients](providers.md#variables-of-the-vendors-clients), such as `OPENAI_BASE_URL`
3. `/etc/aircher/config.toml`
4. `$XDG_CONFIG_HOME/aircher/config.toml` (usually `~/.config/aircher/config.toml`)
5. `.aircher/config.toml` in the project
6. `.aircher/config.local.toml` in the project, for what is not shared
7. variables: `AIRCHER_SECTION__KEY=VALUE`, for instance `AIRCHER_PROVIDERS__DEFAULT=offline` or
   `AIRCHER_PROVIDERS__OPENAI__MODEL=gpt-6-luna`; an empty one counts as unset
8. flags: `--config SECTION.KEY=VALUE`

The lists of rules in `[security]` are the exception: every layer adds to them, and none takes away what another
refuses.

Durations are texts such as `"30s"`, `"5m"`, `"2h"`, `"200ms"`; sizes such as `"10MB"`, where a unit is 1024 of the one
before. A variable or flag may give a list as `a, b`. API keys are in no file: `api_key_env` names their variable.

Keys that are *not in effect yet* load and are checked, but nothing in this version reads them. Those of `[security]`
are named on stderr when you set them, since you may rely on them.
"""


def render_reference() -> str:
    """Return the configuration reference as Markdown, ending in a newline."""
    parts = [
        _INTRODUCTION,
        *(_table_part(path, shape) for path, shape in documented_keys() if is_table(shape)),
        _builtin_part(),
        _guarded_part(),
        _earlier_part(),
    ]
    return "\n".join(parts)


def _table_part(path: KeyPath, shape: Shape) -> str:
    heading = "##" if len(path) == 1 else "###"
    rows = [
        "| key | what it takes | default | meaning |",
        "|---|---|---|---|",
        *(_row((*path, name), below) for name, below in fields(shape).items() if _has_row(below)),
    ]
    about = cleandoc(plain(shape).__doc__ or "").replace("``", "`")
    return "\n".join((f"{heading} `[{write_key(path)}]`", "", about, "", *(rows if len(rows) > 2 else ()), ""))


def _has_row(shape: Shape) -> bool:
    return is_leaf(shape) or (map_values(shape) is not None and not is_table(map_values(shape)))


def _row(path: KeyPath, shape: Shape) -> str:
    text, unit = description(shape)
    text = f"*{NOT_IN_EFFECT}* {text}" if is_planned(path) else text
    default = default_of(path) if "NAME" not in path else _default_of_named(path)
    takes = _takes(shape) if is_leaf(shape) else f"a table: name = {allowed(map_values(shape))}"
    cells = (f"`{path[-1]}`", takes + (f" ({unit})" if unit else ""), _literal(default), text)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _takes(shape: Shape) -> str:
    """Return what may stand at a key, in words that are short enough for a table."""
    short = next((meta.extra.get("in_tables") for meta in metas(shape) if meta.extra), None)
    return short or allowed(shape)


def _default_of_named(path: KeyPath) -> object:
    """Return the default of a key in a table whose name the user chooses."""
    table = next(shape for key, shape in documented_keys() if key == path[:-1])
    return hidden(path, getattr(plain(table)(), path[-1]))


def _literal(value: object) -> str:
    return "unset" if value is None or value == "" else f"`{msgspec.json.encode(value).decode()}`"


def _builtin_part() -> str:
    rows = (
        f"| `{name}` | {f'`{one.api_key_env}`' if one.api_key_env else 'none'} "
        f"| {f'`{one.base_url}`' if one.base_url else 'none'} | `{one.model}` |"
        for name, one in BUILTIN.items()
    )
    return "\n".join(
        (
            "## Built-in providers",
            "",
            "Any other name needs `base_url`; it is `openai-compatible` unless its `kind` says otherwise.",
            "",
            "| name | key variable | address | model |",
            "|---|---|---|---|",
            *rows,
            "",
        )
    )


def _guarded_part() -> str:
    return "\n".join(
        (
            "## What a folder may not set unasked",
            "",
            "These keys of a project's files are skipped until `aircher config trust`; when a file changes, you are",
            "asked again.",
            "",
            "| keys | because |",
            "|---|---|",
            *(f"| `{pattern}` | {reason} |" for pattern, reason in guarded_keys()),
            "",
        )
    )


def _earlier_part() -> str:
    return "\n".join(
        (
            "## Keys of the earlier Go program",
            "",
            "All of them load. These go under another name now, or have no effect:",
            "",
            "| earlier | now |",
            "|---|---|",
            *_earlier_rows(),
            "",
        )
    )


def _earlier_rows() -> Iterator[str]:
    for key, today in RENAMED.items():
        yield f"| `{write_key(key)}` | `{write_key((*key[:-1], today))}` |"
    for key, instead in OBSOLETE.items():
        yield f"| `{write_key(key)}` | {instead} |"
