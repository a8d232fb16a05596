"""In a real tmux: frames arrive, and a copy ends in its buffers."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.tui.terminal.ptys import PATIENCE_S

from aircher.tui.terminal.tmux import TmuxClipboard

PROGRAM = """
import asyncio
from aircher.tui.terminal.terminal import Terminal
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import PLAIN

async def main():
    done = asyncio.Event()
    def heard(event):
        key = getattr(event, "key", "")
        if key == "c":
            terminal.copy("copied by aircher")
        if key == "s":
            terminal.paint([Row.of((f"line {n} of some text", PLAIN)) for n in range(3, 13)], None)
        if key == "q":
            done.set()
    terminal = Terminal(0, 1, on_event=heard)
    async with terminal:
        terminal.paint([Row.of((f"line {n} of some text", PLAIN)) for n in range(10)], None)
        await done.wait()

asyncio.run(main())
"""
Tmux = Callable[..., str]


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    program = shutil.which("tmux")
    if program is None:
        pytest.skip("there is no tmux on this machine")
    environ = {"TMUX_TMPDIR": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(tmp_path)}

    def run(*arguments: str) -> str:
        done = subprocess.run([program, *arguments], env=environ, capture_output=True, text=True, check=False)
        return done.stdout

    yield run
    run("kill-server")


def wait_until(is_so: Callable[[], object]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until_s, "it never became true"
        time.sleep(0.02)


def test_frames_scroll_and_copies_arrive_in_tmux(tmux: Tmux, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    tmux("new-session", "-d", "-x", "40", "-y", "10", f"{sys.executable} {script}; cat")
    wait_until(lambda: "line 9" in tmux("capture-pane", "-p"))
    tmux("send-keys", "s")
    wait_until(lambda: "line 12" in tmux("capture-pane", "-p"))
    assert tmux("capture-pane", "-p").splitlines() == [f"line {number} of some text" for number in range(3, 13)]
    tmux("send-keys", "c")
    wait_until(lambda: "copied by aircher" in tmux("show-buffer"))
    tmux("send-keys", "q")
    wait_until(lambda: "line" not in tmux("capture-pane", "-p"))


def test_without_tmux_nothing_is_started() -> None:
    clipboard = TmuxClipboard({"PATH": "/usr/bin"})
    clipboard.copy("text")
    clipboard.reap()
    assert clipboard._running == []
