"""``aircher redo``: take back the last undo."""

import argparse
from typing import TYPE_CHECKING

from aircher.cli.context import CliContext
from aircher.cli.undo import add_options, carry_out

if TYPE_CHECKING:
    from aircher.workspace.checkpoints.undoing import Outcome, Undoing

EXAMPLE = "aircher redo"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_options(parser, "that of the last undo here")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do again what was undone, all or nothing."""

    def redo(undoing: "Undoing", session_id: str) -> "Outcome":
        return undoing.redo(session_id, is_forced=args.force, is_shown_only=args.dry_run)

    return carry_out(args, context, redo, find=lambda undoing: undoing.last_undone(), verb="redo")
