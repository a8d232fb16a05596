"""The pane beside a list that shows more of the chosen entry, loaded while the list stays in use.

Invariant: it never shows one entry's text beside another one. Not its job: where the text comes from.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from aircher.tui.dialogs.asking import Host, Latest
from aircher.tui.dialogs.scrolling import Scrolling
from aircher.tui.look import Look, Role
from aircher.tui.terminal.events import InputEvent
from aircher.tui.terminal.rows import EMPTY, Row, wrap

ValueT = TypeVar("ValueT")
_AnswerT = TypeVar("_AnswerT")

_LONGEST = 4_000
"""Characters of one passage that are laid out, and `_MOST` passages: a preview, not the whole."""
_MOST = 40


class Passage(NamedTuple):
    """A piece of text below a headline; an empty headline is left out."""

    heading: str
    text: str


LoadPreview: TypeAlias = Callable[[ValueT], Coroutine[Any, Any, Sequence[Passage]]]


class Preview(Generic[ValueT]):
    """Text of one entry at a time."""

    def __init__(self, host: Host, until: "asyncio.Future[_AnswerT | None]", load: LoadPreview[ValueT]) -> None:
        self._latest: Latest[Sequence[Passage]] = Latest(host, until)
        self._load = load
        self._wanted: list[ValueT] = []
        self._passages: Sequence[Passage] = ()
        self._laid_out: tuple[int, Look, list[Row]] | None = None
        self._scrolling = Scrolling()

    def show(self, value: ValueT | None) -> None:
        """Have this one's text loaded, if it is not there yet; ``None`` = show none."""
        wanted = [] if value is None else [value]
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._take(())
        if value is None:
            self._latest.stop()
        else:
            self._latest.load(lambda: self._load(value), self._take)

    def handle(self, event: InputEvent) -> bool:
        """Take what scrolls."""
        return self._scrolling.handle(event)

    def rows(self, width: int, height: int, look: Look) -> list[Row]:
        """Return what is there: text, or a word about it."""
        muted = look.style(Role.MUTED)
        if self._latest.problem:
            return wrap([(self._latest.problem, look.style(Role.ERROR))], width)[:height]
        if self._latest.is_loading:
            return [Row.of(("loading", muted)).fit(width)]
        if not self._passages:
            return [Row.of(("nothing to show", muted)).fit(width)] if self._wanted else []
        laid_out = self._laid_out
        if laid_out is None or laid_out[0] != width or laid_out[1] is not look:
            laid_out = self._laid_out = (width, look, _passage_rows(self._passages, width - 2, look))
        self._scrolling.fit(len(laid_out[2]), height)
        return self._scrolling.view(laid_out[2], width, look)

    def _take(self, passages: Sequence[Passage]) -> None:
        self._passages = passages[:_MOST]
        self._laid_out = None
        self._scrolling.top = 0


def _passage_rows(passages: Sequence[Passage], width: int, look: Look) -> list[Row]:
    rows: list[Row] = []
    for heading, text in passages:
        if rows:
            rows.append(EMPTY)
        if heading:
            rows.append(Row.of((heading, look.style(Role.HEADING))).fit(width))
        rows += wrap([(text[:_LONGEST], look.style(Role.TEXT))], width)
    return rows
