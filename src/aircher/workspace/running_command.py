"""One command line that runs in a shell: what it printed, how it ended, and in which folder.

Invariant: its processes, its descriptors and its saved output are closed together, in `RunningCommand.finish` or
`RunningCommand.stop`. Not its job: how long it may run.
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from aircher.domain.commands import CommandEnd
from aircher.workspace.child import Child, Start
from aircher.workspace.confinement import Grants, Launch, ResourceLimits, Sandbox
from aircher.workspace.outputs import SavedOutput, SavedOutputs
from aircher.workspace.printed import Printed

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
    """

    command: str
    folder: Path
    shell: str
    confinement: Confinement
    outputs: SavedOutputs
    stem: str

    def launch(self, telling: int) -> Launch:
        """Return how to start the shell; at its end it tells its folder to the descriptor ``telling``."""
        held = self.confinement
        return held.sandbox.launch(
            self._argv(telling), cwd=self.folder, environ=held.environ, grants=held.grants, limits=held.limits
        )

    def _argv(self, telling: int) -> tuple[str, ...]:
        """Return the shell's arguments; the trap stands on the first line, as complaints name lines by number."""
        # POSIX shells may take one digit only after >&, and a path always
        target = f"&{telling}" if Path(self.shell).name == "bash" else f"/dev/fd/{telling}"
        tell = f"{{ set +x; command pwd -P >{target}; }} 2>/dev/null"
        return (self.shell, "-c", f"trap '{tell}' EXIT; {self.command}")


class RunningCommand:
    """A command that was started; `wait` and then `finish`, or `stop`, or both.

    Attributes:
        printed: What it has printed so far.
    """

    def __init__(self, plan: Plan, *, on_output: Callable[[bytes], None]) -> None:
        """Start it.

        Raises:
            OSError: It cannot be started.
            ValueError: The command holds what no program can be given.
        """
        self._plan = plan
        self._on_output = on_output
        self._saved: SavedOutput | None = None
        self._began_s = time.monotonic()
        self.printed = Printed(self._open_rest)
        self._told, telling = os.pipe()
        try:
            os.set_blocking(self._told, False)
            launch = plan.launch(telling)
            try:
                start = Start(
                    argv=launch.argv,
                    folder=plan.folder,
                    environ=launch.environ,
                    pass_fds=(telling, *launch.pass_fds),
                    mark=token_hex(16),
                )
                self._child = Child(start, on_output=self._take)
            finally:
                launch.close()
        except BaseException:
            self._close()
            raise
        finally:
            os.close(telling)

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
            return self._ended(status if status >= 0 else 128 - status, left_count=left_count)
        finally:
            self._close()

    async def stop(self, *, grace_s: float, is_timed_out: bool = False) -> CommandEnd:
        """End it as a whole and return what it printed."""
        try:
            await self._child.stop(grace_s=grace_s)
            return self._ended(None, is_timed_out=is_timed_out)
        finally:
            self._close()

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
