"""Whom a session may speak with: the provider that was asked for, its stand-ins, and others while it is open.

Invariant: every provider that is made here is closed with the session; a provider of the same name is made once.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import field

from aircher.app import plain_http
from aircher.app.build_provider import build_provider
from aircher.app.choice import choose_provider, model_info
from aircher.app.keys import find_key
from aircher.app.lazy_provider import LazyProvider
from aircher.app.models import advice
from aircher.app.options import SessionOptions
from aircher.app.routing import (
    AUTO_MODEL,
    automatic_routes,
    choose_automatically,
    fallback_sections,
    route_to,
    router_for,
)
from aircher.app.structured_output import contract
from aircher.config import Config
from aircher.config.databases import DatabasePaths
from aircher.config.providers import OFFLINE
from aircher.config.sections_providers import ProviderSettings as Section
from aircher.domain.provider import Provider
from aircher.domain.records import dataclass
from aircher.engine.system_prompt import about_tools, system_prompt
from aircher.engine.turn import Voice
from aircher.providers.router import ProviderRouter
from aircher.support.clock import SystemClock
from aircher.support.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A provider's section, its key, and the ways to the model that was asked for."""

    name: str
    section: Section
    key: Secret | None
    router: ProviderRouter

    @property
    def is_offline(self) -> bool:
        """Whether no model is asked at all."""
        return self.section.kind == OFFLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Makes the voices of one session; what has to be closed is left with ``stack``.

    Attributes:
        note: Told what a person should know.
    """

    config: Config
    options: SessionOptions
    environ: Mapping[str, str]
    paths: DatabasePaths
    note: Callable[[str], None]
    stack: AsyncExitStack
    _made: dict[str, Provider] = field(default_factory=dict)

    def chosen(self) -> Chosen:
        """Return the provider and model that the options and the configuration name.

        Raises:
            AircherError: There is no such provider or model, or its key is missing.
        """
        name, section = choose_provider(self.config, self.environ, requested=self.options.provider)
        key = None if section.kind == OFFLINE else find_key(name, section, self.environ)
        return self._chosen(name, section, key, model=self.options.model)

    async def choose(self, provider: str, model: str | None) -> Chosen:
        """Return another provider or model, for a session that is open.

        Args:
            provider: Name of the provider's section.
            model: Name of the model, ``auto`` included; ``None`` = the one that the section names.

        Raises:
            AircherError: There is no such provider or model, or its key is missing.
        """
        name, section = choose_provider(self.config, self.environ, requested=provider)
        key = None
        if section.kind != OFFLINE:  # a program that prints the key may take seconds
            key = await asyncio.to_thread(find_key, name, section, self.environ)
        return self._chosen(name, section, key, model=model)

    def voice(self, chosen: Chosen, *, cache_key: str) -> Voice:
        """Return the voice that speaks with what was chosen."""
        return Voice(
            router=chosen.router,
            system=system_prompt(cwd=str(self.config.root)),
            about_tools=about_tools,
            thinking=self.options.thinking,
            cache_key=cache_key,
            output=contract(self.options.output_schema),
        )

    def _chosen(self, name: str, section: Section, key: Secret | None, *, model: str | None) -> Chosen:
        if name not in self._made:
            made = self._made[name] = self._provider(name, section, key=key)
            self.stack.push_async_callback(made.aclose)
        router = self._router(name, section, self._made[name], model=model)
        return Chosen(name=name, section=section, key=key, router=router)

    def _router(self, name: str, section: Section, provider: Provider, *, model: str | None) -> ProviderRouter:
        """Return the ways to the model that was asked for, or to all of which one is chosen for each prompt."""
        others = fallback_sections(self.config, name, self.environ, note=self.note)
        stand_ins = {other: self._lazily(other, others[other]) for other in others}
        fallbacks = [
            route_to(
                stand_ins[other], others[other], model_info(other, others[other], requested=None, environ=self.environ)
            )
            for other in others
        ]
        if (model or section.model) == AUTO_MODEL:
            routes = automatic_routes({name: section, **others}, {name: provider, **stand_ins}, self.environ)
            choose = choose_automatically(budget_usd=self.options.max_cost_usd)
            return router_for(self.config, routes, fallbacks, clock=SystemClock(), choose=choose)
        info = model_info(name, section, requested=model, environ=self.environ)
        if advised := advice(name, section, info.name, self.environ):
            self.note(advised)
        return router_for(self.config, [route_to(provider, section, info)], fallbacks, clock=SystemClock())

    def _lazily(self, name: str, section: Section) -> Provider:
        """Return the provider of a section, of which nothing is looked up or opened before it is asked."""
        if name in self._made:
            return self._made[name]

        def build() -> Provider:
            key = None if section.kind == OFFLINE else find_key(name, section, self.environ)
            return self._provider(name, section, key=key)

        provider = self._made[name] = LazyProvider(name, build)
        self.stack.push_async_callback(provider.aclose)
        return provider

    def _provider(self, name: str, section: Section, *, key: Secret | None) -> Provider:
        """Return the provider; the offline one is the project's index itself."""
        root = self.config.root
        if section.kind == OFFLINE:
            from aircher.app.index import OpenIndex
            from aircher.providers.offline import OfflineProvider

            if root == root.parent:
                self.note(f"{root} is the whole disk, not a project: nothing of it is read")
                return OfflineProvider(None)
            index = OpenIndex(root, self.paths.file_index, note=self.note)
            self.stack.callback(index.close)
            return OfflineProvider(index.answers)
        if risk := plain_http.warning(name, section, has_key=key is not None):
            self.note(risk)
        return build_provider(name, section, key=key, environ=self.environ)
