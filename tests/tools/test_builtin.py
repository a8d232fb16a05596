"""The two tools: what they are told, what they touch, what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aircher.domain.messages import JsonObject
from aircher.domain.tools import Reads, Tool, ToolFailure, ToolOutcome
from aircher.tools.ports import Found
from aircher.tools.read_file import ReadFile
from aircher.tools.search import Search
from aircher.workspace.local import LocalWorkspace


@dataclass(frozen=True)
class FixedSearch:
    """Finds what it was given."""

    places: tuple[Found, ...]

    async def find(self, query: str, *, limit: int) -> Sequence[Found]:
        return self.places[:limit]


async def call(tool: Tool[Any], arguments: JsonObject) -> ToolOutcome | ToolFailure:
    args = tool.parse(arguments)
    return args if isinstance(args, ToolFailure) else await tool.run(args)


@pytest.fixture
def read_file(tmp_path: Path) -> ReadFile:
    (tmp_path / "a.py").write_text("one\ntwo\nthree\n")
    (tmp_path / "empty").touch()
    return ReadFile(LocalWorkspace(tmp_path))


async def test_lines_come_numbered_and_say_how_to_go_on(read_file: ReadFile) -> None:
    assert await call(read_file, {"path": "a.py", "max_lines": 2}) == ToolOutcome(
        content="1\tone\n2\ttwo\n(the file goes on: continue with first_line=3)", summary="read 2 lines of a.py"
    )
    assert await call(read_file, {"path": "empty"}) == ToolOutcome(
        content="empty is empty.", summary="read 0 lines of empty"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "Wrong arguments: Object missing required field `path`. Expected: path, first_line, max_lines."),
        (
            {"path": "a.py", "first_line": 0},
            "Wrong arguments: Expected `int` >= 1 - at `$.first_line`. Expected: path, first_line, max_lines.",
        ),
        (
            {"file": "a.py", "path": "a.py"},
            "Wrong arguments: Object contains unknown field `file`. Expected: path, first_line, max_lines.",
        ),
        ({"path": "gone"}, "gone does not exist. Use search to find the right path."),
    ],
)
async def test_a_wrong_call_says_what_is_expected(read_file: ReadFile, arguments: JsonObject, message: str) -> None:
    assert await call(read_file, arguments) == ToolFailure(message=message)


def test_effects_name_the_resolved_path(read_file: ReadFile, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hosts")
    args = read_file.parse({"path": "link"})
    assert not isinstance(args, ToolFailure)
    assert read_file.effects(args) == (Reads(path=Path("/etc/hosts").resolve()),)


async def test_search_answers_with_path_and_line(tmp_path: Path) -> None:
    places = (Found(path="a.py", line=3, text="  def f():"), Found(path="b.py", line=1, text="import a"))
    tool = Search(FixedSearch(places), tmp_path)
    assert await call(tool, {"query": "f", "limit": 1}) == ToolOutcome(
        content="a.py:3: def f():", summary="found 1 places for 'f'"
    )
    args = tool.parse({"query": "f"})
    assert not isinstance(args, ToolFailure)
    assert tool.effects(args) == (Reads(path=tmp_path),)


async def test_search_without_a_match_says_so(tmp_path: Path) -> None:
    assert await call(Search(FixedSearch(()), tmp_path), {"query": "zebra"}) == ToolFailure(
        message="Nothing in the project matches 'zebra'. Try fewer or other words."
    )


class BrokenSearch:
    """Cannot search."""

    async def find(self, query: str, *, limit: int) -> ToolFailure:
        return ToolFailure(message="The index is locked.")


async def test_a_search_that_cannot_be_made_tells_the_model_why(tmp_path: Path) -> None:
    assert await call(Search(BrokenSearch(), tmp_path), {"query": "f"}) == ToolFailure(message="The index is locked.")


@pytest.mark.parametrize(
    "make", [lambda: ReadFile(LocalWorkspace(Path("/"))), lambda: Search(FixedSearch(()), Path("/"))]
)
def test_every_parameter_is_described_in_a_flat_schema(make: Any) -> None:
    spec = make().spec
    assert spec.parameters["type"] == "object"
    assert spec.parameters["additionalProperties"] is False
    assert all(item["description"] for item in spec.parameters["properties"].values())
