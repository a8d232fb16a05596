"""Which path speaks which wire, and the answers that need no script.

Invariant: an error, too, is told in the shape of the wire that the path belongs to.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import unquote

import msgspec

from aircher.testing.fake_llm import listings
from aircher.testing.fake_llm.asks import Document, HttpAnswer, Wire
from aircher.testing.fake_llm.wires.anthropic import Anthropic, CountRequest
from aircher.testing.fake_llm.wires.gemini import Gemini
from aircher.testing.fake_llm.wires.ollama import Ollama
from aircher.testing.fake_llm.wires.openai_chat import OpenAiChat
from aircher.testing.fake_llm.wires.openai_responses import OpenAiResponses, ResponsesRequest
from aircher.testing.fake_llm.wires.openrouter import OpenRouter
from aircher.testing.fake_llm.wires.prompts import prompt_tokens
from aircher.testing.loopback import ReceivedRequest

_CHAT, _RESPONSES, _ANTHROPIC = OpenAiChat(), OpenAiResponses(), Anthropic()
_GEMINI, _OLLAMA, _OPENROUTER = Gemini(), Ollama(), OpenRouter()

ANSWERING: Mapping[str, Wire] = MappingProxyType(
    {
        "/v1/chat/completions": _CHAT,
        "/chat/completions": _CHAT,
        "/v1/responses": _RESPONSES,
        "/responses": _RESPONSES,
        "/v1/messages": _ANTHROPIC,
        "/messages": _ANTHROPIC,
        "/api/chat": _OLLAMA,
        "/api/v1/chat/completions": _OPENROUTER,
    }
)
"""Paths that ask for an answer; Gemini's hold the model and are found by their pattern."""

_GEMINI_PATH = re.compile(r"/v1(?:beta)?/models/[^/:]+:(\w+)")
_GEMINI_ANSWERING = frozenset({"generateContent", "streamGenerateContent"})
_OLLAMA_VERSION = "0.30.0"


def path_of(request: ReceivedRequest) -> str:
    """Return the path, without query and without a slash at its end."""
    return request.target.partition("?")[0].rstrip("/") or "/"


def wire_of(request: ReceivedRequest) -> Wire:
    """Return the wire that a client at this path speaks."""
    path = path_of(request)
    if path in ANSWERING:
        return ANSWERING[path]
    if path.startswith("/api/v1"):
        return _OPENROUTER
    if path == "/" or path.startswith("/api"):
        return _OLLAMA
    if path.startswith("/v1beta") or _GEMINI_PATH.fullmatch(path) or "x-goog-api-key" in request.headers:
        return _GEMINI
    if path.startswith("/v1/messages") or "anthropic-version" in request.headers:
        return _ANTHROPIC
    return _RESPONSES if path.endswith("/input_tokens") else _CHAT


def is_answering(request: ReceivedRequest) -> bool:
    """Say whether the request asks for an answer of the model."""
    path = path_of(request)
    return request.method == "POST" and (path in ANSWERING or gemini_method(path) in _GEMINI_ANSWERING)


def side_answer(request: ReceivedRequest, models: Sequence[str]) -> HttpAnswer | None:
    """Return the answer that needs no script; ``None`` if there is nothing at this path.

    Raises:
        msgspec.DecodeError: The body is wrong.
    """
    path = path_of(request)
    made: Document | HttpAnswer | None = None
    match request.method:
        case "GET" | "HEAD":
            made = _read(path, wire_of(request), models)
        case "POST" | "DELETE":
            made = _written(f"{request.method} {path}", request)
    if made is None or isinstance(made, HttpAnswer):
        return made
    return HttpAnswer(headers={"content-type": "application/json"}, body=msgspec.json.encode(made))


def _read(path: str, wire: Wire, models: Sequence[str]) -> Document | HttpAnswer | None:
    """Return what can be read at this path."""
    match path:
        case "/v1/models" | "/models" | "/v1beta/models":
            return _models(wire, models)
        case "/api/v1/models":
            return listings.openrouter_models(models)
        case "/api/v1/key":
            return listings.openrouter_key()
        case "/":
            return HttpAnswer(headers={"content-type": "text/plain; charset=utf-8"}, body=b"Ollama is running")
        case "/api/version":
            return {"version": _OLLAMA_VERSION}
        case "/api/tags":
            return listings.ollama_tags(models)
        case "/api/ps":
            return listings.ollama_running(models)
    model = re.fullmatch(r"/(?:v1|v1beta)/models/([^:]+)", path)
    return _model(wire, unquote(model[1])) if model else None


def _models(wire: Wire, models: Sequence[str]) -> Document:
    match wire:
        case Gemini():
            return listings.gemini_models(models)
        case Anthropic():
            return listings.anthropic_models(models)
        case _:
            return listings.openai_models(models)


def _model(wire: Wire, name: str) -> Document:
    match wire:
        case Gemini():
            return listings.gemini_model(name)
        case Anthropic():
            return listings.anthropic_model(name)
        case _:
            return listings.openai_model(name)


def _written(what: str, request: ReceivedRequest) -> Document | HttpAnswer | None:
    """Return what comes back for a body that asks for no answer of the model."""
    body = request.body
    match what:
        case "POST /v1/messages/count_tokens":
            msgspec.json.decode(body, type=CountRequest)
            return {"input_tokens": prompt_tokens(body)}
        case "POST /v1/responses/input_tokens":
            msgspec.json.decode(body, type=ResponsesRequest)
            return {"object": "response.input_tokens", "input_tokens": prompt_tokens(body)}
        case "POST /v1/embeddings" | "POST /api/v1/embeddings":
            return listings.openai_embeddings(body)
        case "POST /api/embed":
            return listings.ollama_embeddings(body)
        case "POST /api/show":
            return listings.ollama_show(body)
        case "POST /api/generate":
            return listings.ollama_unload(body)
        case "POST /api/pull":
            return listings.ollama_pull(body)
        case "DELETE /api/delete":
            return listings.ollama_delete(body)
    match gemini_method(what.removeprefix("POST ")):
        case "countTokens":
            tokens = _GEMINI.read(body, request.target).input_tokens
            return {"totalTokens": tokens, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": tokens}]}
        case "batchEmbedContents":
            return listings.gemini_embeddings(body)
    return None


def gemini_method(path: str) -> str | None:
    """Return what Gemini shall do with the model in this path; ``None`` if it is no such path."""
    found = _GEMINI_PATH.fullmatch(path)
    return found[1] if found else None
