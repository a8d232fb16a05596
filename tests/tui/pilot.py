"""Flies the real interface from inside the test: real engine, real database, fake server, real pseudo-terminal.

What is pressed goes through the pseudo-terminal as bytes, what is seen is what an emulator makes of the bytes that come
back. Time that the interface measures (grace, "again") stands still until the test turns it.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyte
from tests.tui.terminal.emulator import TwoScreens
from tests.tui.terminal.ptys import Pty, opened

from aircher.app.interface.hosting import ProgramHost
from aircher.app.interface.opening import Opening
from aircher.app.options import SessionOptions
from aircher.config import Config
from aircher.domain.errors import AircherError
from aircher.testing.fake_llm.script import Answer, Script, Step, ToolCall, When
from aircher.testing.fake_llm.server import FakeLlm
from aircher.testing.manual_clock import ManualClock
from aircher.tui import looks
from aircher.tui.app import Interface
from aircher.tui.blocks.turn import TurnEndBlock
from aircher.tui.settings import settings_of
from aircher.tui.terminal.events import InputEvent
from aircher.tui.terminal.terminal import Terminal
from aircher.tui.viewport.view import Viewport

PATIENCE_S = 20.0
WHO_ARE_YOU = b"\x1b[?62;22c"
_LETTERS = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}
_NUMBERS = {"insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "f1": 11, "f8": 19, "f9": 20}
_CODES = {"enter": 13, "tab": 9, "escape": 27, "space": 32, "backspace": 127}
_PLAIN = {"enter": b"\r", "tab": b"\t", "space": b" ", "backspace": b"\x7f"}
_MODIFIERS = (("ctrl+", 4), ("alt+", 2), ("shift+", 1))


def encoded(key: str) -> bytes:
    """Return what a terminal sends for a key as the keymap names it; Escape unmistakably, as modern ones do."""
    name, bits = key, 0
    for prefix, bit in _MODIFIERS:
        if name.startswith(prefix) and name != prefix:
            name, bits = name.removeprefix(prefix), bits | bit
    if name in _LETTERS:
        return f"\x1b[1;{bits + 1}{_LETTERS[name]}".encode()
    if name in _NUMBERS:
        return f"\x1b[{_NUMBERS[name]};{bits + 1}~".encode()
    if not bits:
        return _PLAIN.get(name) or (b"\x1b[27u" if name == "escape" else name.encode())
    if bits == 4 and len(name) == 1:
        return bytes([ord(name) & 0x1F])
    if bits == 2 and len(name) == 1:
        return b"\x1b" + name.encode()
    return f"\x1b[{_CODES.get(name) or ord(name)};{bits + 1}u".encode()


class Window(TwoScreens):
    """An emulator that knows no keyboard protocols: their sequences end like others that it knows."""

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        if not private:
            super().select_graphic_rendition(*attributes)


class Pilot:
    """What a person at the terminal does and sees.

    Attributes:
        interface: The real one, to be looked at where the screen does not tell.
        clock: What it measures time with.
        server: The model's.
        raw: Every byte that it wrote.
    """

    def __init__(self, window: Pty, server: FakeLlm, *, width: int, height: int) -> None:
        self.server = server
        self.clock = ManualClock()
        self.interface: Interface
        self.raw = b""
        self.heard: list[InputEvent] = []
        self._window = window
        self._screen = Window(width, height)
        self._stream = pyte.ByteStream(self._screen)
        self._run: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._changed = asyncio.Event()

    @property
    def lines(self) -> list[str]:
        """What is on the screen, without the blanks at the ends of lines."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def cells(self) -> list[list[Any]]:
        """Every cell of the emulator, with its colours."""
        screen = self._screen
        return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]

    @property
    def cursor(self) -> tuple[int, int] | None:
        at = self._screen.cursor
        return None if at.hidden else (at.x, at.y)

    @property
    def has_left(self) -> bool:
        return self._run.done()

    @property
    def goes_on_with(self) -> str:
        """The conversation that whoever left is told of."""
        return self._run.result()

    def press(self, *keys: str) -> None:
        """Press keys, by the names that the keymap has for them."""
        self.send(b"".join(map(encoded, keys)))

    def type(self, text: str) -> None:
        self.send(text.encode())

    def paste(self, text: str) -> None:
        self.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def send(self, data: bytes) -> None:
        self._window.type(data)

    def mouse(self, kind: str, x: int, y: int) -> None:
        """Use the mouse at a cell, as a terminal tells it: press, release, drag, scroll_up, scroll_down."""
        button = {"drag": 32, "scroll_up": 64, "scroll_down": 65}.get(kind, 0)
        self.send(f"\x1b[<{button};{x + 1};{y + 1}{'m' if kind == 'release' else 'M'}".encode())

    def click(self, words: str) -> None:
        """Click on these words."""
        x, y = self.place_of(words)
        self.mouse("press", x, y)
        self.mouse("release", x, y)

    def place_of(self, words: str) -> tuple[int, int]:
        found = [(line.index(words), y) for y, line in enumerate(self.lines) if words in line]
        assert found, f"{words!r} is not on the screen:\n{self.text}"
        return found[0]

    def resize(self, width: int, height: int) -> None:
        self._window.resize(width, height)
        self._screen.resize(height, width)
        os.kill(os.getpid(), signal.SIGWINCH)

    async def until(self, wanted: str | Callable[[], object], *, without: str = "") -> None:
        """Return once these words are on the screen, and those are not; or once it is so."""

        def is_so() -> object:
            if not isinstance(wanted, str):
                return wanted()
            return wanted in self.text and not (without and without in self.text)

        try:
            async with asyncio.timeout(PATIENCE_S):
                while not is_so():
                    if self._run.done():
                        self._run.result()
                        raise AssertionError(f"it ended before {wanted!r}:\n{self.text}")
                    self._changed.clear()
                    with suppress(TimeoutError):  # what is not on the screen changes without a word
                        async with asyncio.timeout(0.05):
                            await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"{wanted!r} never came:\n{self.text}") from None

    async def until_gone(self, words: str) -> None:
        await self.until(lambda: words not in self.text)

    async def until_left(self) -> None:
        """Return once the interface has ended by itself."""
        async with asyncio.timeout(PATIENCE_S):
            await self._run

    async def ask(self, prompt: str, answered: str) -> None:
        """Send a prompt, and wait until an answer stands there and the turn has ended."""
        before = self.turns_shown
        await self.begin(prompt, answered)
        await self.until(lambda: self.turns_shown > before and not self.is_busy and self._is_all_drawn())

    async def begin(self, prompt: str, answered: str) -> None:
        """Send a prompt whose turn goes on after these words."""
        self.type(prompt)
        self.press("enter")
        await self.until(answered)

    @property
    def turns_shown(self) -> int:
        return sum(isinstance(block, TurnEndBlock) for block in self.interface.view.blocks)

    def _is_all_drawn(self) -> bool:
        view = self.interface.view
        return not isinstance(view, Viewport) or bool(view.shown and view.shown[-1].held.block is view.blocks[-1])

    def spoil(self) -> None:
        """Have the screen wiped by somebody else."""
        self._stream.feed(b"\x1b[2J")

    @property
    def is_busy(self) -> bool:
        conversation = self.interface.conversations.current
        return conversation is not None and conversation.is_busy

    async def know(self) -> None:
        """Let so much time pass that a question which appeared has been seen."""
        await self.clock.advance(5)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Read what is written meanwhile."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._window.master, self._read)
        try:
            yield
        finally:
            loop.remove_reader(self._window.master)
            self._read()

    def began(self, run: "asyncio.Future[str]") -> None:
        self._run = run

    def hear(self, event: InputEvent) -> None:
        """Give an event to the interface, and note it."""
        self.interface.handle(event)
        self.heard.append(event)
        self._changed.set()

    def _read(self) -> None:
        data = self._window.read()
        self.raw += data
        self._stream.feed(data)
        self._changed.set()


def answer(*steps: Step, to: str = "", after_tool: bool | None = None) -> Answer:
    """Return what the model says, to a prompt with these words."""
    return Answer(steps=steps, when=When(text=to or None, after_tool=after_tool))


def says(text: str) -> Step:
    return Step(text=text)


def calls(name: str, **arguments: object) -> Step:
    return Step(tool_call=ToolCall(name=name, arguments=arguments))


STALLS = Step(stall=True)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a pilot flies: a project and a home, that stay the same from flight to flight.

    Attributes:
        configuration: Lines of TOML.
    """

    project: Path
    home: Path
    environ: Mapping[str, str]
    configuration: Sequence[str] = field(default=())

    def config(self, url: str) -> Config:
        path = self.home / ".config" / "aircher" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        settings = [
            'providers.default = "fake"',
            'providers.fake.kind = "openai-compatible"',
            f'providers.fake.base_url = "{url}/v1"',
            'providers.fake.model = "fake-large"',
            'security.sandbox_mode = "off"',
            "interface.animations.progress_indicators = false",
            *self.configuration,
        ]
        path.write_text("\n".join(settings) + "\n")
        return Config.load(cwd=self.project, environ=self.environ, flags=())


@asynccontextmanager
async def flying(
    place: Place,
    *answers: Answer,
    width: int = 80,
    height: int = 24,
    prompt: str = "",
    session_id: str = "",
    is_last: bool = False,
    is_inline: bool = False,
    subcommand: Callable[[Sequence[str]], str] = " ".join,
) -> AsyncIterator[Pilot]:
    """Have the interface run; it is left, and all that was its, at the end. ``subcommand`` stands for all of them."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(FakeLlm(Script(answers=answers)))
        window = stack.enter_context(opened(width, height))
        pilot = Pilot(window, server, width=width, height=height)
        stack.enter_context(pilot.watching())
        terminal = Terminal(window.slave, window.slave, on_event=pilot.hear, environ=place.environ, is_inline=is_inline)
        config = place.config(server.url)
        host = _host(config, place, pilot, terminal, subcommand)
        theme = host.theme(config.interface.color_theme)
        settings = settings_of(config.interface, theme, is_inline=is_inline, is_utf8=True)
        interface = pilot.interface = Interface(host, settings, terminal, pilot.clock)
        async with aclosing(host), terminal:
            pilot.send(WHO_ARE_YOU)
            run = asyncio.ensure_future(interface.run(prompt, session_id=session_id, is_last=is_last))
            pilot.began(run)
            try:
                await pilot.until(lambda: interface.conversations.current)
                yield pilot
            finally:
                interface.left.set()
                await run


def _host(
    config: Config, place: Place, pilot: Pilot, terminal: Terminal, subcommand: Callable[[Sequence[str]], str]
) -> ProgramHost:
    opening = Opening(
        config=config,
        options=SessionOptions(cwd=place.project, is_attended=True),
        environ=place.environ,
        subcommand_text=subcommand,
        tell=lambda text: pilot.interface.tell(text),
    )

    def failed(error: AircherError) -> None:
        pilot.interface.errands.failed(error)

    return ProgramHost(
        opening,
        flags=(),
        tell=failed,
        suspended=terminal.suspended,
        applied=lambda name, value: looks.apply(pilot.interface, name, value),
    )
