"""``aircher models pull|unload|loaded``: what a server that keeps its own models (Ollama) is told to do with them."""

import argparse
from typing import TYPE_CHECKING

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions

if TYPE_CHECKING:
    from aircher.providers._ollama_calls import Loaded
    from aircher.providers._ollama_provider import OllamaProvider

ACTIONS = frozenset({"pull", "unload", "loaded"})


def register(actions: Actions) -> None:
    """Add the actions to those of ``aircher models``."""
    pull = actions.add("pull", "download a model to an Ollama server; an interrupted download is gone on with")
    pull.add_argument("model", metavar="NAME", help="such as qwen3:8b")
    unload = actions.add("unload", "take a model out of the memory of an Ollama server")
    unload.add_argument("model", metavar="NAME", help="one that `aircher models loaded` shows")
    loaded = actions.add("loaded", "the models in the memory of an Ollama server", has_json=True)
    for action in (pull, unload, loaded):
        action.add_argument("--provider", metavar="NAME", help="a provider of kind ollama (default: ollama)")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action``, one of `ACTIONS`, says."""
    from aircher.app.model_server import model_server

    server = model_server(context.load_config(), context.environ, requested=args.provider)
    match args.action:
        case "pull":
            return _pull(server, args.model, context)
        case "unload":
            return _unload(server, args.model, context)
        case _:
            return _loaded(server, context, as_json=args.json)


def _pull(server: "OllamaProvider", model: str, context: CliContext) -> int:
    import asyncio
    import shutil
    import time

    from aircher.cli.pull_progress import PullDisplay

    display = PullDisplay(context.stderr, time.monotonic, lambda: shutil.get_terminal_size().columns)

    async def pulled() -> None:
        try:
            async with server.pull(model) as reports:
                async for progress in reports:
                    display.show(progress)
        finally:
            display.close()
            await server.aclose()

    try:
        asyncio.run(pulled())
    except KeyboardInterrupt:
        context.note(f"stopped; what arrived is kept: aircher models pull {model} goes on from there")
        raise
    context.print(f"{model} is there: aircher -p TEXT --provider {server.name} --model {model}")
    return exit_codes.DONE


def _unload(server: "OllamaProvider", model: str, context: CliContext) -> int:
    import asyncio

    async def unloaded() -> None:
        try:
            await server.unload(model)
        finally:
            await server.aclose()

    asyncio.run(unloaded())
    context.print(f"{model} is not in memory any more")
    return exit_codes.DONE


def _loaded(server: "OllamaProvider", context: CliContext, *, as_json: bool) -> int:
    import asyncio

    async def loaded() -> "list[Loaded]":
        try:
            return list(await server.loaded())
        finally:
            await server.aclose()

    found = asyncio.run(loaded())
    if as_json:
        context.print_json([model._asdict() for model in found])
        return exit_codes.DONE
    for model in found:
        context.print(_row(model))
    if not found:
        context.note(f"{server.name} has no model in memory; the first prompt loads one")
    return exit_codes.DONE


def _row(model: "Loaded") -> str:
    from aircher.cli.pull_progress import amount

    gpu = f"{min(1.0, model.gpu_bytes / model.size_bytes):.0%} on the GPU" if model.size_bytes else ""
    window = f"window of {model.context_tokens:,} tokens" if model.context_tokens else "window unknown"
    until = f"until {model.expires_at[:16].replace('T', ' ')}" if model.expires_at else ""
    return f"{model.name:<28} {amount(model.size_bytes):>9}  {gpu:<15}  {window:<28} {until}".rstrip()
