"""The small calls of an Ollama server: what it has, what a model can do, what is loaded. Pure.

Source: https://docs.ollama.com/api
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from aircher.domain.messages import JsonValue
from aircher.domain.models import ModelInfo
from aircher.providers._json import as_count, as_object, as_text
from aircher.providers._surrogates import joined
from aircher.providers._vectors import vectors
from aircher.providers._wire import Call, Exchange, ModelPage, Vectors


class Shown(NamedTuple):
    """What a server tells of one of its models.

    Attributes:
        capabilities: Such as ``completion``, ``tools``, ``thinking``, ``vision``; empty = an old server, unknown.
        context_tokens: The largest window that it was trained for; ``None`` = not told.
        family: Such as ``qwen3`` or ``gptoss``; empty = not told.
    """

    capabilities: tuple[str, ...] = ()
    context_tokens: int | None = None
    family: str = ""


class Loaded(NamedTuple):
    """A model that is in memory.

    Attributes:
        size_bytes: What it takes altogether.
        gpu_bytes: What of that is on graphics cards.
        context_tokens: Its window; ``None`` = not told.
        expires_at: When it will be unloaded, ISO 8601 with the server's offset; empty = not told.
    """

    name: str
    size_bytes: int
    gpu_bytes: int
    context_tokens: int | None
    expires_at: str


def models(provider: str, page: Call | None) -> Exchange[ModelPage]:
    """Return the call for the models that were pulled; they come in one page."""

    def read(answer: JsonValue) -> ModelPage | None:
        if not isinstance(answer, dict):
            return None
        return ModelPage([ModelInfo(provider=provider, name=name) for name, _ in _named(answer)])

    return Exchange(call=page or Call("GET", "/api/tags"), read=read)


def embed(texts: Sequence[str], model: str) -> Exchange[Vectors]:
    """Return the call that makes one vector of each text; a text that is too long is an error, not cut."""

    def read(answer: JsonValue) -> Vectors | None:
        found = as_object(answer).get("embeddings")
        return vectors(found, count=len(texts)) if isinstance(found, list) else None

    return Exchange(
        call=Call("POST", "/api/embed", {"model": model, "input": list(texts), "truncate": False}), read=read
    )


def version() -> Exchange[str]:
    """Return the call for the server's version."""
    return Exchange(
        call=Call("GET", "/api/version"),
        read=lambda answer: joined(as_text(as_object(answer).get("version"))) or None,
    )


def show(model: str) -> Exchange[Shown]:
    """Return the call for what a model can do."""

    def read(answer: JsonValue) -> Shown | None:
        if not isinstance(answer, dict):
            return None
        listed = answer.get("capabilities")
        return Shown(
            capabilities=tuple(joined(word) for word in listed if isinstance(word, str))
            if isinstance(listed, list)
            else (),
            context_tokens=_trained_window(as_object(answer.get("model_info"))),
            family=joined(as_text(as_object(answer.get("details")).get("family"))),
        )

    return Exchange(call=Call("POST", "/api/show", {"model": model}), read=read)


def loaded() -> Exchange[tuple[Loaded, ...]]:
    """Return the call for the models in memory."""

    def read(answer: JsonValue) -> tuple[Loaded, ...] | None:
        if not isinstance(answer, dict):
            return None
        return tuple(
            Loaded(
                name=name,
                size_bytes=as_count(entry.get("size")) or 0,
                gpu_bytes=as_count(entry.get("size_vram")) or 0,
                context_tokens=as_count(entry.get("context_length")) or None,
                expires_at=joined(as_text(entry.get("expires_at"))),
            )
            for name, entry in _named(answer)
        )

    return Exchange(call=Call("GET", "/api/ps"), read=read)


def unload(model: str) -> Exchange[bool]:
    """Return the call that takes a model out of memory."""
    body: dict[str, JsonValue] = {"model": model, "keep_alive": 0, "stream": False}
    return Exchange(call=Call("POST", "/api/generate", body), read=lambda answer: isinstance(answer, dict) or None)


def _named(answer: Mapping[str, JsonValue]) -> list[tuple[str, dict[str, JsonValue]]]:
    """Return the entries of a list of models that have a name; a server without any may send ``null``."""
    listed = answer.get("models")
    entries = [as_object(entry) for entry in listed] if isinstance(listed, list) else []
    named = [(joined(as_text(entry.get("model")) or as_text(entry.get("name"))), entry) for entry in entries]
    return [(name, entry) for name, entry in named if name]


def _trained_window(info: Mapping[str, JsonValue]) -> int | None:
    own = as_count(info.get(f"{as_text(info.get('general.architecture'))}.context_length"))
    others = (as_count(value) for key, value in info.items() if key.endswith(".context_length"))
    return own or next((count for count in others if count), None)
