"""The panel at the right: what fills the window, what is to be done, what runs, and what all of it takes.

Pure: it draws what it is given. Each section has a title; one without lines is left out.
"""

from collections.abc import Iterator, Sequence

from aircher.domain.display import TodoBlock, TodoItem
from aircher.domain.records import dataclass
from aircher.tui.blocks.todo import todo_rows
from aircher.tui.dialogs.box import shortened
from aircher.tui.look import Look, Role
from aircher.tui.quantities import token_words
from aircher.tui.terminal.rows import EMPTY, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of the window: its name and size."""

    name: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelFacts:
    """What the panel tells.

    Attributes:
        shares: What fills the window; the sizes are estimates that add up to ``context_tokens``.
        files: Files that the conversation touched, the last one first, each with the reason.
        jobs: Commands in the background: name and command line, and since when they run or how they ended.
        memory_bytes: What this process takes; ``None`` = unknown.
    """

    context_tokens: int | None = None
    window_tokens: int | None = None
    shares: Sequence[Share] = ()
    files: Sequence[tuple[str, str]] = ()
    todo: Sequence[TodoItem] = ()
    jobs: Sequence[tuple[str, str]] = ()
    memory_bytes: int | None = None
    frames: int = 0
    frame_ms: float = 0.0
    slowest_frame_ms: float = 0.0
    written_bytes: int = 0


def panel_rows(facts: PanelFacts, width: int, height: int, look: Look) -> list[Row]:
    """Return the panel, ``height`` rows, with a border at its left."""
    border = Row.of((f"{look.glyphs.vertical} ", look.style(Role.BORDER)))
    lines: list[Row] = []
    for title, rows in _sections(facts, max(1, width - 2), look):
        if rows:
            lines += [*([EMPTY] if lines else []), Row.of((title, look.style(Role.HEADING))), *rows]
    lines = [*lines[:height], *[EMPTY] * (height - len(lines))]
    return [border.beside(line).fit(width) for line in lines]


def _sections(facts: PanelFacts, width: int, look: Look) -> Iterator[tuple[str, list[Row]]]:
    yield "Window", _window(facts, width, look)
    yield "To do", todo_rows(TodoBlock(items=tuple(facts.todo)), width, look)
    yield "Files", [_pair(path, reason, width, look) for path, reason in facts.files]
    yield "Background", [_job(name, state, width, look) for name, state in facts.jobs]
    yield "Aircher itself", _itself(facts, width, look)


def _window(facts: PanelFacts, width: int, look: Look) -> list[Row]:
    if facts.context_tokens is None:
        return []
    rows = []
    if facts.window_tokens:
        full = min(width, round(width * facts.context_tokens / facts.window_tokens))
        bar = Row.of(
            (look.glyphs.thumb * full, look.style(Role.ACCENT)),
            (look.glyphs.track * (width - full), look.style(Role.MUTED)),
        )
        rows.append(bar)
    rows += [_pair(share.name, token_words(share.tokens), width, look) for share in facts.shares]
    free = "" if not facts.window_tokens else f" of {token_words(facts.window_tokens)}"
    rows.append(_pair("together", f"{token_words(facts.context_tokens)}{free}", width, look))
    return rows


def _pair(name: str, value: str, width: int, look: Look) -> Row:
    right = Row.of((value, look.style(Role.MUTED)))
    room = width - right.width - 1
    if room < 1:
        return Row.of((name, look.style(Role.TEXT))).cut(0, width)
    left = Row.of((name, look.style(Role.TEXT)))
    if left.width > room:  # of a path, the end says more than the beginning
        tail = left.cut(left.width - room + 1, left.width)
        left = Row.of((look.glyphs.ellipsis, look.style(Role.MUTED))).beside(tail)
    return left.fit(room + 1).beside(right)


def _job(command: str, state: str, width: int, look: Look) -> Row:
    right = Row.of((state, look.style(Role.MUTED)))
    left = Row.of((shortened(command, max(1, width - right.width - 1), look.glyphs.ellipsis), look.style(Role.TEXT)))
    return left.fit(width - right.width).beside(right)


def _itself(facts: PanelFacts, width: int, look: Look) -> list[Row]:
    if not facts.frames:
        return []
    memory = "unknown" if facts.memory_bytes is None else f"{facts.memory_bytes / 1_000_000:.0f} MB"
    return [
        _pair("memory", memory, width, look),
        _pair("frames", f"{facts.frames:,}", width, look),
        _pair("a frame", f"{facts.frame_ms:.1f} ms", width, look),
        _pair("the slowest", f"{facts.slowest_frame_ms:.1f} ms", width, look),
        _pair("written", f"{facts.written_bytes / 1000:,.0f} kB", width, look),
    ]
