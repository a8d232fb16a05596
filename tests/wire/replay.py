"""Replays a folder of recorded answers to our providers over a real socket and compares what comes out.

    python -m tests.wire.replay FOLDER [--provider NAME]…

prints one line for every difference and exits with 1 if there is one. A provider is driven only through its public
door; a wire that no provider speaks yet is counted as skipped.
"""

import argparse
import asyncio
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aircher.domain.errors import ApiError, NetworkError, ProviderError, StreamInterruptedError
from aircher.domain.messages import JsonObject, JsonValue, Message, Role, TextPart
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import (
    Finished,
    RefusalReceived,
    StreamEvent,
    TextReceived,
    ThinkingReceived,
    ToolCallReceived,
    ToolCallUnreadable,
    UsageReceived,
)
from aircher.providers import registry
from aircher.providers._chat_provider import ChatProvider
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply
from aircher.testing.wire_cases import WireCase, load_cases

KEY = "sk-replay-0123456789abcdef"
SPEAKERS = {"openai-chat": "openai", "local": "openai-compatible"}
"""Which kind of provider speaks the wire of which folder."""
CHUNKINGS: Mapping[str, int | None] = {"whole": None, "1": 1, "3": 3, "64": 64}
LONGEST_S = 60.0
CLOCK_TOLERANCE_S = 3.0


@dataclass(slots=True)
class Outcome:
    """What a client saw of one answer, in the words of the index."""

    text: str = ""
    thinking: str = ""
    refusal: str = ""
    tool_calls: list[JsonValue] = field(default_factory=list)
    finish_reason: str | None = None
    native_finish_reason: str | None = None
    usage: JsonValue = None
    error: ProviderError | None = None
    value: JsonValue = None

    def take(self, event: StreamEvent) -> None:
        match event:
            case TextReceived(text=text):
                self.text += text
            case ThinkingReceived(text=text):
                self.thinking += text
            case RefusalReceived(text=text):
                self.refusal += text
            case ToolCallReceived(call=call):
                self.tool_calls.append({"id": call.call_id, "name": call.name, "arguments": dict(call.arguments)})
            case ToolCallUnreadable(call_id=call_id, name=name, raw_arguments=raw):
                self.tool_calls.append({"id": call_id, "name": name, "arguments": None, "arguments_raw": raw})
            case UsageReceived(usage=usage):
                self.usage = {
                    "input": usage.input_tokens,
                    "output": usage.output_tokens,
                    "cached": usage.cached_tokens,
                    "cache_write": usage.cache_write_tokens,
                    "reasoning": usage.reasoning_tokens,
                }
            case Finished(reason=reason, native_reason=native):
                self.finish_reason = reason.value
                self.native_finish_reason = native


def settings_for(case: WireCase, url: str) -> ProviderSettings:
    return ProviderSettings(
        name=case.provider,
        kind=SPEAKERS[case.provider],
        base_url=url,
        api_key=Secret(KEY),
        key_variable="OPENAI_API_KEY",
        environ={},
    )


async def outcome_of(case: WireCase, url: str) -> Outcome:
    """Return what a provider makes of the case, served at ``url``."""
    outcome = Outcome()
    provider = registry.build(settings_for(case, url))
    request = ModelRequest(
        model=case.model or "gpt-6-luna",
        system="",
        messages=(Message(role=Role.USER, parts=(TextPart(text="Hello"),)),),
    )
    try:
        if case.api == "models":
            outcome.value = [model.name for model in await provider.list_models()]
        elif case.api == "embeddings" and isinstance(provider, ChatProvider):
            outcome.value = [
                list(vector) for vector in await provider.embed(["a", "b"], model="text-embedding-3-small")
            ]
        else:
            async with provider.stream(request) as events:
                async for event in events:
                    outcome.take(event)
    except ProviderError as error:
        outcome.error = error
    finally:
        await provider.aclose()
    return outcome


def differences(case: WireCase, outcome: Outcome) -> Iterator[str]:
    """Yield one sentence for every expectation that is not met."""
    expect = case.expect
    for name in ("text", "thinking", "finish_reason", "native_finish_reason", "usage", "refusal", "value"):
        if name in expect and expect[name] != (seen := getattr(outcome, name)):
            yield f"{name}: expected {expect[name]!r}, got {seen!r}"
    if "text_sha256" in expect and expect["text_sha256"] != hashlib.sha256(outcome.text.encode()).hexdigest():
        yield f"text of {len(outcome.text)} characters has another sha256"
    calls = expect.get("tool_calls", [])
    if isinstance(calls, list):
        yield from _call_differences(calls, outcome.tool_calls)
    error = expect.get("error")
    if isinstance(error, dict):
        yield from _error_differences(error, outcome.error)
    elif outcome.error is not None:
        yield f"unexpected error: {outcome.error}"
    if outcome.error is not None and KEY in f"{outcome.error!r} {outcome.error} {outcome.error.hint}":
        yield "the key is in the error"


def _call_differences(expected: list[JsonValue], seen: list[JsonValue]) -> Iterator[str]:
    if len(expected) != len(seen):
        yield f"tool_calls: expected {expected!r}, got {seen!r}"
        return
    for wanted, got in zip(expected, seen, strict=True):
        if not isinstance(wanted, dict) or not isinstance(got, dict):
            continue
        for name, value in wanted.items():
            if name == "id" and value is None:
                matches = bool(got["id"])
            elif name == "arguments_sha256":
                text = json.dumps(got["arguments"], sort_keys=True, ensure_ascii=False)
                matches = hashlib.sha256(text.encode()).hexdigest() == value
            else:
                matches = got.get(name) == value
            if not matches:
                yield f"tool call {name}: expected {value!r}, got {got.get(name)!r}"


def _error_differences(expected: JsonObject, error: ProviderError | None) -> Iterator[str]:
    if error is None:
        yield f"no error, expected {expected!r}"
        return
    seen: dict[str, JsonValue] = {"kind": None, "status": None, "code": None, "retryable": error.is_retryable}
    if isinstance(error, ApiError):
        seen |= {"kind": error.kind, "status": error.status, "code": error.server_code}
    elif isinstance(error, StreamInterruptedError):
        seen["kind"] = error.kind
    elif isinstance(error, NetworkError):
        seen["kind"] = "network"
    for name, value in seen.items():
        if name in expected and expected[name] != value:
            yield f"error.{name}: expected {expected[name]!r}, got {value!r} ({error})"
    part = expected.get("message_contains")
    if isinstance(part, str) and part.lower() not in error.message.lower():
        yield f"error.message: {part!r} is not in {error.message!r}"
    wait = expected.get("retry_after")
    if isinstance(wait, int | float):
        if error.retry_after_s is None or abs(error.retry_after_s - wait) > CLOCK_TOLERANCE_S:
            yield f"error.retry_after: expected {wait}, got {error.retry_after_s}"
    elif error.retry_after_s is not None and "again in" not in error.message:
        yield f"error.retry_after: the server named none, got {error.retry_after_s}"


def request_differences(case: WireCase, received: list[ReceivedRequest]) -> Iterator[str]:
    """Yield what is wrong about the request that was sent."""
    if len(received) != 1:
        yield f"{len(received)} requests instead of one"
        return
    request = received[0]
    if (request.method, request.target) != (case.request["method"], case.request["path"]):
        yield f"request: {request.method} {request.target}"
    header = case.request.get("auth_header")
    if isinstance(header, str) and request.headers.get(header) != f"Bearer {KEY}":
        yield f"request: no key in {header}"


async def check(case: WireCase, reply: Reply) -> list[str]:
    """Return every difference for one case in one delivery."""
    async with asyncio.timeout(LONGEST_S), LoopbackServer(lambda _: reply) as server:
        outcome = await outcome_of(case, server.url)
        return [*differences(case, outcome), *request_differences(case, server.requests)]


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
