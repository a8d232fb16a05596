"""What is known of a model, from everybody who says something of it.

Weakest first: what is assumed of any model of the kind, the catalogue that ships with the program, what the server
said when it was last asked, what the user configured. A stronger voice speaks only of what it knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from aircher.app import model_cache
from aircher.config.providers import OFFLINE
from aircher.config.sections_providers import BUILTIN, CustomModel, ProviderSettings
from aircher.domain.models import Capabilities, ModelInfo, Prices
from aircher.providers import catalogue

NOTICE_DAYS = 60
"""How long before its retirement a model is worth a word: the shortest notice that a vendor promises for all models."""

_SERVED_LOCALLY = frozenset({catalogue.OLLAMA, catalogue.OPENAI_COMPATIBLE})
"""What these serve, only they know: a model of the catalogue need not be there."""


def describe(
    provider: str,
    section: ProviderSettings,
    model: str,
    environ: Mapping[str, str] | None = None,
    *,
    on: date | None = None,
) -> ModelInfo:
    """Return all that is known of a model, with prices of that day; the window is assumed if nobody knows it.

    Args:
        provider: The section's name.
        section: Its content.
        model: The name as it will be sent.
        environ: Variables that lead to the cache folder; ``None`` = the process's own.
        on: ``None`` = today.
    """
    known = _known(provider, section, model, _by_name(reported(provider, section, environ)), on=on)
    return known if section.kind == OFFLINE else known.completed_by(catalogue.default(section.kind, model))


def known_models(
    provider: str, section: ProviderSettings, server: Sequence[ModelInfo] | None, *, on: date | None = None
) -> tuple[ModelInfo, ...]:
    """Return the models of a provider by name; what nobody knows of them stays unknown.

    Args:
        provider: The section's name.
        section: Its content.
        server: What its server offers; ``None`` = it did not say.
        on: Day of the prices; ``None`` = today.
    """
    offered = _by_name(server or ())
    names = {*section.custom_models, *offered}
    if server is None or section.kind not in _SERVED_LOCALLY:
        names |= {model.name for model in catalogue.all_models(section.kind)}
    return tuple(_known(provider, section, name, offered, on=on) for name in sorted(names))


def candidates(
    provider: str, section: ProviderSettings, environ: Mapping[str, str] | None = None, *, on: date | None = None
) -> tuple[ModelInfo, ...]:
    """Return the models among which an automatic choice may pick, the section's own model first.

    Those that the server offers, if it was ever asked; else the catalogue's. Of OpenRouter only those of the vendors
    whose models the catalogue knows to be current: by price alone nobody can tell which of the others are any good.
    """
    offered = reported(provider, section, environ)
    found = known_models(provider, section, offered or (() if section.kind in _SERVED_LOCALLY else None), on=on)
    served = {*section.custom_models, *(model.name for model in offered)}
    if offered:
        found = tuple(model for model in found if model.name in served)
    if section.kind == catalogue.OPENROUTER:
        authors = catalogue.VENDORS
        found = tuple(m for m in found if m.name in section.custom_models or m.name.partition("/")[0] in authors)
    return tuple(sorted(found, key=lambda model: model.name != section.model))


def advice(
    provider: str,
    section: ProviderSettings,
    model: str,
    environ: Mapping[str, str] | None = None,
    *,
    on: date | None = None,
) -> str | None:
    """Return what the user should hear before this model is asked; ``None`` = nothing."""
    day = on or _today()
    offered = _by_name(reported(provider, section, environ))
    info = _known(provider, section, model, offered, on=day)
    if section.kind == OFFLINE or model in section.custom_models:
        return None
    if info.retires_on is not None and (info.retires_on - day).days <= NOTICE_DAYS:
        successor = catalogue.replacement(section.kind, model) or info.replaced_by
        when = "was retired on" if info.is_retired(day) else "will be retired on"
        return f"{model} {when} {info.retires_on}" + (f"; {successor} replaces it" if successor else "")
    if catalogue.find(section.kind, model) is not None or model in offered:
        return None
    return _unknown(provider, section, model)


def custom_model(provider: str, name: str, custom: CustomModel, *, known: Prices | None = None) -> ModelInfo:
    """Return what the user says of a model; a price that is left out is that of ``known``.

    Prices of the user's have no tiers and no dates. With both input and output given, nothing of ``known`` counts.
    """
    return ModelInfo(
        provider=provider,
        name=name,
        context_tokens=custom.context_tokens or None,
        output_tokens=custom.output_tokens or None,
        prices=_custom_prices(custom, known),
        capabilities=Capabilities(
            tools=custom.tools,
            images=custom.images,
            thinking=custom.thinking,
            structured_output=custom.structured_output,
        ),
    )


def reported(
    provider: str, section: ProviderSettings, environ: Mapping[str, str] | None = None
) -> tuple[ModelInfo, ...]:
    """Return what the section's server offered when it was last asked."""
    if section.kind == OFFLINE:
        return ()
    return model_cache.reported(provider, base_url=section.base_url, environ=environ)


def _today() -> date:
    return datetime.now(UTC).date()


def _by_name(models: Sequence[ModelInfo]) -> dict[str, ModelInfo]:
    return {model.name: model for model in models}


def _known(
    provider: str, section: ProviderSettings, name: str, offered: Mapping[str, ModelInfo], *, on: date | None
) -> ModelInfo:
    info = ModelInfo(provider=provider, name=name)
    listed = offered.get(name)
    snapshot = catalogue.find(section.kind, catalogue.INDEX if section.kind == OFFLINE else name)
    if listed is not None:
        info = info.completed_by(_without_poorer_prices(listed, snapshot))
    if snapshot is not None:
        info = info.completed_by(snapshot)
    custom = section.custom_models.get(name)
    if custom is not None:
        info = custom_model(provider, name, custom, known=info.prices).completed_by(info)
    return info if info.prices is None else replace(info, prices=info.prices.valid_on(on or _today()))


def _without_poorer_prices(listed: ModelInfo, snapshot: ModelInfo | None) -> ModelInfo:
    """Return the server's word without prices that the catalogue has too, and there with tiers and dates."""
    ours, theirs = snapshot.prices if snapshot else None, listed.prices
    if ours is None or theirs is None or (ours.input_usd, ours.output_usd) != (theirs.input_usd, theirs.output_usd):
        return listed
    return replace(listed, prices=None)


def _custom_prices(custom: CustomModel, known: Prices | None) -> Prices | None:
    input_usd = _set(custom.price_input_usd, known.input_usd if known else None)
    output_usd = _set(custom.price_output_usd, known.output_usd if known else None)
    own = (custom.price_input_usd, custom.price_output_usd, custom.price_cached_usd, custom.price_cache_write_usd)
    if input_usd is None or output_usd is None or all(price is None for price in own):
        return None
    is_whole = custom.price_input_usd is not None and custom.price_output_usd is not None
    rest = None if is_whole else known
    return Prices(
        input_usd=input_usd,
        output_usd=output_usd,
        cached_usd=_set(custom.price_cached_usd, rest.cached_usd if rest else None),
        cache_write_usd=_set(custom.price_cache_write_usd, rest.cache_write_usd if rest else None),
    )


def _set(price: float | None, otherwise: float | None) -> float | None:
    return otherwise if price is None else price


def _unknown(provider: str, section: ProviderSettings, model: str) -> str | None:
    """Return what to say of a name that nobody knows; of a server of one's own every name may be right."""
    kind = section.kind
    if not catalogue.has_catalogue(kind) or section.base_url not in {"", BUILTIN[kind].base_url}:
        return None
    assumed = f"a window of {catalogue.default(kind, model).context_tokens:,} tokens is assumed"
    guess = catalogue.suggest(kind, model)
    meant = f"did you mean {guess}? Otherwise {assumed}" if guess else assumed
    return f"{provider} has no {model} as of {catalogue.as_of()}: {meant}"
