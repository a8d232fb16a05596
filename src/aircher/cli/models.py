"""``aircher models``: what is known of models, what servers offer, and what those are told to do with it."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aircher.cli import exit_codes, model_actions
from aircher.cli.context import CliContext
from aircher.cli.options import Actions, positive
from aircher.domain.errors import AircherError, AuthError

if TYPE_CHECKING:
    from datetime import date

    from aircher.config import Config
    from aircher.config.sections_providers import ProviderSettings
    from aircher.domain.models import ModelInfo

EXAMPLE = "aircher models list --provider openai --tools --max-price 5"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    action = actions.add("list", "show models: of the catalogue, and of the provider's server", has_json=True)
    action.add_argument("--provider", metavar="NAME", help="default: the provider that would answer")
    action.add_argument("--all", action="store_true", help="of all providers, and retired ones too")
    action.add_argument("--tools", action="store_true", help="only those that call tools")
    action.add_argument("--images", action="store_true", help="only those that take images")
    action.add_argument("--thinking", action="store_true", help="only those that reason before they answer")
    action.add_argument("--max-price", type=float, metavar="USD", help="at most this for a million tokens of output")
    action.add_argument("--min-context", type=positive, metavar="TOKENS", help="at least this context window")
    action.add_argument("--search", metavar="TEXT", help="only those whose name holds this text")
    action.add_argument("--offline", action="store_true", help="ask no server")
    action = actions.add("refresh", "ask servers for their models and keep the answers", has_json=True)
    action.add_argument("--provider", metavar="NAME", help="default: all that can be asked")
    model_actions.register(actions)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action`` says."""
    if args.action in model_actions.ACTIONS:
        return model_actions.run(args, context)
    config = context.load_config()
    return _list(args, context, config) if args.action == "list" else _refresh(args, context, config)


def _list(args: argparse.Namespace, context: CliContext, config: "Config") -> int:
    from datetime import UTC, datetime

    from aircher.app.models import known_models

    today = datetime.now(UTC).date()
    found: list[ModelInfo] = []
    for name, section in _sections(args, context, config):
        server = _offered(args, context, name, section)
        found += known_models(name, section, server, on=today)
    shown = [model for model in found if _is_wanted(model, args)]
    if not args.all:
        served = [model for model in shown if not model.is_retired(today)]
        if len(served) < len(shown):
            context.note(f"{len(shown) - len(served)} retired models are not shown; --all shows them")
        shown = served
    if args.json:
        context.print_json(shown)
        return exit_codes.DONE
    for model in shown:
        context.print(_row(model, today=today, has_provider=args.all))
    if not shown:
        context.note("no model is like that" if found else "no models are known; a server would have to be asked")
    return exit_codes.DONE


def _sections(
    args: argparse.Namespace, context: CliContext, config: "Config"
) -> "Sequence[tuple[str, ProviderSettings]]":
    from aircher.app.choice import chosen_by_default
    from aircher.config.providers import provider_settings

    if args.all and args.provider is None:
        return list(config.providers.named.items())
    name = args.provider or chosen_by_default(config, context.environ)
    return [provider_settings(config.providers, name)]


def _offered(
    args: argparse.Namespace, context: CliContext, name: str, section: "ProviderSettings"
) -> "Sequence[ModelInfo] | None":
    """Return what the server offers, now or when it was last asked; ``None`` if it never said.

    Raises:
        AircherError: It did not say, and nobody else knows any models of it.
    """
    from aircher.app.models import known_models, reported

    kept = reported(name, section, context.environ) or None
    if args.offline or not _can_be_asked(context, section, is_named=not args.all):
        return kept
    from aircher.app.model_lists import fetch

    try:
        return fetch(name, section, context.environ)
    except AircherError as exc:
        if not args.all and not known_models(name, section, kept):
            raise
        from aircher.providers.catalogue import as_of

        what = f"the catalogue of {as_of()}" if kept is None else "what it said last time"
        context.note(f"{exc.message}; shown is {what}" if isinstance(exc, AuthError) else f"{exc}; shown is {what}")
        return kept


def _can_be_asked(context: CliContext, section: "ProviderSettings", *, is_named: bool) -> bool:
    """Whether to try: a provider that the user named is, even without a key, so that the lack is told."""
    from aircher.config.providers import has_key

    return is_named or not section.api_key_env or has_key(section, context.environ)


def _is_wanted(model: "ModelInfo", args: argparse.Namespace) -> bool:
    can = model.capabilities
    wanted = ((args.tools, can.tools), (args.images, can.images), (args.thinking, can.thinking))
    if any(is_wanted and not has for is_wanted, has in wanted):
        return False
    if args.max_price is not None and (model.prices is None or model.prices.output_usd > args.max_price):
        return False
    if args.min_context is not None and (model.context_tokens or 0) < args.min_context:
        return False
    return args.search is None or args.search.lower() in model.name.lower()


def _row(model: "ModelInfo", *, today: "date", has_provider: bool) -> str:
    can = model.capabilities
    abilities = {
        "tools": can.tools,
        "images": can.images,
        "thinking": can.thinking,
        "json": can.structured_output,
        "cache": can.prompt_caching,
    }
    cells = (
        f"{model.provider:<12}" if has_provider else "",
        f"{model.name:<34}",
        f"{_count(model.context_tokens):>9} window",
        f"{_count(model.output_tokens):>9} out",
        f"{_price(model):<16}",
        " ".join(word for word, has in abilities.items() if has),
        _retirement(model, today),
    )
    return "  ".join(cell for cell in cells if cell).rstrip()


def _count(tokens: int | None) -> str:
    return "?" if tokens is None else f"{tokens:,}"


def _price(model: "ModelInfo") -> str:
    """Return input and output of a million tokens."""
    if model.prices is None:
        return "price ?"
    if model.prices.input_usd == model.prices.output_usd == 0:
        return "free"
    return f"${model.prices.input_usd:g} / ${model.prices.output_usd:g}"


def _retirement(model: "ModelInfo", today: "date") -> str:
    if model.retires_on is not None:
        word = "retired" if model.is_retired(today) else "retires"
        return f"{word} {model.retires_on}" + (f", use {model.replaced_by}" if model.replaced_by else "")
    return f"newer: {model.replaced_by}" if model.replaced_by else ""


def _refresh(args: argparse.Namespace, context: CliContext, config: "Config") -> int:
    from aircher.app.choice import choose_provider
    from aircher.app.model_lists import refresh
    from aircher.config.providers import OFFLINE

    if args.provider is not None:
        asked = [choose_provider(config, context.environ, requested=args.provider)]
    else:
        asked = [
            (name, section)
            for name, section in config.providers.named.items()
            if section.kind != OFFLINE and _can_be_asked(context, section, is_named=False)
        ]
    rows: list[dict[str, object]] = []
    errors: list[AircherError] = []
    for name, section in asked:
        try:
            rows.append({"provider": name, "models": len(refresh(name, section, context.environ)), "error": None})
        except AircherError as exc:
            rows.append({"provider": name, "models": None, "error": exc.message})
            errors.append(exc)
    if args.json:
        context.print_json(rows)
    for row in rows if not args.json else ():
        context.print(f"{row['provider']}: {row['error'] or str(row['models']) + ' models'}")
    if errors and len(errors) == len(asked):
        raise errors[0]
    if not asked:
        context.note("no provider can be asked: none has a key, and none works without; aircher providers list")
    return exit_codes.DONE
