"""What there is to choose from: models, providers, modes, commands. Nothing here asks a server."""

import asyncio
from collections.abc import Mapping, Sequence

from aircher.app.choice import chosen_by_default
from aircher.config import Config
from aircher.config.providers import OFFLINE
from aircher.domain.errors import AircherError
from aircher.domain.models import ModelInfo
from aircher.tui.dialogs.ports import CommandFacts, ModeFacts, ProviderFacts

_KEYS = {"keyring": "key in the keyring", "command": "key from a program of yours"}
MODES = (
    ModeFacts(name="plan", summary="reads only; what writes is hidden from the model"),
    ModeFacts(name="ask", summary="reads in the workspace pass, everything else asks"),
    ModeFacts(name="edit", summary="writes in the workspace pass, too"),
    ModeFacts(name="auto", summary="nothing asks; commands are held by the sandbox"),
)


async def models(config: Config, environ: Mapping[str, str]) -> Sequence[ModelInfo]:
    """Return what is known of the models of every provider that could answer."""
    return await asyncio.to_thread(_models, config, environ)


async def providers(config: Config, environ: Mapping[str, str], *, current: str) -> Sequence[ProviderFacts]:
    """Return the providers of the configuration, and whether their keys are at hand."""
    return await asyncio.to_thread(_providers, config, environ, current or chosen_by_default(config, environ))


async def modes(config: Config) -> Sequence[ModeFacts]:
    """Return the permission modes; auto cannot be had where nothing would hold a command."""
    problem = await asyncio.to_thread(_no_sandbox, config)
    return [
        ModeFacts(name=mode.name, summary=mode.summary, unavailable=problem if mode.name == "auto" else "")
        for mode in MODES
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
        read_rule(rule, Verdict.ALLOW, scope=Scope.USER, origin="your answer")
    except AircherError as exc:
        return exc.message
    return None


def _models(config: Config, environ: Mapping[str, str]) -> list[ModelInfo]:
    from aircher.app.models import known_models, reported

    found: list[ModelInfo] = []
    for name, section in config.providers.named.items():
        if section.kind != OFFLINE and _can_answer(name, config, environ):
            found += known_models(name, section, reported(name, section, environ) or None)
            if section.model and all((each.provider, each.name) != (name, section.model) for each in found):
                from aircher.app.models import describe

                found.append(describe(name, section, section.model, environ))
    return found


def _can_answer(name: str, config: Config, environ: Mapping[str, str]) -> bool:
    from aircher.app.keys import key_source

    section = config.providers.named[name]
    return not section.api_key_env or key_source(name, section, environ) is not None


def _providers(config: Config, environ: Mapping[str, str], current: str) -> list[ProviderFacts]:
    from aircher.app.keys import key_source

    found = []
    for name, section in config.providers.named.items():
        source = key_source(name, section, environ)
        if source is None:
            key = f"{section.api_key_env} is not set" if section.api_key_env else "none needed"
        else:
            key = _KEYS.get(source, f"from {section.api_key_env}")
        found.append(ProviderFacts(name=name, kind=section.kind, key=key, is_current=name == current))
    return found


def _no_sandbox(config: Config) -> str:
    from aircher.workspace.sandbox import find_sandbox

    try:
        sandbox = find_sandbox(config.security.sandbox_mode)
    except AircherError as exc:
        return exc.message
    return "" if sandbox.is_contained else "no sandbox works here"
