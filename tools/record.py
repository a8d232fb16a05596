"""Runs the real program in a pseudo-terminal and draws what stood on the screen: the pictures in docs/images.

``oneshot.svg`` is one prompt answered from the index; ``interface.svg`` is the interface at work on a fake model.
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from html import escape
from itertools import groupby
from pathlib import Path

import pyte
from pyte.screens import Char

ROOT = Path(__file__).resolve().parent.parent
AIRCHER = (sys.executable, "-m", "aircher")
IMAGES = ROOT / "docs" / "images"
PROMPT = "what does engine/retry.py do, and which tests cover it?"
CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 18, 16
GROUND = "#2e3440"
PATIENCE_S = 30.0
COLOURS = {
    "default": "#d8dee9",
    "cyan": "#88c0d0",
    "brown": "#ebcb8b",
    "blue": "#81a1c1",
    "green": "#a3be8c",
    "red": "#bf616a",
    "magenta": "#b48ead",
    "white": "#eceff4",
}


class Screen(pyte.Screen):
    """A screen that knows no keyboard protocols: their sequences end like others that it knows."""

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        """Set colours, unless it is something else."""
        if not private:
            super().select_graphic_rendition(*attributes)


class Window:
    """A program in a pseudo-terminal, and its screen."""

    def __init__(self, arguments: Sequence[str], *, cwd: Path, home: str, columns: int, rows: int) -> None:
        """Start it."""
        self.screen = Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            environ = {"HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            os.chdir(cwd)
            argv = [*AIRCHER, *arguments]
            os.execve(sys.executable, argv, {**environ, "PATH": os.environ["PATH"]})
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def text(self) -> str:
        """Return what stands on the screen."""
        return "\n".join(self.screen.display)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._terminal, keys.encode())

    def until(self, is_so: Callable[[str], object]) -> None:
        """Read until the screen says so."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not is_so(self.text):
            if time.monotonic() > deadline_s:
                raise TimeoutError(self.text)
            if select.select([self._terminal], [], [], 0.1)[0]:
                self._stream.feed(os.read(self._terminal, 65_536))

    def end(self) -> None:
        """Read until the program has ended."""
        with suppress(OSError):  # Linux says so when the program has closed its side
            while data := os.read(self._terminal, 65_536):
                self._stream.feed(data)
        os.waitpid(self._pid, 0)


def colour(name: str) -> str:
    return COLOURS.get(name) or (f"#{name}" if len(name) == 6 else COLOURS["default"])


def style(char: Char) -> str:
    parts = [f'fill="{GROUND if char.reverse else colour(char.fg)}"']
    if char.bold:
        parts.append('font-weight="bold"')
    if char.italics:
        parts.append('font-style="italic"')
    if char.underscore:
        parts.append('text-decoration="underline"')
    return " ".join(parts)


def ground(char: Char) -> str:
    if char.reverse:
        return colour(char.fg)
    return "" if char.bg == "default" else colour(char.bg)


def runs(line: dict[int, Char], width: int, key: Callable[[Char], str]) -> Iterator[tuple[int, str, str]]:
    """Yield the column, the look and the text of neighbours that look alike."""
    for look, group in groupby(((at, line[at]) for at in range(width)), key=lambda cell: key(cell[1])):
        members = list(group)
        yield members[0][0], look, "".join(char.data for _, char in members)


def drawn(line: dict[int, Char], width: int, top: float) -> str:
    """Return a row: its grounds, and its text on them."""
    shapes = "".join(
        f'<rect x="{MARGIN + at * CELL_WIDTH:.1f}" y="{top - 13.5:.1f}" width="{len(text) * CELL_WIDTH:.1f}" '
        f'height="{CELL_HEIGHT}" fill="{look}"/>'
        for at, look, text in runs(line, width, ground)
        if look
    )
    spans = "".join(
        f'<tspan x="{MARGIN + at * CELL_WIDTH:.1f}" {look} xml:space="preserve">{escape(text.rstrip())}</tspan>'
        for at, look, text in runs(line, width, style)
        if text.strip()
    )
    return f'{shapes}<text y="{top}">{spans}</text>\n' if spans or shapes else ""


def svg(screen: pyte.Screen, head: Sequence[str] = ()) -> str:
    last = max(at for at, line in enumerate(screen.display) if line.strip())
    body = "".join(
        f'<text x="{MARGIN}" y="{MARGIN + (at + 1) * CELL_HEIGHT}" fill="#a3be8c">{escape(line)}</text>\n'
        for at, line in enumerate(head)
        if line
    )
    for at in range(last + 1):
        body += drawn(screen.buffer[at], screen.columns, MARGIN + (at + 1 + len(head)) * CELL_HEIGHT)
    width = screen.columns * CELL_WIDTH + 2 * MARGIN
    height = (last + 2 + len(head)) * CELL_HEIGHT + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'font-family="ui-monospace, monospace" font-size="14">\n'
        f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>\n{body}</svg>\n'
    )


def oneshot() -> str:
    with tempfile.TemporaryDirectory() as home:
        window = Window(["-p", PROMPT, "--provider", "offline"], cwd=ROOT, home=home, columns=100, rows=200)
        window.end()
        return svg(window.screen, [f'$ aircher -p "{PROMPT}"', ""])


@contextmanager
def fake_model(home: str) -> Iterator[list[str]]:
    """Yield the arguments that choose a model which mends the scratch project's test."""
    command = [sys.executable, "-m", "aircher", "dev", "fake-llm", "--script", "repair"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={"HOME": home}
    ) as it:
        try:
            assert it.stdout is not None
            url = it.stdout.readline().strip()
            settings = {"kind": "openai-compatible", "base_url": f"{url}/v1", "model": "fake-large"}
            yield [
                "--provider", "fake",
                *(word for name, value in settings.items() for word in ("--config", f"providers.fake.{name}={value}")),
            ]  # fmt: skip
        finally:
            it.terminate()


def interface() -> str:
    with tempfile.TemporaryDirectory() as home, fake_model(home) as model:
        place = Path(home, "basket")
        scratch = [*AIRCHER, "dev", "scratch", str(place)]
        subprocess.run(scratch, check=True, env={"HOME": home}, stdout=subprocess.DEVNULL)
        arguments = ["mend the failing test", "--mode", "edit", "--allow", "shell(python3 -m unittest -q)", *model]
        window = Window(arguments, cwd=place, home=home, columns=120, rows=38)
        window.until(lambda text: re.search(r"\d\s+out\b", text))
        window.type("\x14")
        window.until(lambda text: "Window" in text and "Files" in text)
        picture = svg(window.screen)
        window.type("\x04")
        window.end()
        return picture


def main() -> int:
    IMAGES.mkdir(exist_ok=True)
    for name, draw in {"oneshot.svg": oneshot, "interface.svg": interface}.items():
        (IMAGES / name).write_text(draw(), encoding="utf-8")
        print(f"wrote docs/images/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
