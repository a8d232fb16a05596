"""Keep a list of what is to do: the model's own plan, which people watch.

Invariant: each call replaces the whole list, so that list and picture of it never differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from aircher.domain.display import TodoBlock, TodoItem
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools.arguments import parameters, parse_arguments

if TYPE_CHECKING:
    from aircher.domain.effects import Action
    from aircher.domain.messages import JsonObject
    from aircher.tools.workbench import Workbench

MAX_ITEMS = 50
_MARKS = {"pending": "[ ]", "in_progress": "[>]", "completed": "[x]"}


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to do."""

    text: Annotated[str, Meta(min_length=1, max_length=500)]
    state: Literal["pending", "in_progress", "completed"] = "pending"


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `todo` takes."""

    items: Annotated[list[Item], Meta(max_length=MAX_ITEMS, description="The whole list, in order.")]


class Todo:
    """The tool; see `aircher.domain.tools.Tool`.

    Attributes:
        items: The list as it stands.
    """

    is_writer = False

    def __init__(self, bench: Workbench) -> None:  # noqa: ARG002 - every tool is built from it
        """Begin with an empty list; nothing is needed for it."""
        self.items: tuple[TodoItem, ...] = ()

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="todo",
            description=(
                "Replace your list of steps, which the user sees. Use it for work of three steps or more; keep exactly "
                "one item in_progress, and mark it completed as soon as it is."
            ),
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Args | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        return parse_arguments(arguments, Args)

    def actions(self, args: Args) -> tuple[Action, ...]:  # noqa: ARG002 - the role passes them
        """Return nothing: a list harms nobody."""
        return ()

    async def run(self, args: Args, call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return the list as it is now."""
        self.items = tuple(TodoItem(text=item.text, state=item.state) for item in args.items)
        done = sum(item.state == "completed" for item in self.items)
        return ToolOutcome(
            content="\n".join(f"{_MARKS[item.state]} {item.text}" for item in self.items) or "The list is empty.",
            summary=f"{done} of {len(self.items)} done",
            display=(TodoBlock(items=self.items),),
        )


TOOL = Todo
