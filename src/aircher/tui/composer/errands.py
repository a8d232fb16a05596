"""What takes its time: pictures that are read, the user's own editor, history and draft from the disk.

Invariant: whatever fails is told, and leaves the text as it would be without it.
"""

import asyncio
from collections.abc import Callable

from aircher.domain.errors import AircherError
from aircher.tui.composer.background import Background
from aircher.tui.composer.input import Input
from aircher.tui.composer.pictures import Picture, as_image, may_be_pictures, read_pasted
from aircher.tui.composer.ports import ComposerPorts
from aircher.tui.composer.recall import MOST_ENTRIES, Recall
from aircher.tui.composer.submission import SubmissionKind, kind_of


class Errands:
    """Runs them.

    Attributes:
        is_editing: Whether the user's own editor has the terminal.
    """

    def __init__(self, ports: ComposerPorts, background: Background, written: Input, done: Callable[[], None]) -> None:
        """Get ready; ``done`` is called whenever one of them has changed the text."""
        self.is_editing = False
        self._ports = ports
        self._background = background
        self._input = written
        self._done = done

    def paste(self, text: str) -> None:
        """Insert text, or the pictures whose paths it names; a line for the shell gets the paths."""
        try:
            if may_be_pictures(text) and kind_of(self._input.text) is not SubmissionKind.SHELL:
                mark = self._input.begin_picture(text)
                self._background.start(self._read_pasted(mark, text))
            else:
                self._input.paste(text)
        except AircherError as exc:
            self._ports.tell(exc)

    def unfold(self) -> bool:
        """Put the text of the chip at the cursor in its place; ``False`` = there is none."""
        try:
            return self._input.unfold()
        except AircherError as exc:
            self._ports.tell(exc)
            return True

    def read_clipboard(self) -> None:
        """Put the picture in the clipboard into the text."""
        try:
            mark = self._input.begin_picture()
        except AircherError as exc:
            self._ports.tell(exc)
        else:
            self._background.start(self._read_clipboard(mark))

    def edit(self) -> None:
        """Let the user's own editor have the text."""
        self.is_editing = True
        self._background.start(self._edit())

    async def restore(self, recall: Recall, is_untouched: Callable[[], bool]) -> str:
        """Load draft and history; return the draft.

        A draft does not take the place of what was typed meanwhile: it becomes the last prompt of the history.
        """
        try:
            draft = await self._ports.drafts.load()
        except AircherError as exc:
            self._ports.tell(exc)
            draft = ""
        if draft.strip() and not is_untouched():
            recall.load([draft])
        try:
            recall.load(await self._ports.history.recent(MOST_ENTRIES))
        except AircherError as exc:
            self._ports.tell(exc)
        return draft

    async def _read_pasted(self, mark: str, pasted: str) -> None:
        pictures: list[Picture] = []
        try:
            pictures = await asyncio.to_thread(read_pasted, pasted, self._ports.folder)
        finally:
            self._end_picture(mark, pictures)

    async def _read_clipboard(self, mark: str) -> None:
        pictures: list[Picture] = []
        try:
            data = await self._ports.clipboard_image()
            if data is None:
                raise AircherError("there is no picture in the clipboard", hint="the terminal's own key pastes text")
            image = await asyncio.to_thread(as_image, data, "the picture in the clipboard")
            pictures = [Picture("", image)]
        finally:
            self._end_picture(mark, pictures)

    def _end_picture(self, mark: str, pictures: list[Picture]) -> None:
        self._input.end_picture(mark, pictures)
        self._done()

    async def _edit(self) -> None:
        text, forms = self._input.outlined()
        try:
            edited = await self._ports.edit_externally(text)
            if edited.rstrip("\n") != text.rstrip("\n"):  # editors put a newline at the end
                self._input.put_outlined(edited.rstrip("\n"), forms)
        finally:
            self.is_editing = False
            self._done()
