"""``aircher audit``: what was asked, allowed and done, and whether somebody changed the record of it."""

import argparse
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions, positive
from aircher.domain.errors import UsageError

if TYPE_CHECKING:
    from aircher.storage.audit_chain import Head
    from aircher.storage.audit_trail import Checked
    from aircher.storage.database import Database

EXAMPLE = "aircher audit show --since 1d --kind decided"
KINDS = ("decided", "asked", "answered", "finished", "interrupted", "undone", "redone", "pruned")
_SINCE = "a date such as 2026-11-24, a number of days such as 7d, or today"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    show = actions.add("show", "the last entries, oldest first", has_json=True)
    show.add_argument("--session", metavar="ID", help="of this session; the beginning of its id will do")
    show.add_argument("--call", metavar="ID", help="of this tool call")
    show.add_argument("--kind", choices=KINDS, help="of this kind")
    show.add_argument("--since", metavar="DATE", help=f"from then on: {_SINCE}")
    show.add_argument("--limit", type=positive, default=50, metavar="N", help="at most this many (default: 50)")
    verify = actions.add("verify", "check that no entry was changed, removed, added or moved", has_json=True)
    verify.add_argument("--file", metavar="FILE", help="check an export instead of the database; - reads stdin")
    verify.add_argument("--head", metavar="SEQ:HASH", action="append", default=[], help="an end that you noted earlier")
    export = actions.add("export", "write the whole trail as JSON lines that can be checked elsewhere")
    export.add_argument("file", metavar="FILE", help="- writes to stdout")
    prune = actions.add("prune", "remove old entries and leave one that says so")
    prune.add_argument("--before", metavar="DATE", required=True, help=f"older than that: {_SINCE}")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action`` says."""
    if args.action == "verify" and args.file is not None:
        return _verify_file(args, context)
    from aircher.config.databases import database_paths
    from aircher.storage.database import Database
    from aircher.storage.migrate import SESSIONS

    with Database(database_paths(context.load_config(), context.environ).sessions, SESSIONS) as database:
        return ACTIONS[args.action](args, context, database)


def _show(args: argparse.Namespace, context: CliContext, database: "Database") -> int:
    from aircher.cli.audit_table import as_json, table
    from aircher.domain.audit import AuditKind
    from aircher.storage.audit_trail import AuditTrail

    rows = AuditTrail(database).newest(
        limit=args.limit,
        session=args.session,
        call_id=args.call,
        kind=None if args.kind is None else AuditKind(args.kind),
        since=None if args.since is None else _moment("--since", args.since),
    )
    if args.json:
        context.print_json([as_json(row) for row in rows])
        return exit_codes.DONE
    for line in table(rows):
        context.print(line)
    if not rows:
        context.note("no entry of the audit trail fits")
    return exit_codes.DONE


def _verify(args: argparse.Namespace, context: CliContext, database: "Database") -> int:
    from aircher.app.audit_heads import logged_heads
    from aircher.storage.audit_trail import AuditTrail
    from aircher.support.paths import user_paths

    log = user_paths(context.environ).state / "logs" / "aircher.jsonl"
    known = [*map(_head, args.head), *(() if database.path is None else logged_heads(log, database.path))]
    return _tell(AuditTrail(database).check(known), args, context, noted=len(known))


def _verify_file(args: argparse.Namespace, context: CliContext) -> int:
    from aircher.storage.audit_export import read_export
    from aircher.storage.audit_trail import check_snapshot

    try:
        data = context.stdin.read() if args.file == "-" else Path(context.cwd, args.file).expanduser().read_bytes()
        text = data.decode()
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        raise UsageError(f"{args.file} cannot be read: {reason}", hint="aircher audit export FILE writes one") from exc
    known = [_head(text) for text in args.head]
    return _tell(check_snapshot(read_export(text.split("\n"), name=args.file), known), args, context, noted=len(known))


def _tell(checked: "Checked", args: argparse.Namespace, context: CliContext, *, noted: int) -> int:
    broken = checked.broken
    if args.json:
        context.print_json(
            {
                "is_sound": broken is None,
                "rows": checked.rows,
                "head": str(checked.head),
                "pruned": str(checked.pruned) if checked.pruned.seq else None,
                "heads_compared": noted,
                "broken": broken,
            }
        )
    elif broken is None:
        pruned = f", {checked.pruned.seq:,} before them were pruned" if checked.pruned.seq else ""
        compared = f", compared with {noted:,} noted elsewhere" if noted else ""
        context.print(f"{checked.rows:,} rows, none changed{pruned}{compared}")
        context.print(f"head {checked.head}")
    else:
        context.print(f"{broken.damage}: {broken.message}")
    if broken is not None:
        context.note("`aircher audit export FILE` keeps what there is; a backup from before shows what was there")
    return exit_codes.DONE if broken is None else exit_codes.exit_code("storage.corrupt")


def _export(args: argparse.Namespace, context: CliContext, database: "Database") -> int:
    from aircher.storage.audit_export import export

    if args.file == "-":
        export(database, lambda line: print(json.dumps(line), file=context.stdout))
        return exit_codes.DONE
    path = Path(context.cwd, args.file).expanduser()
    try:
        with open(path, "x", encoding="utf-8", opener=_open_privately) as file:  # Path.open takes no opener
            rows = export(database, lambda line: print(json.dumps(line), file=file))
    except OSError as exc:
        raise UsageError(f"{path} cannot be written: {exc.strerror}", hint="name a new file") from exc
    context.note(f"{rows:,} rows written to {path}; `aircher audit verify --file {path}` checks it anywhere")
    return exit_codes.DONE


def _prune(args: argparse.Namespace, context: CliContext, database: "Database") -> int:
    from aircher.storage.audit_trail import AuditTrail

    last = AuditTrail(database).prune(_moment("--before", args.before))
    if last is None:
        context.note("no entry is that old; nothing was removed")
    else:
        context.print(f"removed up to row {last.seq}; the trail goes on from its hash {last.hash}")
    return exit_codes.DONE


def _moment(option: str, text: str) -> datetime:
    """Return the beginning of the day that is meant, in the user's zone."""
    import re
    from datetime import date, timedelta

    from aircher.support.days import day_of, day_start

    today = day_of(datetime.now(UTC))
    try:
        if days := re.fullmatch(r"([0-9]{1,6})d", text):
            return day_start(today - timedelta(days=int(days[1])))
        return day_start(today if text == "today" else date.fromisoformat(text))
    except (ValueError, OverflowError) as exc:
        raise UsageError(f"{option} {text!r} is no day", hint=f"give {_SINCE}") from exc


def _head(text: str) -> "Head":
    from aircher.storage.audit_chain import Head

    seq, _, digest = text.partition(":")
    if not seq.isdecimal() or len(digest) != len("0" * 64):
        raise UsageError(
            f"--head {text!r} is no end of a trail", hint="give NUMBER:HASH as `aircher audit verify` prints it"
        )
    return Head(int(seq), digest)


def _open_privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


ACTIONS: "dict[str, Callable[[argparse.Namespace, CliContext, Database], int]]" = {
    "show": _show,
    "verify": _verify,
    "export": _export,
    "prune": _prune,
}
"""What each action does."""
