"""``aircher completion``: scripts made at build time, printed here."""

import argparse
from importlib.resources import files

from aircher.cli import exit_codes
from aircher.cli.context import CliContext

EXAMPLE = 'eval "$(aircher completion bash)"'
SHELLS = ("bash", "zsh", "fish")


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("shell", choices=SHELLS)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print the script for this shell."""
    script = files("aircher.cli").joinpath("completions", f"aircher.{args.shell}")
    context.stdout.write(script.read_text(encoding="utf-8"))
    return exit_codes.DONE
