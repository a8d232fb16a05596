"""``aircher db``: look after the databases."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions
from aircher.domain.errors import UsageError

if TYPE_CHECKING:
    from aircher.storage.maintenance import DatabaseFile

EXAMPLE = "aircher db backup ~/backups"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    actions.add("status", "where the databases are and what they hold", has_json=True)
    backup = actions.add("backup", "copy the databases while they are in use")
    backup.add_argument("folder", metavar="FOLDER", help="a new folder is made below it")
    restore = actions.add("restore", "put a backup in place; what it replaces is kept beside it")
    restore.add_argument("folder", metavar="FOLDER", help="what backup made")
    actions.add("verify", "check every database from end to end", has_json=True)
    actions.add("vacuum", "give unused space back to the disk")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action`` says."""
    from aircher.config.databases import database_paths
    from aircher.storage.maintenance import DatabaseFile
    from aircher.storage.migrate import FILE_INDEX, SCHEMAS

    paths = database_paths(context.load_config(), context.environ)
    files = [DatabaseFile(schema=schema, path=getattr(paths, schema.name)) for schema in SCHEMAS]
    if args.action in {"backup", "restore"}:
        files = [file for file in files if file.schema is not FILE_INDEX]
    return ACTIONS[args.action](args, context, files)


def _status(args: argparse.Namespace, context: CliContext, files: "Sequence[DatabaseFile]") -> int:
    from aircher.storage.maintenance import status

    found = [status(file) for file in files]
    if args.json:
        context.print_json(
            [
                {
                    "name": item.name,
                    "path": str(item.path),
                    "exists": item.exists,
                    "version": item.version,
                    "head_version": item.head_version,
                    "size_bytes": item.size_bytes,
                    "wal_bytes": item.wal_bytes,
                    "counts": item.counts,
                    "problem": item.problem and item.problem.message,
                }
                for item in found
            ]
        )
        return exit_codes.DONE
    for item in found:
        context.print(f"{item.name}  {item.path}")
        if item.problem is not None:
            context.print(f"  {item.problem.message}\n  hint: {item.problem.hint}")
        elif item.exists:
            size = (item.size_bytes + item.wal_bytes) / 1024
            counts = ", ".join(f"{count} {table}" for table, count in item.counts.items())
            context.print(f"  schema {item.version} of {item.head_version}, {size:,.0f} KiB, {counts}")
        else:
            context.print("  not there yet: it is made when it is first needed")
    return exit_codes.DONE


def _backup(args: argparse.Namespace, context: CliContext, files: "Sequence[DatabaseFile]") -> int:
    from aircher.storage.maintenance import backup

    copies = backup(files, Path(context.cwd, args.folder).expanduser())
    for copy in copies:
        context.print(str(copy))
    if not copies:
        context.note("there is no database to copy yet")
    return exit_codes.DONE


def _restore(args: argparse.Namespace, context: CliContext, files: "Sequence[DatabaseFile]") -> int:
    from aircher.storage.maintenance import restore

    folder = Path(context.cwd, args.folder).expanduser()
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", hint="name the folder that `aircher db backup` printed")
    for item in restore(files, folder):
        aside = f" (the file it replaced is {item.kept_aside})" if item.kept_aside else ""
        context.print(f"{item.name} restored to {item.path}{aside}")
    return exit_codes.DONE


def _verify(args: argparse.Namespace, context: CliContext, files: "Sequence[DatabaseFile]") -> int:
    from aircher.storage.maintenance import verify

    verdicts = [verify(file) for file in files if file.path.exists()]
    if args.json:
        context.print_json(
            [{"name": item.name, "path": str(item.path), "findings": item.findings} for item in verdicts]
        )
    else:
        for item in verdicts:
            context.print(f"{item.name}: {'ok' if item.is_sound else 'damaged'}")
            for finding in item.findings:
                context.print(f"  {finding}")
    is_sound = all(item.is_sound for item in verdicts)
    if not is_sound:
        context.note("`aircher db restore FOLDER` puts a backup in place and keeps the damaged file")
    return exit_codes.DONE if is_sound else exit_codes.exit_code("storage.corrupt")


def _vacuum(args: argparse.Namespace, context: CliContext, files: "Sequence[DatabaseFile]") -> int:  # noqa: ARG001
    from aircher.storage.maintenance import vacuum

    for file in files:
        if file.path.exists():
            context.print(f"{file.schema.name}: {vacuum(file) / 1024:,.0f} KiB given back")
    return exit_codes.DONE


ACTIONS: "dict[str, Callable[[argparse.Namespace, CliContext, Sequence[DatabaseFile]], int]]" = {
    "status": _status,
    "backup": _backup,
    "restore": _restore,
    "verify": _verify,
    "vacuum": _vacuum,
}
"""What each action does."""
