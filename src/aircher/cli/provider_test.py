"""``aircher providers test``: the cheapest real call, and what it told.

Invariant: the exit code is 0 only if every provider that was tested answered; else it is that of the first failure.
"""

import argparse
from typing import TYPE_CHECKING

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions
from aircher.domain.errors import AircherError, UsageError

if TYPE_CHECKING:
    from aircher.app.provider_check import Findings
    from aircher.config import Config
    from aircher.config.sections_providers import ProviderSettings


def register(actions: Actions) -> None:
    """Add the action."""
    test = actions.add("test", "make the cheapest real call and say what it learnt", has_json=True)
    test.add_argument("name", nargs="?", metavar="NAME", help="default: the provider that would answer")
    test.add_argument("--all", action="store_true", help="every provider that has a key or needs none")


def run(args: argparse.Namespace, context: CliContext, config: "Config") -> int:
    """Test what ``args`` name.

    Raises:
        AircherError: The first provider that failed, why; all were told of before.
    """
    from aircher.app.provider_check import check_providers

    outcomes = check_providers(_sections(args, context, config), context.environ)
    if args.json:
        documents = [_document(name, outcome) for name, outcome in outcomes.items()]
        context.print_json(documents if args.all else documents[0])
    else:
        for name, outcome in outcomes.items():
            _tell(name, outcome, context, has_failures=args.all)
    failure = next((outcome for outcome in outcomes.values() if isinstance(outcome, AircherError)), None)
    if failure is not None:
        raise failure
    return exit_codes.DONE


def _sections(args: argparse.Namespace, context: CliContext, config: "Config") -> "dict[str, ProviderSettings]":
    from aircher.app.choice import choose_provider
    from aircher.app.keys import key_source

    if not args.all:
        name, section = choose_provider(config, context.environ, requested=args.name)
        return {name: section}
    if args.name:
        raise UsageError(f"--all tests {args.name} too", hint=f"aircher providers test {args.name}, or --all alone")
    return {
        name: section
        for name, section in config.providers.named.items()
        if not section.api_key_env or key_source(name, section, context.environ) is not None
    }


def _document(name: str, outcome: "Findings | AircherError") -> dict[str, object]:
    if isinstance(outcome, AircherError):
        return {"name": name, "ok": False, "code": outcome.code, "message": outcome.message, "hint": outcome.hint}
    return {
        "name": name,
        "ok": True,
        "latency_ms": outcome.latency_ms,
        "facts": outcome.facts,
        "models": outcome.models,
        "default_model": outcome.default_model or None,
        "has_default_model": outcome.has_default_model,
    }


def _tell(name: str, outcome: "Findings | AircherError", context: CliContext, *, has_failures: bool) -> None:
    if isinstance(outcome, AircherError):
        if has_failures:
            remedy = f"; {outcome.hint}" if outcome.hint else ""
            context.print(f"{name}: failed: {outcome.message}{remedy}")
        return
    context.print(f"{name}: ok in {outcome.latency_ms} ms: {', '.join(outcome.facts)}")
    if outcome.has_default_model is False:
        context.note(
            f"{name} does not list its default model {outcome.default_model!r}; "
            f"aircher models list --provider {name} shows what it has"
        )
