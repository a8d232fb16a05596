"""OpenRouter's own calls: how a model is asked, its list with prices, what a key is still good for.

Source: https://openrouter.ai/docs/api-reference
"""

from collections.abc import Mapping

from aircher.domain.messages import JsonValue
from aircher.domain.models import ModelInfo, Prices
from aircher.domain.provider import ModelRequest
from aircher.providers._chat_request import ChatDialect, chat_body
from aircher.providers._json import as_count, as_object, as_text
from aircher.providers._sse import SseParser
from aircher.providers._surrogates import joined
from aircher.providers._wire import Ask, Call, Exchange, ModelPage
from aircher.providers.openrouter_chat import OpenRouterCodec
from aircher.providers.spec import ProviderSettings

PROJECT_URL = "https://github.com/aircher/aircher"
"""By its address OpenRouter tells the programs that use it apart."""

_DIALECT = ChatDialect(
    max_tokens_key="max_completion_tokens",
    knows_openai_models=False,
    has_think_tags=False,
    needs_key=True,
    is_openrouter=True,
)
_CACHED_ON_REQUEST = "anthropic/"  # other vendors' prompts are cached unasked


def headers(_: ProviderSettings, key: str) -> list[tuple[str, str]]:
    """Return the headers for a key, and which program asks."""
    named = [
        ("http-referer", PROJECT_URL),
        ("x-openrouter-title", "Aircher"),
        ("x-openrouter-categories", "cli-agent"),
    ]
    return [("authorization", f"Bearer {key}"), *named] if key else named


def ask(request: ModelRequest, settings: ProviderSettings) -> Ask:
    """Return the call that asks a model, with the user's wishes as to who serves it."""
    body = chat_body(request, _DIALECT)
    if settings.routing:
        body["provider"] = dict(settings.routing)
    if request.model.startswith(_CACHED_ON_REQUEST):
        body["cache_control"] = {"type": "ephemeral"}
    if request.cache_key:
        body["session_id"] = request.cache_key
    return Ask(call=Call("POST", "/chat/completions", body), codec=OpenRouterCodec, framing=SseParser)


def models(provider: str, page: Call | None) -> Exchange[ModelPage]:
    """Return the call for the models, with windows and prices; they come in one page."""

    def read(answer: JsonValue) -> ModelPage | None:
        listed = as_object(answer).get("data")
        if not isinstance(listed, list):
            return None
        entries = [as_object(entry) for entry in listed]
        return ModelPage([_model(provider, entry) for entry in entries if as_text(entry.get("id"))])

    return Exchange(call=page or Call("GET", "/models"), read=read)


def read_key() -> Exchange[JsonValue]:
    """Return the call that tells in USD what is left of the key's credit (``None`` = no limit) and what was used."""

    def read(answer: JsonValue) -> JsonValue:
        data = as_object(answer).get("data")
        if not isinstance(data, dict):
            return None
        return {"limit_remaining": _usd(data.get("limit_remaining")), "usage": _usd(data.get("usage"))}

    return Exchange(call=Call("GET", "/key"), read=read)


def check_key() -> Exchange[tuple[str, ...]]:
    """Return the call that tells in phrases what the key is good for."""
    key = read_key()

    def read(answer: JsonValue) -> tuple[str, ...] | None:
        told = key.read(answer)
        if not isinstance(told, dict):
            return None
        left, used = _usd(told["limit_remaining"]), _usd(told["usage"])
        phrases = ["no credit limit on this key" if left is None else f"{left:.2f} USD of credit left"]
        return (*phrases, *([] if used is None else [f"{used:.2f} USD used"]))

    return Exchange(call=key.call, read=read)


def _model(provider: str, entry: Mapping[str, JsonValue]) -> ModelInfo:
    server = as_object(entry.get("top_provider"))
    return ModelInfo(
        provider=provider,
        name=joined(as_text(entry.get("id"))),
        context_tokens=as_count(entry.get("context_length")) or as_count(server.get("context_length")) or None,
        output_tokens=as_count(server.get("max_completion_tokens")) or None,
        prices=_prices(as_object(entry.get("pricing"))),
    )


def _prices(pricing: Mapping[str, JsonValue]) -> Prices | None:
    """Return the prices; ``None`` where they depend on the model that is chosen in the end, told as -1."""
    read, generated = _per_million(pricing.get("prompt")), _per_million(pricing.get("completion"))
    if read is None or generated is None:
        return None
    return Prices(
        input_usd=read,
        output_usd=generated,
        cached_usd=_per_million(pricing.get("input_cache_read")),
        cache_write_usd=_per_million(pricing.get("input_cache_write")),
    )


def _per_million(price: JsonValue) -> float | None:
    """Return USD per million tokens for USD per token, which come as text."""
    usd = _usd(price)
    return None if usd is None or usd < 0 else round(usd * 1_000_000, 9)  # rounded: 1e-07 * 1e6 is not 0.1


def _usd(amount: JsonValue) -> float | None:
    """Return an amount, below zero where more was used than there was; ``None`` if it is none."""
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        return None
    try:
        usd = float(amount)
    except (ValueError, OverflowError):
        return None
    return usd if abs(usd) < float("inf") else None
