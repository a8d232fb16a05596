"""What the vendors of the Chat Completions wire share: how they are asked, and their lists of models and vectors.

Source: https://platform.openai.com/docs/api-reference
"""

from collections.abc import Mapping, Sequence

from aircher.domain.messages import JsonValue
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.providers._chat_request import ChatDialect, chat_body
from aircher.providers._json import as_count, as_object, as_text
from aircher.providers._sse import SseParser
from aircher.providers._surrogates import joined
from aircher.providers._vectors import vectors
from aircher.providers._wire import Ask, Call, Exchange, ModelPage, Vectors
from aircher.providers.spec import ProviderSettings

ENDPOINTS = ("/chat/completions", "/responses", "/models", "/embeddings")


def bearer(settings: ProviderSettings, key: str) -> list[tuple[str, str]]:
    """Return the headers for a key; the accounts are OpenAI's."""
    headers = [("authorization", f"Bearer {key}")] if key else []
    if settings.organization:
        headers.append(("openai-organization", settings.organization))
    if settings.project:
        headers.append(("openai-project", settings.project))
    return headers


def ask_chat(request: ModelRequest, dialect: ChatDialect) -> Ask:
    """Return the call that asks a model over this wire."""
    from aircher.providers.openai_chat import ChatCodec  # most models of OpenAI are asked over Responses

    return Ask(
        call=Call("POST", "/chat/completions", chat_body(request, dialect)),
        codec=lambda endpoint: ChatCodec(
            endpoint, has_think_tags=dialect.has_think_tags, returns_reasoning=dialect.returns_reasoning
        ),
        framing=SseParser,
    )


def models(provider: str, page: Call | None) -> Exchange[ModelPage]:
    """Return the call for the server's models; they come in one page."""

    def read(answer: JsonValue) -> ModelPage | None:
        listed = as_object(answer).get("data")
        if not isinstance(listed, list):
            return ModelPage(()) if isinstance(answer, dict) else None
        entries = [as_object(entry) for entry in listed]
        return ModelPage(
            [
                ModelInfo(provider=provider, name=name, context_tokens=_window(entry))
                for entry in entries
                if (name := joined(as_text(entry.get("id"))))
            ]
        )

    return Exchange(call=page or Call("GET", "/models"), read=read)


def embed(texts: Sequence[str], model: str) -> Exchange[Vectors]:
    """Return the call that makes one vector of each text."""
    body: dict[str, JsonValue] = {"model": model, "input": list(texts), "encoding_format": "float"}

    def read(answer: JsonValue) -> Vectors | None:
        data = as_object(answer).get("data")
        entries = [as_object(entry) for entry in data] if isinstance(data, list) else []
        entries.sort(key=lambda entry: as_count(entry.get("index")) or 0)
        return vectors([entry.get("embedding") for entry in entries], count=len(texts))

    return Exchange(call=Call("POST", "/embeddings", body), read=read)


def _window(model: Mapping[str, JsonValue]) -> int | None:
    """Return the context window as vLLM, LM Studio, gateways or llama.cpp tell it; ``None`` if nobody does."""
    found = (as_count(model.get(key)) for key in ("max_model_len", "max_context_length", "context_length"))
    return next((count for count in found if count), None) or as_count(as_object(model.get("meta")).get("n_ctx_train"))
