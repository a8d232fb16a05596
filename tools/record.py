"""Runs the real program in a pseudo-terminal and draws what stood on the screen as docs/images/oneshot.svg."""

import fcntl
import os
import pty
import struct
import sys
import tempfile
import termios
from html import escape
from itertools import groupby
from pathlib import Path

import pyte
from pyte.screens import Char

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "images" / "oneshot.svg"
PROMPT = "what does engine/retry.py do, and which tests cover it?"
COLUMNS, ROWS = 100, 200
CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 18, 16
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


def screen_of(arguments: list[str]) -> pyte.Screen:
    """Return the screen after the program has ended."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    with tempfile.TemporaryDirectory() as home:
        pid, terminal = pty.fork()
        if pid == 0:
            environ = {"HOME": home, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
            os.chdir(ROOT)
            os.execve(sys.executable, [sys.executable, "-m", "aircher", *arguments], environ)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        try:
            while data := os.read(terminal, 65536):
                stream.feed(data)
        except OSError:
            pass  # Linux says so when the program has closed its side
        os.waitpid(pid, 0)
    return screen


def style(char: Char) -> str:
    colour = COLOURS.get(char.fg, COLOURS["default"])
    parts = [f'fill="{colour}"']
    if char.bold:
        parts.append('font-weight="bold"')
    if char.italics:
        parts.append('font-style="italic"')
    if char.underscore:
        parts.append('text-decoration="underline"')
    return " ".join(parts)


def spans(line: dict[int, Char], width: int) -> str:
    cells = ((at, line[at]) for at in range(width))
    out = []
    for look, group in groupby(cells, key=lambda cell: style(cell[1])):
        members = list(group)
        text = "".join(char.data for _, char in members)
        if text.strip():
            x = MARGIN + members[0][0] * CELL_WIDTH
            out.append(f'<tspan x="{x:.1f}" {look} xml:space="preserve">{escape(text.rstrip())}</tspan>')
    return "".join(out)


def svg(screen: pyte.Screen, prompt: str) -> str:
    last = max(at for at, line in enumerate(screen.display) if line.strip())
    lines = [f'<tspan x="{MARGIN}" fill="#a3be8c">$ aircher -p "{escape(prompt)}"</tspan>', ""]
    lines += [spans(screen.buffer[at], COLUMNS) for at in range(last + 1)]
    height = (len(lines) + 1) * CELL_HEIGHT + MARGIN
    body = "".join(
        f'<text y="{MARGIN + (at + 1) * CELL_HEIGHT}">{line}</text>\n' for at, line in enumerate(lines) if line
    )
    width = COLUMNS * CELL_WIDTH + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'font-family="ui-monospace, monospace" font-size="14">\n'
        f'<rect width="100%" height="100%" rx="8" fill="#2e3440"/>\n{body}</svg>\n'
    )


def main() -> int:
    screen = screen_of(["-p", PROMPT, "--provider", "offline"])
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(svg(screen, PROMPT), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
