"""What a model call consumed, in tokens."""

from aircher.domain.records import dataclass


def _sum(left: int | None, right: int | None) -> int | None:
    return None if left is None and right is None else (left or 0) + (right or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one or several calls, as the server counted them.

    Attributes:
        input_tokens: The whole prompt, cache reads and writes included.
        output_tokens: Everything generated, reasoning included.
        cached_tokens: Part of the input read from the prompt cache; ``None`` = not reported.
        cache_write_tokens: Part of the input written to the prompt cache; ``None`` = not reported.
        reasoning_tokens: Part of the output that was reasoning; ``None`` = not reported.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None

    def __add__(self, other: "Usage") -> "Usage":
        """The sum; a part stays unreported only while neither side reports it."""
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=_sum(self.cached_tokens, other.cached_tokens),
            cache_write_tokens=_sum(self.cache_write_tokens, other.cache_write_tokens),
            reasoning_tokens=_sum(self.reasoning_tokens, other.reasoning_tokens),
        )

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens
