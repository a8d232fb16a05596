"""``aircher usage``: what was used, what it cost, and how much of each limit that is."""

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import add_json
from aircher.domain.errors import UsageError

if TYPE_CHECKING:
    from aircher.config import Config
    from aircher.domain.spending import LimitState, Spent
    from aircher.storage.ledger import SqliteLedger, Total

EXAMPLE = "aircher usage --by model --since 7d"
DATES = "a date such as 2026-11-24, a number of days such as 7d, today, month or all"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--by",
        choices=("day", "project", "provider", "model", "session"),
        default="day",
        help="what a line stands for (default: day)",
    )
    parser.add_argument("--since", metavar="DATE", default="30d", help=f"{DATES} (default: 30d)")
    parser.add_argument("--until", metavar="DATE", help="the last day that counts (default: today)")
    parser.add_argument("--project", action="store_true", help="of this project only")
    add_json(parser)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print the table and the limits."""
    from aircher.config.databases import database_paths
    from aircher.domain.ids import ProjectId
    from aircher.storage.database import Database
    from aircher.storage.ledger import SqliteLedger
    from aircher.storage.migrate import SESSIONS
    from aircher.support.paths import project_id

    now = datetime.now(UTC)
    since, until = _bounds(args, now)
    config = context.load_config()
    project = ProjectId(project_id(config.root)) if args.project else None
    with Database(database_paths(config, context.environ).sessions, SESSIONS) as database:
        ledger = SqliteLedger(database)
        totals = ledger.totals(args.by, since=since, until=until, project_id=project)
        limits, others = _limits(config, ledger, now)
    if args.json:
        context.print_json(
            {
                "by": args.by,
                "since": since,
                "until": until,
                "rows": [_row(total) for total in totals],
                "total": _row(_sum(totals)),
                "limits": list(_limit_rows(limits)),
                "providers_today": {name: asdict(spent) for name, spent in others.items()},
            }
        )
        return exit_codes.DONE
    if totals:
        _print_table(args.by, totals, context)
    else:
        context.note("nothing was used in this time")
    for name, spent in others.items():
        context.print(f"today at {name}: {_money(spent)}")
    for state in limits:
        used = f"{state.spent.cost_usd / state.allowed_usd:.0%}"
        context.print(f"{state.name}: {_money(state.spent)} of {state.allowed_usd:.2f} allowed, {used}")
    return exit_codes.DONE


def _bounds(args: argparse.Namespace, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the first moment that counts and the first that does not any more; ``None`` = no bound."""
    from aircher.support.days import day_of, day_start, next_day

    today = day_of(now)
    try:
        since = _day("--since", args.since, today)
        until = None if args.until is None else _day("--until", args.until, today)
        bounds = (
            None if since is None else day_start(since),
            None if until is None else day_start(next_day(until)),
        )
    except OverflowError as exc:
        raise UsageError("--since or --until is a day that no calendar has", hint=f"give {DATES}") from exc
    if since is not None and until is not None and until < since:
        raise UsageError(f"--until {args.until} is before --since {args.since}", hint="exchange the two")
    return bounds


def _day(option: str, text: str, today: date) -> date | None:
    if text == "all":
        return None
    if text == "today":
        return today
    if text == "month":
        return today.replace(day=1)
    if days := re.fullmatch(r"([1-9][0-9]{0,8})d", text):
        return today - timedelta(days=int(days[1]) - 1)
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise UsageError(f"{option} {text!r} is no day", hint=f"give {DATES}") from exc


def _limits(
    config: "Config", ledger: "SqliteLedger", now: datetime
) -> "tuple[tuple[LimitState, ...], dict[str, Spent]]":
    """Return the limits with what all sessions together spent, and what today cost at providers without one."""
    from aircher.app.spending import spending_limits
    from aircher.engine.spending import Spending

    limits = spending_limits(config)
    spent = ledger.elsewhere(now)
    costs = config.costs
    others = {
        name: of_today
        for name, of_today in sorted(spent.providers_today.items())
        if costs.track_by_provider and name not in limits.provider_day_usd
    }
    return tuple(Spending(limits, spent).states()), others


def _print_table(by: str, totals: "Sequence[Total]", context: CliContext) -> None:
    rows = [(by, "calls", "input", "cached", "output", "cost"), *map(_cells, (*totals, _sum(totals)))]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for key, *numbers, cost in rows:
        cells = (cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True))
        context.print("  ".join((key.ljust(widths[0]), *cells, cost)))
    if estimated := sum(total.estimated_calls for total in totals):
        context.print(f"{_calls(estimated)} estimated: not reported by the server, or cut off")
    context.print()


def _cells(total: "Total") -> tuple[str, ...]:
    usage = total.usage
    cached = "-" if usage.cached_tokens is None else f"{usage.cached_tokens:,}"
    tokens = (f"{usage.input_tokens:,}", cached, f"{usage.output_tokens:,}")
    return (total.key, f"{total.calls:,}", *tokens, _money(total))


def _money(spent: "Spent | Total") -> str:
    unknown = f" + {_calls(spent.unpriced_calls)} of unknown price" if spent.unpriced_calls else ""
    return f"{spent.cost_usd:.4f} USD{unknown}"


def _calls(count: int) -> str:
    return f"{count:,} call{'' if count == 1 else 's'}"


def _sum(totals: "Sequence[Total]") -> "Total":
    from aircher.domain.usage import Usage
    from aircher.storage.ledger import Total

    return Total(
        key="total",
        calls=sum(total.calls for total in totals),
        usage=sum((total.usage for total in totals), Usage()),
        cost_usd=sum((total.cost_usd for total in totals), 0.0),
        unpriced_calls=sum(total.unpriced_calls for total in totals),
        estimated_calls=sum(total.estimated_calls for total in totals),
    )


def _row(total: "Total") -> dict[str, Any]:  # Any: plain data, to be encoded
    return {name: value for name, value in (asdict(total) | asdict(total.usage)).items() if name != "usage"}


def _limit_rows(limits: "Sequence[LimitState]") -> Iterator[dict[str, Any]]:  # Any: as above
    for state in limits:
        yield {
            "name": state.name,
            "key": state.raised_by,
            "is_default": not state.is_chosen,
            "allowed_usd": state.allowed_usd,
            "used_ratio": state.spent.cost_usd / state.allowed_usd,
            **asdict(state.spent),
        }
