"""The whole configuration as a JSON Schema, for editors and for programs that write configurations."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import NODEFAULT

from aircher.config.earlier import OBSOLETE, RENAMED
from aircher.config.hiding import hidden
from aircher.config.sections import Settings
from aircher.config.shapes import (
    KeyPath,
    Shape,
    description,
    fields,
    is_leaf,
    is_planned,
    is_table,
    map_values,
    open_values,
    plain,
    value_at,
)
from aircher.config.values import allowed

NOT_IN_EFFECT = "Not in effect yet."
"""What begins the documentation of a key that nothing reads in this version."""


def json_schema() -> dict[str, object]:
    """Return a JSON Schema, draft 2020-12, of a configuration file; ``x-unit`` carries units.

    A key that nothing reads in this version has ``x-in-effect`` false. Keys of the earlier program are in it, marked
    deprecated.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Aircher configuration",
        **_node(Settings, ()),
    }


def default_of(path: KeyPath) -> object:
    """Return a key's default as TOML would write it; ``None`` = unset."""
    value = value_at(Settings(), path)
    return None if value is NODEFAULT else hidden(path, value)


def _node(shape: Shape, path: KeyPath) -> dict[str, object]:
    text, unit = description(shape)
    about: dict[str, object] = {"description": text} if text else {}
    if is_planned(path):
        about = {"description": f"{NOT_IN_EFFECT} {text}".rstrip(), "x-in-effect": False}
    if unit:
        about["x-unit"] = unit
    if is_leaf(shape):
        own = msgspec.json.schema(shape, schema_hook=_quantity)
        definitions = own.pop("$defs", {})
        return {**_inlined(own, definitions), **about, **_default(path)}
    if is_table(shape):
        return {**about, **_table(shape, path)}
    values = map_values(shape)
    by_name = {"type": "object", "additionalProperties": _node(values, (*path, "NAME"))}
    if not is_table(values):
        return {**about, **by_name}
    element = _table(values, (*path, "NAME"))
    element["properties"] = {"name": {"type": "string"}, **_properties(values, (*path, "NAME"))}
    element["required"] = ["name"]
    return {**about, "anyOf": [by_name, {"type": "array", "items": element}]}


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:  # a JSON document
    """Return the node with what its references name in their place: a reference counts from the whole document."""
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].rpartition("/")[2]], definitions)
    return {key: _inlined(below, definitions) for key, below in node.items()}


def _table(shape: Shape, path: KeyPath) -> dict[str, object]:
    others = open_values(shape)
    return {
        "type": "object",
        "properties": _properties(shape, path),
        "additionalProperties": False if others is None else _node(others, (*path, "NAME")),
    }


def _properties(shape: Shape, path: KeyPath) -> dict[str, object]:
    known = fields(shape)
    return {
        **{name: _node(below, (*path, name)) for name, below in known.items()},
        **{
            name: {**_node(known[today], (*path, today)), "deprecated": True}
            for name, today in _names_below(path)
            if today in known
        },
        **{
            key[-1]: {"deprecated": True, "description": f"Has no effect: {instead}."}
            for key, instead in OBSOLETE.items()
            if key[:-1] == path
        },
    }


def _names_below(path: KeyPath) -> Iterator[tuple[str, str]]:
    return ((key[-1], today) for key, today in RENAMED.items() if key[:-1] == path)


def _default(path: KeyPath) -> dict[str, object]:
    value = default_of(path)
    return {} if value is None else {"default": value}


def _quantity(kind: type) -> dict[str, object]:
    return {"type": "string", "examples": [allowed(plain(kind)).split('"')[1]]}
