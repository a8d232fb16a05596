"""Asks before which prompt the conversation shall go on, and whether the files go back, too."""

from collections.abc import Sequence

from aircher.tui.dialogs.asking import Hint, Host
from aircher.tui.dialogs.box import shortened
from aircher.tui.dialogs.choose import ListDialog
from aircher.tui.dialogs.columns import Column
from aircher.tui.dialogs.confirm import Confirm
from aircher.tui.dialogs.entries import Entry
from aircher.tui.dialogs.list import Listing
from aircher.tui.dialogs.ports import Rewind, TurnFacts
from aircher.tui.dialogs.preview import Passage
from aircher.tui.dialogs.words import ago
from aircher.tui.quantities import plural
from aircher.tui.waiting import prompt_text


class Turns(ListDialog[TurnFacts, Rewind]):
    """The prompts of the session, the last one first; Tab says whether files go back with the conversation.

    Files are only put back after a second question, which says how many.
    """

    def __init__(self, host: Host, turns: Sequence[TurnFacts]) -> None:
        """Ask; ``turns`` are in the order in which they happened."""
        columns = (Column("asked"), Column("files", is_number=True))
        listing = Listing(columns=columns, empty="there is no turn to go back to", is_round=False, preview=_preview)
        super().__init__("Go back to before", host, listing)
        self._restores_files = True
        self.keys = {"tab": self._toggle}
        self.pane.taken = self._take
        self.pane.moved = lambda _: self._tell()
        self._tell()
        now = host.clock.now()
        self.fill([_entry(turn, ago(turn.at, now)) for turn in reversed(turns)])

    def _toggle(self) -> None:
        self._restores_files = not self._restores_files
        self._tell()
        self.host.changed()

    def _take(self, entry: Entry[TurnFacts]) -> None:
        turn = entry.value
        if not (self._restores_files and turn.changed_files):
            self.answer(Rewind(turn_id=turn.turn_id, restores_files=False))
            return
        count = plural(turn.changed_files, "file")
        are, they = ("is", "it was") if turn.changed_files == 1 else ("are", "they were")
        asked = shortened(prompt_text(turn.prompt), 60, "…")
        text = f"{count} that changed since then {are} put back as {they} before “{asked}”."
        inner = Confirm("Put files back?", self.host, text=text, yes=f"Yes, change {count}", no="No, back to the list")
        to = Rewind(turn_id=turn.turn_id, restores_files=True)
        self.ask(inner, lambda is_sure: self.answer(to) if is_sure else None)

    def _tell(self) -> None:
        """Say what the keys would do to the chosen turn, and to its files if there are any."""
        chosen = self.pane.selection.chosen
        count = None if chosen is None else chosen.value.changed_files
        if not count:
            self.own_hints = (Hint("Enter", "go back"), Hint("Esc", "close"))
        elif self._restores_files:
            enter = Hint("Enter", f"go back, and put {plural(count, 'file')} back")
            self.own_hints = (enter, Hint("Tab", "leave files"), Hint("Esc", "close"))
        else:
            self.own_hints = (
                Hint("Enter", "go back, leave files"),
                Hint("Tab", "put files back"),
                Hint("Esc", "close"),
            )


def _entry(turn: TurnFacts, asked: str) -> Entry[TurnFacts]:
    return Entry(value=turn, label=prompt_text(turn.prompt), cells=(asked, _files(turn)))


async def _preview(turn: TurnFacts) -> Sequence[Passage]:
    return (Passage("", prompt_text(turn.prompt)),)


def _files(turn: TurnFacts) -> str:
    return "?" if turn.changed_files is None else str(turn.changed_files)
