"""``aircher init``: a first AGENTS.md, from what the index knows."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.domain.errors import UsageError
from aircher.support.atomic import write_atomically

if TYPE_CHECKING:
    from aircher.domain.answers import Layout

EXAMPLE = "aircher init"
MAX_FOLDERS = 20  # AGENTS.md is read with every conversation: a map, not a list of files


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--force", action="store_true", help="replace an AGENTS.md that is there")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Write the file."""
    from contextlib import closing

    from aircher.app.index import OpenIndex
    from aircher.config.databases import database_paths

    config = context.load_config()
    path = config.root / config.memory.project_file
    if path.is_symlink() or not path.resolve().is_relative_to(config.root.resolve()):
        raise UsageError(
            f"{path} leads out of the project, or is a link", hint="remove the link, or change memory.project_file"
        )
    if path.exists() and not args.force:
        raise UsageError(f"{path} is already there", hint="aircher init --force replaces it")
    database = database_paths(config, context.environ).file_index
    with closing(OpenIndex(config.root, database, note=context.note)) as index:
        index.answers.refresh()
        text = "\n".join(_lines(config.root.name, index.answers.layout()))
    try:
        write_atomically(path, text.encode(), mode=0o644)
    except OSError as exc:
        raise UsageError(f"{path} cannot be written: {exc.strerror}", hint="aircher init --cwd DIR") from exc
    context.note(f"written: {path}")
    return exit_codes.DONE


def _lines(name: str, layout: "Layout") -> Iterator[str]:
    yield f"# {name}\n"
    if layout.summary:
        yield f"{layout.summary}\n"
    languages = ", ".join(f"{language} ({files} files)" for language, files in layout.languages[:5])
    yield f"Languages: {languages or 'none known'}.\n"
    if layout.entry_points:
        yield "## Commands\n"
        yield from (f"- `{entry.name}` ({entry.path}:{entry.line})" for entry in layout.entry_points[:MAX_FOLDERS])
        yield ""
    if layout.folders:
        yield "## Map\n"
        for folder in layout.folders[:MAX_FOLDERS]:
            about = f": {folder.summary}" if folder.summary else ""
            yield f"- `{folder.path}/`{about}"
        yield ""
    yield "## Rules\n"
    yield "<!-- What a newcomer must know: how to test, what never to touch, which style holds. -->"
