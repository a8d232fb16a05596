"""Starts the interface: terminal, host and parts are put together here, and the terminal is given back at the end."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, TextIO

from aircher.app.interface.hosting import ProgramHost
from aircher.app.interface.opening import Opening
from aircher.domain.errors import AircherError
from aircher.domain.records import dataclass
from aircher.support.clock import SystemClock
from aircher.tui.app import Interface
from aircher.tui.journal import Journal
from aircher.tui.settings import settings_of
from aircher.tui.terminal.capabilities import capabilities
from aircher.tui.terminal.events import InputEvent
from aircher.tui.terminal.terminal import Terminal

if TYPE_CHECKING:
    from aircher.tui.first_frame import FirstFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the command line says of an interface.

    Attributes:
        prompt: Sent first; empty = nothing is.
        session_id: A recorded session to go on with; ``is_last`` = the last one here.
        is_inline: Whether it lives below the shell's output.
        first_frame: What is on the screen already, if anything is.
    """

    prompt: str = ""
    session_id: str = ""
    is_last: bool = False
    is_inline: bool = False
    first_frame: "FirstFrame | None" = None


async def run_interface(opening: Opening, start: Start, *, flags: Sequence[str], notes: Sequence[str]) -> str:
    """Show the interface until the user leaves, and return the id of the conversation to go on with; empty = none.

    Args:
        opening: Opens sessions; what it has to tell is shown below the conversation from now on.
        start: What the command line says.
        flags: What it sets of the configuration.
        notes: Remarks to begin with.

    Raises:
        AircherError: The terminal cannot be had.
        Exception: A bug of ours ended it; the terminal is as before.
    """
    parts: list[Interface] = []
    loop = asyncio.get_running_loop()
    config, environ = opening.config, opening.environ

    def tell(text: str) -> None:
        loop.call_soon_threadsafe(_told, parts, text)

    opening.tell = tell
    can = capabilities(environ)
    terminal = Terminal(
        0,
        1,
        on_event=lambda event: _handle(parts, event),
        environ=environ,
        is_inline=start.is_inline,
        first_frame=start.first_frame,
        on_stop=lambda _: _stopped(parts),
    )
    host = ProgramHost(
        opening,
        flags=flags,
        suspended=terminal.suspended,
        tell=lambda error: _failed(parts, error),
        applied=lambda name, value: _applied(parts, name, value),
    )
    section = config.interface
    theme = host.theme("dark" if section.color_theme == "auto" else section.color_theme)
    settings = settings_of(section, theme, is_inline=start.is_inline, is_utf8=can.is_utf8)
    async with aclosing(host), terminal:
        interface = Interface(host, settings, terminal, SystemClock(), _journal(config.logging.level))
        parts.append(interface)
        for note in notes:
            interface.tell(note)
        session_id = await interface.run(start.prompt, session_id=start.session_id, is_last=start.is_last)
    return "" if opening.options.ephemeral else session_id


async def run_linear(opening: Opening, start: Start, *, flags: Sequence[str], out: TextIO) -> None:
    """Talk in lines until the user leaves.

    Raises:
        AircherError: No conversation can be opened.
    """
    from aircher.tui.linear.interface import LinearInterface
    from aircher.tui.linear.lines import Lines
    from aircher.tui.linear.voice import Voice

    loop = asyncio.get_running_loop()
    lines = Lines(0, encoding=out.encoding)
    voice = Voice(out, lines.end)

    def tell(text: str) -> None:
        loop.call_soon_threadsafe(voice.say, text)

    opening.tell = tell
    host = ProgramHost(opening, flags=flags, tell=voice.failed)
    async with aclosing(host):
        interface = LinearInterface(host, lines, voice, SystemClock())
        await interface.run(start.prompt, session_id=start.session_id, is_last=start.is_last, waits=not os.isatty(0))


def _journal(level: str) -> Journal | None:
    """Return where notes for developers go; ``None`` = nobody asked for them."""
    if level != "debug":
        return None
    from aircher.app.interface.journal import LogJournal

    return LogJournal()


def _handle(parts: list[Interface], event: InputEvent) -> None:
    for interface in parts:
        interface.handle(event)


def _told(parts: list[Interface], text: str) -> None:
    for interface in parts:
        interface.tell(text)


def _failed(parts: list[Interface], error: AircherError) -> None:
    for interface in parts:
        interface.errands.failed(error)


def _stopped(parts: list[Interface]) -> None:
    for interface in parts:
        interface.left.set()


def _applied(parts: list[Interface], name: str, value: object) -> None:
    """Let a setting that was saved hold at once, where that is possible."""
    from aircher.tui import looks

    for interface in parts:
        looks.apply(interface, name, value)
