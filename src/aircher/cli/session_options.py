"""What the command line says of a session, whichever frontend it opens."""

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from aircher.cli.context import CliContext
from aircher.domain.errors import UsageError
from aircher.domain.messages import JsonObject

if TYPE_CHECKING:  # a wrong command line is answered without loading the engine
    from aircher.app.options import SessionOptions

NumberT = TypeVar("NumberT", int, float)


def session_options(args: argparse.Namespace, context: CliContext) -> "SessionOptions":
    """Return them.

    Raises:
        UsageError: A value is wrong.
    """
    from aircher.app.options import SessionOptions
    from aircher.engine.budgets import Limits

    if args.fork and not (args.continue_ or args.resume):
        raise UsageError("--fork needs a session to copy", hint="aircher -c --fork -p TEXT")
    return SessionOptions(
        cwd=context.cwd,
        provider=args.provider,
        model=args.model,
        thinking=args.thinking,
        mode=args.mode,
        allow=tuple(args.allow),
        deny=tuple(args.deny),
        is_attended=args.input_format == "stream-json",
        add_dirs=tuple(Path(context.cwd, name) for name in args.add_dir),
        ephemeral=args.ephemeral,
        resume=args.resume,
        continue_last=args.continue_,
        fork=args.fork,
        output_schema=None if args.json_schema is None else _schema(Path(context.cwd, args.json_schema)),
        max_cost_usd=_positive(args.max_cost, "--max-cost"),
        limits=Limits(
            max_rounds=_positive(args.max_turns, "--max-turns"),
            max_tokens=_positive(args.max_tokens, "--max-tokens"),
            deadline_s=_positive(args.timeout, "--timeout"),
        ),
    )


def _schema(path: Path) -> JsonObject:
    try:
        schema = json.loads(path.read_bytes())
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror}", hint="--json-schema FILE") from exc
    except ValueError as exc:
        raise UsageError(f"{path} is not JSON: {exc}", hint="--json-schema FILE") from exc
    if not isinstance(schema, dict):
        raise UsageError(f"{path} is no JSON Schema: it holds no object", hint='{"type": "object", "properties": …}')
    return schema


def _positive(value: NumberT | None, option: str) -> NumberT | None:
    if value is not None and not 0 < value < math.inf:
        raise UsageError(f"{option} must be a number greater than 0, not {value}", hint=f"{option} 5")
    return value
