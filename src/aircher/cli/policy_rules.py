"""``aircher policy list`` and ``aircher policy lint``."""

import argparse
import datetime as dt
from collections.abc import Iterator

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.policy_sources import session_policy, written_rules
from aircher.permissions.builtin import table
from aircher.permissions.examples import failing
from aircher.permissions.lint import Remark, lint
from aircher.permissions.load import command_analysis
from aircher.permissions.places import Places
from aircher.permissions.rules import Rule

ODD = 1
"""Exit code: something is odd about a rule."""


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print the rules in force, or what is odd about any."""
    return _lint(args, context) if args.action == "lint" else _list(args, context)


def _list(args: argparse.Namespace, context: CliContext) -> int:
    policy = session_policy(args, context)
    if args.json:
        context.print_json(
            {
                "mode": policy.mode,
                "max_mode": policy.max_mode,
                "require_sandbox": policy.needs_sandbox,
                "rules": [_as_json(rule) for rule in policy.rules],
                "builtin": [{"effect": words, "verdict": verdict} for words, verdict in table(policy.mode)],
            }
        )
        return exit_codes.DONE
    context.print(f"mode: {policy.mode}" + (f" (at most {policy.max_mode})" if policy.max_mode != "auto" else ""))
    for rule in policy.rules:
        more = "".join(f", {words}" for words in _more(rule))
        context.print(f"{rule.verdict:<6} {rule.text:<32} {rule.scope}, {rule.origin}{more}")
    for words, verdict in table(policy.mode):
        context.print(f"{verdict:<6} {words:<42} built in")
    return exit_codes.DONE


def _more(rule: Rule) -> Iterator[str]:
    if rule.table.expires is not None:
        yield f"until {rule.table.expires}"
    if rule.table.reason:
        yield rule.table.reason


def _as_json(rule: Rule) -> dict[str, object]:
    return {
        "verdict": rule.verdict,
        "rule": rule.text,
        "scope": rule.scope,
        "origin": rule.origin,
        "expires": rule.table.expires,
        "reason": rule.table.reason,
    }


def _lint(args: argparse.Namespace, context: CliContext) -> int:
    rules, places = written_rules(args, context)
    today = dt.date.today()  # noqa: DTZ011 - a last day is one of the user's own calendar
    remarks = [*lint(rules, places=places, today=today), *_disproved(rules, places)]
    if args.json:
        context.print_json([{**_as_json(remark.rule), "kind": remark.kind, "text": remark.text} for remark in remarks])
    else:
        for remark in remarks:
            context.print(f"{remark}")
        if not remarks:
            context.note(f"nothing is odd about {len(rules)} rules")
    return ODD if remarks else exit_codes.DONE


def _disproved(rules: tuple[Rule, ...], places: Places) -> Iterator[Remark]:
    for rule in rules:
        if rule.table.allows or rule.table.refuses:
            for example, means, does in failing(rule, places, command_analysis(places)):
                yield Remark(rule=rule, kind="example", text=f"{means} {example!r} by its own example, and {does}")
