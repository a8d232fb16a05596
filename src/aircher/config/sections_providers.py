"""``[providers]``: which model's server is asked, how, and with the key from which variable."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Struct, field, to_builtins

from aircher.config.quantities import Duration
from aircher.config.words import Natural, Positive, Temperature, Url, Usd, VariableName, doc

ProviderKind = Literal["", "openai", "anthropic", "gemini", "ollama", "openrouter", "openai-compatible", "offline"]
Quantization = Literal["int4", "int8", "fp4", "fp6", "fp8", "fp16", "bf16", "fp32", "unknown"]


class CustomModel(Struct, frozen=True, kw_only=True):
    """A model that the catalogue does not know, or knows wrongly; what is not set stays as it is known otherwise."""

    context_tokens: Annotated[Natural, doc("Context window; 0 = as known otherwise.", unit="tokens")] = 0
    output_tokens: Annotated[Natural, doc("Longest answer; 0 = as known otherwise.", unit="tokens")] = 0
    price_input_usd: Annotated[Usd | None, doc("Price of input.", unit="USD per million tokens")] = None
    price_output_usd: Annotated[Usd | None, doc("Price of output.", unit="USD per million tokens")] = None
    price_cached_usd: Annotated[Usd | None, doc("Price of cached input.", unit="USD per million tokens")] = None
    price_cache_write_usd: Annotated[
        Usd | None, doc("Price of input that is written to the cache.", unit="USD per million tokens")
    ] = None
    tools: Annotated[bool | None, doc("Whether the model can call tools.")] = None
    images: Annotated[bool | None, doc("Whether the model takes images.")] = None
    thinking: Annotated[bool | None, doc("Whether the model reasons before it answers.")] = None
    structured_output: Annotated[bool | None, doc("Whether its answer can be held to a JSON schema.")] = None


class MaxPrice(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Dearest servers that OpenRouter may choose; unset = any price."""

    prompt: Annotated[Usd | None, doc("Price of input.", unit="USD per million tokens")] = None
    completion: Annotated[Usd | None, doc("Price of output.", unit="USD per million tokens")] = None
    request: Annotated[Usd | None, doc("Price of a request.", unit="USD")] = None
    image: Annotated[Usd | None, doc("Price of an image.", unit="USD")] = None


class Routing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who may serve a model (OpenRouter); what is not set is left to OpenRouter."""

    order: Annotated[list[str], doc("Servers to try, in this order.")] = field(default_factory=list)
    only: Annotated[list[str], doc("The only servers that may be tried.")] = field(default_factory=list)
    ignore: Annotated[list[str], doc("Servers that are never tried.")] = field(default_factory=list)
    allow_fallbacks: Annotated[bool | None, doc("Whether other servers are tried when these fail.")] = None
    require_parameters: Annotated[bool | None, doc("Whether a server has to know every parameter of the request.")] = (
        None
    )
    data_collection: Annotated[Literal["", "allow", "deny"], doc("Whether servers that keep prompts may be tried.")] = (
        ""
    )
    zdr: Annotated[bool | None, doc("Whether only servers that keep nothing at all are tried.")] = None
    sort: Annotated[Literal["", "price", "throughput", "latency"], doc("By what the servers are put in order.")] = ""
    max_price: Annotated[MaxPrice, doc("Dearest servers that may be tried.")] = field(default_factory=MaxPrice)
    quantizations: Annotated[list[Quantization], doc("Weights of which precision are accepted.")] = field(
        default_factory=list
    )

    def wishes(self) -> dict[str, Any]:
        """Return what is set, in OpenRouter's own words; empty = nothing is."""
        return {name: value for name, value in to_builtins(self).items() if value != {}}


class ProviderSettings(Struct, frozen=True, kw_only=True):
    """One provider, ``[providers.NAME]``."""

    kind: Annotated[
        ProviderKind,
        doc("Wire format; built-in providers know theirs, any other is `openai-compatible` unless set."),
    ] = ""
    api_key_env: Annotated[VariableName, doc("Name of the variable that holds the key; empty = no key.")] = ""
    api_key_command: Annotated[
        str, doc("Program that prints the key, run without a shell; only the user's own configuration may set it.")
    ] = ""
    base_url: Annotated[Url, doc("Address of the server, with its version path; empty = the vendor's own.")] = ""
    wire: Annotated[
        Literal["auto", "chat", "responses"],
        doc("Wire of OpenAI that is spoken: `chat`, `responses`, or what the model prefers (OpenAI and compatible)."),
    ] = "auto"
    model: Annotated[
        str,
        doc("Model that is asked unless `--model` names another; `auto` = the cheapest that a prompt allows."),
    ] = ""
    max_tokens: Annotated[Natural, doc("Longest answer; 0 = the model's own limit.", unit="tokens")] = 0
    temperature: Annotated[Temperature | None, doc("Sampling temperature; unset = the server's default.")] = None
    timeout: Annotated[Duration, doc("How long the server may stay silent before the request is given up.")] = Duration(
        120
    )
    requests_per_min: Annotated[
        Natural, doc("Most requests; 0 = as many as the server allows.", unit="requests per minute")
    ] = 0
    tokens_per_min: Annotated[
        Natural, doc("Most tokens of input; 0 = as many as the server allows.", unit="tokens per minute")
    ] = 0
    org_id: Annotated[str, doc("Organisation that is billed (OpenAI).")] = ""
    project: Annotated[str, doc("Cloud project (OpenAI, Gemini).")] = ""
    routing: Annotated[Routing, doc("Who may serve a model (OpenRouter).")] = field(default_factory=Routing)
    location: Annotated[str, doc("Cloud region (Gemini).", planned=True)] = ""
    keep_alive: Annotated[Duration, doc("How long the model stays loaded after an answer (Ollama).")] = Duration(300)
    num_ctx: Annotated[
        Natural, doc("Context window to load; 0 = as large as the prompt needs (Ollama).", unit="tokens")
    ] = 0
    num_predict: Annotated[
        Natural,
        doc("Longest answer if `max_tokens` is 0; 0 = the server's default (Ollama).", unit="tokens"),
    ] = 0
    custom_models: Annotated[
        dict[str, CustomModel], doc("Models of your own, as `[[…custom_models]]` with `name`, or by table name.")
    ] = field(default_factory=dict)


BUILTIN: Mapping[str, ProviderSettings] = MappingProxyType(
    {
        "anthropic": ProviderSettings(
            kind="anthropic",
            api_key_env="ANTHROPIC_API_KEY",
            base_url="https://api.anthropic.com/v1",
            model="claude-sonnet-5-5",
        ),
        "openai": ProviderSettings(
            kind="openai", api_key_env="OPENAI_API_KEY", base_url="https://api.openai.com/v1", model="gpt-6.1-terra"
        ),
        "gemini": ProviderSettings(
            kind="gemini",
            api_key_env="GEMINI_API_KEY",
            base_url="https://generativelanguage.googleapis.com/v1",
            model="gemini-3.8-flash",
        ),
        "openrouter": ProviderSettings(
            kind="openrouter",
            api_key_env="OPENROUTER_API_KEY",
            base_url="https://openrouter.ai/api/v1",
            model="openrouter/auto",
        ),
        "ollama": ProviderSettings(kind="ollama", base_url="http://localhost:11434", model="llama3.2"),
        "offline": ProviderSettings(kind="offline", model="index"),
    }
)
"""Every provider that needs no configuration, in the order in which ``default = "auto"`` looks for a key."""


class Providers(Struct, frozen=True, kw_only=True):
    """All providers and the order in which they are asked."""

    open_map: ClassVar[str] = "named"

    default: Annotated[
        str,
        doc("Provider that is asked; `auto` = the first of `fallback_order` with a key at hand, else `offline`."),
    ] = "auto"
    fallback_order: Annotated[
        list[str],
        doc(
            "Providers among which `auto` looks for a key, in this order; if the one that answers is among them and "
            "fails, the next ones stand in for it. Empty = your own, then the built-in ones, and none stands in."
        ),
    ] = field(default_factory=list)
    health_check_interval: Annotated[
        Duration, doc("How long a provider that failed is left alone before it is looked at again.")
    ] = Duration(300)
    named: Annotated[dict[str, ProviderSettings], doc("One table a provider.")] = field(
        default_factory=lambda: dict(BUILTIN)
    )
    max_retries: Annotated[Natural, doc("How often a failed request is sent again before giving up.")] = 4
    max_parallel: Annotated[Positive, doc("Most requests under way at once.", planned=True)] = 4
