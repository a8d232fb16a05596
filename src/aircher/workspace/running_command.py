"""One command line that runs in a shell: what it printed, how it ended, and in which folder.

Invariant: its processes, its descriptors and its saved output are closed together, in `RunningCommand.finish` or
`RunningCommand.stop`. Not its job: how long it may run.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from secrets import token_hex

from aircher.domain.commands import CommandEnd
from aircher.domain.records import dataclass
from aircher.support.aio import finished
from aircher.workspace import process_tree
from aircher.workspace.child import Child
from aircher.workspace.confinement import Grants, Launch, ResourceLimits, Sandbox, nothing_changed
from aircher.workspace.outputs import SavedOutput, SavedOutputs
from aircher.workspace.printed import Printed
from aircher.workspace.spawner import Spawned, Spawner

_SETTLE_TIMEOUT_S = 30.0  # some megabytes on a slow disk
_FOLDER_BYTES = 8192  # twice the longest path that Linux takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What holds a command: the sandbox, what it is given, and all the variables it gets."""

    sandbox: Sandbox
    grants: Grants
    environ: Mapping[str, str]
    limits: ResourceLimits = field(default_factory=ResourceLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be run, and how.

    Attributes:
        command: The command line.
        folder: Where.
        shell: Absolute path of ``bash``, or of another shell of POSIX's language.
        confinement: What holds it.
        outputs: Where output goes that is too long.
        stem: What its file is called, without number and ending.
        on_put_back: Is told of protected paths that it had changed, on the loop.
    """

    command: str
    folder: Path
    shell: str
    confinement: Confinement
    outputs: SavedOutputs
    stem: str
    on_put_back: Callable[[tuple[Path, ...]], None]

    def begin(self, spawner: Spawner) -> "Begun":
        """Start the shell; at its end it tells its folder. It blocks for some milliseconds.

        Raises:
            OSError: It cannot be started.
            ValueError: The command holds what no program can be given.
        """
        told, telling = os.pipe()
        output, writing = os.pipe()
        try:
            launch, spawned, mark = self._spawned(spawner, telling, writing)
        except BaseException:
            os.close(told)
            os.close(output)
            raise
        finally:
            os.close(telling)
            os.close(writing)
        return Begun(plan=self, spawned=spawned, mark=mark, output=output, told=told, settle=launch.settle)

    def _spawned(self, spawner: Spawner, telling: int, writing: int) -> tuple[Launch, Spawned, str]:
        held = self.confinement
        launch = held.sandbox.launch(
            self._argv(telling), cwd=self.folder, environ=held.environ, grants=held.grants, limits=held.limits
        )
        mark = token_hex(16)
        passed = (telling, *launch.pass_fds)
        try:
            spawned = spawner.start(
                launch.argv,
                folder=self.folder,
                environ={**launch.environ, process_tree.MARK: mark},
                fds={1: writing, 2: writing, **{fd: fd for fd in passed}},
            )
        finally:
            launch.close()
        return launch, spawned, mark

    def _argv(self, telling: int) -> tuple[str, ...]:
        """Return the shell's arguments; the trap stands on the first line, as complaints name lines by number."""
        # POSIX shells may take one digit only after >&, and a path always
        target = f"&{telling}" if Path(self.shell).name == "bash" else f"/dev/fd/{telling}"
        tell = f"{{ set +x; command pwd -P >{target}; }} 2>/dev/null"
        return (self.shell, "-c", f"trap '{tell}' EXIT; {self.command}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What was started; whoever has it makes a `RunningCommand` of it.

    Attributes:
        plan: How.
        spawned: The shell.
        mark: What all its processes carry.
        output: The descriptor that its output comes from.
        told: The one that its last folder comes from.
        settle: As of `Launch`.
    """

    plan: Plan
    spawned: Spawned
    mark: str
    output: int
    told: int
    settle: Callable[[], tuple[Path, ...]]


class RunningCommand:
    """A command that was started; `wait` and then `finish`, or `stop`, or both.

    Attributes:
        printed: What it has printed so far.
    """

    def __init__(self, begun: Begun, *, on_output: Callable[[bytes], None]) -> None:
        """Read what it prints, and watch over it to its end."""
        self._plan = begun.plan
        self._settle = begun.settle
        self._on_output = on_output
        self._saved: SavedOutput | None = None
        self._began_s = time.monotonic()
        self.printed = Printed(self._open_rest)
        self._told = begun.told
        os.set_blocking(self._told, False)
        self._put_back: tuple[Path, ...] | None = None
        self._child = Child(begun.spawned, output=begun.output, mark=begun.mark, on_output=self._take)

    @property
    def duration_s(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self._began_s

    async def wait(self) -> None:
        """Return once its first process has ended."""
        await self._child.wait()

    async def finish(self) -> CommandEnd:
        """Return how it ended, once that is so and nothing of it is left."""
        try:
            status, left_count = await self._child.finish()
            await self._settled()
            return self._ended(status if status >= 0 else 128 - status, left_count=left_count)
        finally:
            self._close()

    async def stop(self, *, grace_s: float, is_timed_out: bool = False) -> CommandEnd:
        """End it as a whole and return what it printed."""
        try:
            try:
                await self._child.stop(grace_s=grace_s)
            finally:
                await self._settled()
            return self._ended(None, is_timed_out=is_timed_out)
        finally:
            self._close()

    async def _settled(self) -> None:
        """Put back what it changed and must not have, whatever comes between."""
        if self._settle is not nothing_changed and self._put_back is None:
            self._put_back = ()
            self._put_back = await finished(asyncio.to_thread(self._settle), within_s=_SETTLE_TIMEOUT_S) or ()
            if self._put_back:
                self._plan.on_put_back(self._put_back)

    def _take(self, chunk: bytes) -> None:
        self.printed.feed(chunk)
        self._on_output(chunk)

    def _open_rest(self) -> SavedOutput | None:
        with suppress(OSError):
            self._saved = self._plan.outputs.open(self._plan.stem)
        return self._saved

    def _ended(self, exit_status: int | None, *, left_count: int = 0, is_timed_out: bool = False) -> CommandEnd:
        self.printed.finish()
        return CommandEnd(
            output=self.printed.text(),
            exit_status=exit_status,
            is_timed_out=is_timed_out,
            duration_s=self.duration_s,
            folder=_folder_told(self._told) or self._plan.folder,
            left_count=left_count,
            put_back=self._put_back or (),
        )

    def _close(self) -> None:
        if self._told >= 0:
            os.close(self._told)
            self._told = -1
        if self._saved is not None:
            self._saved.close()


def _folder_told(descriptor: int) -> Path | None:
    """Return the folder that was told, if it exists for us too: a sandbox has folders of its own."""
    try:
        told = os.read(descriptor, _FOLDER_BYTES)
        folder = Path(os.fsdecode(told.removesuffix(b"\n")))
        return folder if told and folder.is_absolute() and folder.is_dir() else None
    except (OSError, ValueError):  # nothing was told; or a NUL
        return None
