"""The composer as the screen has it: rows, a popup above them, and events.

Invariant: nothing runs and no timer is set while nothing is typed. Not its job: what happens to what is sent, when the
program is left, and where its rows are on the screen.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from aircher.domain.messages import PromptPart, TextPart
from aircher.tui.composer.background import Background
from aircher.tui.composer.drafting import DraftKeeper
from aircher.tui.composer.frame import Frame, Writing
from aircher.tui.composer.keys import Keys
from aircher.tui.composer.pointing import Pointing
from aircher.tui.composer.ports import ComposerPorts
from aircher.tui.composer.submission import Submission, SubmissionKind, kind_of
from aircher.tui.keymap import Action, Keymap
from aircher.tui.look import Look
from aircher.tui.parts import Changed, Place
from aircher.tui.terminal.events import InputEvent, MouseUsed
from aircher.tui.terminal.rows import Row


class Composer:
    """Where the user writes. It takes events while it is open (``async with``), and is drawn at any time.

    Attributes:
        hints: Of these the first one that fits stands in the empty input.
    """

    def __init__(
        self, ports: ComposerPorts, keymap: Keymap, changed: Changed, submit: Callable[[Submission], None]
    ) -> None:
        """Begin empty, with ordinary keys.

        Args:
            ports: The rest of the world.
            keymap: What keys ask for.
            changed: Is called when something is to be drawn anew.
            submit: Takes what is sent.
        """
        self.hints = hints_of(keymap)
        self._background = Background(ports.tell)
        self._keys = Keys(ports, keymap, self._background, changed)
        self._drafts = DraftKeeper(ports, self._keys.input.expanded, self._background.start)
        self._keys.edited = self._touch
        self._keys.sent = self._sent
        self._submit = submit
        self._is_touched = False
        self._frame = Frame()
        self._pointing = Pointing(self._keys, self._frame, changed)

    async def __aenter__(self) -> Self:
        """Begin to load draft and history."""
        await self._background.open()
        self._background.start(self._restore())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all that goes on, and keep the draft."""
        self._keys.hold.drop_timer()
        await self._background.close(kind, error, trace)
        await self._drafts.finish()

    @property
    def text(self) -> str:
        """Return what is written, pastes in full."""
        return self._keys.input.expanded()

    @property
    def selected_text(self) -> str:
        """Return what is selected in the input."""
        return self._keys.input.selected_text

    @property
    def cursor(self) -> Place | None:
        """Return where text is being typed, within the rows drawn last."""
        return self._frame.cursor

    def put(self, *prompt: PromptPart, is_added: bool = False) -> None:
        """Let this be what is written or stand below it, with the cursor at its end; it can be undone."""
        self._keys.put(*prompt, is_added=is_added)

    def use_vim(self, *, is_vim: bool) -> None:
        """Let keys be vim's, or the ordinary ones."""
        self._keys.input.editor.use_vim(is_vim=is_vim)
        self._keys.follow()

    def use_keymap(self, keymap: Keymap) -> None:
        """Let keys ask for this from now on."""
        self._keys.keymap = keymap
        self.hints = hints_of(keymap)

    def rows(self, width: int, height: int, look: Look) -> list[Row]:
        """Return as many rows as the text takes, at most ``height`` (`most_rows` says how many a screen can spare)."""
        search, written = self._keys.search, self._keys.input
        if search.is_open:
            writing = Writing(search.words, {}, SubmissionKind.PROMPT, "history", ("what was it about?",))
        else:
            kind = kind_of(written.text)
            told = "" if kind is SubmissionKind.PROMPT else kind.value
            note = " ".join(word for word in (told, written.editor.mode_name) if word)
            writing = Writing(written.editor, written.chips.labels, kind, note, self.hints)
        return self._frame.rows(writing, width, height, look)

    def popup(self, width: int, height: int, look: Look) -> list[Row]:
        """Return what is to be drawn above the composer: at most eight rows of exactly this width; often none."""
        menu = self._keys.menu
        rows = [] if menu is None else menu.rows(width, height, look)
        self._pointing.popup_rows = len(rows)
        return rows

    def handle(self, event: InputEvent) -> bool:
        """Take an event; ``False`` = it is somebody else's.

        The mouse is at a cell of the composer's rows; the popup's are above them, the lowest one at ``y`` = -1.
        """
        return self._pointing.handle(event) if isinstance(event, MouseUsed) else self._keys.handle(event)

    async def _restore(self) -> None:
        draft = await self._keys.errands.restore(self._keys.recall, lambda: not self._is_touched)
        self._drafts.restored(draft)
        if not self._is_touched and draft.strip():
            self._keys.put(TextPart(text=draft))

    def _touch(self) -> None:
        self._is_touched = True
        self._drafts.touch()

    def _sent(self, submission: Submission) -> None:
        self._drafts.save()
        self._submit(submission)


def hints_of(keymap: Keymap) -> tuple[str, ...]:
    """Return what an empty input says of what can be written, from all of it down to one word."""
    help_key = next(reversed(keymap.keys(Action.HELP)), "")
    helped = f", {help_key} for help" if help_key else ""
    asked = (
        "Ask, or type / for commands, @ for files, ! for a shell line, # to remember",
        "Ask, or type / for commands, @ for files, ! for a shell line",
        "Ask, or type / for commands, @ for files",
        "Ask, or / for commands",
        "Ask",
    )
    return (*(f"{text}{helped}" for text in asked), asked[-1])
