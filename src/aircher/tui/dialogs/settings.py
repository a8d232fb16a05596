"""Shows what can be set, where each value comes from, and writes what is changed.

Invariant: a value is only shown as changed once it is written: the settings are read again after each change.
"""

from collections.abc import Sequence
from functools import partial

from aircher.tui.dialogs.asking import Hint, Host, do
from aircher.tui.dialogs.choose import Choose, ListDialog
from aircher.tui.dialogs.columns import Column
from aircher.tui.dialogs.entries import Entry
from aircher.tui.dialogs.list import Listing
from aircher.tui.dialogs.ports import SettingFacts, SettingsBook
from aircher.tui.dialogs.preview import Passage
from aircher.tui.dialogs.text_entry import TextEntry
from aircher.tui.settings import holds_from

_FORMS = {"color": "#rgb, #rrggbb or a name; empty = the theme's own", "number": "a number"}


class Settings(ListDialog[SettingFacts, None]):
    """The list of settings; it is never answered, only left."""

    def __init__(self, host: Host, book: SettingsBook) -> None:
        columns = (Column("value"), Column("from"))
        super().__init__("Settings", host, Listing(columns=columns, preview=_preview, empty="nothing can be set here"))
        self._book = book
        self.own_hints = (Hint("Enter", "change"), Hint("Esc", "close"))
        self.pane.taken = lambda entry: self._change(entry.value)
        self.fill(self._load)

    async def _load(self) -> Sequence[Entry[SettingFacts]]:
        return [_entry(facts) for facts in await self._book.settings()]

    def _change(self, facts: SettingFacts) -> None:
        if facts.fixed:
            self.pane.problem = f"{facts.name} cannot be changed here: {facts.fixed}"
            self.host.changed()
        elif facts.kind == "bool":
            self._save(facts, "false" if facts.value == "true" else "true")
        elif facts.kind == "choice":
            entries = [Entry(value=name, label=name, is_current=name == facts.value) for name in facts.choices]
            self.ask(Choose(facts.name, self.host, entries, Listing()), partial(self._save, facts))
        else:
            self._write(facts, facts.value)

    def _write(self, facts: SettingFacts, text: str, *, wrong: str = "") -> None:
        form = _FORMS.get(facts.kind, "")
        asks_for = f"{facts.doc} ({facts.unit or form})" if facts.unit or form else facts.doc
        inner = TextEntry(facts.name, self.host, asks_for=asks_for, text=text)
        inner.notice = wrong
        self.ask(inner, lambda value: self._save(facts, value.strip()))

    def _save(self, facts: SettingFacts, value: str) -> None:
        def then(wrong: str | None) -> None:
            if wrong is None:
                self.fill(self._load)
            elif facts.kind in {"bool", "choice"}:
                self.pane.problem = wrong
            else:
                self._write(facts, value, wrong=wrong)

        do(self.host, partial(self._book.save, facts.name, value), then=then, failed=then)


def _entry(facts: SettingFacts) -> Entry[SettingFacts]:
    section, _, key = facts.name.rpartition(".")
    return Entry(
        value=facts, label=key, group=section, cells=(_shown(facts), facts.origin), search=f"{facts.name} {facts.doc}"
    )


def _shown(facts: SettingFacts) -> str:
    if facts.kind == "bool":
        return "yes" if facts.value == "true" else "no"
    return f"{facts.value} {facts.unit}".rstrip()


async def _preview(facts: SettingFacts) -> Sequence[Passage]:
    choices = (Passage("one of", ", ".join(facts.choices)),) if facts.choices else ()
    fixed = (Passage("fixed", facts.fixed),) if facts.fixed else ()
    holds = () if facts.fixed else (Passage("a change holds", holds_from(facts.name)),)
    return (Passage(facts.name, facts.doc), *choices, Passage("from", facts.origin), *holds, *fixed)
