"""The Chat Completions wire as OpenRouter speaks it: cost, reasoning details, errors with their true status. Pure.

Invariant: what has to go back to the model comes out once, whole, after the text and before the tool calls.
Source: https://openrouter.ai/docs/use-cases/reasoning-tokens and https://openrouter.ai/docs/api-reference/errors
"""

from collections.abc import Mapping
from typing import ClassVar

from aircher.domain.messages import JsonValue
from aircher.domain.stream import StreamEvent, ThinkingReceived, UsageReceived
from aircher.providers._endpoint import Endpoint
from aircher.providers._json import as_object, as_text
from aircher.providers._surrogates import encodable
from aircher.providers.openai_chat import ChatCodec

_GROWS = frozenset({"text", "summary", "data"})
"""Fields that come in pieces; of all others the last one counts."""
_NO_PRICE_USD = 1e9  # no call costs that: such a number, or infinity, is a mistake
_SHOWN = {"reasoning.text": "text", "reasoning.summary": "summary"}


class OpenRouterCodec(ChatCodec):
    """Reads one answer; see `aircher.providers._wire.Codec`."""

    has_true_codes: ClassVar[bool] = True

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._details: list[dict[str, JsonValue]] = []
        self._shows_details: bool | None = None
        self._cost_usd: float | None = None

    def take_delta(self, delta: Mapping[str, JsonValue]) -> list[StreamEvent]:
        """Return what a delta brings. Reasoning stands in it twice, plain and in detail, and is shown once."""
        details = delta.get("reasoning_details")
        found = [as_object(detail) for detail in details] if isinstance(details, list) else []
        for detail in found:
            self._add(detail)
        is_plain = bool(delta.get("reasoning") or delta.get("reasoning_content"))
        shown = "".join(as_text(detail.get(_SHOWN.get(as_text(detail.get("type")), ""))) for detail in found)
        if self._shows_details is None and (is_plain or shown):
            self._shows_details = not is_plain
        if self._shows_details:
            delta = {**delta, "reasoning": shown, "reasoning_content": None}
        return super().take_delta(delta)

    def take_usage(self, usage: Mapping[str, JsonValue]) -> None:
        """Remember the server's count, and what the call costs in credits, which are dollars.

        With a vendor's key of the user's own, the credits are OpenRouter's fee alone, and the vendor's price is told
        apart; without one the same price is told there again.
        Source: https://openrouter.ai/docs/use-cases/usage-accounting#cost-breakdown
        """
        super().take_usage(usage)
        cost_usd = _amount(usage.get("cost"))
        if cost_usd is not None and usage.get("is_byok") is True:
            cost_usd += _amount(as_object(usage.get("cost_details")).get("upstream_inference_cost")) or 0.0
        if cost_usd is not None:
            self._cost_usd = cost_usd

    def state_events(self) -> list[StreamEvent]:
        """Return the reasoning details as they have to be sent back."""
        if not self._details:
            return []
        try:
            details = [encodable(dict(detail)) for detail in self._details]
        except RecursionError:  # nested beyond anything a server would send
            return []
        return [ThinkingReceived(text="", state={"reasoning_details": details})]

    def usage_events(self) -> list[StreamEvent]:
        """Return the last count, with its cost."""
        if self.usage is None:
            return []
        return [UsageReceived(usage=self.usage, cost_usd=self._cost_usd)]

    def _add(self, detail: dict[str, JsonValue]) -> None:
        if not detail:
            return
        known = self._like(detail)
        if known is None:
            self._details.append(dict(detail))
            return
        for name, value in detail.items():
            before = known.get(name)
            if name in _GROWS and isinstance(before, str) and isinstance(value, str):
                known[name] = before + value
            elif value is not None:
                known[name] = value

    def _like(self, detail: Mapping[str, JsonValue]) -> dict[str, JsonValue] | None:
        """Return the detail that this is a piece of: of its type, at its index, not of another id."""
        for known in reversed(self._details):
            if (known.get("type"), known.get("index")) == (detail.get("type"), detail.get("index")):
                ids = (known.get("id"), detail.get("id"))
                return known if None in ids or ids[0] == ids[1] else None
        return None


def _amount(value: JsonValue) -> float | None:
    """Return an amount of dollars; ``None`` if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < _NO_PRICE_USD else None
