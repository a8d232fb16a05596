"""What there is to choose from, as numbered lines; the same facts as the boxes of a screen show."""

from collections.abc import Sequence
from typing import NamedTuple

from aircher.commands.outcome import Choice
from aircher.tui.linear.words import count
from aircher.tui.picking import LEVELS
from aircher.tui.ports import Host, OpenSession
from aircher.tui.waiting import prompt_text


def nothing_words(choice: Choice) -> str:
    """Return what is said if there is nothing to choose."""
    match choice:
        case Choice.THEME:
            return "Plain lines have no colours, so there is no theme to choose."
        case Choice.SETTINGS:
            return "Settings are changed with /config NAME VALUE."
        case _:
            return "There is nothing to choose from."


class Option(NamedTuple):
    """A value, and what is said of it."""

    value: str
    told: str


async def options(host: Host, session: OpenSession, choice: Choice) -> Sequence[Option]:
    """Return what can be chosen; empty = nothing, or the list is of another kind."""
    match choice:
        case Choice.MODEL:
            models = await host.models()
            return [Option(f"{model.provider}/{model.name}", f"{model.provider}, {model.name}") for model in models]
        case Choice.PROVIDER:
            return [Option(each.name, f"{each.name}, {each.kind}, key {each.key}") for each in await host.providers()]
        case Choice.SESSION:
            sessions = await host.shelf.sessions()
            return [Option(each.session_id, f"{each.title}, {count(each.turns, 'turn')}") for each in sessions]
        case Choice.TURN:
            return [Option(turn.turn_id, prompt_text(turn.prompt)) for turn in await session.turns()]
        case Choice.MODE:
            return [
                Option(mode.name, f"{mode.name}: {mode.summary}") for mode in await host.modes() if not mode.unavailable
            ]
        case Choice.THINKING:
            return [Option(level.name, f"{level.name}: {level.summary}") for level in LEVELS]
        case Choice.HELP:
            commands = host.commands()
            return [
                Option(each.name, f"{f'/{each.name} {each.arguments}'.rstrip()}: {each.summary}") for each in commands
            ]
        case Choice.THEME | Choice.SETTINGS:
            return []
