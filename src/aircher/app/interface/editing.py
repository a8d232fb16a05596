"""The prompt in the user's own editor. The terminal is given back meanwhile, and the loop goes on."""

import asyncio
import os
import shlex
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from aircher.domain.errors import UsageError

VARIABLES = ("VISUAL", "EDITOR")


async def edit_externally(
    text: str, *, environ: Mapping[str, str], suspended: Callable[[], AbstractContextManager[None]]
) -> str:
    """Return what was written in the editor.

    Raises:
        UsageError: No editor is named, it cannot be started, or it failed; the text is as before.
    """
    command = next((environ[name] for name in VARIABLES if environ.get(name)), "")
    if not command:
        raise UsageError("no editor is named", hint="export EDITOR=nano, and start Aircher again")
    with suspended():
        return await asyncio.to_thread(_edited, text, command, environ)


def _edited(text: str, command: str, environ: Mapping[str, str]) -> str:
    with tempfile.TemporaryDirectory(prefix="aircher-") as folder:  # for this user alone: mode 0700
        path = Path(folder, "prompt.md")
        path.write_text(text, encoding="utf-8")
        status = _run([*shlex.split(command), str(path)], environ)
        if status != 0:
            raise UsageError(f"{command} ended with status {status}, so the prompt is as it was", hint="try again")
        return path.read_text(encoding="utf-8", errors="replace").removesuffix("\n")


def _run(words: list[str], environ: Mapping[str, str]) -> int:
    import subprocess

    try:
        return subprocess.run(words, env=dict(environ) or dict(os.environ), check=False).returncode
    except OSError as exc:
        hint = "export EDITOR=nano, and start Aircher again"
        raise UsageError(f"{words[0]} cannot be started: {exc.strerror}", hint=hint) from exc
