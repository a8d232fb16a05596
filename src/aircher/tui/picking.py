"""Lists to choose from, as boxes: one function for each choice that a command or a key offers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from aircher.commands.outcome import Choice
from aircher.domain.ids import SessionId
from aircher.domain.levels import BY_ITSELF, THINKING, Thinking
from aircher.domain.messages import PromptPart, TextPart
from aircher.tui.dialogs.box import BoxedDialog
from aircher.tui.dialogs.help import Help
from aircher.tui.dialogs.palette import Palette, PaletteChoice
from aircher.tui.dialogs.pickers import ChosenModel, Models, Modes, Providers, Themes
from aircher.tui.dialogs.ports import CommandFacts, ModeFacts, Topics
from aircher.tui.dialogs.sessions import Sessions
from aircher.tui.dialogs.settings import Settings
from aircher.tui.dialogs.turns import Turns
from aircher.tui.dialogs.waiting import Waiting
from aircher.tui.front import choose, current, run_command
from aircher.tui.keymap import Action
from aircher.tui.looks import show_theme

if TYPE_CHECKING:  # which holds what this shows
    from aircher.tui.app import Interface

_SUMMARIES: Mapping[Thinking, str] = {
    "off": "no reasoning, where the model can do without",
    "low": "a little",
    "medium": "as much as most work needs",
    "high": "as much as it can; slow and costly",
}
LEVELS = (
    ModeFacts(name=BY_ITSELF, summary="as the model does by itself"),
    *(ModeFacts(name=level, summary=_SUMMARIES[level]) for level in THINKING),
)
"""The thinking levels, as they are offered."""

TOPICS: Topics = {
    "What a line begins with": (
        ("/", "a command"),
        ("@", "a file, anywhere in the line"),
        ("!", "a command of the shell, run at once"),
        ("#", "something to remember, kept in AGENTS.md"),
    ),
}
"""What help says besides keys and commands. Read only."""


async def offer(interface: "Interface", choice: Choice) -> str | None:
    """Let the user choose; ``None`` = nothing was chosen, or the box did everything itself."""
    return await _OFFERS[choice](interface)


async def edit_waiting(interface: "Interface") -> None:
    """Show what waits, to be edited, put in another order, and dropped."""

    def late(prompt: tuple[PromptPart, ...]) -> None:
        interface.composer.put(*prompt, is_added=True)
        interface.hint("it was sent meanwhile: what you wrote stands in the prompt")

    dialog = Waiting(interface.screen, current(interface.front).session.lanes, late=late)
    watching = interface.front.watching_lanes
    watching.add(dialog.reload)
    try:
        await interface.ask(dialog)
    finally:
        watching.discard(dialog.reload)


async def palette(interface: "Interface", do: Callable[["Interface", Action], None]) -> None:
    """Show every command and action, and do the one that is chosen."""
    dialog: BoxedDialog[PaletteChoice] = Palette(interface.screen, interface.host.commands(), interface.settings.keymap)
    chosen = await interface.ask(dialog)
    if isinstance(chosen, CommandFacts):
        if chosen.arguments and not chosen.arguments.startswith("["):  # what it needs has to be typed
            interface.composer.put(TextPart(text=f"/{chosen.name} "))
        else:
            await run_command(interface.front, chosen.name)
    elif chosen is not None:
        do(interface, chosen)


async def _session(interface: "Interface") -> str | None:
    dialog: BoxedDialog[SessionId] = Sessions(interface.screen, interface.host.shelf)
    return await interface.ask(dialog)


async def _model(interface: "Interface") -> str | None:
    status = current(interface.front).session.status()
    now = ChosenModel(status.provider, status.model)
    chosen = await interface.ask(Models(interface.screen, interface.host.models, current=now))
    if chosen is not None:
        await choose(interface.front, Choice.MODEL, f"{chosen.provider}/{chosen.model}")
    return None


async def _provider(interface: "Interface") -> str | None:
    dialog: BoxedDialog[str] = Providers(interface.screen, interface.host.providers)
    return await interface.ask(dialog)


async def _thinking(interface: "Interface") -> str | None:
    now = current(interface.front).session.status().thinking or BY_ITSELF
    return await interface.ask(Modes("Thinking", interface.screen, LEVELS, current=now))


async def _mode(interface: "Interface") -> str | None:
    now = current(interface.front).session.status().mode
    modes = await interface.host.modes()
    return await interface.ask(Modes("Permission mode", interface.screen, modes, current=now))


async def _theme(interface: "Interface") -> str | None:
    def try_on(name: str) -> None:
        show_theme(interface, name)

    now = interface.settings.theme_name
    return await interface.ask(Themes(interface.screen, interface.host.themes(), current=now, try_on=try_on))


async def _turn(interface: "Interface") -> str | None:
    session = current(interface.front).session
    turns = await session.turns()
    to = await interface.ask(Turns(interface.screen, turns))
    if to is not None:
        interface.tell(await session.rewind(to))
        interface.composer.put(*next((turn.prompt for turn in turns if turn.turn_id == to.turn_id), ()))
    return None


async def _settings(interface: "Interface") -> str | None:
    await interface.ask(Settings(interface.screen, interface.host.book))
    return None


async def _help(interface: "Interface") -> str | None:
    keymap, commands = interface.settings.keymap, interface.host.commands()
    await interface.ask(Help(interface.screen, keymap, commands, TOPICS))
    return None


_OFFERS: Mapping[Choice, Callable[["Interface"], Awaitable[str | None]]] = {
    Choice.SESSION: _session,
    Choice.MODEL: _model,
    Choice.PROVIDER: _provider,
    Choice.THINKING: _thinking,
    Choice.MODE: _mode,
    Choice.THEME: _theme,
    Choice.TURN: _turn,
    Choice.SETTINGS: _settings,
    Choice.HELP: _help,
}
