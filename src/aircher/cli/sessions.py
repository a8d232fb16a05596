"""``aircher sessions``: what was said, found again."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions, positive
from aircher.domain.errors import UsageError
from aircher.domain.ids import ProjectId

if TYPE_CHECKING:
    from aircher.storage.conversations import Conversation, SqliteConversations
    from aircher.storage.database import Database

EXAMPLE = 'aircher sessions search "retry policy"'


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    for name, summary in (
        ("list", "the sessions of this project, the last one first"),
        ("search", "find messages that hold all these words"),
    ):
        action = actions.add(name, summary, has_json=True)
        action.add_argument("--all", action="store_true", help="of all projects")
        action.add_argument("--limit", type=positive, default=20, metavar="N", help="at most this many (default: 20)")
        if name == "search":
            action.add_argument("query", metavar="QUERY")
    actions.add("show", "print a session as Markdown", has_json=True).add_argument("id", metavar="ID")
    export = actions.add("export", "write a session as JSON lines, to be imported elsewhere")
    export.add_argument("id", metavar="ID")
    export.add_argument("--output", metavar="FILE", help="instead of stdout")
    export.add_argument("--force", action="store_true", help="replace a file that is there")
    actions.add("import", "add an exported session").add_argument("file", metavar="FILE", help="- reads stdin")
    actions.add("fork", "copy a session and print the copy's id").add_argument("id", metavar="ID")
    rename = actions.add("rename", "give a session another title")
    rename.add_argument("id", metavar="ID")
    rename.add_argument("title", metavar="TITLE")
    actions.add("delete", "delete a session for good").add_argument("id", metavar="ID")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action`` says."""
    with _database(context) as database:
        from aircher.storage.conversations import SqliteConversations

        conversations = SqliteConversations(database)
        if args.action == "import":
            _import(args, context, database)
        else:
            ACTIONS[args.action](args, context, conversations)
    return exit_codes.DONE


@contextmanager
def _database(context: CliContext) -> "Iterator[Database]":
    from aircher.config.databases import database_paths
    from aircher.storage.database import Database
    from aircher.storage.migrate import CONVERSATIONS

    with Database(database_paths(context.load_config(), context.environ).conversations, CONVERSATIONS) as database:
        yield database


def _project(args: argparse.Namespace, context: CliContext) -> ProjectId | None:
    from aircher.support.paths import project_id, project_root

    return None if args.all else ProjectId(project_id(project_root(context.cwd)))


def _list(args: argparse.Namespace, context: CliContext, conversations: "SqliteConversations") -> None:
    found = conversations.list(_project(args, context), limit=args.limit)
    if args.json:
        context.print_json(found)
        return
    for item in found:
        context.print(_line(item))
    if not found:
        context.note("no sessions yet" if args.all else "no sessions in this project yet; --all shows those of others")


def _line(item: "Conversation") -> str:
    when = item.updated_at.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{item.id}  {when}  {item.messages:>4} messages  {item.provider}/{item.model}  {item.title or ''}"


def _search(args: argparse.Namespace, context: CliContext, conversations: "SqliteConversations") -> None:
    hits = conversations.search(args.query, project_id=_project(args, context), limit=args.limit)
    if args.json:
        context.print_json(hits)
        return
    for hit in hits:
        snippet = " ".join(hit.snippet.split())
        context.print(f"{hit.session_id}  {hit.created_at.astimezone():%Y-%m-%d}  {hit.role:<9}  {snippet}")
    if not hits:
        context.note(f"no message holds {args.query!r}")


def _show(args: argparse.Namespace, context: CliContext, conversations: "SqliteConversations") -> None:
    from aircher.domain.transcript import fold
    from aircher.oneshot.export import as_markdown
    from aircher.oneshot.sinks import event_line

    item = conversations.find(args.id)
    events = conversations.load(item.id).events
    if args.json:
        context.print_json({"conversation": item, "events": [event_line(event) for event in events]})
        return
    transcript = fold(event.event for event in events)
    context.print(as_markdown(item.title or "Untitled", transcript.messages))


def _export(args: argparse.Namespace, context: CliContext, conversations: "SqliteConversations") -> None:
    import msgspec

    from aircher.storage.transfer import export_conversation

    session_id = conversations.find(args.id).id
    if skipped := conversations.load(session_id).skipped:
        context.note(f"{len(skipped)} events of a newer version are left out")
    lines = export_conversation(conversations, session_id)
    text = "".join(msgspec.json.encode(line).decode() + "\n" for line in lines)
    if args.output is None:
        context.stdout.write(text)
        return
    path = Path(context.cwd, args.output)
    try:
        with path.open("w" if args.force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as exc:
        raise UsageError(f"{path} is already there", hint="--force replaces it") from exc
    except OSError as exc:
        raise UsageError(f"{path} cannot be written: {exc.strerror}", hint="--output FILE") from exc
    context.note(f"written to {path}")


def _import(args: argparse.Namespace, context: CliContext, database: "Database") -> None:
    from aircher.storage.transfer import import_conversation

    try:
        data = context.stdin.read() if args.file == "-" else Path(context.cwd, args.file).read_bytes()
        text = data.decode()
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        raise UsageError(f"{args.file} cannot be read: {reason}", hint="aircher sessions export ID writes one") from exc
    context.print(import_conversation(database, text.split("\n")))


def _fork(args: argparse.Namespace, context: CliContext, conversations: "SqliteConversations") -> None:
    context.print(conversations.fork(conversations.find(args.id).id))


def _rename(args: argparse.Namespace, context: CliContext, conversations: "SqliteConversations") -> None:
    item = conversations.find(args.id)
    conversations.rename(item.id, args.title)
    context.note(f"{item.id} is now called {args.title!r}")


def _delete(args: argparse.Namespace, context: CliContext, conversations: "SqliteConversations") -> None:
    from aircher.app.deleting import delete_conversation
    from aircher.config.databases import database_paths

    item = conversations.find(args.id)
    delete_conversation(database_paths(context.load_config(), context.environ), item.id)
    context.note(f"deleted {item.id} ({item.title or 'untitled'})")


ACTIONS: dict[str, Callable[[argparse.Namespace, CliContext, "SqliteConversations"], None]] = {
    "list": _list,
    "search": _search,
    "show": _show,
    "export": _export,
    "fork": _fork,
    "rename": _rename,
    "delete": _delete,
}
"""What each action does; ``import`` alone writes past the repository."""
