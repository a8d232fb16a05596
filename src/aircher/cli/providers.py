"""``aircher providers``: who can answer, and whether they do."""

import argparse
import time
from typing import TYPE_CHECKING

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions
from aircher.domain.errors import AircherError

if TYPE_CHECKING:
    from aircher.config import Config

EXAMPLE = "aircher providers test openai"
TEST_DEADLINE_S = 15.0  # a server that needs longer for its list of models is not one to work with


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    actions.add("list", "the configured providers and whether a key is at hand", has_json=True)
    test = actions.add("test", "make the cheapest real call and say what it learnt", has_json=True)
    test.add_argument("name", nargs="?", metavar="NAME", help="default: the provider that would answer")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action`` says."""
    config = context.load_config()
    return _list(args, context, config) if args.action == "list" else _test(args, context, config)


def _list(args: argparse.Namespace, context: CliContext, config: "Config") -> int:
    from aircher.app.choice import chosen_by_default, is_spoken
    from aircher.config.providers import has_key

    chosen = chosen_by_default(config, context.environ)
    rows = [
        {
            "name": name,
            "kind": section.kind,
            "model": section.model,
            "key_variable": section.api_key_env or None,
            "has_key": has_key(section, context.environ),
            "is_default": name == chosen,
        }
        for name, section in config.providers.named.items()
        if is_spoken(section.kind)
    ]
    if args.json:
        context.print_json(rows)
        return exit_codes.DONE
    for row in rows:
        key = (
            "no key needed"
            if not row["key_variable"]
            else f"{row['key_variable']} {'is' if row['has_key'] else 'not'} set"
        )
        context.print(f"{'*' if row['is_default'] else ' '} {row['name']:<12} {row['model'] or '-':<24} {key}")
    context.note("* answers by default; another one: --provider NAME, or aircher config set providers.default NAME")
    return exit_codes.DONE


def _test(args: argparse.Namespace, context: CliContext, config: "Config") -> int:
    import asyncio

    from aircher.app.choice import choose_provider
    from aircher.app.compose import build_provider
    from aircher.app.keys import find_key
    from aircher.domain.errors import NetworkError
    from aircher.domain.models import ModelInfo

    name, section = choose_provider(config, context.environ, requested=args.name)
    key = find_key(name, section, context.environ)
    provider = build_provider(name, section, key=key, environ=context.environ)

    async def models() -> list[ModelInfo]:
        try:
            async with asyncio.timeout(TEST_DEADLINE_S):
                return list(await provider.list_models())
        except TimeoutError as exc:
            raise NetworkError(
                f"{name} did not answer within {TEST_DEADLINE_S:g} s", provider=name, hint=f"providers.{name}.base_url"
            ) from exc
        finally:
            await provider.aclose()

    started_s = time.monotonic()
    try:
        found = asyncio.run(models())
    except AircherError as exc:
        if args.json:
            context.print_json({"name": name, "ok": False, "code": exc.code, "message": exc.message, "hint": exc.hint})
        raise
    took_ms = round((time.monotonic() - started_s) * 1000)
    knows_model = not section.model or not found or any(model.name == section.model for model in found)
    if args.json:
        context.print_json(
            {"name": name, "ok": True, "latency_ms": took_ms, "models": len(found), "has_default_model": knows_model}
        )
        return exit_codes.DONE
    context.print(f"{name}: ok, {len(found)} models in {took_ms} ms")
    if not knows_model:
        context.note(f"{name} does not list its default model {section.model!r}; aircher models list --provider {name}")
    return exit_codes.DONE
