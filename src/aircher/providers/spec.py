"""What a provider's module announces, and what it is built from."""

import os
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Literal

from aircher.domain.messages import JsonObject
from aircher.domain.models import ModelInfo
from aircher.domain.provider import Provider
from aircher.domain.records import dataclass
from aircher.providers.pacer import Pacer
from aircher.support.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """One section ``[providers.NAME]``, resolved.

    Attributes:
        name: The section's name; it is in every message.
        kind: Which `ProviderSpec` builds it.
        base_url: Where the server is, with or without ``/v1``; ``None`` = the vendor's own address.
        api_key: ``None`` = none was found.
        key_variable: The variable that the key is read from, for hints; ``None`` = none is configured.
        organization: Account that is charged, where the vendor has such a thing.
        project: Project that is charged, where the vendor has such a thing.
        wire: Which of OpenAI's wire formats is spoken; ``auto`` = the one that the model wants.
        routing: Who may serve a model, in OpenRouter's words; empty = whoever it likes.
        keep_alive_s: How long the server keeps a model loaded (Ollama); ``None`` = as the server likes.
        window_tokens: Context window to load (Ollama); ``None`` = as large as the prompt needs.
        answer_tokens: Longest answer where a request names no limit (Ollama); ``None`` = as the server likes.
        connect_timeout_s: Longest time until the connection stands.
        idle_timeout_s: Longest silence of the server, before its first byte and between two.
        custom_models: Models the user describes; they win over what the server says.
        pacer: Shared by all providers of an event loop, so that many streams at once are read in step; ``None`` = an
            own one.
        environ: Variables for proxies (``HTTPS_PROXY``, ``NO_PROXY``…).
    """

    name: str
    kind: str
    base_url: str | None = None
    api_key: Secret | None = None
    key_variable: str | None = None
    organization: str | None = None
    project: str | None = None
    wire: Literal["auto", "chat", "responses"] = "auto"
    routing: JsonObject = field(default_factory=dict)
    keep_alive_s: float | None = None
    window_tokens: int | None = None
    answer_tokens: int | None = None
    connect_timeout_s: float = 10.0
    idle_timeout_s: float = 120.0
    custom_models: tuple[ModelInfo, ...] = ()
    pacer: Pacer | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSpec:
    """A kind of provider.

    Attributes:
        kind: The word in ``kind = "…"``: the module's name with ``-`` for ``_``.
        build: Returns a provider that has opened nothing yet.
        default_key_variable: Where the key is looked for unless the section says otherwise; ``None`` = needs none.
    """

    kind: str
    build: Callable[[ProviderSettings], Provider]
    default_key_variable: str | None = None
