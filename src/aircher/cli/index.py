"""``aircher index``: the project's index."""

import argparse
from typing import TYPE_CHECKING

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions

if TYPE_CHECKING:
    from aircher.domain.answers import Progress

EXAMPLE = "aircher index status"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    actions.add("status", "how much of the project is known, and where that is kept", has_json=True)
    actions.add("rebuild", "read every file of the project again")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action`` says."""
    from contextlib import closing

    from aircher.app.index import OpenIndex
    from aircher.config.databases import database_paths

    config = context.load_config()
    path = database_paths(config, context.environ).file_index
    is_rebuilt = args.action == "rebuild"
    with closing(OpenIndex(config.root, path, note=context.note, anew=is_rebuilt)) as index:
        if is_rebuilt:
            report = index.answers.refresh(on_progress=ProgressLine(context))
            context.note(f"read {report.read_files} of {report.total_files} files")
        stats = index.store.stats()
    if getattr(args, "json", False):
        context.print_json({"root": str(config.root), "path": str(path), **_counts(stats)})
    else:
        context.print(f"{config.root}: {stats.files} files, {stats.symbols} symbols, {stats.chunks} passages")
        context.print(f"kept in {path}")
        if not stats.files:
            context.note("nothing is indexed yet; the first question does it, or aircher index rebuild")
    return exit_codes.DONE


def _counts(stats: object) -> dict[str, object]:
    return {name: getattr(stats, name) for name in ("files", "symbols", "chunks")}


class ProgressLine:
    """Repaints one line of stderr while files are read; silent when stderr is no terminal."""

    def __init__(self, context: CliContext) -> None:
        self._stderr = context.stderr

    def __call__(self, progress: "Progress") -> None:
        """Show how far it has come."""
        if self._stderr.isatty():
            end = "\n" if progress.done_files == progress.total_files else ""
            print(f"\r{progress.done_files} of {progress.total_files} files", end=end, file=self._stderr, flush=True)
