"""How many tokens a request has, before it is sent: estimated, then corrected by what the server counted.

A session asks `TokenCounter.count_request` before a call, shows or checks `TokenCounter.corrected` of it, and gives
both the count and the usage of the answer to `TokenCounter.learn`. From then on only what was added since that answer
is estimated at all, so the error of a long prompt is that of its last few messages.

Invariants: a message, tool or system prompt is counted once, however many requests it is part of. One usage that
cannot be true changes nothing. The server's usage is the last word: it is never replaced by an estimate.
"""

import json
from collections.abc import Callable
from typing import TypeVar, assert_never

from aircher.domain.messages import ImagePart, Message, Part, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.support.token_estimate import GUESSED_FAMILIES, estimate

MESSAGE_TOKENS = 4
"""What a chat format puts around a message: its role, and two or three marks."""
CALL_TOKENS = 8
"""What it puts around a tool call or a tool's result: marks and the call's id."""
TOOL_TOKENS = 10
"""What it puts around the description of a tool."""
IMAGE_TOKENS = 1_000
"""A picture of a screen. Vendors count 250 to 1,600, by size and model: no constant is right, usage corrects it."""

_T = TypeVar("_T")
_TRUSTED_TOKENS, _GUESSED_TOKENS = 20_000, 2_000
"""Weight of the belief that estimates are right, for a family with weights of its own and for one without. A first
prompt is small, and much of its usage is the vendor's own hidden prompt: that is to be added once, not to become a
rate. A family that is only guessed may be off by half, though, and has to be learnt soon."""
_MEMORY_RATIO = 0.6
"""How much of the evidence survives the next answer: the kind of text that flows now matters most."""
_RATE_LIMITS = (0.4, 2.5)
"""No vocabulary is further off than that on real text; the estimates' own p90 error is a tenth."""
_PLAUSIBLE_FIRST, _PLAUSIBLE_LATER = 4.0, 2.0
"""How far a usage may be off what is expected, as a factor, before a second one has to confirm it."""
_CONFIRMED = 1.25
"""How far two usages in a row may differ, as a factor to their estimates, and still confirm each other."""


class TokenCounter:
    """Counts for one session and one model.

    Args:
        family: The model's family, from `aircher.support.token_estimate.family_of`.
        count_exactly: `aircher.support.exact_tokens.exact_counter`'s answer for the family; ``None`` = estimate.
    """

    def __init__(self, family: str, *, count_exactly: Callable[[str], int] | None = None) -> None:
        self.family = family
        self.is_exact = count_exactly is not None
        self._count_text: Callable[[str], int] = count_exactly or self._estimate
        self._known: dict[int, tuple[object, int]] = {}
        trust = self.is_exact or family not in GUESSED_FAMILIES
        self._learnt = _Learnt(_TRUSTED_TOKENS if trust else _GUESSED_TOKENS)

    def count_request(self, request: ModelRequest) -> int:
        """Return the tokens of the request as this side counts them; `corrected` makes the best guess of it."""
        known: dict[int, tuple[object, int]] = {}
        total = self._once(request.system, self._of_text, known)
        for message in request.messages:
            total += self._once(message, self._of_message, known)
        for tool in request.tools:
            total += self._once(tool, self._of_tool, known)
        self._known = known  # what is no longer in a request is forgotten with it
        return total

    def count_text(self, text: str) -> int:
        """Return the tokens of a text by itself, not corrected."""
        return self._count_text(text)

    def corrected(self, tokens: int) -> int:
        """Return how many tokens the server will count for a request that has ``tokens`` by `count_request`."""
        return self._learnt.corrected(tokens)

    def learn(self, estimated_tokens: int, actual_tokens: int) -> None:
        """Take into account that the server counted ``actual_tokens`` of input, where `count_request` did the other.

        A server that reports nothing (0) teaches nothing.
        """
        self._learnt.learn(estimated_tokens, actual_tokens)

    def _once(self, value: _T, count: Callable[[_T], int], known: dict[int, tuple[object, int]]) -> int:
        """Return the count of a value, which is kept beside it so that its identity cannot pass to another."""
        found = self._known.get(id(value))
        if found is None:
            found = (value, count(value))
        known[id(value)] = found
        return found[1]

    def _estimate(self, text: str) -> int:
        return estimate(text, self.family)

    def _of_text(self, text: str) -> int:
        return self._count_text(text) + MESSAGE_TOKENS if text else 0

    def _of_message(self, message: Message) -> int:
        return MESSAGE_TOKENS + sum(map(self._of_part, message.parts))

    def _of_tool(self, tool: ToolSpec) -> int:
        return TOOL_TOKENS + self._count_text(f"{tool.name} {tool.description} {_as_json(tool.parameters)}")

    def _of_part(self, part: Part) -> int:
        match part:
            case TextPart() | ThinkingPart():
                return self._count_text(part.text)
            case ToolCallPart():
                return CALL_TOKENS + self._count_text(f"{part.name} {_as_json(part.arguments)}")
            case ToolResultPart():
                return CALL_TOKENS + self._count_text(part.content)
            case ImagePart():
                return IMAGE_TOKENS
            case _:
                assert_never(part)


class _Learnt:
    """The last usage that was believed, and at which rate tokens are added to it."""

    def __init__(self, prior_tokens: int) -> None:
        self._prior_tokens = prior_tokens
        self._estimated_tokens = 0
        self._actual_tokens = 0
        self._evidence = (0.0, 0.0)
        self._rate = 1.0
        self._doubted: float | None = None

    def corrected(self, tokens: int) -> int:
        """Add to the last usage what came since; scale it down if the prompt has become smaller."""
        if tokens >= self._estimated_tokens:
            return self._actual_tokens + round((tokens - self._estimated_tokens) * self._rate)
        return round(tokens * self._actual_tokens / self._estimated_tokens)

    def learn(self, estimated_tokens: int, actual_tokens: int) -> None:
        """Believe a usage that is near what was expected, or that confirms the one before."""
        if estimated_tokens <= 0 or actual_tokens <= 0:
            return
        factor = _PLAUSIBLE_LATER if self._estimated_tokens else _PLAUSIBLE_FIRST
        observed = actual_tokens / estimated_tokens
        is_near = _are_near(actual_tokens, self.corrected(estimated_tokens), factor)
        if not is_near and (self._doubted is None or not _are_near(observed, self._doubted, _CONFIRMED)):
            self._doubted = observed
            return
        self._doubted = None
        self._update_rate(estimated_tokens - self._estimated_tokens, actual_tokens - self._actual_tokens)
        self._estimated_tokens, self._actual_tokens = estimated_tokens, actual_tokens

    def _update_rate(self, added_estimated: int, added_actual: int) -> None:
        """Learn from what was added. A prompt that became smaller says nothing about what will be added next."""
        if added_estimated <= 0:
            return
        least, most = _RATE_LIMITS
        bounded = min(most * added_estimated, max(least * added_estimated, added_actual))
        estimated, actual = self._evidence
        self._evidence = (estimated * _MEMORY_RATIO + added_estimated, actual * _MEMORY_RATIO + bounded)
        estimated, actual = self._evidence
        self._rate = min(most, max(least, (actual + self._prior_tokens) / (estimated + self._prior_tokens)))


def _are_near(one: float, other: float, factor: float) -> bool:
    return other / factor <= one <= other * factor


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=dict)
