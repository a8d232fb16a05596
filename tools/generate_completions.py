"""Writes the completion scripts that ship in the package; ``--check`` says which are stale.

They are made at build time so that the program needs no completion library: `aircher completion bash` prints a file.
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

import shtab

from aircher.cli import completion, options
from aircher.cli.main import COMMANDS, Parser, prompt_parser

TARGET = Path(__file__).resolve().parent.parent / "src" / "aircher" / "cli" / "completions"


def full_parser() -> argparse.ArgumentParser:
    """Return the whole argument tree at once, which the program itself never builds."""
    parser = prompt_parser(has_words=False)
    commands = parser.add_subparsers(dest="command", parser_class=Parser)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary)
        import_module(f"aircher.cli.{name}").register(command)
        options.add_shared(command)
    return parser


def main() -> int:
    check = "--check" in sys.argv[1:]
    stale = []
    TARGET.mkdir(exist_ok=True)
    for shell in completion.SHELLS:
        path = TARGET / f"aircher.{shell}"
        text = shtab.complete(full_parser(), shell=shell)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if not check:
                path.write_text(text, encoding="utf-8")
    if check and stale:
        print(f"stale completion scripts: {', '.join(stale)}; run make fix")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
