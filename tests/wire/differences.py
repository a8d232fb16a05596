"""Where an outcome is not what a recorded case expects: one sentence for every difference."""

import hashlib
import json
from collections.abc import Iterator

from tests.wire.outcome import Outcome

from aircher.domain.errors import ApiError, NetworkError, ProviderError, StreamInterruptedError
from aircher.domain.messages import JsonObject, JsonValue
from aircher.testing.loopback import ReceivedRequest
from aircher.testing.wire_cases import WireCase

CLOCK_TOLERANCE_S = 3.0
PLAIN = ("text", "thinking", "native_finish_reason", "refusal", "refusal_category", "value", "cost")
NOTHING_COUNTED = {"input": None, "output": None, "cached": None, "cache_write": None, "reasoning": None}


def differences(case: WireCase, outcome: Outcome) -> Iterator[str]:
    """Yield what of the answer is not as expected."""
    expect = case.expect
    for name in PLAIN:
        if name in expect and expect[name] != (seen := getattr(outcome, name)):
            yield f"{name}: expected {expect[name]!r}, got {seen!r}"
    usage = NOTHING_COUNTED if outcome.usage is None and expect.get("usage") is not None else outcome.usage
    if "usage" in expect and expect["usage"] != usage:
        yield f"usage: expected {expect['usage']!r}, got {usage!r}"
    if "text_sha256" in expect and expect["text_sha256"] != hashlib.sha256(outcome.text.encode()).hexdigest():
        yield f"text of {len(outcome.text)} characters has another sha256"
    if "blocks" in expect and expect["blocks"] != outcome.blocks():
        yield f"blocks: expected {expect['blocks']!r}, got {outcome.blocks()!r}"
    calls = expect.get("tool_calls", [])
    if isinstance(calls, list):
        yield from _call_differences(calls, outcome.tool_calls)
    yield from _ending_differences(case, outcome)


def _ending_differences(case: WireCase, outcome: Outcome) -> Iterator[str]:
    expect, error = case.expect, case.expect.get("error")
    # an answer that its server broke off with an error has no reason of its own to end
    reason = "error" if isinstance(outcome.error, ApiError) else outcome.finish_reason
    if "finish_reason" in expect and expect["finish_reason"] != reason:
        yield f"finish_reason: expected {expect['finish_reason']!r}, got {reason!r}"
    if isinstance(error, dict):
        hides_wait = case.provider == "ollama" and "retry-after" in case.reply.headers
        yield from _error_differences(error, outcome.error, hides_wait=hides_wait)
    elif outcome.error is not None:
        yield f"unexpected error: {outcome.error}"


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


def _error_differences(expected: JsonObject, error: ProviderError | None, *, hides_wait: bool) -> Iterator[str]:
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
    # Ollama's official client hides the headers of an error, so its cases do not know that one names a time
    elif error.retry_after_s is not None and not hides_wait and "again in" not in error.message:
        yield f"error.retry_after: the server named none, got {error.retry_after_s}"


def request_differences(case: WireCase, received: list[ReceivedRequest], *, key: str) -> Iterator[str]:
    """Yield what is wrong about the request that was sent."""
    if len(received) != 1:
        yield "no request was sent"
        return
    request = received[0]
    target = f"{case.request['path']}" + (f"?{case.request['query']}" if case.request.get("query") else "")
    # every answer is asked for as a stream; Gemini alone has another address for those that are none
    target = target.replace(":generateContent", ":streamGenerateContent?alt=sse")
    if (request.method, request.target) != (case.request["method"], target):
        yield f"request: {request.method} {request.target}, expected {target}"
    header = case.request.get("auth_header")
    if isinstance(header, str) and request.headers.get(header) not in {key, f"Bearer {key}"}:
        yield f"request: no key in {header}"


def missing_state(case: WireCase, received: list[ReceivedRequest]) -> Iterator[str]:
    """Yield what of the opaque state the next request does not send back unchanged."""
    wanted = case.expect.get("must_replay", [])
    for state in wanted if isinstance(wanted, list) else []:
        if len(received) != 1 or json.dumps(state).encode() not in received[0].body:
            yield f"must_replay: {state!r} is not in the next request"
