import asyncio

import pytest

from aircher.domain.errors import Defect, NetworkError
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived
from aircher.providers.scripted import Pause, ScriptedProvider
from aircher.testing.manual_clock import ManualClock

REQUEST = ModelRequest(model="m", system="", messages=())
END = Finished(reason=FinishReason.STOP)


async def test_scripts_are_played_in_order_and_requests_kept() -> None:
    failure = NetworkError("gone", provider="scripted", is_retryable=True)
    provider = ScriptedProvider([[TextReceived(text="a"), failure], [END]])

    with pytest.raises(NetworkError) as caught:
        await listen(provider)
    assert caught.value is failure
    assert await listen(provider) == [END]
    assert provider.requests == [REQUEST, REQUEST]


async def test_a_call_too_many_is_a_defect() -> None:
    with pytest.raises(Defect, match="asked 1 times"):
        await listen(ScriptedProvider([]))


async def test_a_pause_lasts_until_the_clock_is_turned() -> None:
    clock = ManualClock()
    provider = ScriptedProvider([[Pause(seconds=5), END]], clock=clock)
    task = asyncio.create_task(listen(provider))

    assert await clock.wait_for_sleeper() == 5
    assert provider.open_streams == 1
    await clock.advance(4)
    assert not task.done()
    await clock.advance(1)

    assert await task == [END]
    assert provider.open_streams == 0


async def test_models_and_name_are_what_was_given() -> None:
    model = ModelInfo(provider="x", name="m")
    provider = ScriptedProvider([], name="x", models=[model])

    assert (provider.name, await provider.list_models()) == ("x", (model,))


async def listen(provider: ScriptedProvider) -> list[StreamEvent]:
    async with provider.stream(REQUEST) as events:
        return [event async for event in events]
