"""``aircher policy explain``: one decision, or one for each line of a file."""

import argparse
import json
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.policy_doors import command_actions, host_actions, mcp_actions, path_actions
from aircher.cli.policy_sources import session_policy
from aircher.domain.effect_records import effect_record, to_record
from aircher.domain.effects import Action, Unknown
from aircher.domain.errors import UsageError
from aircher.domain.levels import Mode
from aircher.permissions.commands import Setting, analyse
from aircher.permissions.corpus import effects_json
from aircher.permissions.decision import Decision, Verdict
from aircher.permissions.effects_text import effects_text
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy

_A_BUG = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_KEYS = ("reads", "writes", "network", "exec", "unknown")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print the decision, or those of a file."""
    if args.batch is not None:
        for line in _batch(args, context):
            context.print(json.dumps(line, ensure_ascii=False))
        return exit_codes.DONE
    policy = session_policy(args, context)
    actions = _actions(args, context, policy.places)
    decision = policy.decide(actions)
    if args.json:
        context.print_json(_as_json(decision, actions, policy.mode))
    else:
        _print(decision, actions, policy.mode, context)
    return exit_codes.DONE


def _actions(args: argparse.Namespace, context: CliContext, places: Places) -> tuple[Action, ...]:
    """Return what the command line asks about, as the tool behind that door would say it."""
    if args.host is not None:
        return host_actions(args.host)
    if args.path is not None:
        return path_actions(args.tool or "read", args.path, folder=context.cwd)
    if args.tool == "mcp" and args.text:
        return mcp_actions(args.text)
    if args.tool is not None or not args.command:
        raise UsageError(
            "there is nothing to explain", hint="aircher policy explain -- COMMAND, or --tool read --path PATH"
        )
    command = args.command[0] if len(args.command) == 1 else shlex.join(args.command)
    return command_actions(command, cwd=context.cwd, places=places)


def _print(decision: Decision, actions: Sequence[Action], mode: Mode, context: CliContext) -> None:
    context.print(f"{decision.verdict} in {mode} mode: {decision.rule}")
    stopped = effects_text(decision.effects)
    for words in effects_text([effect for action in actions for effect in action.effects]):
        context.print(f"  {'!' if words in stopped else ' '} {words}")
    if decision.suggestion:
        context.print(f"would pass with: {decision.suggestion}")


def _as_json(decision: Decision, actions: Sequence[Action], mode: Mode) -> dict[str, object]:
    return {
        "decision": decision.verdict.value,
        "rule": decision.rule,
        "mode": mode,
        "suggestion": decision.suggestion or None,
        "effects": effects_json(actions),
        "stopped": [effect_record(effect) for effect in decision.effects],
        "actions": [to_record(action) for action in actions],
    }


def _batch(args: argparse.Namespace, context: CliContext) -> Iterator[dict[str, object]]:
    """Yield a decision for each line. Nothing of this machine has a say: no configuration, no file, no link."""
    root = Path(args.workspace or "")
    home = Path(args.home or "")
    if not (root.is_absolute() and home.is_absolute()):
        raise UsageError(
            "--batch needs a workspace and a home, both absolute", hint="--workspace /srv/proj --home /home/dev"
        )
    policy = Policy(places=Places(roots=(root,), home=home), mode=args.mode or "ask")
    setting = Setting(roots=(root,), home=home, user=home.name)
    for number, line in enumerate(_lines(Path(context.cwd, args.batch)), start=1):
        if line.strip():
            name, command, cwd = _case(line, f"{args.batch}:{number}", root)
            verdict, effects = _judged(command, cwd, policy, setting)
            yield {"id": name, "decision": verdict.value, "effects": effects}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").split("\n")
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        raise UsageError(f"{path} cannot be read: {reason}", hint="--batch FILE") from exc


def _case(line: str, place: str, root: Path) -> tuple[object, str, Path]:
    try:
        case = json.loads(line)
        return case["id"], str(case["command"]), Path(case.get("cwd") or root)
    except (ValueError, TypeError, LookupError, AttributeError) as exc:
        hint = '{"id": 1, "command": "ls", "cwd": "/srv/proj"}'
        raise UsageError(f"{place} is no JSON object with id and command", hint=hint) from exc


def _judged(command: str, cwd: Path, policy: Policy, setting: Setting) -> tuple[Verdict, dict[str, object]]:
    """Return decision and effects; a bug in the analysis of one line asks about this one and ends no run."""
    try:
        actions = analyse(command, cwd=cwd, setting=setting)
        verdict, effects = policy.decide(actions).verdict, effects_json(actions)
    except _A_BUG:
        unknown = Action(tool="shell", effects=(Unknown(reason="could not be analysed"),))
        verdict, effects = Verdict.ASK, effects_json((unknown,))
    return verdict, {key: effects[key] for key in _KEYS}
