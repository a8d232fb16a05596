"""Many streams at once are read in step; few are not."""

import asyncio

from aircher.domain.messages import Message, Role, TextPart
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived
from aircher.providers import registry
from aircher.providers.pacer import UNPACED_STREAMS, Pacer
from aircher.providers.spec import ProviderSettings
from aircher.testing.loopback import LoopbackServer, Reply

REQUEST = ModelRequest(model="m", system="", messages=(Message(role=Role.USER, parts=(TextPart(text="Hello"),)),))
WORDS = [f"word{number} " for number in range(40)]
BODY = b"".join(b'data: {"choices":[{"delta":{"content":"%s"}}]}\n\n' % word.encode() for word in WORDS)
REPLY = Reply(headers={"content-type": "text/event-stream"}, body=BODY + b"data: [DONE]\n\n", chunk_bytes=50)


async def answered(url: str, pacer: Pacer) -> list[StreamEvent]:
    settings = ProviderSettings(name="p", kind="openai-compatible", base_url=url, environ={}, pacer=pacer)
    provider = registry.build(settings)
    async with provider.stream(REQUEST) as events:
        seen = [event async for event in events]
    await provider.aclose()
    return seen


async def test_every_stream_of_many_arrives_whole_in_fewer_pieces() -> None:
    pacer = Pacer()
    async with LoopbackServer(lambda _: REPLY) as server:
        alone = await answered(server.url, pacer)
        together = await asyncio.gather(*(answered(server.url, pacer) for _ in range(3 * UNPACED_STREAMS)))
    for seen in [alone, *together]:
        assert "".join(event.text for event in seen if isinstance(event, TextReceived)) == "".join(WORDS)
        assert seen[-1] == Finished(reason=FinishReason.UNKNOWN)
    assert sum(map(len, together)) / len(together) < len(alone) / 2
    assert not pacer.is_pacing


async def test_a_cancelled_stream_does_not_hold_up_the_others() -> None:
    pacer = Pacer()
    for _ in range(UNPACED_STREAMS + 1):
        pacer.enter()
    assert pacer.is_pacing
    waiting = [asyncio.ensure_future(pacer.tick()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.wait(waiting)
    assert [one.cancelled() for one in waiting] == [True, False, False]
