"""From a model's JSON object to a tool's typed arguments, with errors the model can act on."""

from collections.abc import Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from aircher.domain.messages import JsonObject
from aircher.domain.tools import ToolFailure

ArgsT = TypeVar("ArgsT", bound=msgspec.Struct)

_NAMES: tuple[tuple[Any, str], ...] = ((str, "string"), (bool, "boolean"), (int, "integer"), (float, "number"))
_SILENT: tuple[object, ...] = (None, "", False, [], ())
"""Defaults that go without saying: every token of a schema is sent with every request."""


def parse_arguments(arguments: JsonObject, kind: type[ArgsT]) -> ArgsT | ToolFailure:
    """Return ``arguments`` as ``kind``, or what is wrong with them and what is expected.

    What models often send is taken kindly: ``null`` for what may be left out, ``"5"`` for a number.
    """
    try:
        given = {name: value for name, value in arguments.items() if value is not None}
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as exc:
        expected = ", ".join(kind.__struct_fields__)
        return ToolFailure(message=f"Wrong arguments: {exc}. Expected: {expected}.")


@cache
def parameters(kind: type[msgspec.Struct]) -> JsonObject:
    """Return the JSON Schema of ``kind`` as one flat object, the shape every vendor takes.

    What goes without saying is left out: `parse_arguments` checks it, and says so in words. (`msgspec.json.schema`
    says it all, and takes eight times as long, before the first request of every run.)
    """
    names: Sequence[str] = kind.__struct_fields__
    hints = get_type_hints(kind, include_extras=True)
    required = len(names) - len(kind.__struct_defaults__)
    properties = {name: _schema(hints[name]) for name in names}
    for name, default in zip(names[required:], kind.__struct_defaults__, strict=True):
        if default not in _SILENT and isinstance(default, str | int | float):
            properties[name]["default"] = default
    schema: dict[str, Any] = {"type": "object", "properties": properties}  # Any: JSON, built up
    if required:
        schema["required"] = list(names[:required])
    return schema | {"additionalProperties": False}


def _schema(hint: Any) -> dict[str, Any]:  # Any: an annotation has no type of its own
    if get_origin(hint) is Annotated:
        return _told(hint.__metadata__) | _schema(hint.__origin__)
    for kind, name in _NAMES:
        if hint is kind:
            return {"type": name}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in (list, tuple):
        return {"type": "array", "items": _schema(arguments[0])}
    if origin in (Union, UnionType):
        return _schema(next(each for each in arguments if each is not NoneType))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return dict(parameters(hint))
    raise TypeError(f"{hint} has no place in a tool's arguments")


def _told(notes: Sequence[object]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for note in notes:
        if isinstance(note, msgspec.Meta):
            told |= {"description": note.description} if note.description else {}
            told |= {"maximum": note.le} if note.le is not None else {}
    return told
