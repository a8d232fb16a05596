"""``aircher dev``: tools for people who change or test Aircher, or any other client of a model."""

import argparse
from contextlib import ExitStack
from typing import TYPE_CHECKING, TextIO

from aircher.cli import dev_console, dev_edits, dev_replay, exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions, positive
from aircher.domain.errors import UsageError

if TYPE_CHECKING:
    from aircher.testing.fake_llm.server import FakeLlm

EXAMPLE = "aircher dev fake-llm --script tool-round --port 8377"

_TOKENS_PER_S = 50.0  # about what a hosted model of today writes
_LAST_PORT = 65_535


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    fake = actions.add("fake-llm", "a server on this machine that speaks every provider's wire, without a model")
    fake.add_argument("--port", type=port, default=0, metavar="N", help="listen there (default: a free port)")
    fake.add_argument(
        "--script", metavar="FILE", help="what it answers: a TOML file, or tool-round, rough-day or repair"
    )
    fake.add_argument(
        "--rate", type=rate, metavar="TOKENS_PER_S", help=f"how fast it writes (default: {_TOKENS_PER_S:g})"
    )
    fake.add_argument("--chaos", type=ratio, metavar="RATIO", help="share of the answers that go wrong, 0 to 1")
    fake.add_argument("--seed", type=int, default=0, metavar="N", help="the same seed, the same mishaps (default: 0)")
    fake.add_argument("--record", metavar="FILE", help="append every request to this file, without keys")
    fake.add_argument("--requests", type=positive, metavar="N", help="stop after this many requests")
    scratch = actions.add("scratch", "make a small git repository with a bug, which the script repair mends")
    scratch.add_argument("folder", metavar="DIR", help="an empty folder, or one to be made")
    dev_edits.register(actions)
    dev_replay.register(actions)
    dev_console.register(actions)


def port(text: str) -> int:
    """Return the number of a port.

    Raises:
        ValueError: It is none; argparse says so.
    """
    number = int(text)
    if not 0 <= number <= _LAST_PORT:
        raise ValueError(text)
    return number


def rate(text: str) -> float:
    """Return a speed greater than 0.

    Raises:
        ValueError: It is none; argparse says so.
    """
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError(text)
    return number


def ratio(text: str) -> float:
    """Return a share between 0 and 1.

    Raises:
        ValueError: It is none; argparse says so.
    """
    number = float(text)
    if not 0 <= number <= 1:
        raise ValueError(text)
    return number


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what the action says; the fake server serves until enough requests were answered, or until Ctrl-C."""
    if args.action == dev_edits.ACTION:
        return dev_edits.run(args, context)
    if args.action == dev_replay.ACTION:
        return dev_replay.run(args, context)
    if args.action == dev_console.ACTION:
        return dev_console.run(args, context)
    if args.action == "scratch":
        return _scratch(args.folder, context)
    return _fake_llm(args, context)


def _scratch(name: str, context: CliContext) -> int:
    from aircher.testing.scratch import make_scratch

    folder = context.cwd / name
    make_scratch(folder)
    context.print(str(folder))
    return exit_codes.DONE


def _fake_llm(args: argparse.Namespace, context: CliContext) -> int:
    import asyncio

    from aircher.testing.fake_llm.chaos import Chaos
    from aircher.testing.fake_llm.script import Script
    from aircher.testing.fake_llm.script_files import load_script
    from aircher.testing.fake_llm.server import FakeLlm

    script = load_script(args.script, folder=context.cwd) if args.script else Script()
    with ExitStack() as files:
        server = FakeLlm(
            script,
            tokens_per_s=args.rate or _TOKENS_PER_S,
            chaos=None if args.chaos is None else Chaos.evenly(args.chaos, seed=args.seed),
            record_to=files.enter_context(_open(args.record, context)) if args.record else None,
            port=args.port,
        )
        asyncio.run(_serve(server, script.models, args.requests, context))
    return exit_codes.DONE


def _open(name: str, context: CliContext) -> TextIO:
    try:
        return (context.cwd / name).open("a", encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"{name} cannot be written: {exc.strerror}", hint="--record FILE", code="usage.file") from exc


async def _serve(server: "FakeLlm", models: tuple[str, ...], requests: int | None, context: CliContext) -> None:
    from asyncio import Event

    from aircher.testing.fake_llm.directions import directions

    async with server:
        context.print(server.url)
        context.stdout.flush()
        print(directions(server.url, models), file=context.stderr, flush=True)
        if requests is None:
            await Event().wait()
        else:
            await server.wait_for_answers(requests)
