"""The prompt in the user's own editor. The terminal is given back meanwhile, and the loop goes on.

Invariant: what fails leaves the prompt as it was. The text is in a folder of this user alone, which is gone afterwards;
when Aircher leaves, the editor does too. As in a shell, Ctrl+C and Ctrl+Z are the editor's while it runs.
"""

import asyncio
import shlex
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.domain.errors import UsageError
from aircher.support.child_environment import child_environment

if TYPE_CHECKING:
    from subprocess import Popen

VARIABLES = ("VISUAL", "EDITOR")
LEAVE_S = 2.0
"""How long an editor may take to leave when Aircher does: to write what it keeps for the next time."""
_HINT = "export EDITOR=nano, and start Aircher again"


async def edit_externally(
    text: str, *, environ: Mapping[str, str], suspended: Callable[[], AbstractContextManager[None]]
) -> str:
    """Return what was written in the editor, without a newline at the end.

    Args:
        text: What is in the prompt.
        environ: Variables; the editor gets them without keys.
        suspended: Gives the terminal away for a while.

    Raises:
        UsageError: No editor is named, it cannot be started, or it failed.
    """
    words = _command(environ)
    folder = None
    try:
        folder = await asyncio.to_thread(_written, text)
        with suspended():
            status = await _run([*words, str(folder / "prompt.md")], environ)
        if status != 0:
            raise UsageError(f"{words[0]} ended with status {status}, so the prompt is as it was", hint="try again")
        return await asyncio.to_thread(_read, folder)
    except OSError as exc:
        raise UsageError(f"the prompt cannot be handed over to {words[0]}: {exc.strerror}", hint=_HINT) from exc
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _command(environ: Mapping[str, str]) -> list[str]:
    named = next((environ[name] for name in VARIABLES if environ.get(name, "").strip()), "")
    if not named:
        raise UsageError("no editor is named", hint=_HINT)
    try:
        return shlex.split(named)
    except ValueError as exc:
        raise UsageError(f"the editor {named!r} is no command: {exc}", hint=_HINT) from exc


def _written(text: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="aircher-"))  # its mode is 0700
    (folder / "prompt.md").write_bytes(text.encode("utf-8", "replace"))
    return folder


def _read(folder: Path) -> str:
    content = (folder / "prompt.md").read_bytes().decode("utf-8", "replace")
    return content.replace("\r\n", "\n").removesuffix("\n")


async def _run(words: list[str], environ: Mapping[str, str]) -> int:
    with _handled({signal.SIGTSTP: signal.SIG_DFL, signal.SIGCONT: signal.SIG_DFL}):  # stop and go on with the editor
        editor = _started(words, environ)
        with _handled({signal.SIGINT: signal.SIG_IGN, signal.SIGQUIT: signal.SIG_IGN}):  # nobody waited in between
            waiting = asyncio.ensure_future(asyncio.to_thread(editor.wait))
            try:
                return await asyncio.shield(waiting)
            finally:
                await _end(editor, waiting)


def _started(words: list[str], environ: Mapping[str, str]) -> "Popen[bytes]":
    from subprocess import Popen

    try:
        return Popen(words, env=child_environment(environ))
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else exc
        raise UsageError(f"{words[0]} cannot be started: {reason}", hint=_HINT) from exc


async def _end(editor: "Popen[bytes]", waiting: asyncio.Future[int]) -> None:
    """Have the editor leave, should it still be there."""
    if waiting.done():
        return
    editor.terminate()
    _, still = await asyncio.wait({waiting}, timeout=LEAVE_S)
    if still:
        editor.kill()
        await asyncio.wait({waiting})


@contextmanager
def _handled(handlers: Mapping[signal.Signals, signal.Handlers]) -> Iterator[None]:
    """Have signals do this meanwhile; one that whoever started us wanted ignored stays ignored."""
    if threading.current_thread() is not threading.main_thread():  # where there are no signals
        yield
        return
    before = {number: signal.getsignal(number) for number in handlers}
    for number, handler in handlers.items():
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler_before in before.items():
            if handler_before is not None:
                signal.signal(number, handler_before)
