"""A provider that is made only when it is asked something."""

from collections.abc import Sequence

import pytest

from aircher.app.lazy_provider import LazyProvider
from aircher.domain.errors import AuthError
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest, Provider
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived
from aircher.providers.scripted import ScriptedProvider

REQUEST = ModelRequest(model="m", system="", messages=())
MODEL = ModelInfo(provider="mine", name="m")
ANSWER: Sequence[StreamEvent] = (TextReceived(text="hi"), Finished(reason=FinishReason.STOP))


class Counting(ScriptedProvider):
    """Counts, and tells when it is closed."""

    def __init__(self) -> None:
        super().__init__([ANSWER, ANSWER], name="mine", models=[MODEL])
        self.closed = 0

    async def count_tokens(self, request: ModelRequest) -> int | None:
        return 7 if request is REQUEST else None

    async def aclose(self) -> None:
        self.closed += 1


def lazy() -> tuple[Provider, list[Counting]]:
    made: list[Counting] = []

    def build() -> Provider:
        made.append(Counting())
        return made[-1]

    return LazyProvider("mine", build), made


async def answered(provider: Provider) -> list[StreamEvent]:
    async with provider.stream(REQUEST) as events:
        return [event async for event in events]


async def test_nothing_is_made_before_it_is_asked_nor_for_closing_it() -> None:
    provider, made = lazy()
    assert provider.name == "mine"
    context = provider.stream(REQUEST)
    assert made == []
    await provider.aclose()
    assert made == []
    async with context:
        pass
    assert len(made) == 1


async def test_it_is_made_once_and_answers_for_all() -> None:
    provider, made = lazy()
    assert await answered(provider) == [*ANSWER]
    assert await answered(provider) == [*ANSWER]
    assert await provider.list_models() == (MODEL,)
    assert await provider.count_tokens(REQUEST) == 7
    assert await provider.check() == ("scripted",)
    [inner] = made
    assert inner.requests == [REQUEST, REQUEST]
    await provider.aclose()
    assert inner.closed == 1


async def test_leaving_its_stream_early_leaves_the_inner_one() -> None:
    provider, made = lazy()
    async with provider.stream(REQUEST) as events:
        assert await anext(events) == TextReceived(text="hi")
        assert made[0].open_streams == 1
    assert made[0].open_streams == 0


async def test_a_key_that_is_missing_is_told_when_it_is_asked_and_looked_for_again_the_next_time() -> None:
    keys: list[str] = []

    def build() -> Provider:
        if not keys:
            raise AuthError("no key", provider="mine", kind="auth")
        return Counting()

    provider = LazyProvider("mine", build)
    for _ in range(2):
        with pytest.raises(AuthError):
            await answered(provider)
        with pytest.raises(AuthError):
            await provider.check()
    keys.append("k")
    assert await answered(provider) == [*ANSWER]
