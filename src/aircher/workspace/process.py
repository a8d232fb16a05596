"""Runs command lines in a shell: bounded in time, memory and disk, and ended as a whole.

Invariant: when `Processes.run` returns or is cancelled, no process that it started and that can be found goes on. The
folder a command ended in is where the next one starts. Not its job: whether a command may run, or what it may touch:
the sandbox sees to that.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from aircher.domain.commands import CommandEnd
from aircher.domain.errors import AircherError
from aircher.domain.tools import ToolFailure
from aircher.support.aio import finished
from aircher.workspace.live_view import LiveView
from aircher.workspace.outputs import SavedOutputs
from aircher.workspace.running_command import Begun, Confinement, Plan, RunningCommand
from aircher.workspace.spawner import Spawner

TIMEOUT_GRACE_S = 2.0  # for servers and test runners to write their last words and remove their locks
_BEGIN_TIMEOUT_S = 60.0  # all that may take: the first command tries sandboxes
INTERRUPT_GRACE_S = 0.1  # a person waits: half of the time until the prompt has to be usable again

Show = Callable[[str], Awaitable[None]]


class Processes:
    """The shell of one session.

    Attributes:
        shell: The program that reads command lines.
    """

    def __init__(
        self,
        root: Path,
        *,
        confine: Callable[[], Confinement],
        confine_own: Callable[[], Confinement] | None = None,
        outputs: SavedOutputs,
        search_path: str | None = None,
        on_put_back: Callable[[tuple[Path, ...]], None] | None = None,
    ) -> None:
        """Get ready; nothing is started.

        Args:
            root: Where the first command starts.
            confine: Says what holds a command; called before each one, off the loop, so it may try sandboxes.
            confine_own: The same for a command that a person typed; ``None`` = as any other.
            outputs: Where output goes that is too long.
            search_path: Where ``bash`` is looked for; ``None`` = along our own ``PATH``.
            on_put_back: Is told at once when a command had changed protected paths, also if nobody waits for its end.
        """
        self.shell = shutil.which("bash", path=search_path) or "/bin/sh"
        self._root = root
        self._folder = root
        self._confine = confine
        self._confine_own = confine_own or confine
        self._outputs = outputs
        self._spawner = Spawner()
        self._on_put_back = on_put_back
        self._untold: list[Path] = []

    @property
    def folder(self) -> Path:
        """Where the next command starts: where the last one ended, or the root if that folder is gone."""
        if not self._folder.is_dir():
            self._folder = self._root
        return self._folder

    async def run(
        self, command: str, *, folder: Path, timeout_s: float, show: Show, is_by_user: bool = False
    ) -> CommandEnd | ToolFailure:
        """Return how the command ended, or why it could not be started.

        Args:
            command: A command line.
            folder: Where it starts.
            timeout_s: After this time it is stopped.
            show: Gets its output while it runs.
            is_by_user: Whether a person typed it.
        """
        view = LiveView(show)
        running = await self.start(command, folder=folder, stem="shell", on_output=view.feed, is_by_user=is_by_user)
        if isinstance(running, ToolFailure):
            return running
        try:
            ended = await _to_its_end(running, view, timeout_s)
        except BaseException:
            stopped = await running.stop(grace_s=INTERRUPT_GRACE_S)
            self._untold += stopped.put_back  # nobody hears of how it ended
            raise
        if ended.folder != folder:
            self._folder = ended.folder
        if self._untold:
            ended = replace(ended, put_back=tuple(dict.fromkeys((*self._untold, *ended.put_back))))
            self._untold.clear()
        return ended

    def close(self) -> None:
        """End the process that starts commands, and what it started."""
        self._spawner.close()

    async def start(
        self,
        command: str,
        *,
        folder: Path,
        stem: str,
        on_output: Callable[[bytes], None],
        is_by_user: bool = False,
    ) -> RunningCommand | ToolFailure:
        """Start it; whoever does must see it to its end.

        Args:
            command: A command line.
            folder: Where.
            stem: What the file is called that takes long output.
            on_output: Gets what it prints.
            is_by_user: Whether a person typed it.
        """
        confine = self._confine_own if is_by_user else self._confine
        beginning = asyncio.ensure_future(asyncio.to_thread(self._begin, command, folder, stem, confine))
        try:
            begun = await asyncio.shield(beginning)
        except asyncio.CancelledError:
            await finished(_ended_at_once(beginning), within_s=_BEGIN_TIMEOUT_S)
            raise
        except AircherError as exc:
            remedy = f" The user can help: {exc.hint}." if exc.hint else ""
            return ToolFailure(message=f"The command could not be started: {exc.message}.{remedy}")
        except OSError as exc:
            return ToolFailure(message=f"The command could not be started: {exc.strerror or exc}.")
        except ValueError as exc:
            return ToolFailure(message=f"The command cannot be passed to a shell: {exc}.")
        return RunningCommand(begun, on_output=on_output)

    def _begin(self, command: str, folder: Path, stem: str, confine: Callable[[], Confinement]) -> Begun:
        plan = Plan(
            command=command,
            folder=folder,
            shell=self.shell,
            confinement=confine(),
            outputs=self._outputs,
            stem=stem,
            on_put_back=self._on_put_back or _unheard,
        )
        return plan.begin(self._spawner)


async def _ended_at_once(beginning: asyncio.Future[Begun]) -> None:
    """End a command that nobody waits for any more, once it has begun."""
    with suppress(AircherError, OSError, ValueError):
        running = RunningCommand(await beginning, on_output=_unseen)
        await running.stop(grace_s=0)


def _unheard(paths: tuple[Path, ...]) -> None:
    """Tell nobody."""


def _unseen(chunk: bytes) -> None:
    """Show nothing."""


async def _to_its_end(running: RunningCommand, view: LiveView, timeout_s: float) -> CommandEnd:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(view.keep_showing())
        try:
            async with asyncio.timeout(timeout_s):
                await running.wait()
                return await running.finish()
        except TimeoutError:
            return await running.stop(grace_s=TIMEOUT_GRACE_S, is_timed_out=True)
        finally:
            view.end()
