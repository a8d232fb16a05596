"""What there is to choose from: models, providers, modes, commands. Nothing here asks a server."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aircher.config import Config
from aircher.config.providers import OFFLINE
from aircher.domain.errors import AircherError
from aircher.domain.levels import MODES, Mode
from aircher.tui.dialogs.ports import CommandFacts, ModeFacts, ProviderFacts

if TYPE_CHECKING:
    from aircher.config.sections_providers import ProviderSettings
    from aircher.domain.models import ModelInfo

_ORIGIN = "your answer"
_KEYS = {"keyring": "key in the keyring", "command": "key from a program of yours"}
_SUMMARIES: Mapping[Mode, str] = {
    "plan": "reads only; what writes is hidden from the model",
    "ask": "reads in the workspace pass, everything else asks",
    "edit": "writes in the workspace pass, too",
    "auto": "nothing asks; commands are held by the sandbox",
}


async def models(
    config: Config, environ: Mapping[str, str], *, current: tuple[str, str] = ("", "")
) -> "Sequence[ModelInfo]":
    """Return what is known of the models of every provider that could answer.

    Those of a server of one's own are the configured one and what it said when it was last asked; the one in use is
    asked now if it never said. The model ``current`` (its provider, its name; empty = the default) comes first, then
    the others of its provider; those that were retired come last.
    """
    return await asyncio.to_thread(_models, config, environ, current)


async def providers(config: Config, environ: Mapping[str, str], *, current: str) -> Sequence[ProviderFacts]:
    """Return the providers of the configuration, and whether their keys are at hand; ``""`` = the default is in use."""
    return await asyncio.to_thread(_providers, config, environ, current)


async def modes(config: Config) -> Sequence[ModeFacts]:
    """Return the permission modes; auto cannot be had where nothing would hold a command."""
    problem = await asyncio.to_thread(_no_sandbox, config)
    return [
        ModeFacts(name=mode, summary=_SUMMARIES[mode], unavailable=problem if mode == "auto" else "") for mode in MODES
    ]


def commands() -> Sequence[CommandFacts]:
    """Return all slash commands."""
    from aircher.commands.registry import built_in_commands  # some thirty modules, when they are first looked at

    return [
        CommandFacts(name=command.name, summary=command.summary, arguments=command.arguments, aliases=command.aliases)
        for command in built_in_commands()
    ]


def wrong_rule(rule: str) -> str | None:
    """Return in a sentence what is wrong with a permission rule."""
    from aircher.permissions.decision import Verdict
    from aircher.permissions.rules import Scope, read_rule

    try:
        read_rule(rule, Verdict.ALLOW, scope=Scope.USER, origin=_ORIGIN)
    except AircherError as exc:
        return exc.message.removeprefix(f"{_ORIGIN}: ")
    return None


def _models(config: Config, environ: Mapping[str, str], current: tuple[str, str]) -> "list[ModelInfo]":
    from aircher.app.choice import chosen_by_default

    provider = current[0] or chosen_by_default(config, environ)
    model = current[1] or (config.providers.named[provider].model if provider in config.providers.named else "")
    found = [
        info
        for name, section in config.providers.named.items()
        if name == provider or (section.kind != OFFLINE and _can_answer(name, config, environ))
        for info in _models_of(name, section, environ, current=model if name == provider else None)
    ]
    today = datetime.now(UTC).date()

    def order(info: "ModelInfo") -> tuple[bool, ...]:
        return (info.provider, info.name) != (provider, model), info.is_retired(today), info.provider != provider

    return sorted(found, key=order)


def _models_of(
    name: str, section: "ProviderSettings", environ: Mapping[str, str], *, current: str | None
) -> "list[ModelInfo]":
    """Return what is known of a section's models; the one in use (``current``) is asked if nothing is."""
    from aircher.app.models import describe, known_models, reported
    from aircher.app.routing import AUTO_MODEL

    found = known_models(name, section, reported(name, section, environ))
    if current is not None and not found:
        found = known_models(name, section, _offered(name, section, environ))
    known = {info.name: info for info in found}
    for model in (section.model, current or ""):
        if model not in {"", AUTO_MODEL, *known}:
            known[model] = describe(name, section, model, environ)
    return list(known.values())


def _offered(name: str, section: "ProviderSettings", environ: Mapping[str, str]) -> "Sequence[ModelInfo]":
    """Return what the server offers now; a list to choose from does not fail for a server that does not say."""
    from aircher.app.model_lists import refresh

    try:
        return () if section.kind == OFFLINE else refresh(name, section, environ)
    except AircherError:
        return ()


def _can_answer(name: str, config: Config, environ: Mapping[str, str]) -> bool:
    from aircher.app.keys import key_source

    section = config.providers.named[name]
    return not section.api_key_env or key_source(name, section, environ) is not None


def _providers(config: Config, environ: Mapping[str, str], current: str) -> list[ProviderFacts]:
    from aircher.app.choice import chosen_by_default
    from aircher.app.keys import key_source

    in_use = current or chosen_by_default(config, environ)
    found = []
    for name, section in config.providers.named.items():
        source = key_source(name, section, environ)
        if source is None:
            key = f"{section.api_key_env} is not set" if section.api_key_env else "none needed"
        else:
            key = _KEYS.get(source, f"from {section.api_key_env}")
        found.append(ProviderFacts(name=name, kind=section.kind, key=key, is_current=name == in_use))
    return found


def _no_sandbox(config: Config) -> str:
    from aircher.workspace.sandbox import find_sandbox

    try:
        sandbox = find_sandbox(config.security.sandbox_mode)
    except AircherError as exc:
        return exc.message
    try:
        return "" if sandbox.is_contained else f"nothing would hold its commands: {sandbox.describe()}"
    finally:
        sandbox.close()
