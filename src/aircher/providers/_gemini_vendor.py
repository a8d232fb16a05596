"""How Gemini is asked for answers, models, counts and vectors.

Source: https://ai.google.dev/api
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from aircher.domain.messages import JsonValue
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.providers._gemini_request import content_body, prompt_body
from aircher.providers._json import as_count, as_object, as_text
from aircher.providers._sse import SseParser
from aircher.providers._surrogates import joined
from aircher.providers._vectors import vectors
from aircher.providers._wire import Ask, Call, Exchange, ModelPage, Vectors
from aircher.providers.gemini_content import GeminiCodec
from aircher.providers.spec import ProviderSettings


def headers(_: ProviderSettings, key: str) -> list[tuple[str, str]]:
    """Return the headers for a key."""
    return [("x-goog-api-key", key)] if key else []


def ask(request: ModelRequest, _: ProviderSettings) -> Ask:
    """Return the call that asks a model for a streamed answer."""
    return Ask(
        call=Call("POST", f"{_path(request.model)}:streamGenerateContent?alt=sse", content_body(request)),
        codec=GeminiCodec,
        framing=SseParser,
    )


def models(provider: str, page: Call | None) -> Exchange[ModelPage]:
    """Return the call for a page of the server's models, named as it names them: ``models/…``."""

    def read(answer: JsonValue) -> ModelPage | None:
        if not isinstance(answer, dict):
            return None
        listed = answer.get("models")
        entries = [as_object(entry) for entry in listed] if isinstance(listed, list) else []
        token = as_text(answer.get("nextPageToken"))
        following = Call("GET", f"/models?pageToken={quote(joined(token), safe='')}") if token else None
        return ModelPage([_model(provider, entry) for entry in entries if as_text(entry.get("name"))], following)

    return Exchange(call=page or Call("GET", "/models"), read=read)


def count(request: ModelRequest, _: ProviderSettings) -> Exchange[int]:
    """Return the call that counts a whole prompt, system prompt and tools included, for free."""
    prompt: dict[str, JsonValue] = {"model": _resource(request.model), **prompt_body(request)}
    return Exchange(
        call=Call("POST", f"{_path(request.model)}:countTokens", {"generateContentRequest": prompt}),
        read=lambda answer: as_count(as_object(answer).get("totalTokens")),
    )


def embed(texts: Sequence[str], model: str) -> Exchange[Vectors]:
    """Return the call that makes one vector of each text."""
    requests: list[JsonValue] = [{"model": _resource(model), "content": {"parts": [{"text": text}]}} for text in texts]

    def read(answer: JsonValue) -> Vectors | None:
        embeddings = as_object(answer).get("embeddings")
        entries = embeddings if isinstance(embeddings, list) else []
        return vectors([as_object(entry).get("values") for entry in entries], count=len(texts))

    return Exchange(call=Call("POST", f"{_path(model)}:batchEmbedContents", {"requests": requests}), read=read)


def _model(provider: str, entry: Mapping[str, JsonValue]) -> ModelInfo:
    return ModelInfo(
        provider=provider,
        name=joined(as_text(entry.get("name"))),
        context_tokens=as_count(entry.get("inputTokenLimit")) or None,
        output_tokens=as_count(entry.get("outputTokenLimit")) or None,
    )


def _resource(model: str) -> str:
    """Return the name of a model as the API has it: ``models/…`` or, for one's own, ``tunedModels/…``."""
    return model if "/" in model else f"models/{model}"


def _path(model: str) -> str:
    return "/" + quote(_resource(model), safe="/")
