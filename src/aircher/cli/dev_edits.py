"""``aircher dev apply-edits``: what the edit engine makes of a file of cases.

A case is a JSON object on a line: ``id``, ``file`` (relative to the case file), ``path`` (its name, for its language)
and ``edits`` (``old``, ``new``, ``replace_all``). Its line of output is ``id``, ``applied`` and ``result_sha256``. No
file is changed.
"""

import argparse
from pathlib import Path

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions
from aircher.domain.errors import UsageError

ACTION = "apply-edits"


def register(actions: Actions) -> None:
    """Add the action."""
    parser = actions.add(ACTION, "apply a file of edit cases, one JSON object a line, and print what came of each")
    parser.add_argument("cases", metavar="CASES.jsonl", help="the cases; their files are relative to it")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print a line of JSON for each case.

    Raises:
        UsageError: The cases or a file of one cannot be read.
    """
    import msgspec

    class Edit(msgspec.Struct):
        old: str
        new: str
        replace_all: bool = False

    class Case(msgspec.Struct):
        id: str
        file: str
        edits: list[Edit]
        path: str = ""

    cases = context.cwd / args.cases
    for number, line in enumerate(_read(cases).splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = msgspec.json.decode(line, type=Case)
        except msgspec.DecodeError as exc:
            raise _error(f"{args.cases}, line {number}: {exc}") from exc
        data = _read(cases.parent / case.file)
        edits = [(edit.old, edit.new, edit.replace_all) for edit in case.edits]
        context.print(msgspec.json.encode({"id": case.id, **_outcome(data, edits, case.path or case.file)}).decode())
    return exit_codes.DONE


def _outcome(data: bytes, edits: list[tuple[str, str, bool]], path: str) -> dict[str, object]:
    from hashlib import sha256

    from aircher.editing import Edited, Replacement, apply

    wishes = [Replacement(old=old, new=new, replace_all=is_every) for old, new, is_every in edits]
    result = apply(data, wishes, path=path)
    is_applied = isinstance(result, Edited)
    after = result.data if isinstance(result, Edited) else data
    return {"applied": is_applied, "result_sha256": sha256(after).hexdigest()}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise _error(f"{path} cannot be read: {exc.strerror}") from exc


def _error(message: str) -> UsageError:
    return UsageError(message, hint="aircher dev apply-edits CASES.jsonl", code="usage.file")
