"""Options that several commands share, and those of a prompt.

`VALUE_OPTIONS` is derived from the same table, so that finding the subcommand and parsing cannot disagree.
"""

import argparse
from collections.abc import Mapping
from typing import Any

from aircher.domain.levels import MODES, THINKING

Arguments = Mapping[str, Any]  # argparse's own keyword arguments

SHARED: Mapping[str, Arguments] = {
    "--cwd": {"metavar": "DIR", "help": "work in this folder"},
    "--config": {
        "metavar": "KEY=VALUE",
        "action": "append",
        "default": [],
        "help": "set a configuration key, repeatable",
    },
    "--log-level": {"choices": ("debug", "info", "warning", "error"), "help": "what goes into the log file"},
    "--no-color": {"action": "store_true", "help": "no colours; NO_COLOR does the same"},
}

INTERFACE: Mapping[str, Arguments] = {
    "--inline": {"action": "store_true", "help": "the interface below the shell's output, without a screen of its own"},
    "--screen-reader": {"action": "store_true", "help": "the interface in plain lines, for screen readers"},
}

PROMPT: Mapping[str, Arguments] = {
    "--provider": {"metavar": "NAME", "help": "a section of [providers], or offline"},
    "--model": {"metavar": "NAME", "help": "a model of that provider"},
    "--thinking": {"choices": THINKING, "help": "how much the model should reason"},
    "--mode": {"choices": MODES, "help": "what passes unasked"},
    "--allow": {
        "metavar": "RULE",
        "action": "append",
        "default": [],
        "help": "let this pass unasked, such as 'shell(npm test)', repeatable",
    },
    "--deny": {
        "metavar": "RULE",
        "action": "append",
        "default": [],
        "help": "refuse this whatever else holds, such as 'read(docs/**)', repeatable",
    },
    "--add-dir": {"metavar": "DIR", "action": "append", "default": [], "help": "let tools read here too, repeatable"},
    "--max-turns": {"metavar": "N", "type": int, "help": "model calls allowed for this prompt"},
    "--max-tokens": {"metavar": "N", "type": int, "help": "tokens allowed, input and output together"},
    "--max-cost": {"metavar": "USD", "type": float, "help": "cost allowed"},
    "--timeout": {"metavar": "SECONDS", "type": float, "help": "time allowed"},
    "--ephemeral": {"action": "store_true", "help": "write nothing to disk"},
    "--fork": {"action": "store_true", "help": "with -c or -r: go on in a copy"},
    "--output-format": {
        "choices": ("text", "json", "stream-json", "markdown"),
        "default": "text",
        "help": "what goes to stdout (default: text; rendered on a terminal, plain in a pipe)",
    },
    "--input-format": {
        "choices": ("text", "stream-json"),
        "default": "text",
        "help": "stream-json: stdin is a dialogue, a line of JSON for each prompt, answer or interruption",
    },
    "--json-schema": {"metavar": "FILE", "help": "the answer is JSON that satisfies this JSON Schema"},
    "--image": {"metavar": "FILE", "action": "append", "default": [], "help": "send a picture along, repeatable"},
}

_ALWAYS_VALUE = ("-p", "--prompt", "-r", "--resume")

VALUE_OPTIONS = frozenset(_ALWAYS_VALUE) | {
    name for name, arguments in {**SHARED, **PROMPT}.items() if arguments.get("action") != "store_true"
}
"""Options whose value is the next argument."""


def positive(text: str) -> int:
    """Return the number that an option's value is.

    Raises:
        ValueError: It is no whole number greater than 0; argparse says so.
    """
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def add(parser: argparse.ArgumentParser, options: Mapping[str, Arguments]) -> None:
    """Add these options to the parser."""
    for name, arguments in options.items():
        parser.add_argument(name, **arguments)


def add_shared(parser: argparse.ArgumentParser) -> None:
    """Add the shared options where the same may also stand before the command: no default overwrites those."""
    add(parser, {name: {**arguments, "default": argparse.SUPPRESS} for name, arguments in SHARED.items()})


class Actions:
    """The actions of a command, such as ``list`` of ``sessions``; the chosen one is ``args.action``."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._parsers = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def add(self, name: str, summary: str, *, has_json: bool = False) -> argparse.ArgumentParser:
        """Add an action and return its parser."""
        parser = self._parsers.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        add_shared(parser)
        if has_json:
            add_json(parser)
        return parser


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON")
