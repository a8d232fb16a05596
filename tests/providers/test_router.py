"""The order of the ways to a model, and what is kept of each."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from aircher.domain.errors import ConfigError, NetworkError, QuotaError
from aircher.domain.messages import Message, Role, TextPart
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import LimitsReceived, RateLimit
from aircher.engine.routing import Route, Router
from aircher.providers.health import State
from aircher.providers.router import Pace, ProviderRouter
from aircher.providers.scripted import ScriptedProvider
from aircher.testing.manual_clock import ManualClock

REQUEST = ModelRequest(
    model="", system="", messages=(Message(role=Role.USER, parts=(TextPart(text="go"),)),), temperature=0.5
)
NO_MONEY = QuotaError("the account of one is empty", provider="one", kind="billing")
GONE = NetworkError("two is gone", provider="two", is_retryable=True)


def way(provider: str, model: str = "m") -> Route:
    return Route(
        provider=ScriptedProvider([], name=provider), model=ModelInfo(provider=provider, name=model), temperature=0.1
    )


ONE, TWO, THREE = way("one"), way("two"), way("three")


def router(clock: ManualClock | None = None) -> ProviderRouter:
    return ProviderRouter(chosen=[ONE], fallbacks=[TWO, THREE], clock=clock or ManualClock(), retry_after_s=60)


def down(provider: str, message: str) -> str:
    return f"{provider} is left alone for now: {message}"


async def test_the_users_choice_comes_first_and_the_fallbacks_in_their_order() -> None:
    order: Router = router()
    assert order.primary is ONE
    assert await order.routes(REQUEST) == (ONE, TWO, THREE)


async def test_a_sick_choice_comes_last_and_whoever_stands_in_says_why() -> None:
    order = router()
    order.fail(ONE, NO_MONEY)
    assert await order.routes(REQUEST) == (replace(TWO, reason=down("one", NO_MONEY.message)), THREE, ONE)
    assert [order.state(route) for route in (ONE, TWO, THREE)] == [State.OPEN, State.CLOSED, State.CLOSED]


async def test_the_reason_names_the_one_that_was_asked_for_though_others_are_sick_too() -> None:
    order = router()
    order.fail(TWO, QuotaError("empty too", provider="two", kind="billing"))
    order.fail(ONE, NO_MONEY)
    assert await order.routes(REQUEST) == (replace(THREE, reason=down("one", NO_MONEY.message)), ONE, TWO)


async def test_a_sick_fallback_is_no_reason_for_the_one_that_was_asked_for() -> None:
    order = router()
    for _ in range(3):
        order.fail(TWO, GONE)
    assert await order.routes(REQUEST) == (ONE, THREE, TWO)


async def test_if_all_are_sick_all_are_tried_in_the_users_order_without_a_reason() -> None:
    order = router()
    for route in (THREE, TWO, ONE):
        order.fail(route, NO_MONEY)
    assert await order.routes(REQUEST) == (ONE, TWO, THREE)


async def test_two_models_of_one_provider_are_sick_together() -> None:
    order = ProviderRouter(chosen=[ONE], fallbacks=[way("one", "small"), TWO], clock=ManualClock())
    order.fail(ONE, NO_MONEY)
    assert [route.model.name for route in await order.routes(REQUEST)] == ["m", "m", "small"]
    assert order.state(way("one", "any")) is State.OPEN


async def test_a_sick_one_comes_back_after_its_time_by_a_probe_or_by_a_success() -> None:
    clock = ManualClock()
    order = router(clock)
    order.fail(ONE, NO_MONEY)
    await clock.advance(60)
    assert await order.routes(REQUEST) == (ONE, TWO, THREE)
    order.fail(ONE, NO_MONEY)
    order.succeed(ONE)
    assert await order.routes(REQUEST) == (ONE, TWO, THREE)


def last(request: ModelRequest, routes: Sequence[Route]) -> Route:
    """Choose the last one; of the system prompt ``none`` no model takes the request."""
    if request.system == "none":
        raise ConfigError("no model takes it")
    return replace(routes[-1], reason="the last of all")


def because(route: Route, reason: str = "the last of all") -> Route:
    return replace(route, reason=reason)


async def test_the_choice_is_made_by_the_request_among_the_healthy_ones() -> None:
    asked: list[tuple[ModelRequest, list[str]]] = []

    def choose(request: ModelRequest, routes: Sequence[Route]) -> Route:
        asked.append((request, [route.provider.name for route in routes]))
        return last(request, routes)

    order = ProviderRouter(chosen=[ONE, TWO], fallbacks=[THREE], clock=ManualClock(), choose=choose)
    assert order.primary is ONE
    await order.routes(REQUEST)
    order.fail(TWO, NO_MONEY)
    assert await order.routes(REQUEST) == (because(ONE), THREE)
    order.fail(ONE, NO_MONEY)
    assert await order.routes(REQUEST) == (because(THREE, down("two", NO_MONEY.message)), because(TWO))
    assert asked == [
        (REQUEST, ["one", "two"]),
        (REQUEST, ["one"]),  # the user's own provider, in case the choice fails
        (REQUEST, ["one"]),
        (REQUEST, ["one", "two"]),
    ]


async def test_the_users_own_provider_stands_in_for_a_choice_before_any_other_and_nobody_twice() -> None:
    order = ProviderRouter(chosen=[ONE, TWO], fallbacks=[TWO, THREE], clock=ManualClock(), choose=last)
    assert await order.routes(REQUEST) == (because(TWO), because(ONE), THREE)


async def test_where_no_own_model_takes_the_request_the_fallbacks_stand_in() -> None:
    def only_among_all(request: ModelRequest, routes: Sequence[Route]) -> Route:
        return last(replace(request, system="" if len(routes) > 1 else "none"), routes)

    order = ProviderRouter(chosen=[ONE, TWO], fallbacks=[THREE], clock=ManualClock(), choose=only_among_all)
    assert await order.routes(REQUEST) == (because(TWO), THREE)


async def test_a_request_that_no_model_takes_is_told() -> None:
    order = ProviderRouter(chosen=[ONE, TWO], clock=ManualClock(), choose=last)
    with pytest.raises(ConfigError, match="no model takes it"):
        await order.routes(replace(REQUEST, system="none"))


async def test_nobody_is_probed_for_who_is_not_needed() -> None:
    clock = ManualClock()
    order = router(clock)
    order.fail(TWO, NO_MONEY)
    await clock.advance(60)
    assert await order.routes(REQUEST) == (ONE, TWO, THREE)
    assert order.state(TWO) is State.HALF_OPEN


async def test_every_model_has_the_pace_of_its_provider_for_itself() -> None:
    clock = ManualClock()
    paces = {"one": Pace(requests_per_min=1), "two": Pace(tokens_per_min=60)}
    order = ProviderRouter(chosen=[ONE], fallbacks=[TWO, THREE], clock=clock, paces=paces)
    small = way("one", "small")
    for route in (ONE, TWO, THREE):
        order.begin(route, 60)
    assert [order.wait_s(route, 30) for route in (ONE, small, TWO, THREE)] == [60.0, 0.0, 30.0, 0.0]
    await clock.advance(60)
    assert [order.wait_s(route, 30) for route in (ONE, small, TWO, THREE)] == [0.0, 0.0, 0.0, 0.0]


async def test_what_a_server_says_counts_for_the_model_it_was_said_of() -> None:
    order = router()
    order.learn(
        ONE,
        LimitsReceived(
            limits=(
                RateLimit(what="requests", limit=10, remaining=0, reset_s=20.0),
                RateLimit(what="tokens", limit=100, remaining=0, reset_s=50.0),
            )
        ),
    )
    assert [order.wait_s(route, 10) for route in (ONE, way("one", "small"), TWO)] == [2.0, 0.0, 0.0]
