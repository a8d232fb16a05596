"""Replays a folder of recorded answers to our providers over a real socket and compares what comes out.

    python -m tests.wire.replay FOLDER [--provider NAME]…

prints one line for every difference and exits with 1 if there is one. A provider is driven only through its public
door. Where an answer holds something that has to go back to the model, a second request is made and looked at.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

from tests.wire.differences import differences, missing_state, request_differences
from tests.wire.outcome import Outcome

from aircher.domain.errors import ProviderError
from aircher.domain.messages import JsonValue, Message, Role, TextPart
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.providers import registry
from aircher.providers._http_provider import HttpProvider
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply
from aircher.testing.wire_cases import WireCase, load_cases

KEY = "sk-replay-0123456789abcdef"
SPEAKERS = {
    "openai-chat": "openai",
    "openai-responses": "openai",
    "anthropic": "anthropic",
    "gemini": "gemini",
    "ollama": "ollama",
    "openrouter": "openrouter",
    "local": "openai-compatible",
}
"""Which kind of provider speaks the wire of which folder."""
MODELS = {
    "openai-chat": "gpt-6-luna",
    "openai-responses": "gpt-6.2-sol",
    "anthropic": "claude-sonnet-5-5",
    "gemini": "gemini-3.8-flash",
    "ollama": "qwen3:8b",
    "openrouter": "anthropic/claude-sonnet-5.5",
    "local": "m",
}
CHUNKINGS: dict[str, int | None] = {"whole": None, "1": 1, "3": 3, "64": 64}
LONGEST_S = 60.0
HELLO = Message(role=Role.USER, parts=(TextPart(text="Hello"),))
TOOL = ToolSpec(name="read_file", description="Reads.", parameters={"type": "object", "properties": {}})


def settings_for(case: WireCase, url: str, model: str) -> ProviderSettings:
    return ProviderSettings(
        name=case.provider,
        kind=SPEAKERS[case.provider],
        base_url=url,
        api_key=Secret(KEY),
        key_variable="OPENAI_API_KEY",
        wire="chat" if case.provider == "openai-chat" else "auto",
        # a window that is known needs not be asked for
        custom_models=(ModelInfo(provider=case.provider, name=model, context_tokens=32_768),)
        if case.provider == "ollama" and case.api == "ollama_chat"
        else (),
        environ={},
    )


async def outcome_of(case: WireCase, server: LoopbackServer) -> Outcome:
    """Return what a provider makes of the case."""
    model = case.model or MODELS[case.provider]
    outcome = Outcome(provider=case.provider, model=model)
    provider = registry.build(settings_for(case, server.url, model))
    assert isinstance(provider, HttpProvider)
    request = ModelRequest(model=model, system="", messages=(HELLO,))
    try:
        if case.api in SMALL:
            outcome.value = await SMALL[case.api](provider, request)
        else:
            await outcome.follow(provider, request)
            if "must_replay" in case.expect:
                again = replace(request, messages=(HELLO, *outcome.conversation()), tools=(TOOL,))
                await Outcome(provider=case.provider, model=model).follow(provider, again)
    except ProviderError as error:
        outcome.error = error
    finally:
        await provider.aclose()
    return outcome


async def _models(provider: HttpProvider, _: ModelRequest) -> JsonValue:
    return [model.name for model in await provider.list_models()]


async def _count(provider: HttpProvider, request: ModelRequest) -> JsonValue:
    return await provider.count_tokens(request)


async def _embed(provider: HttpProvider, _: ModelRequest) -> JsonValue:
    model = {"gemini": "gemini-embedding-001"}.get(provider.name, "text-embedding-3-small")
    return [list(vector) for vector in await provider.embed(["a", "b"], model=model)]


async def _show(provider: HttpProvider, request: ModelRequest) -> JsonValue:
    from aircher.providers._ollama_provider import OllamaProvider

    assert isinstance(provider, OllamaProvider)
    shown = await provider.show(request.model)
    return {"capabilities": list(shown.capabilities), "context": shown.context_tokens}


async def _key(provider: HttpProvider, _: ModelRequest) -> JsonValue:
    from aircher.providers.openrouter import read_key

    return await provider.exchange(read_key())


SMALL: Mapping[str, Callable[[HttpProvider, ModelRequest], Awaitable[JsonValue]]] = {
    "models": _models,
    "count_tokens": _count,
    "embeddings": _embed,
    "show": _show,
    "key": _key,
}
"""The calls that do not stream."""


def leaked(outcome: Outcome) -> list[str]:
    error = outcome.error
    if error is not None and KEY in f"{error!r} {error} {error.hint} {error.__dict__}":
        return ["the key is in the error"]
    return []


async def check(case: WireCase, reply: Reply) -> list[str]:
    """Return every difference for one case in one delivery."""
    async with asyncio.timeout(LONGEST_S), LoopbackServer(lambda _: reply) as server:
        outcome = await outcome_of(case, server)
        first, second = _in_order(server.requests)
        return [
            *differences(case, outcome),
            *request_differences(case, first, key=KEY),
            *missing_state(case, second),
            *leaked(outcome),
        ]


def _in_order(requests: list[ReceivedRequest]) -> tuple[list[ReceivedRequest], list[ReceivedRequest]]:
    return requests[:1], requests[1:]


async def _replay(folder: Path, providers: frozenset[str]) -> int:
    failed = count = 0
    for case in load_cases(folder, providers=providers):
        deliveries = {"own": case.reply} | {name: case.delivered_in(size) for name, size in CHUNKINGS.items()}
        for name, reply in deliveries.items():
            count += 1
            found = await check(case, reply)
            failed += bool(found)
            for difference in found:
                sys.stdout.write(f"{case.case_id} [{name}] {difference}\n")
    sys.stdout.write(f"{count - failed} of {count} replays as expected\n")
    return 1 if failed or not count else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.wire.replay", description="Replay recorded answers.")
    parser.add_argument("folder", type=Path, help="folder with cases.json")
    parser.add_argument("--provider", action="append", choices=sorted(SPEAKERS), help="only this one")
    arguments = parser.parse_args()
    return asyncio.run(_replay(arguments.folder, frozenset(arguments.provider or SPEAKERS)))


if __name__ == "__main__":
    raise SystemExit(main())
