"""Where code gets its colours: in a thread of its own while a loop runs, at once where there is none.

Invariant: the loop never waits for a lexer. What was lexed last is kept, so that a new width costs no second look.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Protocol, TypeVar

from aircher.support.highlighting import LexedLine, lexed_lines

DoneT = TypeVar("DoneT")

KEPT_PIECES = 32
"""Of code, each of at most `code.MAX_PIECE_CHARS`: some megabytes of tokens at most, usually some hundred kilobytes."""


class Lexed:
    """A piece of code, and its tokens once somebody has lexed it."""

    __slots__ = ("code", "is_done", "language", "lines")

    def __init__(self, code: str, language: str) -> None:
        """Take the code; nothing is done yet."""
        self.code = code
        self.language = language
        self.lines: list[LexedLine] | None = None
        self.is_done = False

    def lex(self) -> list[LexedLine] | None:
        """Return its lines in tokens; ``None`` = it stays as it is."""
        if not self.is_done:
            self.lines = lexed_lines(self.code, self.language)
            self.is_done = True
        return self.lines


@lru_cache(maxsize=KEPT_PIECES)
def kept(code: str, language: str) -> Lexed:
    """Return the one of this code that was asked for before, or a new one."""
    return Lexed(code, language)


class Coloring(Protocol):
    """Does work that takes milliseconds."""

    def run(self, work: Callable[[], DoneT], then: Callable[[DoneT], None]) -> None:
        """Have the work done, now or later, and give ``then`` its result on the thread that asked."""
        ...

    def changed(self) -> None:
        """Say that rows look different now."""
        ...


class AtOnce:
    """Works while the caller waits."""

    def run(self, work: Callable[[], DoneT], then: Callable[[DoneT], None]) -> None:
        """See `Coloring`."""
        then(work())

    def changed(self) -> None:
        """Nobody waits for it: the caller has the rows."""


class InBackground:
    """Works in the thread for colours, if a loop runs here."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """Take whom to tell when colours have arrived; it is called on the loop."""
        self._changed = changed

    def run(self, work: Callable[[], DoneT], then: Callable[[DoneT], None]) -> None:
        """See `Coloring`."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            then(work())
            return
        loop.run_in_executor(_thread(), work).add_done_callback(lambda done: _pass_on(done, then))

    def changed(self) -> None:
        """See `Coloring`."""
        self._changed()


def _pass_on(done: "asyncio.Future[DoneT]", then: Callable[[DoneT], None]) -> None:
    if not done.cancelled():
        then(done.result())


@lru_cache(maxsize=1)
def _thread() -> ThreadPoolExecutor:
    """Return the one thread: lexers hold the interpreter's lock, more of them would only take it from the loop."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="colours")
