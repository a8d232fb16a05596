"""``aircher doctor``: is this installation well, and what mends it."""

import argparse
from pathlib import Path

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import add_json

EXAMPLE = "aircher doctor --bundle report.zip"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--bundle", metavar="FILE", help="write a zip for a bug report, without secrets")
    add_json(parser)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print the checks; the exit code is that of the first failure."""
    from aircher.app.checks import Status
    from aircher.app.doctor import diagnose

    terminal = context.seen_on or context.stdout
    checks = diagnose(context.cwd, context.environ, terminal, overrides=tuple(context.overrides))
    if args.json:
        context.print_json(checks)
    else:
        for check in checks:
            context.print(check.line())
    if args.bundle:
        from aircher.app.bundle import write_bundle
        from aircher.app.compose import log_path

        target = Path(context.cwd, args.bundle)
        names = write_bundle(target, checks, cwd=context.cwd, environ=context.environ, log=log_path(context.environ))
        context.note(f"{target} holds {', '.join(names)}; read it before you send it")
    failed = next((check for check in checks if check.status is Status.FAILED), None)
    return exit_codes.DONE if failed is None else exit_codes.exit_code(failed.code)
