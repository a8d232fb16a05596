"""``aircher policy test``: holds the policy of this folder against the cases of a file."""

import argparse
import json
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.policy_doors import command_actions, host_actions, mcp_actions, path_actions
from aircher.cli.policy_sources import session_policy
from aircher.domain.effects import Action
from aircher.domain.errors import UsageError
from aircher.domain.levels import Mode
from aircher.permissions.decision import Decision
from aircher.permissions.places import Places

FAILED = 1
"""Exit code: a case failed."""


class Case(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done, and what should become of it.

    Attributes:
        expected: The decision.
        command: A command line.
        mode: The mode; ``None`` = that of the command line, or as configured.
        cwd: Where the command runs, relative to the project.
        read: A path that is read; ``write``, ``delete``: alike.
        host: A host that Aircher itself speaks to.
        mcp: A server and its tool.
    """

    expected: Literal["allow", "ask", "deny"]
    command: str | None = None
    mode: Mode | None = None
    cwd: str = "."
    read: str | None = None
    write: str | None = None
    delete: str | None = None
    host: str | None = None
    mcp: str | None = None

    @property
    def subject(self) -> str:
        """What is done, in a line."""
        doors = (("read", self.read), ("write", self.write), ("delete", self.delete), ("net", self.host))
        named = next((f"{word}({value})" for word, value in (*doors, ("mcp", self.mcp)) if value is not None), "")
        return self.command if self.command is not None else named


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    case: list[Case]


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print the cases that fail."""
    policy = session_policy(args, context)
    cases = _cases(Path(context.cwd, args.file))
    decided = [
        (case, policy.with_mode(case.mode or policy.mode).decide(_actions(case, policy.places))) for case in cases
    ]
    failed = [(case, decision) for case, decision in decided if decision.verdict != case.expected]
    if args.json:
        context.print_json({"cases": len(cases), "failed": [_as_json(*pair) for pair in failed]})
    else:
        for case, decision in failed:
            mode = f" in {case.mode} mode" if case.mode else ""
            context.print(f"{case.subject}: expected {case.expected}{mode}, is {decision.verdict}: {decision.rule}")
        context.note(f"{len(cases)} cases, {len(failed)} failed")
    return FAILED if failed else exit_codes.DONE


def _as_json(case: Case, decision: Decision) -> dict[str, object]:
    return {
        "subject": case.subject,
        "mode": case.mode,
        "expected": case.expected,
        "decision": decision.verdict.value,
        "rule": decision.rule,
    }


def _cases(path: Path) -> Sequence[Case]:
    try:
        text = path.read_text("utf-8")
        is_toml = path.suffix == ".toml"
        cases = msgspec.convert(tomllib.loads(text), _File).case if is_toml else list(_of_lines(text))
        for number, case in enumerate(cases, start=1):
            if not case.subject:
                raise ValueError(f"case {number} names nothing that is done")
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror}", hint="aircher policy test FILE") from exc
    except ValueError as exc:  # those of msgspec, json and tomllib are among them
        hint = '[[case]], command = "git status", expected = "allow"'
        raise UsageError(f"{path} holds no cases: {exc}", hint=hint) from exc
    return cases


def _of_lines(text: str) -> Iterator[Case]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield msgspec.convert(json.loads(line), Case)
            except ValueError as exc:
                raise ValueError(f"line {number}: {exc}") from exc


def _actions(case: Case, places: Places) -> tuple[Action, ...]:
    root = places.roots[0]
    for word, text in (("read", case.read), ("write", case.write), ("delete", case.delete)):
        if text is not None:
            return path_actions(word, text, folder=root)
    if case.host is not None:
        return host_actions(case.host)
    if case.mcp is not None:
        return mcp_actions(case.mcp)
    return command_actions(case.command or "", cwd=root / case.cwd, places=places)
