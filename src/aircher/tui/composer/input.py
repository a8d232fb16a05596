"""The text that is being written, with its chips.

Invariant: while a picture is being read, a character of the text marks its place; what is typed meanwhile goes on
around it. Not its job: keys, popups, what happens to what is sent.
"""

from aircher.domain.errors import AircherError
from aircher.domain.messages import ImagePart, PromptPart
from aircher.tui.composer.chips import (
    Chips,
    PastedPicture,
    PastedText,
    foreign,
    is_large,
    written,
)
from aircher.tui.composer.pictures import Picture
from aircher.tui.composer.submission import Submission, kind_of, sign_of
from aircher.tui.editor.editor import Editor

MOST_PASTED_CHARS = 8 * 1024 * 1024  # as much as a prompt on stdin may have
MOST_UNFOLDED_CHARS = 200_000  # beyond, nobody edits by hand; a chip can still be edited in the external editor
_FOLDED_FROM_CHARS = 8_000  # of a text that comes back from the history: longer ones had a paste in them
_HEAD_CHARS = 200


class Input:
    """An editor whose text may have chips in it."""

    def __init__(self) -> None:
        self.editor = Editor()
        self.chips = Chips()

    @property
    def text(self) -> str:
        """Return what is in the editor; a chip is one character."""
        return self.editor.text

    @property
    def is_pending(self) -> bool:
        """Return whether a picture is still being read."""
        return self.chips.pending(self.text)

    @property
    def selected_text(self) -> str:
        """Return what is selected, pastes in full."""
        start, end = self.editor.selection or (0, 0)
        return self.chips.expanded(self.text[start:end])

    def expanded(self) -> str:
        """Return the text as it can be kept: pastes in full, pictures as mentions of their files."""
        return self.chips.expanded(self.text)

    def outlined(self) -> tuple[str, list[tuple[str, str]]]:
        """Return the text for another editor, and what in it stands for which chip."""
        return self.chips.outlined(self.text)

    def put_outlined(self, text: str, forms: list[tuple[str, str]]) -> None:
        """Let what another editor made of the text be all that is written; what it left alone is a chip again."""
        text, done = foreign(text[:MOST_PASTED_CHARS]), 0
        for form, char in forms:
            at = text.find(form, done)
            if form and at >= 0:
                text = text[:at] + char + text[at + len(form) :]
                done = at + 1
        self.editor.set_text(text)

    def put(self, *prompt: PromptPart, is_added: bool = False) -> None:
        """Let this be all that is written, or the end of it; pictures and the ends of very long texts become chips.

        Raises:
            AircherError: It has too many of them.
        """
        typed = f"{self.text}\n" if is_added and self.text.strip() else ""
        for at, part in enumerate(prompt):
            typed += " " if at else ""
            if isinstance(part, ImagePart):
                typed += self.chips.add(PastedPicture("", written(""), part), typed)
                continue
            text = foreign(part.text[:MOST_PASTED_CHARS])
            head = len(text) if len(text) <= _FOLDED_FROM_CHARS else text.find("\n", 0, _HEAD_CHARS) + 1 or _HEAD_CHARS
            typed += text[:head]
            typed += self.chips.add(PastedText(text[head:]), typed) if text[head:] else ""
        self.editor.set_text(typed)

    def paste(self, text: str) -> None:
        """Insert what was pasted: as it is, or as a chip.

        Raises:
            AircherError: It is more than a prompt may have, or one too many.
        """
        if len(text) > MOST_PASTED_CHARS:
            raise AircherError(
                f"the paste has {len(text):,} characters, and a prompt may have {MOST_PASTED_CHARS:,}",
                hint="save it as a file and mention that with @",
            )
        text = foreign(text)
        self.editor.insert(self.chips.add(PastedText(text), self.text) if is_large(text) else text)

    def begin_picture(self, pasted: str = "") -> str:
        """Mark the place of a picture that is about to be read, and return the mark.

        Raises:
            AircherError: There are too many.
        """
        char = self.chips.add(PastedPicture("", foreign(pasted).strip()), self.text)
        self.editor.insert(char)
        return char

    def end_picture(self, mark: str, pictures: list[Picture]) -> None:
        """Let these stand where the mark is; without any, what was pasted."""
        pasted = self.chips.get(mark)
        chips = [PastedPicture(_name(path), written(path), image) for path, image in pictures]
        if chips:
            self.chips.put(mark, chips[0])
        more = "".join(f" {self.chips.add(chip, self.text)}" for chip in chips[1:])
        if more:
            self._swap(mark, mark + more)
        elif not chips:
            text = pasted.written if isinstance(pasted, PastedPicture) else ""
            self.chips.put(mark, PastedText(text))
            self._swap(mark, text)

    def unfold(self) -> bool:
        """Put the text of the chip at the cursor in its place; ``False`` = there is none.

        Raises:
            AircherError: It is too long for that.
        """
        for at in (self.editor.cursor - 1, self.editor.cursor):
            chip = self.chips.get(self.text[at]) if 0 <= at < len(self.text) else None
            if isinstance(chip, PastedText):
                if len(chip.text) > MOST_UNFOLDED_CHARS:
                    raise AircherError(f"{chip.label} is too long to unfold", hint="open the prompt in your own editor")
                self.editor.replace(at, at + 1, chip.text)
                return True
        return False

    def submission(self, *, is_queued: bool) -> Submission | None:
        """Return what would be sent; ``None`` = nothing is written."""
        typed = self.text
        kind = kind_of(typed)
        body = typed[len(sign_of(kind)) :]
        parts = self.chips.parts(body)
        if not parts:
            return None
        text = self.chips.expanded(body).strip()
        return Submission(kind=kind, text=text, parts=parts, is_queued=is_queued)

    def clear(self) -> None:
        """Begin anew: nothing before now can be undone."""
        self.editor.set_text("")
        self.editor.forget()
        self.chips.clear()

    def _swap(self, mark: str, text: str) -> None:
        """Put a text where a mark is, and leave the cursor where it was in what is around it."""
        at, cursor = self.text.find(mark), self.editor.cursor
        if at < 0:
            return
        self.editor.replace(at, at + 1, text)
        self.editor.move_to(cursor if cursor <= at else cursor + len(text) - 1)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
