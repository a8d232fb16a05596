"""The list of what is to do."""

from pathlib import Path
from typing import Any

import pytest
from tests.tools.calls import call, outcome, vendors_can_take

from aircher.domain.display import TodoBlock, TodoItem
from aircher.domain.messages import JsonValue
from aircher.domain.tools import ToolFailure, ToolOutcome
from aircher.tools.todo import MAX_ITEMS, TOOL, Todo
from aircher.tools.workbench import Workbench
from aircher.workspace.local import LocalWorkspace


@pytest.fixture
def todo() -> Todo:
    return TOOL(Workbench(root=Path("/"), files=LocalWorkspace(Path("/"))))


async def test_each_call_replaces_the_whole_list(todo: Todo) -> None:
    await outcome(todo, {"items": [{"text": "old"}]})
    items: list[JsonValue] = [
        {"text": "read", "state": "completed"},
        {"text": "mend", "state": "in_progress"},
        {"text": "test", "state": "pending"},
    ]
    kept = (
        TodoItem(text="read", state="completed"),
        TodoItem(text="mend", state="in_progress"),
        TodoItem(text="test"),
    )
    assert await call(todo, {"items": items}) == ToolOutcome(
        content="[x] read\n[>] mend\n[ ] test", summary="1 of 3 done", display=(TodoBlock(items=kept),)
    )
    assert todo.items == kept
    assert (await outcome(todo, {"items": []})).content == "The list is empty."


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        ("read", "Expected `array`, got `str` - at `$.items`"),
        ([{"text": ""}], "Expected `str` of length >= 1 - at `$.items[0].text`"),
        ([{"text": "a", "state": "done"}], "Invalid enum value 'done' - at `$.items[0].state`"),
        ([{"text": "a"}] * (MAX_ITEMS + 1), "Expected `array` of length <= 50 - at `$.items`"),
    ],
)
async def test_a_wrong_list_leaves_the_old_one(todo: Todo, items: Any, problem: str) -> None:
    await outcome(todo, {"items": [{"text": "kept"}]})
    assert await call(todo, {"items": items}) == ToolFailure(message=f"Wrong arguments: {problem}. Expected: items.")
    assert todo.items == (TodoItem(text="kept"),)


def test_a_list_touches_nothing(todo: Todo) -> None:
    args = todo.parse({"items": []})
    assert not isinstance(args, ToolFailure)
    assert todo.actions(args) == ()
    assert not todo.is_writer
    assert vendors_can_take(todo.spec.parameters)
    assert "in_progress" in f"{todo.spec.parameters}"
