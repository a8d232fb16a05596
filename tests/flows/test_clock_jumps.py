"""A wall clock that is set back or forward by hours makes no wait longer or shorter, and skips none."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import formatdate
from time import time

import pytest
from tests.flows.conftest import STOP, World, text

from aircher.domain.errors import ApiError, NetworkError
from aircher.domain.events import Event, RetryScheduled, StopReason, TextDelta, TurnFinished
from aircher.domain.models import ModelInfo
from aircher.domain.stream import RateLimit
from aircher.engine.budgets import Limits
from aircher.engine.routing import Route
from aircher.providers._rate_headers import LONGEST_S, rate_limits, server_time_s
from aircher.providers._retry_hints import retry_after_s
from aircher.providers.health import Health, State
from aircher.providers.limits import Allowance
from aircher.providers.router import Pace, ProviderRouter
from aircher.providers.scripted import Line, ScriptedProvider
from aircher.testing.manual_clock import ManualClock

HOURS = [timedelta(hours=-5), timedelta(hours=5)]
every_jump = pytest.mark.parametrize("jump", HOURS, ids=["back", "forward"])
BUSY = ApiError("busy", provider="scripted", kind="overloaded", is_retryable=True, retry_after_s=30)


class JumpingClock(ManualClock):
    """A clock whose wall can be set; what it measures goes on evenly."""

    def __init__(self) -> None:
        super().__init__()
        self.offset = timedelta()

    def now(self) -> datetime:
        return super().now() + self.offset


async def asked_while_it_jumps(
    world: World,
    jump: timedelta,
    scripts: Sequence[Sequence[Line]],
    waits: Sequence[float],
    limits: Limits | None = None,
) -> list[Event]:
    """Return the events of a turn in which the wall is set before each of these waits, which are served exactly."""
    clock = JumpingClock()
    world.clock = clock
    async with world.session(scripts, limits=limits) as conversation:
        asking = asyncio.ensure_future(conversation.ask("hi"))
        for wait_s in waits:
            assert await clock.wait_for_sleeper() == pytest.approx(wait_s)
            clock.offset += jump
            await clock.advance(wait_s / 2)
            assert await clock.wait_for_sleeper() == pytest.approx(wait_s / 2)
            await clock.advance(wait_s / 2)
        return await asking


@every_jump
async def test_a_retry_waits_as_long_as_the_server_asked(world: World, jump: timedelta) -> None:
    events = await asked_while_it_jumps(world, jump, [[BUSY], [BUSY], [text("done"), STOP]], [30, 30])
    assert [event.delay_s for event in events if isinstance(event, RetryScheduled)] == [30, 30]
    assert [event.text for event in events if isinstance(event, TextDelta)] == ["done"]
    [last] = [event for event in events if isinstance(event, TurnFinished)]
    assert (last.stop_reason, last.duration_ms) == (StopReason.DONE, 60_000)


@every_jump
async def test_a_retry_that_ends_before_the_deadline_is_not_given_up(world: World, jump: timedelta) -> None:
    events = await asked_while_it_jumps(world, jump, [[BUSY], [text("done"), STOP]], [30], limits=Limits(deadline_s=40))
    assert [event.stop_reason for event in events if isinstance(event, TurnFinished)] == [StopReason.DONE]


@every_jump
async def test_allowances_come_back_at_their_pace(jump: timedelta) -> None:
    clock = JumpingClock()
    allowance = Allowance(requests_per_min=2, tokens_per_min=0, clock=clock)
    allowance.learn(RateLimit(what="tokens", limit=1_000, remaining=0, reset_s=100))
    for _ in range(2):
        allowance.begin(0)
    clock.offset = jump
    assert (allowance.wait_s(0), allowance.wait_s(500)) == (30, 30)
    await clock.advance(25)
    clock.offset = -jump
    assert (allowance.wait_s(0), allowance.wait_s(500)) == pytest.approx((5, 5))


@every_jump
async def test_a_provider_is_left_alone_as_long_as_was_said(jump: timedelta) -> None:
    clock = JumpingClock()
    health = Health(ScriptedProvider([]), clock=clock, retry_after_s=300)
    for _ in range(3):
        health.fail(NetworkError("down", provider="scripted"))
    states = []
    for seconds in (0, 299, 1):
        clock.offset += jump
        await clock.advance(seconds)
        states.append(health.state)
    assert states == [State.OPEN, State.OPEN, State.HALF_OPEN]


@every_jump
async def test_the_pace_of_the_configuration_is_kept_by_the_router(jump: timedelta) -> None:
    clock = JumpingClock()
    route = Route(provider=ScriptedProvider([]), model=ModelInfo(provider="scripted", name="m"))
    router = ProviderRouter(chosen=[route], clock=clock, paces={"scripted": Pace(requests_per_min=1)})
    router.begin(route, 0)
    clock.offset = jump
    assert router.wait_s(route, 0) == 60


@pytest.mark.parametrize("off_s", [-18_000, 0, 18_000], ids=["ours is ahead", "the same", "ours is behind"])
def test_a_date_of_the_server_is_held_against_its_own_clock(off_s: int) -> None:
    now_s = int(time()) + off_s
    date = {"date": formatdate(now_s, usegmt=True)}
    assert server_time_s(date) == now_s
    assert retry_after_s({**date, "retry-after": formatdate(now_s + 90, usegmt=True)}, "") == 90
    assert retry_after_s({**date, "retry-after": formatdate(now_s - 90, usegmt=True)}, "") is None
    told = {
        **date,
        "anthropic-ratelimit-tokens-limit": "10",
        "anthropic-ratelimit-tokens-remaining": "0",
        "anthropic-ratelimit-tokens-reset": datetime.fromtimestamp(now_s + 60).astimezone().isoformat(),
        "x-ratelimit-limit": "5",
        "x-ratelimit-remaining": "1",
        "x-ratelimit-reset": str((now_s + 7) * 1_000),
    }
    assert rate_limits(told) == (
        RateLimit(what="tokens", limit=10, remaining=0, reset_s=60),
        RateLimit(what="requests", limit=5, remaining=1, reset_s=7),
    )


@pytest.mark.parametrize(
    "date",
    [
        "",
        "now",
        "Mon, 99 Jan 2026 00:00:00 GMT",
        "Mon, 01 Foo 2026 00:00:00 GMT",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00 GMT",
        "2026-01-01T00:00:00Z",
    ],
)
def test_a_server_that_does_not_tell_its_time_is_held_against_ours(date: str) -> None:
    seconds = retry_after_s({"date": date, "retry-after": formatdate(time() + 90, usegmt=True)}, "")
    assert seconds is not None
    assert 80 < seconds <= 91


def test_a_wait_never_becomes_longer_than_a_day() -> None:
    headers = {"date": "Mon, 05 Jan 1970 00:00:00 GMT", "retry-after": formatdate(time(), usegmt=True)}
    assert retry_after_s(headers, "") == LONGEST_S
