"""``aircher dev replay``: a recorded session happens once more in the interface, without a model."""

import argparse

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions
from aircher.domain.errors import UsageError

ACTION = "replay"


def register(actions: Actions) -> None:
    """Add the action."""
    replay = actions.add(ACTION, "play a recorded session in the interface, without a model")
    replay.add_argument("session", metavar="SESSION", help="its id; a unique beginning will do")
    replay.add_argument(
        "--speed", type=speed, default=1.0, metavar="N", help="2 = twice as fast; 0 = at once (default: 1)"
    )


def speed(text: str) -> float:
    """Return a speed that is not negative.

    Raises:
        ValueError: It is none; argparse says so.
    """
    number = float(text)
    if not 0 <= number < float("inf"):
        raise ValueError(text)
    return number


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Play it until the user leaves.

    Raises:
        UsageError: There is no terminal, or no such session.
    """
    if not (context.stdin.isatty() and context.stdout.isatty()):
        raise UsageError("a replay needs a terminal, and here is none", hint=f"aircher sessions show {args.session}")
    import asyncio

    from aircher.app.interface.replaying import ReplayOpening
    from aircher.app.interface.run import Start, run_interface
    from aircher.app.options import SessionOptions

    config = context.load_config()
    opening = ReplayOpening(
        config=config,
        options=SessionOptions(cwd=context.cwd, ephemeral=True),
        environ=context.environ,
        subcommand_text=lambda words: f"a replay runs no subcommand: aircher {' '.join(words)}",
        tell=context.note,
    )
    opening.speed = args.speed
    start = Start(session_id=args.session)
    asyncio.run(run_interface(opening, start, flags=context.overrides, notes=()))
    return exit_codes.DONE
