"""What is known of a model: its window, its limits, its prices."""

from dataclasses import dataclass

from aircher.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """List prices in USD per million tokens; ``None`` = same as input."""

    input_usd: float
    output_usd: float
    cached_usd: float | None = None
    cache_write_usd: float | None = None

    def cost_usd(self, usage: Usage) -> float:
        """Return what this usage costs in USD."""
        cached = usage.cached_tokens or 0
        written = usage.cache_write_tokens or 0
        plain = max(0, usage.input_tokens - cached - written)
        total = (
            plain * self.input_usd
            + cached * (self.input_usd if self.cached_usd is None else self.cached_usd)
            + written * (self.input_usd if self.cache_write_usd is None else self.cache_write_usd)
            + usage.output_tokens * self.output_usd
        )
        return total / 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """One model of one provider.

    Attributes:
        provider: Name of the provider's section.
        name: The name that the server knows.
        context_tokens: Size of the context window; ``None`` = unknown.
        output_tokens: Most tokens one answer may have; ``None`` = unknown.
        prices: List prices; ``None`` = unknown (zero is written as zero).
    """

    provider: str
    name: str
    context_tokens: int | None = None
    output_tokens: int | None = None
    prices: Prices | None = None
