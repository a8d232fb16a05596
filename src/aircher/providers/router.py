"""Puts the ways to a model in order: the user's choice first, then those that may stand in, the sick ones last.

Invariant: only providers that the user named are in the list. Not its job: asking them (`aircher.engine.step`).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace

from aircher.domain.errors import ConfigError, ProviderError
from aircher.domain.ports import Clock
from aircher.domain.provider import ModelRequest
from aircher.domain.records import dataclass
from aircher.domain.stream import LimitsReceived
from aircher.engine.routing import Route
from aircher.providers.health import Health, State
from aircher.providers.limits import Allowance

Choose = Callable[[ModelRequest, Sequence[Route]], Route]
"""Picks the model for a request among several ways, all of them healthy; sets the route's reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the configuration allows a provider; 0 = no limit of our own."""

    requests_per_min: int = 0
    tokens_per_min: int = 0


@dataclass(slots=True, kw_only=True)
class ProviderRouter:
    """A `aircher.engine.routing.Router` for the configured providers.

    Attributes:
        chosen: What the user asked for: one way, or several among which ``choose`` picks by the request.
        fallbacks: Who stands in, in this order; only what the user listed.
        choose: ``None`` = the first.
        paces: By the provider's name.
        retry_after_s: How long a provider that failed is left alone.
    """

    chosen: Sequence[Route]
    clock: Clock
    fallbacks: Sequence[Route] = ()
    choose: Choose | None = None
    paces: Mapping[str, Pace] = field(default_factory=dict)
    retry_after_s: float = 300.0
    _healths: dict[str, Health] = field(default_factory=dict)
    _allowances: dict[tuple[str, str], Allowance] = field(default_factory=dict)

    @property
    def primary(self) -> Route:
        """The first of the ways that were asked for."""
        return self.chosen[0]

    async def routes(self, request: ModelRequest) -> Sequence[Route]:
        """Return the ways for this request, usable ones first; see `aircher.engine.routing.Router.routes`."""
        sick: list[Route] = []
        waiting = self._candidates(request)
        while waiting:
            first = waiting.pop(0)
            if await self._health(first).is_usable():
                if sick:
                    reason = f"{sick[0].provider.name} is left alone for now: {self._why(sick[0])}"
                    first = replace(first, reason=first.reason or reason)
                later = [route for route in waiting if self._health(route).state is not State.OPEN]
                return (first, *later, *(route for route in waiting if route not in later), *sick)
            sick.append(first)
        return tuple(sick)

    def wait_s(self, route: Route, tokens: int) -> float:
        """Return how many seconds a call has to wait for its allowance."""
        return self._allowance(route).wait_s(tokens)

    def begin(self, route: Route, tokens: int) -> None:
        """Take a call from the allowance."""
        self._allowance(route).begin(tokens)

    def learn(self, route: Route, limits: LimitsReceived) -> None:
        """Take what the server says of its allowances."""
        for limit in limits.limits:
            self._allowance(route).learn(limit)

    def succeed(self, route: Route) -> None:
        """Note that a call went well."""
        self._health(route).succeed()

    def fail(self, route: Route, error: ProviderError) -> None:
        """Note that a call failed."""
        self._health(route).fail(error)

    def state(self, route: Route) -> State:
        """Return how a provider is doing."""
        return self._health(route).state

    def _candidates(self, request: ModelRequest) -> list[Route]:
        if self.choose is None:
            return [self.primary, *self.fallbacks]
        healthy = [route for route in self.chosen if self._health(route).state is not State.OPEN]
        found = [self.choose(request, healthy or self.chosen)]
        own = [route for route in healthy if route.provider is self.primary.provider]
        if own and found[0].provider is not self.primary.provider:
            with suppress(ConfigError):  # none of its models takes the request
                found.append(self.choose(request, own))  # the user's own provider stands in before any other
        known = {(route.provider.name, route.model.name) for route in found}
        return [*found, *(route for route in self.fallbacks if (route.provider.name, route.model.name) not in known)]

    def _why(self, route: Route) -> str:
        error = self._health(route).last_error
        return error.message if error is not None else "it failed"

    def _health(self, route: Route) -> Health:
        name = route.provider.name
        if name not in self._healths:
            self._healths[name] = Health(route.provider, clock=self.clock, retry_after_s=self.retry_after_s)
        return self._healths[name]

    def _allowance(self, route: Route) -> Allowance:
        key = (route.provider.name, route.model.name)
        if key not in self._allowances:
            pace = self.paces.get(key[0], Pace())
            self._allowances[key] = Allowance(
                requests_per_min=pace.requests_per_min, tokens_per_min=pace.tokens_per_min, clock=self.clock
            )
        return self._allowances[key]
