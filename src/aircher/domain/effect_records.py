"""Actions as JSON, for the audit trail."""

from dataclasses import fields
from pathlib import Path

from aircher.domain.effects import Action, Effect
from aircher.domain.messages import JsonValue


def to_record(action: Action) -> dict[str, JsonValue]:
    """Return the action as JSON."""
    return {"tool": action.tool, "text": action.text, "effects": [_record(effect) for effect in action.effects]}


def _record(effect: Effect) -> dict[str, JsonValue]:
    values = {item.name: getattr(effect, item.name) for item in fields(effect)}
    plain = {name: str(value) if isinstance(value, Path) else value for name, value in values.items()}
    return {"kind": type(effect).__name__.lower(), **plain}
