"""Which model answers when the user leaves it open: the cheapest that the task allows. Pure, and told in one sentence.

How heavy a task is, is guessed from the words and the size of its prompt (`WORDS`, `SIZES`). How good a model is,
nobody can tell from a catalogue; the proxy is what its own vendor charges for output: within one vendor, among its
current models, a dearer one is the abler one, or nobody would buy it. So each vendor's output prices are a ladder, and
a task needs a rung at least so high (`RUNGS`). Prices of different vendors are compared only as prices.

Invariant: a model that is retired or has a successor is never chosen; unknown capabilities count as lacking.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias

from aircher.domain.models import ModelInfo
from aircher.domain.records import dataclass
from aircher.domain.usage import Usage

Weight: TypeAlias = Literal["light", "normal", "heavy"]

RUNGS: Mapping[Weight, float] = {"light": 0.0, "normal": 1 / 3, "heavy": 2 / 3}
"""The lowest rung a weight is content with: 0 = the vendor's cheapest, 1 = its dearest. With the three or four models
that each vendor currently has, normal begins at the second and heavy at the one below the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """A typical task of one weight: so many requests, each with so much input and output."""

    requests: int
    input_tokens: int
    cached_ratio: float
    output_tokens: int


EFFORTS: Mapping[Weight, Effort] = {
    "light": Effort(requests=2, input_tokens=6_000, cached_ratio=0.4, output_tokens=400),
    "normal": Effort(requests=10, input_tokens=30_000, cached_ratio=0.8, output_tokens=900),
    "heavy": Effort(requests=40, input_tokens=80_000, cached_ratio=0.9, output_tokens=1_500),
}
"""Chosen, not measured: a question with one look at the index; a fix; work in many files. They decide only the order of
models whose input, cache and output prices differ in shape, and whether a budget suffices."""

WORDS: Mapping[str, int] = {
    **dict.fromkeys(("refactor", "redesign", "rewrite", "migrate", "migration", "architecture", "overhaul"), 2),
    **dict.fromkeys(("race", "deadlock", "concurrency", "security", "vulnerability", "performance", "leak"), 2),
    **dict.fromkeys(("everywhere", "whole", "entire", "throughout", "across", "codebase"), 1),
    **dict.fromkeys(("implement", "build", "add", "fix", "debug", "change", "write", "port", "replace"), 1),
    **dict.fromkeys(("what", "where", "which", "who", "explain", "list", "show", "summarize", "summarise"), -1),
    **dict.fromkeys(("typo", "rename", "comment", "spelling", "format", "docstring"), -2),
}
"""What a word of the prompt adds to its weight; each counts once. A task of one plain verb is normal."""

SIZES: Sequence[tuple[int, int]] = ((400, 1), (2_000, 1))
"""From so many characters on, so much is added: long prompts describe long tasks."""

MANY_FILES = 4  # from here on a task reaches across parts of the project, as far as its prompt tells
NORMAL_FROM, HEAVY_FROM = 1, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What the request asks of a model.

    Attributes:
        tools: It will be given tools.
        images: Pictures are sent along.
        thinking: The user wants it to reason.
        context_tokens: What must fit into the window, room for the answer included.
        weight: How heavy the task is.
    """

    tools: bool = False
    images: bool = False
    thinking: bool = False
    context_tokens: int = 0
    weight: Weight = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The chosen model, and why, as a sentence for people."""

    model: ModelInfo
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rated:
    """A candidate that takes the request, its rung, and what the task will cost with it; ``None`` = unknown."""

    model: ModelInfo
    rung: float
    cost_usd: float | None
    order: int

    def is_within(self, budget_usd: float | None) -> bool:
        return budget_usd is None or (self.cost_usd is not None and self.cost_usd <= budget_usd)

    @property
    def by_cost(self) -> tuple[float, int]:
        return (float("inf") if self.cost_usd is None else self.cost_usd, self.order)


def weight_of(prompt: str, *, tools: bool, files: int) -> Weight:
    """Return how heavy the task is that the prompt sets.

    Args:
        prompt: What the user wrote, without the contents of files.
        tools: Whether the model can act; without, it can only talk, and talk is never heavy.
        files: How many files the prompt names or brings along.
    """
    words = {word.strip(".,:;!?()[]\"'`") for word in prompt.lower().split()}
    score = sum(points for word, points in WORDS.items() if word in words)
    score += sum(points for length, points in SIZES if len(prompt) >= length)
    score += 1 if files >= MANY_FILES else 0
    if score < NORMAL_FROM:
        return "light"
    return "heavy" if score >= HEAVY_FROM and tools else "normal"


def choose(candidates: Sequence[ModelInfo], needs: Needs, *, budget_usd: float | None, on: date) -> Choice | None:
    """Return the cheapest model that takes the request and is good enough for its weight; ``None`` if none takes it.

    If nothing good enough is within the budget, the best that is; on equal costs, the earlier candidate.

    Args:
        candidates: The models at hand, preferred ones first.
        needs: What the request asks for.
        budget_usd: What the whole task may cost; ``None`` = anything. Models without a known price are out of a budget.
        on: The day, for prices and retirements.
    """
    current = [model for model in candidates if model.replaced_by is None and not model.is_retired(on)]
    able = [model for model in current if _is_able(model, needs)]
    rated = [
        _Rated(
            model=model, rung=_rung(model, able, on=on), cost_usd=expected_cost_usd(model, needs, on=on), order=order
        )
        for order, model in enumerate(able)
        if (model.context_tokens or 0) >= needs.context_tokens
    ]
    affordable = [item for item in rated if item.is_within(budget_usd)]
    if not affordable:
        return None
    good = [item for item in affordable if item.rung >= RUNGS[needs.weight] - 1e-9]
    if good:
        chosen = min(good, key=lambda item: item.by_cost)
        return Choice(model=chosen.model, reason=_reason(chosen, good, needs))
    best = max(item.rung for item in affordable)
    chosen = min((item for item in affordable if item.rung == best), key=lambda item: item.by_cost)
    return Choice(model=chosen.model, reason=_second_best(chosen, rated, needs, budget_usd))


def expected_cost_usd(model: ModelInfo, needs: Needs, *, on: date) -> float | None:
    """Return what a typical task of this weight costs with this model; ``None`` if its prices are unknown."""
    if model.prices is None:
        return None
    effort = EFFORTS[needs.weight]
    input_tokens = max(effort.input_tokens, needs.context_tokens)
    usage = Usage(
        input_tokens=input_tokens,
        cached_tokens=int(input_tokens * effort.cached_ratio),
        output_tokens=effort.output_tokens,
    )
    return effort.requests * model.prices.cost_usd(usage, on=on)


def _is_able(model: ModelInfo, needs: Needs) -> bool:
    can = model.capabilities
    return all(
        has is True
        for is_needed, has in ((needs.tools, can.tools), (needs.images, can.images), (needs.thinking, can.thinking))
        if is_needed
    )


def _rung(model: ModelInfo, models: Sequence[ModelInfo], *, on: date) -> float:
    """Return where the model's output price stands on its vendor's ladder, 0 to 1; 0 where there is no ladder.

    The ladder is of all that have the capabilities, so that a long prompt, or a budget, does not turn it around.
    """
    price = _output_usd(model, on=on)
    prices = {_output_usd(other, on=on) for other in models if _vendor(other) == _vendor(model)}
    ladder = sorted(known for known in prices if known is not None)
    return ladder.index(price) / (len(ladder) - 1) if price is not None and len(ladder) > 1 else 0.0


def _output_usd(model: ModelInfo, *, on: date) -> float | None:
    return model.prices.valid_on(on).output_usd if model.prices else None


def _vendor(model: ModelInfo) -> tuple[str, str]:
    """Return who sets the price: the provider, and behind a gateway the author in the model's name."""
    return model.provider, model.name.partition("/")[0] if "/" in model.name else ""


def _reason(chosen: _Rated, good: Sequence[_Rated], needs: Needs) -> str:
    task = f"{needs.weight} task{_cost(chosen)}"
    if len(good) == 1:
        return f"{chosen.model.name}: the only one good enough that takes {_asked(needs)}; {task}"
    return f"{chosen.model.name}: cheapest of {len(good)} that take {_asked(needs)}; {task}"


def _second_best(chosen: _Rated, rated: Sequence[_Rated], needs: Needs, budget_usd: float | None) -> str:
    is_the_budget = any(item.rung >= RUNGS[needs.weight] - 1e-9 for item in rated)
    why = f"a better one is not within ${budget_usd:.2f}" if is_the_budget else "there is no better one to choose from"
    return f"{chosen.model.name}: takes {_asked(needs)}; {why} for a {needs.weight} task{_cost(chosen)}"


def _cost(chosen: _Rated) -> str:
    return "" if chosen.cost_usd is None else f", about ${chosen.cost_usd:.2f}"


def _asked(needs: Needs) -> str:
    asked = [name for name in ("tools", "images", "thinking") if getattr(needs, name)]
    if needs.context_tokens:
        asked.append(f"{needs.context_tokens:,} tokens")
    if not asked:
        return "text"
    return asked[0] if len(asked) == 1 else f"{', '.join(asked[:-1])} and {asked[-1]}"
