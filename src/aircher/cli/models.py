"""``aircher models``: what the configured servers offer, and what they are told to do with it."""

import argparse

from aircher.cli import exit_codes, model_actions
from aircher.cli.context import CliContext
from aircher.cli.options import Actions

EXAMPLE = "aircher models list --provider openai"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    action = actions.add("list", "ask a provider for its models", has_json=True)
    action.add_argument("--provider", metavar="NAME", help="default: the provider that would answer")
    model_actions.register(actions)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print the models, or do with one what ``args.action`` says."""
    if args.action in model_actions.ACTIONS:
        return model_actions.run(args, context)
    import asyncio

    from aircher.app.choice import choose_provider
    from aircher.app.compose import build_provider
    from aircher.app.keys import find_key
    from aircher.domain.models import ModelInfo

    config = context.load_config()
    name, section = choose_provider(config, context.environ, requested=args.provider)
    provider = build_provider(name, section, key=find_key(name, section, context.environ), environ=context.environ)

    async def models() -> list[ModelInfo]:
        try:
            return list(await provider.list_models())
        finally:
            await provider.aclose()

    found = asyncio.run(models())
    if args.json:
        context.print_json(found)
        return exit_codes.DONE
    for model in found:
        window = f"{model.context_tokens:,} tokens" if model.context_tokens else "window unknown"
        context.print(f"{model.name:<40} {window}")
    if not found:
        context.note(f"{name} does not list its models")
    return exit_codes.DONE
