"""Tools that a test can watch and hold, with real effects on real files."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aircher.domain.audit import AuditEntry
from aircher.domain.changes import Checkpoint, CheckpointCall, FileChange
from aircher.domain.effects import Action, Connects, Reads, Unknown, Writes
from aircher.domain.ids import CallId, SessionId
from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome


@dataclass
class Scribe:
    """Writes ``text`` into the file ``path`` of ``root``; says first what it is about to do."""

    root: Path
    is_writer: bool = True
    spec: ToolSpec = field(default=ToolSpec(name="scribe", description="write", parameters={"type": "object"}))

    def parse(self, arguments: JsonObject) -> tuple[str, str]:
        return str(arguments["path"]), str(arguments["text"])

    def actions(self, args: tuple[str, str]) -> tuple[Action, ...]:
        return (Action(tool="write", effects=(Writes(path=self.root / args[0]),)),)

    async def run(self, args: tuple[str, str], call: RunningCall) -> ToolOutcome:
        await call.show(f"writing {args[0]}\n")
        (self.root / args[0]).write_text(args[1])
        return ToolOutcome(content=f"wrote {args[0]}", summary=f"wrote {args[0]}")


@dataclass
class Meeting:
    """Ends when ``parties`` calls of it run at the same time; counts the most that ever did."""

    parties: int
    most: int = 0
    here: int = 0
    everybody: asyncio.Event = field(default_factory=asyncio.Event)
    is_writer: bool = False
    spec: ToolSpec = field(default=ToolSpec(name="meet", description="meet", parameters={"type": "object"}))

    def parse(self, arguments: JsonObject) -> JsonObject:
        return arguments

    def actions(self, args: JsonObject) -> tuple[Action, ...]:
        return (Action(tool="net", effects=()),)

    async def run(self, args: JsonObject, call: RunningCall) -> ToolOutcome:
        self.here += 1
        self.most = max(self.most, self.here)
        if self.here == self.parties:
            self.everybody.set()
        await self.everybody.wait()
        self.here -= 1
        return ToolOutcome(content=f"met {args.get('who', '')}", summary="met")


@dataclass
class Machine:
    """Does something opaque: the policy asks about it. Writes ``out`` and then waits until it may go on."""

    root: Path
    may_go_on: asyncio.Event = field(default_factory=asyncio.Event)
    has_begun: asyncio.Event = field(default_factory=asyncio.Event)
    runs: int = 0
    is_writer: bool = False
    spec: ToolSpec = field(default=ToolSpec(name="machine", description="run", parameters={"type": "object"}))

    def parse(self, arguments: JsonObject) -> JsonObject:
        return arguments

    def actions(self, args: JsonObject) -> tuple[Action, ...]:
        return (Action(tool="shell", text="machine", effects=(Unknown(reason="may do anything"),)),)

    async def run(self, args: JsonObject, call: RunningCall) -> ToolOutcome:
        self.runs += 1
        (self.root / "out").write_text("half")
        self.has_begun.set()
        await self.may_go_on.wait()
        return ToolOutcome(content="KEY=hunter2 done", summary="done", exit_status=0)


@dataclass
class Oracle:
    """Asks the person, or hands the task on."""

    is_writer: bool = False
    spec: ToolSpec = field(default=ToolSpec(name="oracle", description="ask", parameters={"type": "object"}))

    def parse(self, arguments: JsonObject) -> JsonObject:
        return arguments

    def actions(self, args: JsonObject) -> tuple[Action, ...]:
        return ()

    async def run(self, args: JsonObject, call: RunningCall) -> ToolOutcome | ToolFailure:
        if "task" in args:
            tools = args.get("tools")
            return await call.delegate(
                str(args["task"]), [str(name) for name in tools] if isinstance(tools, list) else []
            )
        answer = await call.ask("which?", ("red", "blue"))
        return ToolOutcome(content=f"the user says {answer}", summary="asked")


@dataclass
class Wanderer:
    """A shell of which only ``cd`` and ``pwd`` are left; what it is to run is judged in the folder of that moment."""

    folder: str = "/"
    is_writer: bool = False
    spec: ToolSpec = field(default=ToolSpec(name="wander", description="walk", parameters={"type": "object"}))

    def parse(self, arguments: JsonObject) -> tuple[str, str]:
        return str(arguments["command"]), self.folder

    def actions(self, args: tuple[str, str]) -> tuple[Action, ...]:
        return (Action(tool="shell", text=args[0]),)

    async def run(self, args: tuple[str, str], call: RunningCall) -> ToolOutcome:
        command, folder = args
        if command.startswith("cd "):
            self.folder = command.removeprefix("cd ")
        return ToolOutcome(content=f"{command} in {folder}", summary="walked")


@dataclass
class Breaker:
    """Writes ``out`` and then has a bug, or hands a task on although it may write."""

    root: Path
    is_writer: bool = True
    spec: ToolSpec = field(default=ToolSpec(name="break", description="break", parameters={"type": "object"}))

    def parse(self, arguments: JsonObject) -> JsonObject:
        return arguments

    def actions(self, args: JsonObject) -> tuple[Action, ...]:
        return (Action(tool="write", effects=(Writes(path=self.root / "out"),)),)

    async def run(self, args: JsonObject, call: RunningCall) -> ToolOutcome | ToolFailure:
        if "task" in args:
            return await call.delegate(str(args["task"]), [])
        (self.root / "out").write_text("half")
        raise ZeroDivisionError("a bug")


@dataclass
class Looker:
    """Reads the folder; its answer is always the same."""

    root: Path
    is_writer: bool = False
    spec: ToolSpec = field(default=ToolSpec(name="look", description="look", parameters={"type": "object"}))

    def parse(self, arguments: JsonObject) -> JsonObject:
        return arguments

    def actions(self, args: JsonObject) -> tuple[Action, ...]:
        return (Action(tool="read", effects=(Reads(path=self.root),)),)

    async def run(self, args: JsonObject, call: RunningCall) -> ToolOutcome:
        return ToolOutcome(content=str(args.get("say", "nothing")) * int(str(args.get("times", 1))), summary="looked")


@dataclass
class Caller:
    """Would speak to a host."""

    is_writer: bool = False
    spec: ToolSpec = field(default=ToolSpec(name="caller", description="call", parameters={"type": "object"}))

    def parse(self, arguments: JsonObject) -> JsonObject:
        return arguments

    def actions(self, args: JsonObject) -> tuple[Action, ...]:
        return (Action(tool="net", text="example.org", effects=(Connects(host="example.org"),)),)

    async def run(self, args: JsonObject, call: RunningCall) -> ToolOutcome:
        return ToolOutcome(content="called", summary="called")


@dataclass
class Trail:
    """An audit in memory."""

    entries: list[AuditEntry] = field(default_factory=list)

    async def note(self, entry: AuditEntry) -> None:
        self.entries.append(entry)


@dataclass
class Copies:
    """Checkpoints of one file, ``out``, in memory: enough to see when they are made."""

    root: Path
    calls: list[tuple[CheckpointCall, tuple[Path, ...] | None]] = field(default_factory=list)
    kept: list[dict[str, bytes]] = field(default_factory=list)
    closed: int = 0
    left: dict[CallId, tuple[FileChange, ...]] = field(default_factory=dict)

    async def before(
        self, call: CheckpointCall, *, paths: Sequence[Path] | None, also: Sequence[Path] = ()
    ) -> Checkpoint:
        self.calls.append((call, None if paths is None else tuple(paths)))
        self.kept.append(self._files())
        return Checkpoint(call=call, number=len(self.calls))

    async def after(self, checkpoint: Checkpoint) -> tuple[FileChange, ...]:
        self.closed += 1
        now, pending = self._files(), self.kept[checkpoint.number - 1]
        created = [FileChange(path=name, change="created") for name in now if name not in pending]
        modified = [
            FileChange(path=name, change="modified") for name in now if pending.get(name, now[name]) != now[name]
        ]
        return (*created, *modified)

    async def interrupted(self, session_id: SessionId, call_id: CallId) -> tuple[FileChange, ...] | None:
        return self.left.get(call_id)

    def _files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.root.iterdir()) if path.is_file()}


def without_hunter(text: str) -> tuple[str, int]:
    """Hide the one secret of these tests."""
    return text.replace("hunter2", "[hidden]"), text.count("hunter2")
