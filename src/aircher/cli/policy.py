"""``aircher policy``: what is allowed, and why."""

import argparse
from importlib import import_module

from aircher.cli.context import CliContext
from aircher.cli.options import Actions
from aircher.domain.levels import MODES

EXAMPLE = "aircher policy explain --mode edit -- git commit -m wip"
DOORS = ("read", "write", "delete", "net", "mcp")
_MODULES = {
    "explain": "policy_explain",
    "list": "policy_rules",
    "lint": "policy_rules",
    "test": "policy_cases",
    "replay": "policy_replay",
}
"""Where each action is."""


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    _register_explain(actions)
    listing = actions.add("list", "print the rules in force, and what holds without any", has_json=True)
    lint = actions.add("lint", "print what is odd about the rules; exit code 1 if anything is", has_json=True)
    test = actions.add("test", "hold the policy against the cases of a file; exit code 1 if one fails", has_json=True)
    test.add_argument("file", metavar="FILE", help="TOML with [[case]], or one JSON object a line")
    replay = actions.add("replay", "judge again what the audit trail says was judged", has_json=True)
    replay.add_argument("--since", metavar="DATE", help="a date such as 2026-11-24, or a number of days such as 7d")
    replay.add_argument("--all", action="store_true", help="also what would go as it went")
    for action in (listing, lint, test, replay):
        _add_policy(action)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action`` says."""
    return int(import_module(f"aircher.cli.{_MODULES[args.action]}").run(args, context))


def _register_explain(actions: Actions) -> None:
    explain = actions.add("explain", "print the decision on a command, its effects and the rule", has_json=True)
    explain.add_argument("command", nargs="*", metavar="COMMAND", help="behind --; several words are its arguments")
    explain.add_argument("--tool", choices=DOORS, help="another door than the shell")
    explain.add_argument("--path", metavar="PATH", help="with --tool read, write or delete")
    explain.add_argument("--host", metavar="HOST", help="a host to speak to")
    explain.add_argument("--text", metavar="SERVER:TOOL", help="with --tool mcp")
    explain.add_argument("--batch", metavar="FILE", help="lines of {id, command, cwd}; built-in policy only")
    explain.add_argument("--workspace", metavar="DIR", help="with --batch: the workspace")
    explain.add_argument("--home", metavar="DIR", help="with --batch: the user's home")
    _add_policy(explain)


def _add_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mode", choices=MODES, help="as if in this mode (default: as configured)")
    for option in ("--allow", "--deny"):
        parser.add_argument(option, metavar="RULE", action="append", default=[], help="as if with this rule too")
