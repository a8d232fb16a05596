"""The official SDKs as clients of the fake server: what they accept is what the wires are.

They live in an environment of their own, which `make test` and `make sdk` create; each runs as a process of that.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Answer, Failure, Script, Step, ToolCall, Usage, When

PYTHON = Path(f"{sys.prefix}-sdk") / "bin" / "python"
CLIENTS = Path(__file__).parent / "clients"
TEXT = "Hello from the fake server, “piece” by piece. 🙂"
USAGE = Step(usage=Usage(input_tokens=11, output_tokens=7))


def when(text: str, *steps: Step) -> Answer:
    return Answer(name=text, when=When(text=f"^{text}$", after_tool=False), steps=steps)


SCRIPT = Script(
    answers=(
        Answer(name="after the tool", when=When(after_tool=True), steps=(Step(text="It says: the file"),)),
        when("plain", Step(text=TEXT), USAGE),
        when("think", Step(thinking="First I think."), Step(text="Then I speak."), USAGE),
        when(
            "call",
            Step(thinking="I need the file."),
            Step(text="I read it."),
            Step(tool_call=ToolCall(name="read_file", arguments={"path": "a b.md", "lines": [1, 2]})),
        ),
        when("refuse auth", Step(error=Failure(kind="auth"))),
        when("refuse rate_limit", Step(error=Failure(kind="rate_limit", retry_after_s=1.5))),
        when("break", Step(text="Half of"), Step(error=Failure(kind="overloaded"))),
    )
)
SPOKEN = {"text": TEXT, "thinking": "", "usage": [11, 7]}
THOUGHT = {"text": "Then I speak.", "thinking": "First I think.", "usage": [11, 7]}
WHOLE = {"text": TEXT, "usage": [11, 7]}
CALLED = {
    "name": "read_file",
    "arguments": {"path": "a b.md", "lines": [1, 2]},
    "after": "It says: the file",
}
MODELS = ["fake-large", "fake-small"]


@pytest.fixture(scope="module")
def server() -> Iterator[HostedFakeLlm]:
    with HostedFakeLlm(SCRIPT) as server:
        yield server


def outcome_of(client: str, server: HostedFakeLlm) -> Any:
    """Return what the SDK made of all answers; the shape is the test's own."""
    if not PYTHON.exists():
        pytest.fail(f"there is no {PYTHON}: make sdk creates the environment of the official SDKs")
    done = subprocess.run(
        [PYTHON, CLIENTS / f"{client}.py", server.url],
        env={"PATH": os.defpath, "NO_PROXY": "*", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


OPENAI_REFUSALS = {
    "auth": {"error": "AuthenticationError", "status": 401, "code": "invalid_api_key", "hints": {}},
    "rate_limit": {
        "error": "RateLimitError",
        "status": 429,
        "code": "rate_limit_exceeded",
        "hints": {"retry-after": "2", "retry-after-ms": "1500"},
    },
}


def test_the_openai_sdk_understands_chat_completions_responses_and_openrouter(server: HostedFakeLlm) -> None:
    broken: dict[str, object] = {
        "error": "APIError",
        "status": None,
        "code": "server_is_overloaded",
        "hints": {},
        "text": "Half of",
    }
    chat: dict[str, object] = {
        "stream": {**SPOKEN, "finish": "stop"},
        "thinking": {**THOUGHT, "finish": "stop"},
        "call": CALLED,
        "whole": {**WHOLE, "finish": "stop"},
        **OPENAI_REFUSALS,
        "broken": broken,
    }
    assert outcome_of("openai_client", server) == {
        "chat": chat,
        "responses": {
            **chat,
            "stream": {**SPOKEN, "finish": "completed"},
            "thinking": {**THOUGHT, "finish": "completed"},
            "whole": {**WHOLE, "finish": "completed"},
        },
        "openrouter": {
            **chat,
            "auth": {"error": "AuthenticationError", "status": 401, "code": "401", "hints": {}},
            "rate_limit": {"error": "RateLimitError", "status": 429, "code": "429", "hints": {"retry-after": "2"}},
            "broken": {**broken, "code": "503"},
        },
        "models": MODELS,
        "router_models": MODELS,
        "count": True,
        "embedding": 8,
    }


def test_the_anthropic_sdk_understands_messages(server: HostedFakeLlm) -> None:
    assert outcome_of("anthropic_client", server) == {
        "stream": {**SPOKEN, "is_signed": True, "finish": "end_turn"},
        "thinking": {**THOUGHT, "is_signed": True, "finish": "end_turn"},
        "call": CALLED,
        "whole": {**WHOLE, "finish": "end_turn"},
        "auth": {
            "error": "AuthenticationError",
            "status": 401,
            "type": "authentication_error",
            "retry-after": None,
        },
        "rate_limit": {"error": "RateLimitError", "status": 429, "type": "rate_limit_error", "retry-after": "2"},
        # an error within a stream keeps the stream's status
        "broken": {
            "error": "APIStatusError",
            "status": 200,
            "type": "overloaded_error",
            "retry-after": None,
            "text": "Half of",
        },
        "models": MODELS,
        "count": True,
    }


def test_the_google_sdk_understands_generate_content(server: HostedFakeLlm) -> None:
    assert outcome_of("gemini_client", server) == {
        "stream": {**SPOKEN, "finish": "STOP"},
        "thinking": {**THOUGHT, "finish": "STOP"},
        "call": {**CALLED, "is_signed": True},
        "whole": {**WHOLE, "finish": "STOP"},
        "auth": {"error": "ClientError", "status": 401, "name": "UNAUTHENTICATED", "delays": []},
        "rate_limit": {"error": "ClientError", "status": 429, "name": "RESOURCE_EXHAUSTED", "delays": ["1.5s"]},
        "broken": {"error": "ServerError", "status": 503, "name": "UNAVAILABLE", "delays": [], "text": "Half of"},
        "models": [f"models/{name}" for name in MODELS],
        "count": True,
        "embedding": 8,
    }


def test_the_ollama_sdk_understands_chat_and_the_management_of_models(server: HostedFakeLlm) -> None:
    assert outcome_of("ollama_client", server) == {
        "stream": {**SPOKEN, "finish": "stop"},
        "thinking": {**THOUGHT, "finish": "stop"},
        "call": CALLED,
        "whole": {**WHOLE, "finish": "stop"},
        "auth": {"error": "ResponseError", "status": 401, "message": "unauthorized"},
        "rate_limit": {
            "error": "ResponseError",
            "status": 429,
            "message": "you have reached your hourly usage limit, please upgrade to continue",
        },
        # this SDK has no status for an error within a stream
        "broken": {
            "error": "ResponseError",
            "status": -1,
            "message": "server busy, please try again.  maximum pending requests exceeded",
            "text": "Half of",
        },
        "models": MODELS,
        "running": MODELS[:1],
        "capabilities": ["completion", "tools", "thinking", "embedding"],
        "pull": "success",
        "pull_whole": "success",
        "delete": "success",
        "embedding": 8,
    }
