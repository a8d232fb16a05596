"""Asks before which prompt the conversation shall go on, and whether the files go back, too."""

from collections.abc import Sequence

from aircher.tui.dialogs.asking import Hint, Host
from aircher.tui.dialogs.choose import ListDialog
from aircher.tui.dialogs.columns import Column
from aircher.tui.dialogs.entries import Entry
from aircher.tui.dialogs.list import Listing
from aircher.tui.dialogs.ports import Rewind, TurnFacts
from aircher.tui.dialogs.preview import Passage
from aircher.tui.dialogs.words import ago
from aircher.tui.waiting import prompt_text


class Turns(ListDialog[TurnFacts, Rewind]):
    """The prompts of the session, the last one first; Tab says whether files go back with the conversation."""

    def __init__(self, host: Host, turns: Sequence[TurnFacts]) -> None:
        """Ask; ``turns`` are in the order in which they happened."""
        columns = (Column("asked"), Column("files", is_number=True))
        listing = Listing(columns=columns, empty="there is no turn to go back to", preview=_preview)
        super().__init__("Go back to before", host, listing)
        self._restores_files = any(turn.changed_files for turn in turns)
        self.keys = {"tab": self._toggle}
        self.pane.taken = self._take
        self._tell()
        now = host.clock.now()
        self.fill([_entry(turn, ago(turn.at, now)) for turn in reversed(turns)])

    def _toggle(self) -> None:
        self._restores_files = not self._restores_files
        self._tell()
        self.host.changed()

    def _take(self, entry: Entry[TurnFacts]) -> None:
        turn = entry.value
        self.answer(Rewind(turn_id=turn.turn_id, restores_files=self._restores_files and bool(turn.changed_files)))

    def _tell(self) -> None:
        files = "conversation and files" if self._restores_files else "conversation only"
        self.own_hints = (Hint("Enter", "go back"), Hint("Tab", files), Hint("Esc", "close"))


def _entry(turn: TurnFacts, asked: str) -> Entry[TurnFacts]:
    return Entry(value=turn, label=prompt_text(turn.prompt), cells=(asked, _files(turn)))


async def _preview(turn: TurnFacts) -> Sequence[Passage]:
    return (Passage("", prompt_text(turn.prompt)),)


def _files(turn: TurnFacts) -> str:
    return "?" if turn.changed_files is None else str(turn.changed_files)
