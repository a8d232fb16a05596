"""Actions and their effects as plain JSON objects and back, for the audit trail and for whoever judges it again.

Invariant: ``from_record(to_record(action)) == action``. A field that has its default is left out, so that a record
written before a field existed still reads.
"""

from dataclasses import fields
from pathlib import Path

from aircher.domain.effects import (
    Action,
    Connects,
    Deletes,
    Effect,
    Reads,
    Runs,
    SetsVariable,
    Unknown,
    Writes,
)
from aircher.domain.messages import JsonObject, JsonValue

_NAMES: tuple[tuple[str, type[Effect]], ...] = (
    ("reads", Reads),
    ("writes", Writes),
    ("deletes", Deletes),
    ("connects", Connects),
    ("runs", Runs),
    ("sets_variable", SetsVariable),
    ("unknown", Unknown),
)


def to_record(action: Action) -> dict[str, JsonValue]:
    """Return the action as a JSON object: ``tool``, ``text``, ``effects``."""
    effects: list[JsonValue] = [effect_record(effect) for effect in action.effects]
    return {"tool": action.tool, "text": action.text, "effects": effects}


def effect_record(effect: Effect) -> dict[str, JsonValue]:
    """Return the effect as a JSON object: its ``type``, and its fields that do not have their default."""
    record: dict[str, JsonValue] = {"type": next(name for name, kind in _NAMES if isinstance(effect, kind))}
    for item in fields(effect):
        value = getattr(effect, item.name)
        if value != item.default:
            record[item.name] = str(value) if isinstance(value, Path) else value
    return record


def from_record(record: JsonObject) -> Action:
    """Return the action that `to_record` made this of.

    Raises:
        ValueError: It is no such record, or one of a newer version.
    """
    effects = record.get("effects", [])
    if not isinstance(effects, list):
        raise ValueError("the effects of an action are no list")  # noqa: TRY004 - the value is wrong, not our use of it
    return Action(
        tool=_text(record.get("tool")), text=_text(record.get("text", "")), effects=tuple(map(_effect, effects))
    )


def _effect(record: JsonValue) -> Effect:
    if not isinstance(record, dict):
        raise ValueError("an effect is no object")  # noqa: TRY004 - as above
    kind = next((kind for name, kind in _NAMES if name == record.get("type")), None)
    if kind is None:
        raise ValueError(f"no effect is called {record.get('type')!r}")
    values = {name: _field(name, value) for name, value in record.items() if name != "type"}
    try:
        return kind(**values)  # type: ignore[arg-type]  # `_field` has seen to the types
    except TypeError as exc:
        raise ValueError(f"an effect {record['type']!r} has other fields: {exc}") from exc


def _field(name: str, value: JsonValue) -> Path | str | bool | int:
    if name == "path":
        return Path(_text(value))
    if name == "port":
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    elif name.startswith("is_"):
        if isinstance(value, bool):
            return value
    else:
        return _text(value)
    raise ValueError(f"{name} cannot be {value!r}")


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")  # noqa: TRY004 - as above
    return value
