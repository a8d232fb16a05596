"""The smaller pickers: models, providers, themes, modes, thinking. Each is a `Choose` with its own columns."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple

from aircher.domain.models import Capabilities, ModelInfo
from aircher.tui.dialogs.asking import Host
from aircher.tui.dialogs.choose import Choose, ChooseLive
from aircher.tui.dialogs.columns import Column
from aircher.tui.dialogs.entries import Entry
from aircher.tui.dialogs.list import Listing
from aircher.tui.dialogs.ports import ModeFacts, ProviderFacts
from aircher.tui.quantities import cost_words, token_words


class ChosenModel(NamedTuple):
    """A model, and the section of its provider."""

    provider: str
    model: str


class Models(Choose[ChosenModel]):
    """Asks which model shall answer."""

    def __init__(
        self, host: Host, load: Callable[[], Coroutine[Any, Any, Sequence[ModelInfo]]], *, current: ChosenModel | None
    ) -> None:
        """Ask, as soon as the models are there; ``current`` is marked."""

        async def entries() -> Sequence[Entry[ChosenModel]]:
            today = host.clock.now().date()
            return [_model(info, current, is_retired=info.is_retired(today)) for info in await load()]

        figures = (Column(title, is_number=True) for title in ("window", "in/M", "out/M"))
        columns = (*figures, Column("can"))
        super().__init__("Model", host, entries, Listing(columns=columns, empty="no provider lists a model"))


class Providers(Choose[str]):
    """Asks which provider shall answer."""

    def __init__(self, host: Host, load: Callable[[], Coroutine[Any, Any, Sequence[ProviderFacts]]]) -> None:
        async def entries() -> Sequence[Entry[str]]:
            return [
                Entry(
                    value=facts.name,
                    label=facts.name,
                    cells=(facts.kind, facts.key),
                    is_current=facts.is_current,
                )
                for facts in await load()
            ]

        columns = (Column("kind"), Column("key"))
        super().__init__("Provider", host, entries, Listing(columns=columns, empty="no provider is configured"))


class Themes(ChooseLive[str]):
    """Asks for a theme, showing each while it is chosen."""

    def __init__(self, host: Host, names: Sequence[str], *, current: str, try_on: Callable[[str], None]) -> None:
        entries = [Entry(value=name, label=name, is_current=name == current) for name in names]
        super().__init__("Theme", host, entries, Listing(), try_on=try_on)


class Modes(Choose[str]):
    """Asks for a permission mode, or for how much the model shall think."""

    def __init__(self, title: str, host: Host, modes: Sequence[ModeFacts], *, current: str) -> None:
        entries = [
            Entry(
                value=mode.name,
                label=mode.name,
                detail=f"not available: {mode.unavailable}" if mode.unavailable else mode.summary,
                is_current=mode.name == current,
            )
            for mode in modes
        ]
        super().__init__(title, host, entries, Listing())
        reasons = {mode.name: mode.unavailable for mode in modes if mode.unavailable}
        take = self.pane.taken

        def taken(entry: Entry[str]) -> None:
            reason = reasons.get(entry.value)
            if reason is None:
                take(entry)
            else:
                self.pane.problem = f"{entry.label} is not available: {reason}"
                self.host.changed()

        self.pane.taken = taken


def _model(info: ModelInfo, current: ChosenModel | None, *, is_retired: bool) -> Entry[ChosenModel]:
    chosen = ChosenModel(info.provider, info.name)
    prices = info.prices
    instead = f", use {info.replaced_by}" if info.replaced_by else ""
    ends = "retired" if is_retired else f"until {info.retires_on}" if info.retires_on else ""
    return Entry(
        value=chosen,
        label=info.name,
        group=info.provider,
        cells=(
            "" if info.context_tokens is None else token_words(info.context_tokens),
            "" if prices is None else cost_words(prices.input_usd),
            "" if prices is None else cost_words(prices.output_usd),
            ends + instead if ends else _can(info.capabilities),  # what goes away matters more than what it can do
        ),
        is_current=chosen == current,
    )


def _can(capabilities: Capabilities) -> str:
    names = (
        ("tools", capabilities.tools),
        ("images", capabilities.images),
        ("thinking", capabilities.thinking),
        ("caching", capabilities.prompt_caching),
    )
    return " ".join(name for name, has_it in names if has_it)
