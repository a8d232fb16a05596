"""``aircher providers test``: what it says of each vendor, of all, and of those that fail."""

import json
import re

import pytest
from tests.chat_server import error, serving
from tests.conftest import Aircher, Done
from tests.vendors import ANTHROPIC, CHAT, GEMINI, OLLAMA, OPENROUTER, RESPONSES, VENDORS, Vendor

from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Script

FACTS = {
    "openrouter": ["12.50 USD of credit left", "7.50 USD used"],
    "ollama": ["ollama 0.30.0", "1 models"],
}
DEAD = "http://127.0.0.1:9"


def probe(aircher: Aircher, vendor: Vendor, url: str, *arguments: str) -> Done:
    return aircher("providers", "test", vendor.name, *vendor.section(url), *arguments, environ=vendor.key)


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.wire)
def test_a_vendor_that_answers_tells_its_facts(aircher: Aircher, vendor: Vendor) -> None:
    with HostedFakeLlm(Script(models=(vendor.model,))) as server:
        done = probe(aircher, vendor, server.url)
        document = json.loads(probe(aircher, vendor, server.url, "--json").stdout)
    facts = FACTS.get(vendor.name, ["1 models"])
    assert (done.code, done.stderr) == (0, "")
    assert re.fullmatch(rf"{vendor.name}: ok in \d+ ms: {', '.join(facts)}\n", done.stdout)
    assert document.pop("latency_ms") >= 0
    assert document == {
        "name": vendor.name,
        "ok": True,
        "facts": facts,
        "models": 1,
        "default_model": vendor.model,
        "has_default_model": True,
    }


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.wire)
def test_a_default_model_that_is_not_listed_is_told(aircher: Aircher, vendor: Vendor) -> None:
    with HostedFakeLlm(Script(models=("another",))) as server:
        done = probe(aircher, vendor, server.url)
    assert done.code == 0
    assert done.stderr == (
        f"note: {vendor.name} does not list its default model {vendor.model!r}; "
        f"aircher models list --provider {vendor.name} shows what it has\n"
    )


def test_a_model_that_is_chosen_for_each_prompt_need_not_be_listed(aircher: Aircher) -> None:
    with HostedFakeLlm() as server:
        done = probe(aircher, RESPONSES, server.url, "--config", "providers.openai.model=auto")
    assert (done.code, done.stderr) == (0, "")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.wire)
@pytest.mark.parametrize(
    ("status", "code", "error_code"),
    [(401, 4, "provider.auth"), (429, 6, "provider.rate_limit"), (500, 5, "provider.api")],
)
def test_a_failure_keeps_its_code(aircher: Aircher, vendor: Vendor, status: int, code: int, error_code: str) -> None:
    with serving(error(status, "of the test")) as server:
        done = probe(aircher, vendor, server.url.removesuffix("/v1"), "--json")
    assert done.code == code
    document = json.loads(done.stdout)
    assert (document["name"], document["ok"], document["code"]) == (vendor.name, False, error_code)
    assert done.stderr.startswith(f"error[{error_code}]: {vendor.name} answered {status}: because of the test\n")


def test_without_a_name_the_provider_that_would_answer_is_tested(aircher: Aircher) -> None:
    with HostedFakeLlm(Script(models=(ANTHROPIC.model,))) as server:
        done = aircher("providers", "test", *ANTHROPIC.section(server.url), environ=ANTHROPIC.key)
    assert done.stdout.startswith("anthropic: ok in ")


def test_all_that_can_be_asked_are_tested_and_the_first_failure_decides(aircher: Aircher) -> None:
    with HostedFakeLlm(Script(models=(OPENROUTER.model,))) as server, serving(error(401, "wrong key")) as refusing:
        arguments = (
            *(*RESPONSES.section(refusing.url.removesuffix("/v1")), *OPENROUTER.section(server.url)),
            *(*OLLAMA.section(DEAD), *CHAT.section(DEAD), *GEMINI.section(DEAD)),
        )
        environ = {**RESPONSES.key, **OPENROUTER.key}
        done = aircher("providers", "test", "--all", *arguments, environ=environ)
        documents = json.loads(aircher("providers", "test", "--all", "--json", *arguments, environ=environ).stdout)
    lines = done.stdout.splitlines()
    assert [line.partition(" in ")[0][:17] for line in lines] == [
        "openai: failed: o",
        "openrouter: ok",
        "ollama: failed: o",
        "offline: ok",
    ]
    assert "nothing listens at 127.0.0.1:9; start the server, or set providers.ollama.base_url" in lines[2]
    assert done.code == 4
    assert done.stderr.startswith("error[provider.auth]: openai answered 401: ")
    assert [(document["name"], document["ok"]) for document in documents] == [
        ("openai", False),
        ("openrouter", True),
        ("ollama", False),
        ("offline", True),
    ]


def test_all_and_a_name_contradict_each_other(aircher: Aircher) -> None:
    done = aircher("providers", "test", "openai", "--all")
    assert (done.code, done.stderr) == (
        2,
        "error[usage]: --all tests openai too\nhint: aircher providers test openai, or --all alone\n",
    )
