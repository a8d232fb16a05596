"""``aircher undo``: take back what a session did to the project's files."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import add_json, positive
from aircher.domain.errors import UsageError

if TYPE_CHECKING:
    from aircher.workspace.checkpoints.undoing import Outcome, Undoing

EXAMPLE = "aircher undo --dry-run"

NOT_COVERED = "not covered: .git, and what ignore files or a cache tag exclude, such as node_modules or build outputs"
"""What no undo brings back unless a call named it."""

_WORDS = {"created": "brought back", "modified": "restored", "deleted": "removed"}


def register(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    how_much = parser.add_mutually_exclusive_group()
    how_much.add_argument("--turn", action="store_true", help="the last turn that changed something (default)")
    how_much.add_argument("--steps", type=positive, metavar="N", help="the last N calls that changed something")
    how_much.add_argument("--to", type=positive, metavar="CHECKPOINT", help="everything from this checkpoint on")
    add_options(parser, "the last one here that changed files")


def add_options(parser: argparse.ArgumentParser, default_session: str) -> None:
    """Add what undo and redo have in common."""
    parser.add_argument(
        "--session", metavar="ID", help=f"a session, a unique beginning will do (default: {default_session})"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    parser.add_argument("--force", action="store_true", help="the recorded content wins over what others changed since")
    add_json(parser)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Take it back, all or nothing."""

    def undo(undoing: "Undoing", session_id: str) -> "Outcome":
        from aircher.workspace.checkpoints.undoing import Which

        which = Which(steps=args.steps, to=args.to)
        return undoing.undo(session_id, which, is_forced=args.force, is_shown_only=args.dry_run)

    return carry_out(args, context, undo, find=lambda undoing: undoing.last_session(), verb="undo")


def carry_out(
    args: argparse.Namespace,
    context: CliContext,
    work: "Callable[[Undoing, str], Outcome]",
    *,
    find: "Callable[[Undoing], str | None]",
    verb: str,
) -> int:
    """Do ``work`` for the session that is meant and tell what came of it.

    Raises:
        UsageError: There is nothing to do, or conflicts keep it from being done.
        StorageError: The disk refuses; what was done stands, if only the audit trail could not be written.
    """
    from aircher.app.undo import find_session, note_undo, open_undoing, place_of

    config = context.load_config()
    place = place_of(config, context.environ)
    nothing = UsageError(f"there is nothing to {verb} in {config.root}", hint="aircher checkpoints list")
    nothing.code = f"usage.nothing_to_{verb}"
    if not place.folder.is_dir():
        raise nothing
    with open_undoing(config, context.environ) as undoing:
        session_id = find(undoing) if args.session is None else find_session(place, args.session)
        if session_id is None:
            raise nothing
        outcome = work(undoing, session_id)
    if args.json:
        context.print_json(as_json(outcome))
    else:
        _tell(outcome, context, verb)
    if outcome.is_done:
        note_undo(outcome, config, context.environ, is_redo=verb == "redo")
    if outcome.conflicts and not args.dry_run:
        count = len(outcome.conflicts)
        paths = "1 path is" if count == 1 else f"{count} paths are"
        raise UsageError(
            f"nothing was changed: {paths} not as session {session_id} left {'it' if count == 1 else 'them'}",
            hint=f"aircher {verb} --dry-run shows it; --force puts the recorded content in their place",
            code="usage.undo_conflict",
        )
    return exit_codes.DONE


def as_json(outcome: "Outcome") -> dict[str, Any]:
    """Return the outcome as it is printed with ``--json``."""
    problems = {
        name: [{"path": problem.path, "reason": problem.reason} for problem in found]
        for name, found in (("conflicts", outcome.conflicts), ("left_alone", outcome.left_alone))
    }
    return {
        "session_id": outcome.session_id,
        "is_done": outcome.is_done,
        "checkpoints": outcome.numbers,
        "changes": outcome.changes,
        "diffs": outcome.diffs,
        "merged": outcome.merged,
        **problems,
        "completed_first": outcome.recovered is not None,
    }


def _tell(outcome: "Outcome", context: CliContext, verb: str) -> None:
    if outcome.recovered is not None:
        context.note("an earlier undo had been cut off; it was completed first")
        for path in outcome.recovered.left_alone:
            context.note(f"left alone: {_line(path)}: other hands changed it in the meantime")
    calls = "; ".join(f"{number} {label}" for number, label in zip(outcome.numbers, outcome.labels, strict=False))
    context.print(f"{'' if outcome.is_done else 'would '}{verb}: {_line(calls)}")
    for at, change in enumerate(outcome.changes):
        counts = f"  +{change.added} -{change.removed}" if change.added or change.removed else ""
        kept = "  (what others changed is kept)" if change.path in outcome.merged else ""
        context.print(f"  {_WORDS[change.change]:<12}  {_line(change.path)}{counts}{kept}")
        if outcome.diffs:
            context.print("".join(f"    {line}\n" for line in outcome.diffs[at].splitlines()).rstrip("\n"))
    if not outcome.changes:
        context.print("  no file has to change")
    for problem in outcome.conflicts:
        context.print(f"  conflict      {_line(problem.path)}: {problem.reason}")
    for problem in outcome.left_alone:
        context.print(f"  left alone    {_line(problem.path)}: {problem.reason}")
    context.note(NOT_COVERED)


def _line(text: str) -> str:
    """Return foreign text on one line."""
    return " ".join(text.splitlines()) if text else text
