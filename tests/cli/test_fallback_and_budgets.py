"""Who stands in for a server that is dead, and what is not spent: the installed program, several servers, two runs."""

import json

import pytest
from tests.cli.test_vendors import asked, run, said
from tests.conftest import Aircher, Done
from tests.vendors import ANTHROPIC, GEMINI, RESPONSES, VENDORS, Vendor

from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Answer, Script, Step, Usage

DEAD = "http://127.0.0.1:9"  # the port named discard, where nothing listens
PRICED = Script(
    answers=(Answer(steps=(Step(text="A zoo."), Step(usage=Usage(input_tokens=100_000, output_tokens=50)))),)
)


def ask(aircher: Aircher, order: str, *arguments: str) -> Done:
    """Ask the first vendor, whose server is dead, with this order of those that may stand in."""
    return aircher(
        *("-p", "What is this?", "--config", f"providers.fallback_order={order}"),
        *("--config", "providers.max_retries=0"),
        *RESPONSES.options(DEAD),
        *arguments,
        environ={**RESPONSES.key, **ANTHROPIC.key},
    )


def test_the_next_provider_answers_for_a_dead_one_and_that_is_told(aircher: Aircher) -> None:
    with HostedFakeLlm(said("A zoo.")) as server:
        done = ask(aircher, '["openai", "anthropic"]', *ANTHROPIC.section(server.url), "--output-format", "json")
    result = json.loads(done.stdout)
    assert (done.code, result["text"], result["provider"], result["model"]) == (
        0,
        "A zoo.",
        "anthropic",
        ANTHROPIC.model,
    )
    assert "openai" in done.stderr
    assert "anthropic" in done.stderr
    assert [request.wire for request in asked(server)] == ["anthropic"]


@pytest.mark.parametrize("order", ["[]", '["anthropic"]', '["openai", "gemini"]'])
def test_nobody_stands_in_who_is_not_in_the_order_or_has_no_key(aircher: Aircher, order: str) -> None:
    with HostedFakeLlm(said("A zoo.")) as server:
        sections = (*ANTHROPIC.section(server.url), *GEMINI.section(server.url))
        done = ask(aircher, order, *sections)
    assert (done.code, done.stdout, server.requests) == (5, "", [])
    assert "error[provider.network]: openai at http://127.0.0.1:9 was not reached" in done.stderr


PAID = [vendor for vendor in VENDORS if vendor.wire not in {"openai-chat", "ollama"}]
every_paid_vendor = pytest.mark.parametrize("vendor", PAID, ids=lambda vendor: vendor.wire)


@every_paid_vendor
def test_a_prompt_that_is_too_dear_by_itself_is_not_sent(aircher: Aircher, vendor: Vendor) -> None:
    with HostedFakeLlm(said("A zoo.")) as server:
        done = run(aircher, vendor, server, "--max-cost", "0.000001")
    assert (done.code, done.stdout, asked(server)) == (7, "", [])
    assert "error[budget" in done.stderr
    assert "--max-cost" in done.stderr


@every_paid_vendor
def test_an_answer_that_becomes_too_dear_is_stopped_in_the_middle(aircher: Aircher, vendor: Vendor) -> None:
    words = " ".join(f"word{number}" for number in range(40_000))
    with HostedFakeLlm(said(words)) as server:
        done = run(aircher, vendor, server, "--max-cost", "0.01")
    assert done.code == 7
    assert done.stdout.startswith("word0 word1 ")
    assert len(done.stdout) < len(words)
    assert "--max-cost" in done.stderr


@every_paid_vendor
def test_the_limit_of_a_day_counts_the_runs_before(aircher: Aircher, vendor: Vendor) -> None:
    limit = ("--config", "costs.daily_limit=0.005")
    with HostedFakeLlm(PRICED) as server:
        first = run(aircher, vendor, server, *limit, "--output-format", "json")
        second = run(aircher, vendor, server, *limit)
    assert (first.code, second.code, second.stdout, len(asked(server))) == (0, 7, "", 1)
    assert "costs.daily_limit" in second.stderr
    result = json.loads(first.stdout)
    [row] = json.loads(aircher("usage", "--by", "model", "--json").stdout)["rows"]
    assert row == {
        "key": f"{vendor.name}/{vendor.model}",
        "calls": 1,
        "cost_usd": pytest.approx(result["cost_usd"]),
        "unpriced_calls": 0,
        "estimated_calls": 0,
        "input_tokens": 100_000,
        "output_tokens": 50,
        "cached_tokens": row["cached_tokens"],
        "cache_write_tokens": row["cache_write_tokens"],
        "reasoning_tokens": row["reasoning_tokens"],
    }
