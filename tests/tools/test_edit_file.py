"""The tool that edits: all files or none, and words a model can act on."""

from pathlib import Path

import pytest

from aircher.domain.display import DiffBlock
from aircher.domain.effects import Action, Reads, Writes
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonObject
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools.edit_file import TOOL, EditFile
from aircher.tools.workbench import Workbench
from aircher.workspace.files import LocalFiles, content_hash
from aircher.workspace.local import LocalWorkspace


class Memory:
    """What the model has seen."""

    def __init__(self) -> None:
        self.hashes: dict[Path, str] = {}

    def digest(self, path: Path) -> str | None:
        return self.hashes.get(path)

    def note(self, path: Path, digest: str) -> None:
        self.hashes[path] = digest


async def show(text: str) -> None:
    raise AssertionError(text)


async def call(tool: EditFile, *edits: JsonObject) -> ToolOutcome | ToolFailure:
    args = tool.parse({"edits": [dict(edit) for edit in edits]})
    if isinstance(args, ToolFailure):
        return args
    return await tool.run(args, RunningCall(call_id=CallId("c1"), show=show))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text("one = 1\ntwo = 2\n")
    (tmp_path / "b.py").write_text("def three():\n    return 3\n")
    (tmp_path / "data.bin").write_bytes(b"\x7fELF\x00\x01a\x00")
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(20_000_001)
    return tmp_path.resolve()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def tool(root: Path, memory: Memory) -> EditFile:
    return EditFile(LocalWorkspace(root), LocalFiles(), memory)


async def test_several_files_are_edited_and_shown(tool: EditFile, root: Path, memory: Memory) -> None:
    outcome = await call(
        tool,
        {"path": "a.py", "old": "two = 2", "new": "two = 22"},
        {"path": "b.py", "old": "return 3\n", "new": "return 33\n"},
        {"path": "a.py", "old": "one = 1", "new": "one = 11"},
    )
    assert outcome == ToolOutcome(
        content="edited a.py: 2 replacements\nedited b.py: 1 replacement",
        summary="edited 2 files (+3 -3)",
        display=(
            DiffBlock(
                path="a.py", diff="@@ -1,2 +1,2 @@\n-one = 1\n-two = 2\n+one = 11\n+two = 22", added=2, removed=2
            ),
            DiffBlock(
                path="b.py", diff="@@ -1,2 +1,2 @@\n def three():\n-    return 3\n+    return 33", added=1, removed=1
            ),
        ),
    )
    assert (root / "a.py").read_text() == "one = 11\ntwo = 22\n"
    assert memory.hashes == {root / name: content_hash((root / name).read_bytes()) for name in ("a.py", "b.py")}


async def test_one_edit_that_cannot_be_made_leaves_every_file_alone(tool: EditFile, root: Path) -> None:
    outcome = await call(
        tool,
        {"path": "a.py", "old": "two = 2", "new": "two = 22"},
        {"path": "b.py", "old": "    return 4\n", "new": "x\n"},
    )
    assert outcome == ToolFailure(
        message="b.py: old is not in the file. Most similar lines (quoted line 1 is 'return 4', the file has "
        "'return 3'):\n2\t    return 3\nNo file was changed."
    )
    assert (root / "a.py").read_text() == "one = 1\ntwo = 2\n"


async def test_what_was_undone_and_what_broke_is_told(tool: EditFile) -> None:
    outcome = await call(
        tool,
        {"path": "b.py", "old": "def three():  \n    return 3  \n", "new": "def three(:  \n    return 3  \n"},
    )
    assert isinstance(outcome, ToolOutcome)
    assert outcome.content.startswith(
        "edited b.py: 1 replacement\n  edit 1: old was not exact, undone: blanks at line ends\n"
        "  the edit brought a syntax error: line 1: "
    )


async def test_a_file_that_changed_since_it_was_read_is_edited_only_by_an_exact_quote(
    tool: EditFile, root: Path, memory: Memory
) -> None:
    memory.note(root / "b.py", content_hash(b"something older"))
    loose = await call(tool, {"path": "b.py", "old": "def three():  \n    return 3\n", "new": "x = 1\n"})
    assert loose == ToolFailure(
        message="b.py changed since you read it, and old is not exactly in it: read it again. Nothing was changed."
    )
    assert isinstance(await call(tool, {"path": "b.py", "old": "return 3", "new": "return 4"}), ToolOutcome)
    assert isinstance(await call(tool, {"path": "b.py", "old": "def three():  \n", "new": "def two():\n"}), ToolOutcome)


class FailsAt(LocalFiles):
    """Cannot write one file."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def write_bytes(self, path: Path, data: bytes, *, expected_hash: str) -> ToolFailure | None:
        if path.name == self.name:
            return ToolFailure(message=f"{path.name} cannot be written: No space left on device.")
        return await super().write_bytes(path, data, expected_hash=expected_hash)


async def test_a_write_that_fails_takes_the_others_back(root: Path, memory: Memory) -> None:
    outcome = await call(
        EditFile(LocalWorkspace(root), FailsAt("b.py"), memory),
        {"path": "a.py", "old": "two = 2", "new": "two = 22"},
        {"path": "b.py", "old": "return 3", "new": "return 4"},
    )
    assert outcome == ToolFailure(message="b.py cannot be written: No space left on device. No file was changed.")
    assert (root / "a.py").read_text() == "one = 1\ntwo = 2\n"
    assert memory.hashes == {}


class TakesNothingBack(FailsAt):
    """Cannot write one file, and no other one twice."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.written: set[Path] = set()

    async def write_bytes(self, path: Path, data: bytes, *, expected_hash: str) -> ToolFailure | None:
        if path in self.written:
            return ToolFailure(message="gone")
        self.written.add(path)
        return await super().write_bytes(path, data, expected_hash=expected_hash)


async def test_what_cannot_be_taken_back_is_told_and_nothing_else_is_claimed(root: Path) -> None:
    outcome = await call(
        EditFile(LocalWorkspace(root), TakesNothingBack("b.py")),
        {"path": "a.py", "old": "two = 2", "new": "two = 22"},
        {"path": "b.py", "old": "return 3", "new": "return 4"},
    )
    assert outcome == ToolFailure(
        message="b.py cannot be written: No space left on device. These could not be put back and hold the new text: "
        "a.py. Read them again."
    )


async def test_what_is_edited_is_the_file_that_was_judged_wherever_its_link_leads_by_then(
    tool: EditFile, root: Path
) -> None:
    (root / "name.py").symlink_to("a.py")
    args = tool.parse({"edits": [{"path": "name.py", "old": "= 2", "new": "= 22"}]})
    assert not isinstance(args, ToolFailure)
    (root / "name.py").unlink()
    (root / "name.py").symlink_to("b.py")
    assert isinstance(await tool.run(args, RunningCall(call_id=CallId("c1"), show=show)), ToolOutcome)
    assert (root / "a.py").read_text() == "one = 1\ntwo = 22\n"


async def test_a_file_under_two_names_gets_both_edits(tool: EditFile, root: Path) -> None:
    (root / "name.py").symlink_to("a.py")
    (root / "a.py").chmod(0o755)
    await call(
        tool,
        {"path": "name.py", "old": "two = 2", "new": "two = 22"},
        {"path": "a.py", "old": "one = 1", "new": "one = 11"},
    )
    assert (root / "a.py").read_text() == "one = 11\ntwo = 22\n"
    assert (root / "a.py").stat().st_mode & 0o777 == 0o755
    assert (root / "name.py").is_symlink()


async def test_a_diff_of_thousands_of_lines_tells_only_their_number(tool: EditFile, root: Path) -> None:
    (root / "a.py").write_text("x = 1\n" * 3000)
    outcome = await call(tool, {"path": "a.py", "old": "x = 1", "new": "y = 2", "replace_all": True})
    assert isinstance(outcome, ToolOutcome)
    assert outcome.summary == "edited a.py (+3000 -3000)"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            {"path": "a.py", "old": "", "new": "b"},
            "a.py: old is empty: quote the lines to change. Nothing was changed.",
        ),
        ({"path": "data.bin", "old": "a", "new": "b"}, "data.bin: the file is binary. Nothing was changed."),
        (
            {"path": "large.txt", "old": "a", "new": "b"},
            "large.txt has 20,000,001 bytes, at most 20,000,000 are read. Nothing was changed.",
        ),
        (
            {"path": "no.py", "old": "a", "new": "b"},
            "no.py does not exist. Use write_file to create a file. Nothing was changed.",
        ),
        (
            {"path": "a.py", "old": "nine = 9\n", "new": "one = 1\ntwo = 2\n"},
            "a.py: old is not in the file, but new is: this was already replaced. Nothing was changed.",
        ),
        ({"path": "a.py", "old": "one = 1", "new": "one = 1"}, "a.py: old and new are the same. Nothing was changed."),
    ],
)
async def test_a_failure_says_what_to_do(tool: EditFile, edit: JsonObject, message: str) -> None:
    assert await call(tool, edit) == ToolFailure(message=message)


async def test_wrong_arguments_are_named(tool: EditFile) -> None:
    assert await call(tool, {"path": "a.py", "old": "x"}) == ToolFailure(
        message="Wrong arguments: Object missing required field `new` - at `$.edits[0]`. Expected: edits."
    )


def test_it_reads_and_writes_each_file_once(tool: EditFile, root: Path) -> None:
    args = tool.parse({"edits": [{"path": name, "old": "a", "new": "b"} for name in ("a.py", "./a.py", "b.py")]})
    assert not isinstance(args, ToolFailure)
    assert tool.actions(args) == tuple(
        Action(tool="write", effects=(Reads(path=root / name), Writes(path=root / name))) for name in ("a.py", "b.py")
    )


def test_the_schema_has_no_references(tool: EditFile) -> None:
    assert "$ref" not in repr(tool.spec.parameters)
    assert tool.is_writer


def test_it_is_offered_only_where_whole_files_can_be_had(root: Path) -> None:
    files = LocalWorkspace(root)
    assert TOOL(Workbench(root=root, files=files)) is None
    assert isinstance(TOOL(Workbench(root=root, files=files, contents=LocalFiles())), EditFile)
