"""The snapshot of what is known of models that ships with the program.

Built in development by ``tools/build_catalogue.py``; read once, when something asks. Names are found as people and
servers write them: a dated snapshot, a prefix, a tag. Invariant: prices are found only where the vendor itself, or
OpenRouter, is asked; the same model on another host costs what that host says.
Not its job: what the servers report, and what the user configured (`aircher.app.models`).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct, json

from aircher.domain.models import Capabilities, ModelInfo, PriceChange, Prices, PriceTier
from aircher.support.suggest import nearest

OPENROUTER = "openrouter"
OLLAMA = "ollama"
OPENAI_COMPATIBLE = "openai-compatible"
INDEX = "index"
VENDORS: Mapping[str, str] = {"openai": "openai", "anthropic": "anthropic", "google": "gemini"}
"""OpenRouter's name of the vendor, and the kind that has its models."""

HOSTED_WINDOW_TOKENS = 128_000
"""Assumed of a vendor's model that nobody knows: no chat model that the three still serve has a smaller window."""

UNKNOWN_WINDOW_TOKENS = 8_192
"""Assumed of any other: room for the instructions and a file; a local server that gets more than its window drops the
beginning without a word, and the first to go would be the instructions."""

_HOPS_AT_MOST = 5  # a successor of a successor …: longer chains are a mistake in the table
_SNAPSHOT = re.compile(r"[-@](\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|\d{3}|latest)$")
_TRAIT = re.compile(
    r"(\d+(\.\d+)?[bmt]|\d+x\d+(\.\d+)?b|a\d+b|e\d+b|instruct|it|chat|text|base|hf|preview|latest|cloud|thinking|"
    r"i?q\d\w*|k|[msl]|xs|fp\d+|bf\d+|int\d|nvfp\d|mxfp\d|awq|gptq|gguf|mlx|\d?bit|qat|v\d+(\.\d+)*|\d{4}|\d{8})"
)
"""Pieces of a name that tell size, training or packing, but not which model it is."""


class _Entry(Struct, frozen=True, kw_only=True):
    """One line of the file; ``tools/catalogue_corrections.toml`` explains the letters of ``flags``."""

    window: int | None = None
    output: int | None = None
    prices: list[float | None] | None = None
    above: list[list[float | None]] = []
    from_: list[tuple[date, list[float | None], list[list[float | None]]]] = []
    flags: str = ""
    retires: date | None = None
    successor: str | None = None


class _File(Struct, frozen=True, kw_only=True):
    as_of: date
    sources: str
    aliases: dict[str, dict[str, str]]
    families: dict[str, _Entry]
    models: dict[str, dict[str, _Entry]]


def as_of() -> date:
    """Return the day whose facts these are."""
    return _file().as_of


def find(kind: str, model: str) -> ModelInfo | None:
    """Return what is known of this model where it is served by this kind of provider, under the name asked for."""
    entry = _entry(kind, model)
    if entry is None:
        return None
    is_elsewhere = kind in {OPENAI_COMPATIBLE, OLLAMA}
    info = _info(kind, model, entry, has_prices=not is_elsewhere)
    if kind == OLLAMA:  # runs on the user's own machine
        return info.completed_by(ModelInfo(provider=kind, name=model, prices=Prices(input_usd=0.0, output_usd=0.0)))
    return info


def default(kind: str, model: str) -> ModelInfo:
    """Return what is assumed of a model that nobody knows: a small window, and nothing that it can do.

    What Ollama serves is free, whatever it is called.
    """
    window = HOSTED_WINDOW_TOKENS if kind in VENDORS.values() else UNKNOWN_WINDOW_TOKENS
    prices = Prices(input_usd=0.0, output_usd=0.0) if kind == OLLAMA else None
    return ModelInfo(provider=kind, name=model, context_tokens=window, prices=prices)


def all_models(kind: str) -> tuple[ModelInfo, ...]:
    """Return every model of this kind that the catalogue has, by name; of Ollama the families that it can pull.

    A server that is merely compatible may serve anything: of that kind there are none.
    """
    names = _file().families if kind == OLLAMA else _file().models.get(kind, {})
    found = (find(kind, name) for name in names)
    return tuple(info for info in found if info is not None)


def has_catalogue(kind: str) -> bool:
    """Whether the catalogue means to know all models of this kind, so that one it lacks is worth a word."""
    return kind in VENDORS.values() or kind == OPENROUTER


def suggest(kind: str, model: str) -> str | None:
    """Return the name that was probably meant, a current model if one is near; ``None`` if none is."""
    known = _file().families if kind == OLLAMA else _file().models.get(kind, {})
    current = [name for name, entry in known.items() if entry.successor is None]
    return nearest(model, current) or nearest(model, known)


def replacement(kind: str, model: str) -> str | None:
    """Return the model to use instead of one that is retired, will be, or is no longer the newest of its line."""
    entry = _entry(kind, model)
    for _ in range(_HOPS_AT_MOST):
        if entry is None or entry.successor is None:
            return None
        following = _entry(kind, entry.successor)
        if following is None or following.retires is None:
            return entry.successor
        entry = following
    return None


# --- names ------------------------------------------------------------------------------------------------------


def _entry(kind: str, model: str) -> _Entry | None:
    name = model.strip().lower()
    if kind in {OLLAMA, OPENAI_COMPATIBLE}:
        return _family(name) or (_upstream(name) if kind == OPENAI_COMPATIBLE else None)
    return _listed(kind, name) or (_on_openrouter(name) if kind == OPENROUTER else None)


def _listed(kind: str, name: str) -> _Entry | None:
    models, aliases = _file().models.get(kind, {}), _file().aliases.get(kind, {})
    for spelling in _spellings(name.removeprefix("models/")):
        found = models.get(spelling) or models.get(aliases.get(spelling, ""))
        if found is not None:
            return found
    return None


def _spellings(name: str) -> Iterator[str]:
    """Yield the name as it stands, then without its date, then as the alias of the newest one."""
    yield name
    without = _SNAPSHOT.sub("", name)
    if without != name:
        yield without
    yield f"{without}-latest"


def _on_openrouter(name: str) -> _Entry | None:
    """Return the model whose variant this is (``:free``, ``:nitro``…), or the vendor's own if only that is known."""
    base, _, variant = name.partition(":")
    found = _listed(OPENROUTER, base) if variant else None
    found = found or _upstream(base)
    if found is None or variant != "free":
        return found
    return _Entry(window=found.window, output=found.output, prices=[0.0, 0.0], flags=found.flags)


def _upstream(name: str) -> _Entry | None:
    """Return the vendor's model that a gateway serves, as ``anthropic/claude-…`` or under its bare name."""
    author, _, rest = name.rpartition("/")
    kinds = [VENDORS[author]] if author in VENDORS else list(VENDORS.values()) if not author else []
    found = (_listed(kind, rest) or _listed(kind, rest.replace(".", "-")) for kind in kinds)
    return next((entry for entry in found if entry is not None), None)


def _family(name: str) -> _Entry | None:
    """Return the family of an open model: ``qwen3:8b-q4_K_M``, ``meta-llama/Llama-3.3-70B-Instruct``."""
    families = _file().families
    last = name.rpartition("/")[2]
    tagged, _, _ = last.partition("-q")  # gemma3:1b-it-qat is gemma3:1b
    for exact in (last, tagged.removesuffix("-it")):
        if exact in families:
            return families[exact]
    words = [word for word in re.split(r"[-_:]", last) if word]
    for count in range(len(words), 0, -1):
        if all(_TRAIT.fullmatch(word) for word in words[count:]):
            found = next((families[key] for key in _joined(words[:count]) if key in families), None)
            if found is not None:
                return found
    return None


def _joined(words: list[str]) -> Iterator[str]:
    """Yield the words with hyphens, then with the version at the name: ``llama-3.3`` as ``llama3.3``."""
    yield "-".join(words)
    yield re.sub(r"-(?=v?\d)", "", "-".join(words), count=1)


# --- the file ---------------------------------------------------------------------------------------------------


@cache
def _file() -> _File:
    content = Path(__file__).with_name("catalogue.json").read_bytes().replace(b'"from":', b'"from_":')
    return json.decode(content, type=_File)


def _info(kind: str, name: str, entry: _Entry, *, has_prices: bool) -> ModelInfo:
    return ModelInfo(
        provider=kind,
        name=name,
        context_tokens=entry.window,
        output_tokens=entry.output,
        prices=_prices(entry) if has_prices else None,
        capabilities=_capabilities(entry.flags),
        retires_on=entry.retires,
        replaced_by=entry.successor,
    )


def _prices(entry: _Entry) -> Prices | None:
    if entry.prices is None:
        return None
    changes = tuple(PriceChange(starts_on=day, prices=_rates(base, above, ())) for day, base, above in entry.from_)
    return _rates(entry.prices, entry.above, changes)


def _rates(base: list[float | None], above: list[list[float | None]], changes: tuple[PriceChange, ...]) -> Prices:
    tiers = []
    for start, *rates in above:
        input_usd, output_usd, cached_usd, cache_write_usd = _padded(rates)
        tiers.append(
            PriceTier(
                above_tokens=int(start or 0),
                input_usd=input_usd or 0.0,
                output_usd=output_usd or 0.0,
                cached_usd=cached_usd,
                cache_write_usd=cache_write_usd,
            )
        )
    input_usd, output_usd, cached_usd, cache_write_usd = _padded(base)
    return Prices(
        input_usd=input_usd or 0.0,
        output_usd=output_usd or 0.0,
        cached_usd=cached_usd,
        cache_write_usd=cache_write_usd,
        tiers=tuple(tiers),
        changes=changes,
    )


def _padded(rates: list[float | None]) -> list[float | None]:
    return [*rates, *[None] * (4 - len(rates))]


def _capabilities(flags: str) -> Capabilities:
    def can(letter: str) -> bool | None:
        return True if letter in flags else False if letter.lower() in flags else None

    return Capabilities(
        tools=can("T"),
        system_messages=can("S"),
        images=can("I"),
        thinking=can("R"),
        structured_output=can("J"),
        prompt_caching=can("C"),
    )
