"""``aircher`` without ``-p``: the interface on a screen, below the shell's output, or in plain lines."""

import argparse
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.domain.errors import UsageError

if TYPE_CHECKING:
    from aircher.tui.first_frame import FirstFrame

_ONE_SHOT_ONLY = ("json_schema", "image")


def run(args: argparse.Namespace, context: CliContext, first_frame: "FirstFrame | None") -> int:
    """Show the interface until the user leaves.

    Raises:
        UsageError: There is no terminal, or an option is of a one-shot run.
    """
    _check(args, context)
    import asyncio

    from aircher.app.interface.opening import Opening
    from aircher.app.interface.run import Start, run_interface, run_linear
    from aircher.cli.session_options import session_options

    options = replace(session_options(args, context), is_attended=True, resume=None, continue_last=False)
    notes = io.StringIO()
    config = replace(context, stderr=notes).load_config()
    start = Start(
        prompt=" ".join(args.words),
        session_id=args.resume or "",
        is_last=args.continue_,
        is_inline=args.inline,
        first_frame=first_frame,
    )

    def subcommand_text(words: Sequence[str]) -> str:
        from aircher.cli.inner import printed

        return printed(words, context)

    opening = Opening(
        config=config, options=options, environ=context.environ, subcommand_text=subcommand_text, tell=context.note
    )
    if args.screen_reader or config.interface.screen_reader or context.environ.get("TERM", "dumb") == "dumb":
        if first_frame is not None:
            first_frame.take_back()
        context.stderr.write(notes.getvalue())
        asyncio.run(run_linear(opening, start, flags=context.overrides, out=context.stdout))
        return exit_codes.DONE
    told = [line.removeprefix("note: ") for line in notes.getvalue().splitlines()]
    session_id = asyncio.run(run_interface(opening, start, flags=context.overrides, notes=told))
    if session_id:
        context.stderr.write(f"aircher -r {session_id} goes on with this conversation\n")
    return exit_codes.DONE


def _check(args: argparse.Namespace, context: CliContext) -> None:
    """Return if the interface can be had with these arguments."""
    from aircher.cli.main import COMMANDS
    from aircher.support.suggest import nearest

    if len(args.words) == 1 and (guess := nearest(args.words[0], COMMANDS)):
        raise UsageError(f"{args.words[0]!r} is not a command", hint=f"aircher {guess}")
    is_linear = args.screen_reader
    if not is_linear and not (context.stdin.isatty() and context.stdout.isatty()):
        text = " ".join(args.words) or "your question"
        raise UsageError("the interface needs a terminal, and here is none", hint=f'aircher -p "{text}"')
    for name in _ONE_SHOT_ONLY:
        if getattr(args, name):
            raise UsageError(f"--{name.replace('_', '-')} goes with a one-shot run", hint="aircher -p TEXT")
    if args.output_format != "text":
        raise UsageError("--output-format goes with a one-shot run", hint="aircher -p TEXT")
    if args.fork and not (args.continue_ or args.resume):
        raise UsageError("--fork needs a session to copy", hint="aircher -c --fork")
