"""What there is to choose from, as numbered lines; the same facts as the boxes of a screen show."""

from collections.abc import Sequence
from typing import NamedTuple

from aircher.commands.outcome import Choice
from aircher.tui.picking import LEVELS
from aircher.tui.ports import Host, OpenSession
from aircher.tui.waiting import prompt_text


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
            return [Option(each.session_id, f"{each.title}, {each.turns} turns") for each in sessions]
        case Choice.TURN:
            return [Option(turn.turn_id, prompt_text(turn.prompt)) for turn in await session.turns()]
        case Choice.MODE:
            return [
                Option(mode.name, f"{mode.name}: {mode.summary}") for mode in await host.modes() if not mode.unavailable
            ]
        case Choice.THINKING:
            return [Option(level.name, f"{level.name}: {level.summary}") for level in LEVELS]
        case Choice.HELP:
            return [Option(each.name, f"/{each.name} {each.arguments}: {each.summary}") for each in host.commands()]
        case Choice.THEME | Choice.SETTINGS:
            return []
