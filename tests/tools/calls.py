"""Calling a tool as the engine does, without the engine."""

from collections.abc import Sequence
from typing import Any

from aircher.domain.ids import CallId
from aircher.domain.messages import JsonObject
from aircher.domain.tools import Ask, RunningCall, Tool, ToolFailure, ToolOutcome, nobody_answers


async def unseen(text: str) -> None:
    """Show nothing."""


async def call(tool: Tool[Any], arguments: JsonObject, *, ask: Ask = nobody_answers) -> ToolOutcome | ToolFailure:
    """Return what the tool answers to these arguments."""
    args = tool.parse(arguments)
    if isinstance(args, ToolFailure):
        return args
    return await tool.run(args, RunningCall(call_id=CallId("call"), show=unseen, ask=ask))


async def outcome(tool: Tool[Any], arguments: JsonObject) -> ToolOutcome:
    """Return what the tool achieved, which it has to."""
    result = await call(tool, arguments)
    assert isinstance(result, ToolOutcome), result
    return result


async def failure(tool: Tool[Any], arguments: JsonObject) -> ToolFailure:
    """Return why the tool could not, which it must not."""
    result = await call(tool, arguments)
    assert isinstance(result, ToolFailure), result
    return result


def vendors_can_take(schema: Any) -> bool:
    """Tell whether a schema is one object, closed, with every property described and no reference anywhere."""
    properties = schema["properties"].values()
    is_closed = schema["type"] == "object" and schema["additionalProperties"] is False
    return is_closed and all(item["description"] for item in properties) and "$ref" not in f"{schema}"


def names(items: Sequence[Any]) -> list[str]:
    """Return the types' names."""
    return [type(item).__name__ for item in items]
