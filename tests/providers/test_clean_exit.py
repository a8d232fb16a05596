"""The interpreter ends cleanly after use, after cancellation and with a connection left open."""

import asyncio
import subprocess
import sys

import pytest

from aircher.testing.loopback import LoopbackServer, Reply

RUNS = 7  # three ways of leaving, 21 runs
PROGRAM = """
import asyncio, sys
from aircher.domain.provider import ModelRequest
from aircher.providers import registry
from aircher.providers.spec import ProviderSettings

async def listen(provider, begun):
    async with provider.stream(ModelRequest(model="m", system="", messages=())) as events:
        async for _ in events:
            begun.set()

async def main(url, how):
    asyncio.get_running_loop().slow_callback_duration = 60  # dev mode tells of slow machines, which is not the question
    provider = registry.build(ProviderSettings(name="p", kind="openai-compatible", base_url=url, environ={}))
    begun = asyncio.Event()
    task = asyncio.create_task(listen(provider, begun))
    await begun.wait()
    if how == "cancel":
        task.cancel()
    await asyncio.wait([task])
    if how != "forget":
        await provider.aclose()

asyncio.run(main(*sys.argv[1:]))
"""
HELLO = b'data: {"choices":[{"delta":{"content":"Hello"}}]}\n\n'


@pytest.mark.parametrize("how", ["use", "cancel", "forget"])
async def test_the_interpreter_exits_with_0_and_says_nothing(how: str) -> None:
    reply = Reply(body=HELLO, end="stall") if how == "cancel" else Reply(body=HELLO + b"data: [DONE]\n\n")
    # forgetting to close is a ResourceWarning, as it should be; the exit must be clean even so
    strictness = () if how == "forget" else ("-X", "dev", "-W", "error")
    async with LoopbackServer(lambda _: reply) as server:
        for _ in range(RUNS):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, *strictness, "-c", PROGRAM, server.url, how),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            out, err = await process.communicate()
            assert (process.returncode, out, err) == (0, b"", b"")
