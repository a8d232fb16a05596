"""``aircher policy replay``: judges again what the audit trail says was judged."""

import argparse
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.policy_sources import session_policy
from aircher.domain.errors import UsageError
from aircher.permissions.effects_text import effects_text
from aircher.permissions.replay import Replayed, replay
from aircher.support.days import day_of, day_start


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print the calls that would not go as they went, then how many of each kind there are."""
    from aircher.config.databases import database_paths
    from aircher.domain.audit import AuditKind
    from aircher.storage.audit_trail import AuditTrail
    from aircher.storage.database import Database
    from aircher.storage.migrate import SESSIONS

    since = None if args.since is None else _moment(args.since)
    config = context.load_config()
    policy = session_policy(args, context, config)
    paths = database_paths(config, context.environ)
    with Database(paths.sessions, SESSIONS) as database:
        judged = list(replay(AuditTrail(database).entries(AuditKind.DECIDED, since=since), policy))
    shown = [one for one in judged if args.all or one.has_changed]
    if args.json:
        context.print_json({"mode": policy.mode, "calls": len(judged), "shown": [_as_json(one) for one in shown]})
        return exit_codes.DONE
    for one in shown:
        context.print(f"{one.at:%Y-%m-%d %H:%M} {one.verdict} -> {one.now.verdict}: {_subject(one)}: {one.now.rule}")
    context.note(_sum(judged))
    return exit_codes.DONE


def _subject(one: Replayed) -> str:
    texts = " && ".join(action.text for action in one.actions if action.text)
    effects = effects_text([effect for action in one.actions for effect in action.effects])
    return texts or ", ".join(effects) or one.tool


def _as_json(one: Replayed) -> dict[str, object]:
    return {
        "at": one.at,
        "tool": one.tool,
        "subject": _subject(one),
        "then": {"verdict": one.verdict.value, "rule": one.rule},
        "now": {"verdict": one.now.verdict.value, "rule": one.now.rule},
    }


def _sum(judged: Iterable[Replayed]) -> str:
    counts = Counter((one.verdict, one.now.verdict) for one in judged)
    parts = [f"{number} {then} -> {now}" for (then, now), number in sorted(counts.items()) if then is not now]
    total = counts.total()
    return f"{total} call{'s' * (total != 1)}" + (f": {', '.join(parts)}" if parts else ", none would go another way")


def _moment(text: str) -> datetime:
    try:
        if text.endswith("d") and text[:-1].isdecimal():
            return day_start(day_of(datetime.now(UTC)) - timedelta(days=int(text[:-1]) - 1))
        return day_start(date.fromisoformat(text))
    except (ValueError, OverflowError) as exc:
        raise UsageError(f"{text!r} is no date", hint="--since 2026-11-24, or --since 7d") from exc
