"""Every command and every action of the interface, found by a few letters."""

from collections.abc import Sequence
from typing import TypeAlias

from aircher.tui.dialogs.asking import Host
from aircher.tui.dialogs.choose import Choose
from aircher.tui.dialogs.columns import Column
from aircher.tui.dialogs.entries import Entry
from aircher.tui.dialogs.list import Listing
from aircher.tui.dialogs.ports import CommandFacts
from aircher.tui.dialogs.words import key_name
from aircher.tui.keymap import Action, Keymap

PaletteChoice: TypeAlias = CommandFacts | Action


class Palette(Choose[PaletteChoice]):
    """Asks what shall be done: a slash command, or what a key does."""

    def __init__(self, host: Host, commands: Sequence[CommandFacts], keymap: Keymap) -> None:
        entries: list[Entry[PaletteChoice]] = [
            Entry(
                value=command,
                label=f"/{command.name} {command.arguments}".rstrip(),
                detail=command.summary,
                search=" ".join(command.aliases),
                group="commands",
            )
            for command in commands
        ]
        entries += [
            Entry(
                value=binding.action,
                label=binding.summary,
                cells=(" ".join(map(key_name, binding.keys)) or "no key",),
                search=binding.action.value,
                group="actions",
            )
            for binding in keymap
        ]
        listing = Listing[PaletteChoice](columns=(Column(""),), asks_for="type what you want to do")
        super().__init__("Palette", host, entries, listing)
