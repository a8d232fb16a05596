"""Writes src/aircher/providers/catalogue.json: what is known of models, from two public tables and our corrections.

Not part of the program and none of its requirements: run it in a throw-away environment, from the project's root:

    python3 -m venv /tmp/catalogue && /tmp/catalogue/bin/pip install genai-prices
    /tmp/catalogue/bin/pip download --no-deps --dest /tmp/catalogue litellm
    /tmp/catalogue/bin/python tools/build_catalogue.py /tmp/catalogue/litellm-*.whl

genai-prices gives names, windows and prices (tiers and dates included); litellm's table gives output limits,
capabilities and retirements, and is what the prices are checked against: disagreements are printed. What both lack
or have wrong is in tools/catalogue_corrections.toml, each block with its source; corrections win.

The same input gives the same bytes: sorted, one model a line.
"""

import json
import re
import sys
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, TypeAlias, TypedDict, cast

Row: TypeAlias = list[float | None]
"""USD per million tokens: input, output, cached, cache write; what is missing at the end is unknown."""
Listed: TypeAlias = Mapping[str, object]
"""An entry of litellm's table, which promises nothing."""
Entry = TypedDict(
    "Entry",
    {
        "window": int | None,
        "output": int | None,
        "prices": Row | None,
        "above": list[Row],  # each begins with the tokens of input from which on it holds
        "from": list[tuple[str, Row, list[Row]]],  # day, prices, above
        "flags": str,
        "retires": str,
        "successor": str,
    },
    total=False,
)
"""A model as the catalogue has it."""
Entries: TypeAlias = dict[str, Entry]


class Corrections(TypedDict):
    """What is in tools/catalogue_corrections.toml; all but ``as_of`` and ``families`` by vendor."""

    as_of: date
    vendor_flags: dict[str, str]
    models: dict[str, Entries]
    aliases: dict[str, dict[str, str]]
    retirements: dict[str, dict[str, tuple[date, str]]]
    superseded: dict[str, dict[str, str]]
    families: dict[str, tuple[int, str]]


class Tier(Protocol):
    """genai-prices: what a million tokens costs once the input is longer than ``start``."""

    start: int
    price: Decimal


class TieredPrice(Protocol):
    """genai-prices: a price that depends on the length of the input."""

    base: Decimal
    tiers: Sequence[Tier]


Price: TypeAlias = Decimal | TieredPrice | None


class ModelPrice(Protocol):
    """genai-prices: USD per million tokens."""

    input_mtok: Price
    output_mtok: Price
    cache_read_mtok: Price
    cache_write_mtok: Price


class ConditionalPrice(Protocol):
    """genai-prices: prices that hold from a day on, or at times of the day."""

    constraint: object
    prices: ModelPrice


class PricedModel(Protocol):
    """genai-prices: one model."""

    id: str
    context_window: int | None
    prices: ModelPrice | list[ConditionalPrice]


class Table(Protocol):
    """genai-prices: the models of one provider."""

    id: str
    models: Sequence[PricedModel]


ROOT = Path(__file__).parents[1]
TARGET = ROOT / "src/aircher/providers/catalogue.json"
BYTES_AT_MOST = 300_000
VENDORS = {"openai": "openai", "anthropic": "anthropic", "gemini": "google"}
ON_OPENROUTER = {"openai": "openai", "anthropic": "anthropic", "google": "gemini"}
FLAGS = {
    "T": "supports_function_calling",
    "S": "supports_system_messages",
    "I": "supports_vision",
    "R": "supports_reasoning",
    "J": "supports_response_schema",
    "C": "supports_prompt_caching",
}
NO_CHAT = re.compile(
    r"ft:|\.ft-|:batch|:extended|:thinking|:beta|audio|banana|container|computer-use|customtools|cyber|davinci|daybreak|"
    r"deep-research|embedding|exp\b|-exp-|image|instruct$|^(ada|babbage|curie)|law$|learnlm|live|lyria|moderation|"
    r"omni|palm-2|realtime|robotics|rosalind|search|speech|transcribe|translate|tts|veo|vision|whisper"
)
SNAPSHOT = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|\d{3})$")
NOT_OF_THE_API = {  # names that only OpenRouter or Vertex uses
    "openai": re.compile(r"gpt-oss|gpt-3\.5-0301|^(?!gpt|o\d|chat|codex)"),
    "anthropic": re.compile(r"^(?!claude)"),
    "gemini": re.compile(r"^(?!gemini-\d)|^gemini-1\.0|-latest$|-001$"),
}


def main() -> None:
    wheel = Path(sys.argv[1])
    written = tomllib.loads(Path(__file__).with_name("catalogue_corrections.toml").read_text())
    corrections = cast("Corrections", written)  # our own file; a mistake in it ends this program, nothing else
    litellm = read_litellm(wheel)
    from genai_prices.data import providers

    tables: dict[str, Table] = {provider.id: provider for provider in providers}
    as_of = corrections["as_of"]
    models = {kind: vendor_models(kind, tables[source], litellm, as_of) for kind, source in VENDORS.items()}
    for kind, entries in models.items():
        correct(kind, entries, corrections)
    models["openrouter"] = openrouter_models(tables["openrouter"], litellm, models, as_of)
    models["offline"] = {}
    for kind in ("openrouter", "offline"):
        correct(kind, models[kind], corrections)
    check(models, corrections["aliases"])
    built = {
        "as_of": as_of.isoformat(),
        "sources": f"genai-prices {version('genai-prices')}, litellm {wheel.name.split('-')[1]}",
    }
    families: Entries = {
        name: {"window": window, "flags": flags} for name, (window, flags) in corrections["families"].items()
    }
    text = rendered(built, models=models, aliases=corrections["aliases"], families=families)
    if len(text) > BYTES_AT_MOST:
        raise SystemExit(f"{len(text):,} bytes, allowed are {BYTES_AT_MOST:,}")
    TARGET.write_text(text)
    print(f"{TARGET.relative_to(ROOT)}: {len(text):,} bytes,", {kind: len(known) for kind, known in models.items()})


def read_litellm(wheel: Path) -> dict[str, Listed]:
    with zipfile.ZipFile(wheel) as archive:
        table: dict[str, Listed] = json.loads(archive.read("litellm/model_prices_and_context_window_backup.json"))
    return table


# --- the vendors' own -------------------------------------------------------------------------------------------


def vendor_models(kind: str, table: Table, litellm: Mapping[str, Listed], as_of: date) -> Entries:
    known = {model.id: from_genai(model, as_of) for model in table.models if is_chat(kind, model.id)}
    listed = {
        name.removeprefix("gemini/"): entry
        for name, entry in litellm.items()
        if entry.get("litellm_provider") == kind and entry.get("mode") in {"chat", "responses"}
    }
    for name, entry in listed.items():
        if is_chat(kind, name) and name not in known and not SNAPSHOT.search(name):
            known[name] = {"prices": litellm_prices(entry)}
    for name, entry in known.items():
        snapshots = [value for other, value in listed.items() if SNAPSHOT.sub("", other) == name]
        complete(name, entry, listed.get(name) or (snapshots[-1] if snapshots else {}))
        said = [value.get("deprecation_date") for value in [listed.get(name, {}), *snapshots] if value]
        days = [day for day in said if isinstance(day, str) and day]
        if said and len(days) == len(said):
            entry["retires"] = max(days)
    return known


def is_chat(kind: str, name: str) -> bool:
    return not NO_CHAT.search(name) and not NOT_OF_THE_API[kind].search(name)


def from_genai(model: PricedModel, as_of: date) -> Entry:
    entry: Entry = {"window": model.context_window}
    dated = model.prices
    if not isinstance(dated, list):
        prices, above = price_fields(dated)
        return entry | with_prices(prices, above)
    by_day = sorted((day, index) for index, item in enumerate(dated) if (day := first_day(item.constraint)) is not None)
    past = [index for day, index in by_day if day <= as_of]
    if past:
        entry |= with_prices(*price_fields(dated[past[-1]].prices))
    later = [(day, price_fields(dated[index].prices)) for day, index in by_day if day > as_of]
    if later:
        entry["from"] = [(day.isoformat(), prices, above) for day, (prices, above) in later]
    return entry


def first_day(constraint: object) -> date | None:
    """Return the day from which on a price holds; ``None`` = it holds at times of the day only."""
    if constraint is None:
        return date.min
    day = getattr(constraint, "start_date", None)
    return day if isinstance(day, date) else None


def with_prices(prices: Row, above: list[Row]) -> Entry:
    return {"prices": prices, "above": above} if above else {"prices": prices}


def price_fields(prices: ModelPrice) -> tuple[Row, list[Row]]:
    """Return the prices, and those of each tier above."""
    fields = [prices.input_mtok, prices.output_mtok, prices.cache_read_mtok, prices.cache_write_mtok]
    if not any(field is not None for field in fields):
        return [0, 0], []  # how genai-prices writes "free"
    starts = sorted({tier.start for field in fields for tier in tiers_of(field)})
    above: list[Row] = [[start, *trimmed([at(field, start) for field in fields])] for start in starts]
    return trimmed([number(lowest(field)) for field in fields]), above


def tiers_of(field: Price) -> Sequence[Tier]:
    return () if field is None or isinstance(field, Decimal) else field.tiers


def lowest(field: Price) -> Decimal | None:
    return field if field is None or isinstance(field, Decimal) else field.base


def at(field: Price, start: int) -> float | None:
    reached = [tier.price for tier in tiers_of(field) if tier.start <= start]
    return number(reached[-1] if reached else lowest(field))


def number(value: Decimal | float | None) -> float | None:
    if value is None:
        return None
    plain = round(float(value), 6)
    return int(plain) if plain == int(plain) else plain


def trimmed(found: Sequence[float | None]) -> Row:
    values = [0 if value is None and index < 2 else value for index, value in enumerate(found)]
    while values[-1] is None:
        values.pop()
    return values


def litellm_prices(entry: Listed) -> Row | None:
    keys = ("input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost")
    said = [entry.get(key) for key in (*keys, "cache_creation_input_token_cost")]
    values = [number(value * 1e6) if isinstance(value, int | float) else None for value in said]
    return None if values[0] is None else trimmed(values)


def tokens(value: object) -> int | None:
    return value if isinstance(value, int) else None


def complete(name: str, entry: Entry, listed: Listed) -> None:
    """Add what litellm's entry says; tell where its prices differ."""
    ours, theirs = entry.get("prices"), litellm_prices(listed)
    if ours and theirs and ours[:2] != theirs[:2]:
        print(f"{name}: genai-prices {ours[:2]}, litellm {theirs[:2]}", file=sys.stderr)
    window = tokens(listed.get("max_input_tokens")) or 0
    entry["window"] = max(window, entry.get("window") or 0) or None
    entry["output"] = tokens(listed.get("max_output_tokens"))
    entry["flags"] = "".join(
        letter if listed[key] else letter.lower() for letter, key in FLAGS.items() if listed.get(key) is not None
    )


# --- OpenRouter ---------------------------------------------------------------------------------------------------


def openrouter_models(
    table: Table, litellm: Mapping[str, Listed], vendors: Mapping[str, Entries], as_of: date
) -> Entries:
    by_slug: dict[str, list[Listed]] = {}
    for name, entry in litellm.items():
        if entry.get("mode") == "chat":
            by_slug.setdefault(slug(name), []).append(entry)
    ids = {model.id for model in table.models}
    known: Entries = {}
    for model in table.models:
        base = model.id.removesuffix(":free")
        if "/" not in model.id or model.id.startswith("~") or NO_CHAT.search(model.id):
            continue
        if base != model.id and base in ids:
            continue  # found under the name without the suffix
        entry = from_genai(model, as_of)
        author, _, rest = model.id.partition("/")
        own = vendors.get(ON_OPENROUTER.get(author, ""), {})
        upstream = own.get(rest) or own.get(rest.replace(".", "-"))
        if upstream:
            take_upstream(entry, upstream, author=author, ids=ids)
        else:
            agreed(entry, by_slug.get(slug(model.id), []))
        known[model.id] = entry
    return known


def slug(name: str) -> str:
    return re.sub(r"[._]", "-", name.lower().rpartition("/")[2].partition(":")[0])


def take_upstream(entry: Entry, upstream: Entry, *, author: str, ids: set[str]) -> None:
    if output := upstream.get("output"):
        entry["output"] = output
    if flags := upstream.get("flags"):
        entry["flags"] = flags
    if retires := upstream.get("retires"):
        entry["retires"] = retires
    entry["window"] = entry.get("window") or upstream.get("window")
    successor = upstream.get("successor")
    if successor:
        dotted = re.sub(r"(?<=\d)-(?=\d)", ".", successor) if author == "anthropic" else successor
        target = f"{author}/{dotted}"
        if target in ids:
            entry["successor"] = target
        else:
            entry.pop("retires", None)


def agreed(entry: Entry, listed: Sequence[Listed]) -> None:
    """Add the capabilities on which every host of the model agrees, and the smallest window."""
    flags = ""
    for letter, key in FLAGS.items():
        said = {value[key] for value in listed if value.get(key) is not None}
        if len(said) == 1:
            flags += letter if said.pop() else letter.lower()
    entry["flags"] = flags
    windows = [size for value in listed if (size := tokens(value.get("max_input_tokens"))) is not None]
    entry["window"] = entry.get("window") or min(windows, default=None)


# --- corrections, check, text -------------------------------------------------------------------------------------


def correct(kind: str, entries: Entries, corrections: Corrections) -> None:
    for name, fields in corrections["models"].get(kind, {}).items():
        entries.setdefault(name, {}).update(fields)
    for name, (day, successor) in corrections["retirements"].get(kind, {}).items():
        entry = entries.setdefault(name, {})
        seen = entry.get("retires")
        if seen and seen != day.isoformat():
            print(f"{kind} {name}: retired {day} here, {seen} in litellm", file=sys.stderr)
        entry |= {"retires": day.isoformat(), "successor": successor}
    for name, successor in corrections["superseded"].get(kind, {}).items():
        if name in entries:
            entries[name]["successor"] = successor
        else:
            print(f"{kind} {name}: superseded, but in no table", file=sys.stderr)
    base = corrections["vendor_flags"].get(kind, "")
    for entry in entries.values():
        said = entry.get("flags") or ""
        entry["flags"] = "".join(
            letter
            for flag in FLAGS
            for letter in (flag, flag.lower())
            if letter in said or (letter in base and letter.swapcase() not in said)
        )


def check(models: Mapping[str, Entries], aliases: Mapping[str, Mapping[str, str]]) -> None:
    wrong = [
        f"{kind} {alias}: stands for {name}, which is in no table"
        for kind, names in aliases.items()
        for alias, name in names.items()
        if name not in models[kind]
    ]
    for kind, entries in models.items():
        for name, entry in entries.items():
            successor = entry.get("successor")
            if successor and successor not in entries:
                wrong.append(f"{kind} {name}: its successor {successor} is in no table")
            if successor and entries.get(successor, {}).get("retires"):
                wrong.append(f"{kind} {name}: its successor {successor} retires itself")
            if entry.get("retires") and not successor:
                wrong.append(f"{kind} {name}: retires, and nothing is said to replace it")
    if wrong:
        raise SystemExit("\n".join(wrong))


def rendered(
    built: Mapping[str, str],
    *,
    models: Mapping[str, Entries],
    aliases: Mapping[str, Mapping[str, str]],
    families: Entries,
) -> str:
    def block(entries: Entries) -> str:
        lines = [
            f"{json.dumps(name)}:{json.dumps(cleaned(entry), separators=(',', ':'))}"
            for name, entry in sorted(entries.items())
        ]
        return "{\n" + ",\n".join(lines) + "\n}"

    kinds = ",\n".join(f"{json.dumps(kind)}:{block(entries)}" for kind, entries in sorted(models.items()))
    others = ",\n".join(
        f"{json.dumps(kind)}:{json.dumps(dict(sorted(names.items())), separators=(',', ':'))}"
        for kind, names in sorted(aliases.items())
    )
    head = ",\n".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in built.items())
    return f'{{\n{head},\n"aliases":{{\n{others}\n}},\n"families":{block(families)},\n"models":{{\n{kinds}\n}}\n}}\n'


def cleaned(entry: Entry) -> dict[str, object]:
    """Return what is known, always in the same order."""
    said: Mapping[str, object] = entry
    order = ("window", "output", "prices", "above", "from", "flags", "retires", "successor")
    return {key: said[key] for key in order if said.get(key)}


if __name__ == "__main__":
    main()
