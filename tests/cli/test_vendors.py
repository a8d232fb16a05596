"""``aircher -p`` against a server that speaks each vendor's wire: answers, state, errors, schemas, usage."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Aircher, Done
from tests.vendors import ANTHROPIC, GEMINI, OLLAMA, OPENROUTER, RESPONSES, VENDORS, Vendor

from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.recording import Recorded
from aircher.testing.fake_llm.script import Answer, Failure, Script, Step, ToolCall, Usage

every_vendor = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.wire)
PLAN = "The README says what this is."
TOOL_ROUND = Script(
    answers=(
        Answer(
            steps=(
                Step(thinking=PLAN),
                Step(tool_call=ToolCall(name="read_file", arguments={"path": "README.md"})),
                Step(usage=Usage(input_tokens=1_000, output_tokens=50, reasoning_tokens=20)),
            )
        ),
        Answer(steps=(Step(text="A zoo."), Step(usage=Usage(input_tokens=1_500, cached_tokens=800, output_tokens=10)))),
    )
)
SCHEMA = '{"type": "object", "properties": {"animals": {"type": "integer"}}, "required": ["animals"]}'


def said(*texts: str) -> Script:
    """Return a script of one text after the other."""
    return Script(answers=tuple(Answer(steps=(Step(text=text),)) for text in texts))


def failing(failure: Failure, *before: Step) -> Script:
    """Return a script that ends in this error again and again."""
    return Script(answers=(Answer(steps=(*before, Step(error=failure))),))


def asked(server: HostedFakeLlm) -> list[Recorded]:
    """Return the requests for an answer, without those that only ask about a model."""
    return [request for request in server.requests if request.answer is not None]


def run(aircher: Aircher, vendor: Vendor, server: HostedFakeLlm, *arguments: str) -> Done:
    return aircher("-p", "What is this?", *vendor.options(server.url), *arguments, environ=vendor.key)


@every_vendor
def test_a_tool_is_called_and_the_answer_comes_with_usage_and_cost(aircher: Aircher, vendor: Vendor) -> None:
    with HostedFakeLlm(TOOL_ROUND) as server:
        done = run(aircher, vendor, server, "--output-format", "json")
    assert (done.code, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    is_ollama = vendor is OLLAMA  # which tells neither what was cached nor what was reasoning
    assert result["usage"] == {
        "input_tokens": 2_500,
        "output_tokens": 60,
        "cached_tokens": None if is_ollama else 800,
        "reasoning_tokens": None if is_ollama else 20,
    }
    assert [(call["name"], call["status"]) for call in result["tool_calls"]] == [("read_file", "ok")]
    told = ("text", "stop_reason", "provider", "model", "turns")
    assert tuple(result[key] for key in told) == ("A zoo.", "done", vendor.name, vendor.model, 2)
    match vendor:
        case Vendor(wire="openai-chat"):
            assert result["cost_usd"] is None  # nobody knows the price
        case Vendor(wire="ollama"):
            assert result["cost_usd"] == 0
        case _:
            assert 0 < result["cost_usd"] < 0.02
    assert "Animals are fed by the keeper." in json.dumps(asked(server)[1].body)


@every_vendor
def test_as_text_the_answer_alone_goes_to_stdout(aircher: Aircher, vendor: Vendor) -> None:
    with HostedFakeLlm(TOOL_ROUND) as server:
        assert run(aircher, vendor, server) == Done(code=0, stdout="A zoo.\n", stderr="")


def of_anthropic(body: Any) -> object:
    return [part for part in body["messages"][-2]["content"] if part["type"] == "thinking"]


def of_responses(body: Any) -> object:
    return [item["encrypted_content"] for item in body["input"] if item.get("type") == "reasoning"]


def of_gemini(body: Any) -> object:
    return [part["thoughtSignature"] for part in body["contents"][-2]["parts"] if "thoughtSignature" in part]


def of_openrouter(body: Any) -> object:
    return [(part["text"], part["signature"]) for part in body["messages"][-2]["reasoning_details"]]


def of_ollama(body: Any) -> object:
    return body["messages"][-2]["thinking"]


SEALED = "c2VhbGVkLWJ5LWZha2UwMDAwMDAwMTAwMDA="


@pytest.mark.parametrize(
    ("vendor", "state_of", "state"),
    [
        (ANTHROPIC, of_anthropic, [{"type": "thinking", "thinking": PLAN, "signature": SEALED}]),
        (RESPONSES, of_responses, [SEALED]),
        (GEMINI, of_gemini, [SEALED]),
        (OPENROUTER, of_openrouter, [(PLAN, SEALED)]),
        (OLLAMA, of_ollama, PLAN),
    ],
    ids=lambda value: getattr(value, "wire", ""),
)
def test_what_the_model_thought_goes_back_as_it_came(
    aircher: Aircher, vendor: Vendor, state_of: Callable[[Any], object], state: object
) -> None:
    with HostedFakeLlm(TOOL_ROUND) as server:
        assert run(aircher, vendor, server).code == 0
    assert state_of(asked(server)[1].body) == state


@every_vendor
def test_a_key_that_is_refused_ends_in_code_4_at_once(aircher: Aircher, vendor: Vendor) -> None:
    with HostedFakeLlm(failing(Failure(kind="auth"))) as server:
        done = run(aircher, vendor, server)
    assert (done.code, done.stdout) == (4, "")
    assert done.stderr.startswith(f"error[provider.auth]: {vendor.name} answered 401 for model {vendor.model}: ")
    assert vendor.key_variable in done.stderr
    assert len(asked(server)) == 1


@every_vendor
def test_a_limit_that_outlasts_the_deadline_ends_in_code_6_at_once(aircher: Aircher, vendor: Vendor) -> None:
    with HostedFakeLlm(failing(Failure(kind="rate_limit", retry_after_s=60))) as server:
        done = run(aircher, vendor, server, "--timeout", "20", "--output-format", "json")
    assert done.code == 6
    error = json.loads(done.stdout)["error"]
    assert (error["code"], error["retry_after_s"]) == ("provider.rate_limit", 60)
    assert len(asked(server)) == 1


@every_vendor
def test_an_error_in_the_middle_of_a_text_is_gone_on_from(aircher: Aircher, vendor: Vendor) -> None:
    broken = Answer(steps=(Step(text="A zoo with"), Step(error=Failure(kind="overloaded"))))
    whole = Answer(steps=(Step(text=" animals."),))
    with HostedFakeLlm(Script(answers=(broken, whole))) as server:
        done = run(aircher, vendor, server)
    assert (done.code, done.stdout) == (0, "A zoo with animals.\n")
    assert "A zoo with" in json.dumps(asked(server)[1].body)
    assert len(asked(server)) == 2


@every_vendor
@pytest.mark.parametrize(
    ("texts", "code", "calls"),
    [
        (['{"animals": 3}'], 0, 1),
        (['{"animals": "three"}', '{"animals": 3}'], 0, 2),
        (["no JSON", '{"animals": "three"}'], 12, 2),
    ],
    ids=["good", "repaired", "refused"],
)
def test_an_answer_satisfies_the_schema_is_repaired_once_or_refused(
    aircher: Aircher, project: Path, vendor: Vendor, texts: list[str], code: int, calls: int
) -> None:
    (project / "schema.json").write_text(SCHEMA)
    with HostedFakeLlm(said(*texts)) as server:
        done = run(aircher, vendor, server, "--json-schema", "schema.json")
    assert (done.code, len(asked(server))) == (code, calls)
    if code == 0:
        assert json.loads(done.stdout) == {"animals": 3}
    else:
        assert "error[schema]: " in done.stderr


@pytest.mark.parametrize("vendor", [RESPONSES, ANTHROPIC, GEMINI, OPENROUTER], ids=lambda vendor: vendor.wire)
def test_a_model_is_chosen_and_the_reason_told(aircher: Aircher, vendor: Vendor) -> None:
    with HostedFakeLlm(said("A zoo.")) as server:
        done = run(aircher, vendor, server, "--model", "auto", "--output-format", "json")
    result = json.loads(done.stdout)
    assert (done.code, result["text"]) == (0, "A zoo.")
    assert f"note: {result['model']} of " in done.stderr
    assert result["model"] in json.dumps([asked(server)[0].target, asked(server)[0].body])
