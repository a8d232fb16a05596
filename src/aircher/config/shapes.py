"""The sections seen as a tree of keys: which keys there are, and what may stand at each.

A shape is the annotation of a field: a table (struct), a map (``dict[str, …]``) or a leaf. Paths are tuples of names;
written out they are dotted TOML keys, with quotes where a name needs them.

Invariant: this is the only module that looks into the sections' types.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, TypeVar, get_args

from msgspec import NODEFAULT, Meta, Struct, structs

from aircher.config.sections import Settings

KeyPath: TypeAlias = tuple[str, ...]
Shape: TypeAlias = Any  # an annotation: the type system has no narrower word for it

_KeptT = TypeVar("_KeptT")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^.\s"']+))\s*(\.|$)""")


def write_key(path: tuple[str | int, ...]) -> str:
    """Return the path as a dotted key."""
    parts = (str(part) for part in path)
    return ".".join(part if _BARE.fullmatch(part) else f'"{part}"' for part in parts)


def read_key(text: str) -> KeyPath:
    """Return the path that a dotted key names; an unreadable key is a path of one odd name."""
    parts: list[str] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None:
            return (text,)
        parts.append(next(group for group in match.groups()[:3] if group is not None))
        position = match.end()
    return tuple(parts)


def plain(shape: Shape) -> Shape:
    """Return the type itself, without documentation and limits."""
    return shape.__origin__ if hasattr(shape, "__metadata__") else shape


def origin(shape: Shape) -> object:
    """Return ``dict``, ``list`` or ``Literal`` for what is made of them, else ``None``."""
    return getattr(plain(shape), "__origin__", None)


def metas(shape: Shape) -> tuple[Meta, ...]:
    """Return documentation and limits of a shape, outermost last."""
    return tuple(item for item in getattr(shape, "__metadata__", ()) if isinstance(item, Meta))


def description(shape: Shape) -> tuple[str, str | None]:
    """Return the sentence that documents a key, and its unit."""
    for meta in reversed(metas(shape)):
        if meta.description is not None:
            return meta.description, (meta.extra_json_schema or {}).get("x-unit")
    return "", None


def is_planned(path: KeyPath) -> bool:
    """Say whether a key has no effect in this version: it, or a table that it stands in, is marked so."""
    shape: Shape | None = Settings
    for name in path:
        shape = child(shape, name) if shape is not None else None
        if any((meta.extra_json_schema or {}).get("x-in-effect") is False for meta in metas(shape)):
            return True
    return False


def is_table(shape: Shape) -> bool:
    """Say whether keys stand below this one, all of them known."""
    kind = plain(shape)
    return isinstance(kind, type) and issubclass(kind, Struct)


def map_values(shape: Shape) -> Shape | None:
    """Return the shape of a map's values; ``None`` if this is no map."""
    kind = plain(shape)
    return get_args(kind)[1] if origin(kind) is dict else None


def fields(shape: Shape) -> dict[str, Shape]:
    """Return the fixed keys of a table, in the order in which they are documented."""
    kind = Settings if issubclass(plain(shape), Settings) else plain(shape)
    open_map = getattr(kind, "open_map", None)
    return {name: kind.__annotations__[name] for name in kind.__struct_fields__ if name != open_map}


def open_values(shape: Shape) -> Shape | None:
    """Return the shape below any name that the user may choose; ``None`` where all names are fixed."""
    kind = plain(shape)
    if is_table(kind):
        open_map = getattr(kind, "open_map", None)
        return map_values(kind.__annotations__[open_map]) if open_map else None
    return map_values(kind)


def child(shape: Shape, name: str) -> Shape | None:
    """Return the shape of a key below this one; ``None`` if there is no such key."""
    if is_table(shape) and name in (known := fields(shape)):
        return known[name]
    return open_values(shape)


def resolve(path: KeyPath) -> Shape | None:
    """Return the shape of a key of the whole configuration; ``None`` if there is none."""
    shape: Shape | None = Settings
    for name in path:
        shape = child(shape, name) if shape is not None else None
    return shape


def is_leaf(shape: Shape) -> bool:
    """Say whether a value stands here, not further keys."""
    return not is_table(shape) and map_values(shape) is None


def documented_keys(shape: Shape = Settings, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Shape]]:
    """Yield every key with its shape, tables before what they hold; a name to be chosen is ``NAME``."""
    if path:
        yield path, shape
    if is_table(shape):
        for name, below in fields(shape).items():
            yield from documented_keys(below, (*path, name))
    below = open_values(shape)
    if below is not None:
        yield from documented_keys(below, (*path, "NAME"))


def value_at(settings: object, path: KeyPath) -> object:
    """Return the value, section or map at a path; ``NODEFAULT`` where nothing is set."""
    found: object = settings
    for name in path:
        if isinstance(found, dict):
            found = found.get(name, NODEFAULT)
        elif isinstance(found, Struct) and name in fields(type(found)):
            found = getattr(found, name)
        else:
            named = getattr(found, getattr(found, "open_map", ""), {})
            found = named.get(name, NODEFAULT)
    return found


def overlay(below: _KeptT, changes: Mapping[str, object], shape: Shape) -> _KeptT:
    """Return a copy of a section or map with other values in it; ``changes`` is nested like the keys."""
    return _overlay(below, changes, shape)  # type: ignore[no-any-return]  # the result has the type of `below`


def _overlay(below: Any, changes: Any, shape: Shape) -> Any:
    if is_leaf(shape):
        return changes
    if not is_table(shape):
        values = map_values(shape)
        return {**below, **{name: _overlay(_start(below, name, values), new, values) for name, new in changes.items()}}
    known = fields(shape)
    updates = {name: _overlay(getattr(below, name), new, known[name]) for name, new in changes.items() if name in known}
    others = {name: new for name, new in changes.items() if name not in known}
    if others:
        open_map = plain(shape).open_map
        updates[open_map] = _overlay(getattr(below, open_map), others, plain(shape).__annotations__[open_map])
    return structs.replace(below, **updates)


def _start(existing: Mapping[str, object], name: str, shape: Shape) -> object:
    if name in existing:
        return existing[name]
    return plain(shape)() if is_table(shape) else {}
