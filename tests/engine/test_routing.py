"""The router that knows one way."""

from aircher.domain.errors import NetworkError
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import LimitsReceived, RateLimit
from aircher.engine.routing import OneRoute, Route, Router
from aircher.providers.scripted import ScriptedProvider

WAY = Route(provider=ScriptedProvider([]), model=ModelInfo(provider="scripted", name="m"))


async def test_the_one_way_is_taken_whatever_happens_on_it() -> None:
    router: Router = OneRoute(WAY)
    used_up = RateLimit(what="requests", limit=1, remaining=0, reset_s=60.0)
    for _ in range(5):
        router.begin(WAY, 1_000_000)
        router.learn(WAY, LimitsReceived(limits=(used_up,)))
        router.fail(WAY, NetworkError("gone", provider="scripted"))
    router.succeed(WAY)
    assert router.primary is WAY
    assert await router.routes(ModelRequest(model="m", system="", messages=())) == (WAY,)
    assert router.wait_s(WAY, 1_000_000) == 0.0


def test_a_way_says_nothing_of_itself_unless_it_was_chosen_for_a_reason() -> None:
    assert (WAY.max_output_tokens, WAY.temperature, WAY.vocabulary, WAY.reason) == (None, None, "unknown", "")
