"""How a server of the Messages wire is asked, what models it lists, and how it counts.

Source: https://platform.claude.com/docs/en/api/overview
"""

from collections.abc import Mapping
from urllib.parse import quote

from aircher.domain.messages import JsonValue
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.providers._json import as_count, as_object, as_text
from aircher.providers._messages_request import count_body, messages_body
from aircher.providers._sse import SseParser
from aircher.providers._surrogates import joined
from aircher.providers._wire import Ask, Call, Exchange, ModelPage
from aircher.providers.anthropic_messages import MessagesCodec
from aircher.providers.spec import ProviderSettings

API_VERSION = "2026-10-21"
ENDPOINTS = ("/messages/count_tokens", "/messages", "/models")


def headers(_: ProviderSettings, key: str) -> list[tuple[str, str]]:
    """Return the headers for a key."""
    version = ("anthropic-version", API_VERSION)
    return [("authorization", f"Bearer {key}"), version] if key else [version]


def ask(request: ModelRequest, settings: ProviderSettings) -> Ask:
    """Return the call that asks a model."""
    known = next((model.output_tokens for model in settings.custom_models if model.name == request.model), None)
    body = messages_body(request, known_output_tokens=known)
    return Ask(call=Call("POST", "/messages", body), codec=MessagesCodec, framing=SseParser)


def count(request: ModelRequest, _: ProviderSettings) -> Exchange[int]:
    """Return the call that counts a prompt; it costs nothing."""
    return Exchange(
        call=Call("POST", "/messages/count_tokens", count_body(request)),
        read=lambda answer: as_count(as_object(answer).get("input_tokens")),
    )


def models(provider: str, page: Call | None) -> Exchange[ModelPage]:
    """Return the call for a page of the server's models, without those that can no longer be asked."""

    def read(answer: JsonValue) -> ModelPage | None:
        listed = as_object(answer).get("data")
        if not isinstance(listed, list):
            return None
        entries = [as_object(entry) for entry in listed]
        found = [
            ModelInfo(
                provider=provider,
                name=name,
                context_tokens=as_count(entry.get("max_input_tokens")) or None,
                output_tokens=as_count(entry.get("max_tokens")) or None,
            )
            for entry in entries
            if (name := joined(as_text(entry.get("id")))) and entry.get("lifecycle") != "retired"
        ]
        return ModelPage(found, _following(as_object(answer)))

    return Exchange(call=page or Call("GET", "/models"), read=read)


def _following(page: Mapping[str, JsonValue]) -> Call | None:
    last = joined(as_text(page.get("last_id")))
    return Call("GET", f"/models?after_id={quote(last, safe='')}") if last and page.get("has_more") is True else None
