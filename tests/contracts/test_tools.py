"""What every tool promises, on a workbench of real parts. A new one joins by its file and a row in EXAMPLES."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from tests.tools.benches import bench_in, commit_all, git, write_tree
from tests.tools.calls import unseen
from tests.workspace.shells import processes_in

from aircher.app.project_search import IndexSearch
from aircher.domain.display import DiffBlock, NoticeBlock, ShellBlock, TableBlock, TextBlock, TodoBlock
from aircher.domain.effects import Deletes, Reads, Writes
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonObject
from aircher.domain.tools import Previewing, RunningCall, Tool, ToolFailure, ToolOutcome
from aircher.engine.system_prompt import about_tools, system_prompt
from aircher.permissions.commands import Setting
from aircher.support.discovery import module_names, value_of
from aircher.support.token_estimate import estimate
from aircher.tools.discovery import PACKAGE, built_in_tools
from aircher.tools.web_ports import SearchSettings, WebAccess
from aircher.tools.workbench import Workbench
from aircher.workspace.jobs import Jobs

NAMES = tuple(name for name in module_names(PACKAGE) if value_of(PACKAGE, name, "TOOL") is not None)
WRITERS = frozenset({"write_file", "edit_file"})
MOST_TOKENS = 4_000
"""Of the system prompt and all schemas together; the issue's bound."""

EXAMPLES: Mapping[str, JsonObject] = MappingProxyType(
    {
        "ask_user": {"question": "Which?"},
        "edit_file": {"edits": [{"path": "a.py", "old": "one = 1", "new": "one = 2"}]},
        "git": {"command": "status"},
        "glob": {"pattern": "*.py"},
        "grep": {"pattern": "one"},
        "jobs": {"action": "list"},
        "list": {},
        "outline": {"path": "a.py"},
        "read_file": {"path": "a.py"},
        "search_code": {"query": "one"},
        "shell": {"command": "echo hello"},
        "task": {"prompt": "look"},
        "todo": {"items": [{"text": "look"}]},
        "web_fetch": {"url": "http://127.0.0.1:1/"},
        "web_search": {"query": "one"},
        "write_file": {"path": "new/b.py", "content": "two = 2\n"},
    }
)
"""Arguments that each tool accepts; a new tool needs its own."""
JUNK: tuple[JsonObject, ...] = (
    {"no_such_argument": 1},
    {"path": {"deep": [1]}, "pattern": 5, "query": [], "command": {}, "edits": "x", "url": 3, "items": 7, "prompt": 1},
)
HOSTILE_PATHS = (
    "a\0b", "a\nb", "../../etc/passwd", "~", "~/x", "~root", "/", "", ".", "loop", "loop/x", "link/x", "outside",
    "n" * 5_000, "half\ud83d", "-rf", "$(id)", "..\\..", "a.py/x", "/dev/null", "/proc/self/environ", "pipe",
)  # fmt: skip
BLOCKS = (TextBlock, DiffBlock, ShellBlock, TableBlock, TodoBlock, NoticeBlock)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_tree(tmp_path / "root", {"a.py": "one = 1\n", "src/c.md": "# one\n", ".env": "KEY=1\n"})
    git(root, "init", "-q")
    commit_all(root, "first")
    (tmp_path / "outside").mkdir()
    (root / "outside").symlink_to(tmp_path / "outside")
    (root / "link").symlink_to("src")
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    return root


@pytest.fixture
async def bench(root: Path, tmp_path: Path) -> AsyncIterator[Workbench]:
    files = bench_in(root)
    processes = processes_in(root)
    code = IndexSearch(root, tmp_path / "index.db", may_read=files.may_read, note=lambda _: None)
    async with Jobs(processes) as jobs:
        yield Workbench(
            root=root,
            files=files.files,
            code=code,
            setting=Setting(roots=(root,), home=tmp_path),
            commands=processes,
            jobs=jobs,
            web=WebAccess(),
            search=SearchSettings(engines=("custom",), custom_url="http://127.0.0.1:1/?q={query}"),
            seen=files.seen,
            listing=files.listing,
            text_search=files.text_search,
            git=files.git,
            may_read=files.may_read,
            contents=files.contents,
        )
    code.close()


@pytest.fixture(params=NAMES)
def tool(request: pytest.FixtureRequest, bench: Workbench) -> Tool[Any]:
    made: Tool[Any] | None = value_of(PACKAGE, request.param, "TOOL")(bench)  # type: ignore[operator]  # a maker
    assert made is not None, "every port is there"
    return made


def call() -> RunningCall:
    return RunningCall(call_id=CallId("call"), show=unseen)


def accepted(tool: Tool[Any], arguments: JsonObject) -> Any:
    args = tool.parse(arguments)
    assert not isinstance(args, ToolFailure), args.message
    return args


def contents(folder: Path) -> dict[str, bytes | None]:
    """Return every path below, with what the files hold."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() and not path.is_symlink() else None
        for path in folder.rglob("*")
        if ".git" not in path.parts
    }


async def test_a_tool_is_named_after_its_file_and_told_in_few_words(tool: Tool[Any]) -> None:
    spec = tool.spec
    assert spec.name in NAMES
    assert re.fullmatch(r"[a-z][a-z_]{1,30}", spec.name)
    assert 20 <= len(spec.description) <= 400
    assert spec == tool.spec


async def test_its_parameters_are_a_flat_closed_object_that_every_vendor_takes(tool: Tool[Any]) -> None:
    import jsonschema_rs

    schema: Any = tool.spec.parameters
    jsonschema_rs.meta.validate(schema)
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    assert set(schema.get("required", ())) <= set(schema["properties"])
    assert all("type" in each for each in schema["properties"].values())
    assert not {"$ref", "$defs"} & set(re.findall(r"[$]\w+", json.dumps(schema)))
    assert jsonschema_rs.validator_for(schema).is_valid(EXAMPLES[tool.spec.name])


async def test_junk_is_refused_in_words(tool: Tool[Any]) -> None:
    for arguments in JUNK:
        failed = tool.parse(arguments)
        assert isinstance(failed, ToolFailure), failed
        assert len(failed.message) > 20
        assert failed.message.encode()


async def test_an_example_is_accepted_and_its_actions_are_pure_and_absolute(tool: Tool[Any], root: Path) -> None:
    before = contents(root)
    args = accepted(tool, EXAMPLES[tool.spec.name])
    actions = tool.actions(args)
    assert actions == tool.actions(args)
    assert all(action.tool for action in actions)
    for effect in (effect for action in actions for effect in action.effects):
        if isinstance(effect, Reads | Writes | Deletes):
            assert effect.path.is_absolute()
            assert ".." not in effect.path.parts
    assert contents(root) == before


async def test_what_only_changes_things_says_so(tool: Tool[Any]) -> None:
    assert tool.is_writer is (tool.spec.name in WRITERS)
    actions = tool.actions(accepted(tool, EXAMPLES[tool.spec.name]))
    writes = any(isinstance(effect, Writes | Deletes) for action in actions for effect in action.effects)
    assert writes is tool.is_writer


def with_path(tool: Tool[Any], path: str) -> JsonObject | None:
    """Return the tool's example with this path in it, or ``None`` if it takes none."""
    example = dict(EXAMPLES[tool.spec.name])
    properties: Any = tool.spec.parameters["properties"]
    if "path" in properties:
        return {**example, "path": path}
    if "edits" in properties:
        return {"edits": [{"path": path, "old": "one = 1", "new": "x"}]}
    return None


def judged(tool: Tool[Any], args: Any) -> list[Path]:
    """Return the paths of a call's effects, which have to be those that its path leads to."""
    effects = [effect for action in tool.actions(args) for effect in action.effects]
    paths = [effect.path for effect in effects if isinstance(effect, Reads | Writes | Deletes)]
    assert paths
    for path in paths:
        assert path.is_absolute()
        assert path == Path(os.path.realpath(path)) or "loop" in path.parts
    return paths


async def test_hostile_paths_are_judged_where_they_lead_and_break_nothing(
    tool: Tool[Any], root: Path, tmp_path: Path
) -> None:
    before = contents(root)
    for path in HOSTILE_PATHS:
        arguments = with_path(tool, path)
        args = ToolFailure(message="") if arguments is None else tool.parse(arguments)
        if isinstance(args, ToolFailure) or not all(each.is_relative_to(tmp_path) for each in judged(tool, args)):
            continue  # of what lies elsewhere policy asks; it is none of this test's business
        async with asyncio.timeout(30):
            result = await tool.run(args, call())
        assert isinstance(result, ToolOutcome | ToolFailure), path
    if not tool.is_writer:
        assert contents(root) == before


async def test_the_result_is_typed_and_can_be_sent(tool: Tool[Any]) -> None:
    async with asyncio.timeout(30):
        result = await tool.run(accepted(tool, EXAMPLES[tool.spec.name]), call())
    text = result.content if isinstance(result, ToolOutcome) else result.message
    assert text
    assert text.encode()
    assert all(isinstance(block, BLOCKS) for block in result.display)
    if isinstance(result, ToolOutcome):
        assert result.summary
        assert "\n" not in result.summary
        assert len(result.summary) <= 200


@pytest.mark.parametrize("steps", range(4))
async def test_a_cancelled_run_leaves_nothing_half_done(tool: Tool[Any], root: Path, steps: int) -> None:
    before = contents(root)
    whole = {**before, "new": None, "new/b.py": b"two = 2\n"}, {**before, "a.py": b"one = 2\n"}
    running = asyncio.ensure_future(tool.run(accepted(tool, EXAMPLES[tool.spec.name]), call()))
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    async with asyncio.timeout(30):
        await asyncio.wait((running,))
    after = contents(root)
    assert after == before or after in whole
    await asyncio.sleep(0)
    assert contents(root) == after


async def test_a_preview_shows_something_and_changes_nothing(tool: Tool[Any], root: Path) -> None:
    before = contents(root)
    if isinstance(tool, Previewing):
        shown = await tool.preview(accepted(tool, EXAMPLES[tool.spec.name]))
        assert shown
        assert all(isinstance(block, BLOCKS) for block in shown)
    assert isinstance(tool, Previewing) or tool.spec.name not in {"shell", "web_fetch", "web_search", *WRITERS}
    assert contents(root) == before


def test_every_tool_has_an_example_here() -> None:
    assert sorted(EXAMPLES) == sorted(NAMES)


async def test_without_its_ports_a_tool_is_not_offered(bench: Workbench) -> None:
    bare = Workbench(root=bench.root, files=bench.files)
    offered = {tool.spec.name for tool in built_in_tools(bare)}
    assert offered <= {"read_file", "task", "todo", "ask_user"}
    without_seen = {tool.spec.name for tool in built_in_tools(replace(bench, seen=None))}
    assert "write_file" not in without_seen


async def test_prompt_and_schemas_together_stay_small_and_never_change(bench: Workbench) -> None:
    def sent() -> str:
        specs = [tool.spec for tool in built_in_tools(bench)]
        told = [(each.name, each.description, each.parameters) for each in specs]
        schemas = [{"name": name, "description": words, "parameters": schema} for name, words, schema in told]
        return system_prompt(cwd=str(bench.root)) + about_tools(specs, "ask") + json.dumps(schemas)

    assert sent() == sent()
    assert {family: estimate(sent(), family) <= MOST_TOKENS for family in ("claude", "o200k", "gemma")} == {
        "claude": True,
        "o200k": True,
        "gemma": True,
    }
