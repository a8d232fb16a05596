"""The interface as the real program in a real terminal, and what stands on its screen."""

import fcntl
import struct
import termios
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.terminal import Terminal, terminal


class Screened:
    """A window with the interface in it: keys go in by `type`, waiting is for what stands on the screen."""

    def __init__(self, window: Terminal) -> None:
        self.window = window

    @property
    def rows(self) -> list[str]:
        return [line.rstrip() for line in self.window.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    def type(self, keys: str) -> None:
        self.window.type(keys.encode())

    def until(self, is_so: Callable[[str], bool] | str) -> str:
        """Read until the screen says so, and return it."""
        if isinstance(is_so, str):
            words = is_so
            is_so = lambda text: words in text  # noqa: E731 - two ways to say it
        while not is_so(self.text):
            assert self.window.read_some(), f"the program ended: {self.text}"
        return self.text

    def without(self, words: str) -> str:
        return self.until(lambda text: words not in text)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.window.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.window.screen.resize(rows, columns)


@contextmanager
def interface(
    *arguments: str, cwd: Path, environ: Mapping[str, str], columns: int = 80, rows: int = 24
) -> Iterator[Screened]:
    with terminal(*arguments, cwd=cwd, environ=environ, columns=columns, rows=rows) as window:
        yield Screened(window)
