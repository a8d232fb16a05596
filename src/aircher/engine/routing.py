"""Who answers: the ways to a model that a turn may take, and the role that puts them in order.

Not its job: health, allowances and prices, by which they are ordered (`aircher.providers.router`).
"""

from collections.abc import Sequence
from typing import Protocol

from aircher.domain.errors import ProviderError
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest, Provider
from aircher.domain.records import dataclass
from aircher.domain.stream import LimitsReceived


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One model of one provider, and how it is asked.

    Attributes:
        max_output_tokens: Upper bound of an answer; ``None`` = the server's default.
        temperature: Sampling temperature; ``None`` = the server's default.
        vocabulary: Whose vocabulary it reads, see `aircher.support.token_estimate`.
        reason: Why it was chosen, for people; empty = it is the one that was asked for.
    """

    provider: Provider
    model: ModelInfo
    max_output_tokens: int | None = None
    temperature: float | None = None
    vocabulary: str = "unknown"
    reason: str = ""


class Router(Protocol):
    """Knows every way to a model that the user allows, and how each of them is doing."""

    @property
    def primary(self) -> Route:
        """The way that is taken when nothing speaks against it."""
        ...

    async def routes(self, request: ModelRequest) -> Sequence[Route]:
        """Return the ways for this request in the order to try them; the first is always there.

        Raises:
            AircherError: No model fits the request.
        """
        ...

    def wait_s(self, route: Route, tokens: int) -> float:
        """Return how many seconds a call of so many tokens has to wait for its allowance; 0 = none."""
        ...

    def begin(self, route: Route, tokens: int) -> None:
        """Take a call of so many tokens from the allowance."""
        ...

    def learn(self, route: Route, limits: LimitsReceived) -> None:
        """Take what the server says of its allowances."""
        ...

    def succeed(self, route: Route) -> None:
        """Note that a call went well."""
        ...

    def fail(self, route: Route, error: ProviderError) -> None:
        """Note that a call failed."""
        ...


class OneRoute:
    """A `Router` that knows one way and takes it."""

    def __init__(self, route: Route) -> None:
        self._route = route

    @property
    def primary(self) -> Route:
        """The one way."""
        return self._route

    async def routes(self, request: ModelRequest) -> Sequence[Route]:  # noqa: ARG002 - the role passes it
        """Return the one way."""
        return (self._route,)

    def wait_s(self, route: Route, tokens: int) -> float:  # noqa: ARG002 - the role passes it
        """Return 0: no allowance is kept."""
        return 0.0

    def begin(self, route: Route, tokens: int) -> None:
        """Keep no account."""

    def learn(self, route: Route, limits: LimitsReceived) -> None:
        """Keep no account."""

    def succeed(self, route: Route) -> None:
        """Keep no account."""

    def fail(self, route: Route, error: ProviderError) -> None:
        """Keep no account."""
