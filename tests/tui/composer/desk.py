"""A composer with a world around it that answers when the test says so, and keeps what it is given."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.tui.looks import PLAIN_LOOK

from aircher.config.sections_interface import Shortcuts
from aircher.domain.errors import AircherError
from aircher.tui.composer.composer import Composer
from aircher.tui.composer.ports import ArgumentChoice, CommandEntry, ComposerPorts, FileChoice
from aircher.tui.composer.submission import Submission
from aircher.tui.keymap import Keymap
from aircher.tui.terminal.events import KeyPressed, Pasted

COMMANDS = (
    CommandEntry("help", "what there is"),
    CommandEntry("memory", "what is remembered"),
    CommandEntry("mode", "change the permission mode", "[MODE]"),
    CommandEntry("model", "choose a model", "[NAME]"),
    CommandEntry("theme", "choose colours", "[NAME]"),
)
ARGUMENTS = {
    "theme": (ArgumentChoice("dark", "for the night"), ArgumentChoice("dawn"), ArgumentChoice("light")),
    "mode": (ArgumentChoice("plan"), ArgumentChoice("edit")),
}
PATHS = ("src/main.py", "src/my notes.md", "src/menu.py", "tests/test_main.py", "README.md")


class Gate:
    """Answers wait here while it is closed."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    def close(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def wait(self) -> None:
        await self._open.wait()


class World:
    """All ports: what they were told, and what they answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.gate = Gate()
        self.failure: AircherError | None = None
        self.read_failure: AircherError | None = None
        self.told: list[str] = []
        self.paths_known: Sequence[str] = PATHS
        self.picture: bytes | None = None
        self.edit: Callable[[str], str] = str
        self.sent_before: list[str] = []
        self.sent_long_ago: list[str] = []
        self.draft = ""
        self.saved: list[str] = []
        self.questions = 0

    def entries(self) -> Sequence[CommandEntry]:
        return COMMANDS

    async def arguments(self, name: str, words: tuple[str, ...]) -> Sequence[ArgumentChoice]:
        await self._answer()
        return () if words else ARGUMENTS.get(name, ())

    async def relevant(self, limit: int) -> Sequence[FileChoice]:
        await self._answer()
        return [FileChoice("src/menu.py", "changed"), FileChoice("README.md")][:limit]

    async def paths(self) -> Sequence[str]:
        await self._answer()
        return self.paths_known

    async def recent(self, limit: int) -> Sequence[str]:
        if self.read_failure is not None:
            raise self.read_failure
        return self.sent_before[:limit]

    async def search(self, words: str, limit: int) -> Sequence[str]:
        await self._answer()
        return [text for text in self.sent_long_ago if words in text][:limit]

    async def add(self, text: str) -> None:
        self.sent_before.insert(0, text)

    async def load(self) -> str:
        await self.gate.wait()
        if self.read_failure is not None:
            raise self.read_failure
        return self.draft

    async def save(self, text: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.draft = text
        self.saved.append(text)

    async def clipboard_image(self) -> bytes | None:
        await self._answer()
        return self.picture

    async def edit_externally(self, text: str) -> str:
        await self._answer()
        return self.edit(text)

    async def _answer(self) -> None:
        self.questions += 1
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure

    def ports(self) -> ComposerPorts:
        return ComposerPorts(
            files=self,
            commands=self,
            history=self,
            drafts=self,
            clipboard_image=self.clipboard_image,
            edit_externally=self.edit_externally,
            tell=lambda error: self.told.append(error.message),
            folder=str(self.folder),
        )


class Desk:
    """A composer, and somebody who types and looks."""

    def __init__(self, world: World, shortcuts: Shortcuts | None = None) -> None:
        self.world = world
        self.sent: list[Submission] = []
        keymap = Keymap.configured(shortcuts or Shortcuts())
        self.composer = Composer(world.ports(), keymap, self._note, self.sent.append)
        self._changes = asyncio.Event()

    def _note(self) -> None:
        self._changes.set()

    def type(self, text: str) -> None:
        """Press the keys of a text, one by one."""
        for char in text:
            name = {" ": "space"}.get(char, char)
            self.composer.handle(KeyPressed(key=name, text=char))

    def press(self, *keys: str) -> bool:
        """Press keys that type nothing; tells whether the composer took the last one."""
        taken = True
        for key in keys:
            taken = self.composer.handle(KeyPressed(key=key))
        return taken

    def paste(self, text: str) -> None:
        self.composer.handle(Pasted(text=text))

    def rows(self, width: int = 40, height: int = 10) -> list[str]:
        return [row.text.rstrip() for row in self.composer.rows(width, height, PLAIN_LOOK)]

    def popup(self, width: int = 40, height: int = 20) -> list[str]:
        return [row.text.strip() for row in self.composer.popup(width, height, PLAIN_LOOK)]

    @property
    def text(self) -> str:
        return self.composer.text

    async def until(self, is_true: Callable[[], bool]) -> None:
        """Wait until something is so; looks again whenever anything was to be drawn anew."""
        async with asyncio.timeout(10):
            while not is_true():
                self._changes.clear()
                await self._changes.wait()

    async def until_popup(self, *first: str) -> None:
        """Wait for a popup with these labels at the beginning of its rows."""
        await self.until(
            lambda: (
                len(shown := self.popup(80)) >= len(first)
                and all(row.startswith(label) for row, label in zip(shown, first, strict=False))
            )
        )


@asynccontextmanager
async def desk(world: World, shortcuts: Shortcuts | None = None) -> AsyncIterator[Desk]:
    """Open a composer; draft and history are loaded unless the gate is closed."""
    made = Desk(world, shortcuts)
    async with made.composer:
        await settled()
        yield made


async def settled() -> None:
    """Let everything run that can: tasks that wait for nothing are done after a few turns of the loop."""
    for _ in range(20):
        await asyncio.sleep(0)
