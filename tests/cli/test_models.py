"""``aircher models``: the catalogue, what servers add to it, and what is kept of their answers."""

import json

import pytest
from tests.chat_server import ChatServer, error, serving
from tests.conftest import Aircher

SILENT = "providers.zoo.base_url=http://127.0.0.1:9/v1"


def listing(*models: dict[str, object]) -> bytes:
    body = json.dumps({"object": "list", "data": list(models)}).encode()
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def at(server: ChatServer, name: str = "zoo") -> list[str]:
    return ["--config", f"providers.{name}.base_url={server.url}"]


def names(text: str) -> list[str]:
    return [model["name"] for model in json.loads(text)]


def test_the_catalogue_is_listed_without_a_server(aircher: Aircher) -> None:
    done = aircher("models", "list", "--provider", "openai", "--offline", "--search", "6.1-TERRA")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout == (
        "gpt-6.1-terra                       1,050,000 window    128,000 out  $1 / $5           "
        "tools images thinking json cache\n"
    )


def test_a_json_document_holds_whole_objects(aircher: Aircher) -> None:
    done = aircher("models", "list", "--provider", "gemini", "--offline", "--json", "--search", "gemini-3.5-flash-lite")
    assert json.loads(done.stdout) == [
        {
            "provider": "gemini",
            "name": "gemini-3.5-flash-lite",
            "context_tokens": 1_048_576,
            "output_tokens": 65_536,
            "prices": {
                "input_usd": 0.3,
                "output_usd": 2.5,
                "cached_usd": 0.03,
                "cache_write_usd": None,
                "tiers": [],
                "changes": [],
            },
            "capabilities": {
                "tools": True,
                "system_messages": True,
                "images": True,
                "thinking": True,
                "structured_output": True,
                "prompt_caching": True,
            },
            "retires_on": None,
            "replaced_by": None,
        }
    ]


def test_filters_narrow_the_list(aircher: Aircher) -> None:
    filters = ("--tools", "--images", "--thinking", "--max-price", "5", "--min-context", "1000000")
    done = aircher("models", "list", "--provider", "openai", "--offline", "--json", *filters)
    assert names(done.stdout) == ["gpt-5.6-luna", "gpt-6-luna", "gpt-6.1-terra"]
    done = aircher("models", "list", "--provider", "openai", "--offline", "--search", "zebra")
    assert (done.code, done.stdout, done.stderr) == (0, "", "note: no model is like that\n")
    assert aircher("models", "list", "--min-context", "0").code == 2


def test_retired_models_are_shown_when_all_are_asked_for(aircher: Aircher) -> None:
    options = ("models", "list", "--offline", "--search", "o3-mini")
    done = aircher(*options, "--provider", "openai")
    assert (done.stdout, "1 retired models are not shown; --all shows them" in done.stderr) == ("", True)
    row = aircher(*options, "--provider", "openai", "--all").stdout
    assert row.startswith("openai ")
    assert row.endswith("retired 2026-10-23, use gpt-6.1-sol\n")
    assert set(names(aircher(*options, "--all", "--json").stdout)) == {"o3-mini", "openai/o3-mini"}


def test_a_server_adds_its_models_and_what_it_says_of_them(aircher: Aircher) -> None:
    with serving(listing({"id": "zebra-1", "max_model_len": 4_096}, {"id": "Qwen/Qwen3-8B"})) as server:
        found = json.loads(aircher("models", "list", "--provider", "zoo", "--json", *at(server)).stdout)
    seen = [(model["name"], model["context_tokens"], model["capabilities"]["tools"]) for model in found]
    assert seen == [("Qwen/Qwen3-8B", 40_960, True), ("zebra-1", 4_096, None)]


def test_what_the_user_configured_is_listed_over_what_the_server_says(aircher: Aircher) -> None:
    own = ["--config", "providers.zoo.custom_models.zebra-1.tools=true"]
    with serving(listing({"id": "zebra-1", "max_model_len": 4_096})) as server:
        (model,) = json.loads(aircher("models", "list", "--provider", "zoo", "--json", *at(server), *own).stdout)
    assert (model["context_tokens"], model["capabilities"]["tools"]) == (4_096, True)


def test_without_a_key_the_catalogue_is_shown_and_the_lack_is_told(aircher: Aircher) -> None:
    done = aircher("models", "list", "--provider", "openai", "--search", "gpt-6-luna")
    assert done.stdout.startswith("gpt-6-luna ")
    assert done.stderr.startswith(
        "note: openai cannot be asked: no API key was found for it; shown is the catalogue of "
    )


def test_a_server_that_fails_is_a_note_where_something_is_known_and_an_error_where_nothing_is(aircher: Aircher) -> None:
    key = {"OPENAI_API_KEY": "not-a-key"}
    with serving(error(500, "server_error")) as server:
        arguments = ["models", "list", "--provider", "openai", "--search", "gpt-6-luna", *at(server, "openai")]
        done = aircher(*arguments, environ=key)
    assert (done.code, done.stdout.startswith("gpt-6-luna ")) == (0, True)
    assert "because server_error" in done.stderr
    assert "shown is the catalogue of " in done.stderr
    done = aircher("models", "list", "--provider", "zoo", "--config", SILENT)
    assert (done.code, done.stdout) == (5, "")


def test_a_refreshed_list_is_known_afterwards_without_asking(aircher: Aircher) -> None:
    with serving(listing({"id": "zebra-1", "max_model_len": 4_096})) as server:
        place = at(server)
        done = aircher("models", "refresh", "--provider", "zoo", *place)
        assert (done.code, done.stdout) == (0, "zoo: 1 models\n")
        asked = len(server.headers)
        found = json.loads(aircher("models", "list", "--provider", "zoo", "--offline", "--json", *place).stdout)
        assert [(model["name"], model["context_tokens"]) for model in found] == [("zebra-1", 4_096)]
        assert len(server.headers) == asked


def test_what_the_user_configured_is_not_kept_as_the_servers_word(aircher: Aircher) -> None:
    own = ["--config", "providers.zoo.custom_models.mine.context_tokens=5"]
    with serving(listing({"id": "zebra-1"})) as server:
        place = at(server)
        assert aircher("models", "refresh", "--provider", "zoo", *place, *own).code == 0
        assert names(aircher("models", "list", "--provider", "zoo", "--offline", "--json", *place).stdout) == [
            "zebra-1"
        ]


def test_all_servers_are_asked_and_one_that_fails_does_not_stop_the_others(aircher: Aircher) -> None:
    with serving(listing({"id": "zebra-1"})) as server:
        both = [*at(server, "safari"), "--config", SILENT, "--config", f"providers.ollama.base_url={server.url}"]
        done = aircher("models", "refresh", "--json", *both)
    rows = {row["provider"]: row for row in json.loads(done.stdout)}
    assert done.code == 0
    assert rows["safari"] == {"provider": "safari", "models": 1, "error": None}
    assert rows["zoo"]["models"] is None
    assert "127.0.0.1:9" in rows["zoo"]["error"]


def test_a_refresh_that_gets_no_list_at_all_fails(aircher: Aircher) -> None:
    done = aircher("models", "refresh", "--provider", "zoo", "--config", SILENT)
    assert done.code == 5
    assert done.stdout.startswith("zoo: ")


@pytest.mark.parametrize("action", ["list", "refresh"])
def test_a_provider_that_is_not_configured_is_an_error(action: str, aircher: Aircher) -> None:
    done = aircher("models", action, "--provider", "nobody")
    assert (done.code, done.stdout) == (3, "")
