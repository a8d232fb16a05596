"""``aircher search``: places in the project, best first."""

import argparse

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import add_json, positive

EXAMPLE = 'aircher search "retry after rate limit"'


def register(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("query", metavar="QUERY", help="words, or names of functions, classes, files")
    parser.add_argument("--limit", type=positive, default=10, metavar="N", help="at most this many (default: 10)")
    add_json(parser)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print the places."""
    from contextlib import closing

    from aircher.app.index import OpenIndex
    from aircher.config.databases import database_paths

    config = context.load_config()
    path = database_paths(config, context.environ).file_index
    with closing(OpenIndex(config.root, path, note=context.note)) as index:
        index.answers.refresh()
        found = index.answers.search(args.query, limit=args.limit)
    if args.json:
        context.print_json(
            [
                {"path": item.path, "line": item.line, "symbol": item.symbol, "text": item.text, "score": item.score}
                for item in found
            ]
        )
    else:
        for item in found:
            within = f"  ({item.symbol})" if item.symbol else ""
            context.print(f"{item.path}:{item.line}: {item.text}{within}")
    if not found:
        context.note(f"nothing in {config.root} matches {args.query!r}")
    return exit_codes.DONE
