"""What is known of a model: its window, its limits, what it can do, what it costs and until when it is served.

Invariant: ``None`` means unknown, never "no" and never "free". Not its job: where the knowledge comes from.
"""

from dataclasses import replace
from datetime import date
from typing import TypeVar

from aircher.domain.records import dataclass
from aircher.domain.usage import Usage

_T = TypeVar("_T")


def _first(value: _T | None, weaker: _T | None) -> _T | None:
    return weaker if value is None else value


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTier:
    """What a request costs, the whole of it, when its input is longer than ``above_tokens``.

    Prices are in USD per million tokens; ``None`` = same as input.
    """

    above_tokens: int
    input_usd: float
    output_usd: float
    cached_usd: float | None = None
    cache_write_usd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """List prices in USD per million tokens; ``None`` = same as input.

    Attributes:
        input_usd: Input that is neither read from nor written to the cache.
        output_usd: Everything generated, reasoning included: no vendor charges that differently.
        cached_usd: Input read from the prompt cache.
        cache_write_usd: Input written to the prompt cache, for the shortest time that the vendor keeps it.
        tiers: Other prices for long requests, ascending.
        changes: Announced later prices, ascending; each replaces these prices and their tiers.
    """

    input_usd: float
    output_usd: float
    cached_usd: float | None = None
    cache_write_usd: float | None = None
    tiers: tuple[PriceTier, ...] = ()
    changes: tuple["PriceChange", ...] = ()

    def cost_usd(self, usage: Usage, *, on: date | None = None) -> float:
        """Return what one request with this usage costs in USD.

        Args:
            usage: Of one request: tiers look at its whole input, so sums of several requests cost too much.
            on: Day of the request; ``None`` = at these prices, whatever changes are announced.
        """
        prices = self if on is None else self.valid_on(on)
        rates = prices.rates_for(usage.input_tokens)
        cached = usage.cached_tokens or 0
        written = usage.cache_write_tokens or 0
        plain = max(0, usage.input_tokens - cached - written)
        total = (
            plain * rates.input_usd
            + cached * (rates.input_usd if rates.cached_usd is None else rates.cached_usd)
            + written * (rates.input_usd if rates.cache_write_usd is None else rates.cache_write_usd)
            + usage.output_tokens * rates.output_usd
        )
        return total / 1_000_000

    def rates_for(self, input_tokens: int) -> "Prices | PriceTier":
        """Return the prices of a request whose whole input is this long."""
        reached = [tier for tier in self.tiers if input_tokens > tier.above_tokens]
        return reached[-1] if reached else self

    def valid_on(self, day: date) -> "Prices":
        """Return the prices of that day, with the changes that are still to come."""
        past = [change for change in self.changes if change.starts_on <= day]
        if not past:
            return self
        return replace(past[-1].prices, changes=self.changes[len(past) :])


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """Prices from a day on, in the vendor's own time zone; they hold no changes themselves."""

    starts_on: date
    prices: Prices


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a model can do; ``None`` = unknown.

    Attributes:
        tools: It calls functions.
        system_messages: It heeds a system prompt.
        images: It takes pictures.
        thinking: It reasons before it answers.
        structured_output: Its answer can be held to a JSON schema.
        prompt_caching: A repeated beginning of the prompt is cheaper.
    """

    tools: bool | None = None
    system_messages: bool | None = None
    images: bool | None = None
    thinking: bool | None = None
    structured_output: bool | None = None
    prompt_caching: bool | None = None

    def completed_by(self, weaker: "Capabilities") -> "Capabilities":
        """Return these, the unknown ones taken from ``weaker``."""
        return Capabilities(
            tools=_first(self.tools, weaker.tools),
            system_messages=_first(self.system_messages, weaker.system_messages),
            images=_first(self.images, weaker.images),
            thinking=_first(self.thinking, weaker.thinking),
            structured_output=_first(self.structured_output, weaker.structured_output),
            prompt_caching=_first(self.prompt_caching, weaker.prompt_caching),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """One model of one provider.

    Attributes:
        provider: Name of the provider's section.
        name: The name that the server knows.
        context_tokens: Size of the context window; ``None`` = unknown.
        output_tokens: Most tokens one answer may have; ``None`` = unknown.
        prices: List prices; ``None`` = unknown (zero is written as zero).
        capabilities: What it can do.
        retires_on: First day on which it is no longer served; ``None`` = none is announced.
        replaced_by: The model to use instead: it is retired, will be, or a newer one stands in its place.
    """

    provider: str
    name: str
    context_tokens: int | None = None
    output_tokens: int | None = None
    prices: Prices | None = None
    capabilities: Capabilities = Capabilities()
    retires_on: date | None = None
    replaced_by: str | None = None

    def completed_by(self, weaker: "ModelInfo") -> "ModelInfo":
        """Return this, what is unknown of it taken from ``weaker``; provider and name stay."""
        return ModelInfo(
            provider=self.provider,
            name=self.name,
            context_tokens=_first(self.context_tokens, weaker.context_tokens),
            output_tokens=_first(self.output_tokens, weaker.output_tokens),
            prices=_first(self.prices, weaker.prices),
            capabilities=self.capabilities.completed_by(weaker.capabilities),
            retires_on=_first(self.retires_on, weaker.retires_on),
            replaced_by=_first(self.replaced_by, weaker.replaced_by),
        )

    def is_retired(self, day: date) -> bool:
        """Whether it is no longer served on that day, as far as is known."""
        return self.retires_on is not None and self.retires_on <= day
