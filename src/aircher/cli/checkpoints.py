"""``aircher checkpoints``: what the workspace was before each call, and what that takes on disk."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions, positive
from aircher.domain.errors import UsageError

if TYPE_CHECKING:
    from aircher.config import Config
    from aircher.workspace.checkpoints.journal import History, Step
    from aircher.workspace.checkpoints.place import Place

EXAMPLE = "aircher checkpoints show 3"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    listing = actions.add("list", "the calls of a session that changed files, and the disk use", has_json=True)
    show = actions.add("show", "what one call changed, as a diff", has_json=True)
    show.add_argument("number", type=positive, metavar="CHECKPOINT")
    for action in (listing, show):
        action.add_argument("--session", metavar="ID", help="a unique beginning will do (default: the last one here)")
    listing.add_argument("--all", action="store_true", help="of all sessions of this project")
    actions.add("prune", "let go of what is older or more than the configuration says", has_json=True)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action`` says."""
    from aircher.app.undo import place_of

    config = context.load_config()
    ACTIONS[args.action](args, context, place_of(config, context.environ), config)
    return exit_codes.DONE


def _histories(args: argparse.Namespace, place: "Place") -> "list[History]":
    from aircher.app.undo import find_session

    if args.session is not None:
        return [place.journal(find_session(place, args.session)).read()]
    found = [journal.read() for journal in place.journals()]
    return found if getattr(args, "all", False) else found[:1]


def _list(args: argparse.Namespace, context: CliContext, place: "Place", config: "Config") -> None:
    from aircher.workspace.checkpoints.pruning import usage

    histories = _histories(args, place)
    disk = usage(place)
    if args.json:
        sessions = [
            {"session_id": item.session_id, "checkpoints": list(map(_as_json, item.steps))} for item in histories
        ]
        context.print_json({"sessions": sessions, "disk": disk})
        return
    for history in histories:
        context.print(f"session {history.session_id}")
        for step in history.steps:
            if step.changes != ():
                context.print(_row(step))
    if not histories:
        context.note(f"no session has changed files in {config.root} yet")
    size = f"{disk.size_bytes / 1_000_000:,.1f} MB"
    context.print(
        f"{size} on disk, {_count(disk.objects, 'content')}, {_count(disk.sessions, 'session')}, in {disk.folder}"
    )


def _row(step: "Step") -> str:
    when = step.began_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    changed = "did not end" if step.changes is None else _count(len(_files(step)), "file")
    mark = "  undone" if step.undone_by else "  cut off" if step.is_uncertain else ""
    return f"{step.number:>5}  {when}  {changed:>11}  {' '.join(step.label.splitlines())}{mark}"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _files(step: "Step") -> list[Any]:
    from aircher.workspace.checkpoints.states import file_change, is_of_files

    return [file_change(change) for change in step.changes or () if is_of_files(change)]


def _as_json(step: "Step") -> dict[str, Any]:
    return {
        "checkpoint": step.number,
        "turn_id": step.turn_id,
        "call_id": step.call_id,
        "label": step.label,
        "began_at": step.began_at,
        "changes": None if step.changes is None else _files(step),
        "outside": step.outside,
        "uncovered": step.uncovered,
        "is_cut_off": step.is_uncertain or step.changes is None,
        "is_undone": bool(step.undone_by),
    }


def _show(args: argparse.Namespace, context: CliContext, place: "Place", config: "Config") -> None:  # noqa: ARG001
    from aircher.workspace.checkpoints.merge import diff
    from aircher.workspace.checkpoints.objects import ObjectStore
    from aircher.workspace.checkpoints.states import is_of_files, shown

    found = [history.step(args.number) for history in _histories(args, place)]
    step = found[0] if found else None
    if step is None:
        raise UsageError(
            f"there is no checkpoint {args.number}", hint="aircher checkpoints list", code="usage.checkpoint_unknown"
        )
    objects = ObjectStore(place.objects)
    changes = [change for change in step.changes or () if is_of_files(change)]
    diffs = [diff(objects.content(change.before), objects.content(change.after)) for change in changes]
    if args.json:
        context.print_json({**_as_json(step), "diffs": diffs})
        return
    context.print(_row(step).strip())
    for change, text in zip(changes, diffs, strict=True):
        context.print(f"--- {' '.join(shown(change.path).splitlines())}\n{text}".rstrip("\n"))
    for name in step.outside:
        context.print(f"changed by other hands before it: {' '.join(name.splitlines())}")
    for reason in step.uncovered:
        context.print(f"not kept: {' '.join(reason.splitlines())}")


def _prune(args: argparse.Namespace, context: CliContext, place: "Place", config: "Config") -> None:
    from aircher.app.undo import keep_of
    from aircher.workspace.checkpoints.pruning import prune, usage

    pruned = prune(place, keep_of(config))
    if args.json:
        context.print_json({"pruned": pruned, "disk": usage(place)})
    elif pruned.is_busy:
        context.note("a session is at work in this project; nothing was pruned")
    else:
        context.print(
            f"{pruned.freed_bytes / 1_000_000:,.1f} MB given back, {_count(pruned.sessions, 'session')} let go of"
        )


ACTIONS: "dict[str, Callable[[argparse.Namespace, CliContext, Place, Config], None]]" = {
    "list": _list,
    "show": _show,
    "prune": _prune,
}
"""What each action does."""
