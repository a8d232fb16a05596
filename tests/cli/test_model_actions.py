"""``aircher models pull|unload|loaded`` by hand, against an Ollama server on loopback."""

import json
from collections.abc import Sequence

import pytest
from tests.chat_server import ChatServer, serving
from tests.conftest import Aircher
from tests.terminal import terminal

from aircher.domain.messages import JsonValue

PULLING: JsonValue = {"status": "pulling aa", "digest": "sha256:aa", "total": 5_200_000_000, "completed": 2_600_000_000}
DONE: JsonValue = {"status": "success"}


def answer(*lines: JsonValue, is_whole: bool = True) -> bytes:
    """Return an answer of these lines; one that is not whole is never ended."""
    body = "".join(f"{json.dumps(line)}\n" for line in lines) + ("" if is_whole else "\n")
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n" + body.encode()


def at(server: ChatServer) -> Sequence[str]:
    return ("--config", f"providers.ollama.base_url={server.url}")


def test_a_pull_into_a_pipe_tells_each_change_in_a_line(aircher: Aircher) -> None:
    twice: JsonValue = {
        "status": "pulling aa",
        "digest": "sha256:aa",
        "total": 5_200_000_000,
        "completed": 5_200_000_000,
    }
    with serving(answer({"status": "pulling manifest"}, PULLING, twice, {"status": "verifying"}, DONE)) as server:
        done = aircher("models", "pull", "qwen3:8b", *at(server))

    assert (done.code, done.stderr.splitlines()) == (
        0,
        ["pulling manifest", "pulling aa (5.2 GB)", "verifying", "success"],
    )
    assert done.stdout == "qwen3:8b is there: aircher -p TEXT --provider ollama --model qwen3:8b\n"
    assert server.bodies == [{"model": "qwen3:8b", "stream": True}]


def test_a_pull_on_a_terminal_is_one_line_with_a_bar(aircher: Aircher) -> None:
    with (
        serving(answer({"status": "pulling \x1b[2Jmanifest"}, PULLING, DONE)) as server,
        terminal("models", "pull", "qwen3:8b", *at(server), cwd=aircher.cwd, environ=aircher.environ) as window,
    ):
        assert window.wait() == 0

    assert b" 50% [############............] 2.6 GB of 5.2 GB" in window.output
    assert window.lines() == ["success", "qwen3:8b is there: aircher -p TEXT --provider ollama --model qwen3:8b"]
    assert window.foreign_controls() == []


def test_ctrl_c_stops_a_pull_and_says_how_it_goes_on(aircher: Aircher) -> None:
    with (
        serving(answer(PULLING, is_whole=False)) as server,
        terminal("models", "pull", "qwen3:8b", *at(server), cwd=aircher.cwd, environ=aircher.environ) as window,
    ):
        window.read_until(b"5.2 GB")
        window.type(b"\x03")
        assert window.wait() == 130

    assert "50% [############............] 2.6 GB of 5.2 GB" in window.lines()[0]
    assert "".join(window.lines()[1:]) == (
        "note: stopped; what arrived is kept: aircher models pull qwen3:8b goes on from there"
    )


def test_a_model_that_nobody_has_is_an_error_of_the_server(aircher: Aircher) -> None:
    with serving(
        answer({"status": "pulling manifest"}, {"error": "pull model manifest: file does not exist"})
    ) as server:
        done = aircher("models", "pull", "nope", *at(server))

    assert (done.code, done.stdout) == (5, "")
    assert "ollama reported an error for model nope: pull model manifest: file does not exist" in done.stderr
    assert "hint: check the name and its tag" in done.stderr


def test_a_model_is_unloaded(aircher: Aircher) -> None:
    with serving(answer({"done": True, "done_reason": "unload"})) as server:
        done = aircher("models", "unload", "qwen3:8b", *at(server))

    assert (done.code, done.stdout) == (0, "qwen3:8b is not in memory any more\n")
    assert server.bodies == [{"model": "qwen3:8b", "keep_alive": 0, "stream": False}]


def test_models_in_memory_are_shown(aircher: Aircher) -> None:
    loaded: JsonValue = {
        "models": [
            {
                "name": "qwen3:8b",
                "size": 6_000_000_000,
                "size_vram": 3_000_000_000,
                "context_length": 8192,
                "expires_at": "2026-11-27T20:01:02.123456789+01:00",
            },
            {"name": "tiny"},
        ]
    }
    with serving(answer(loaded)) as server:
        shown = aircher("models", "loaded", *at(server)).stdout.splitlines()
        as_json = json.loads(aircher("models", "loaded", "--json", *at(server)).stdout)

    assert [" ".join(line.split()) for line in shown] == [
        "qwen3:8b 6.0 GB 50% on the GPU window of 8,192 tokens until 2026-11-27 20:01",
        "tiny 0 B window unknown",
    ]
    assert as_json[0] == {
        "name": "qwen3:8b",
        "size_bytes": 6_000_000_000,
        "gpu_bytes": 3_000_000_000,
        "context_tokens": 8192,
        "expires_at": "2026-11-27T20:01:02.123456789+01:00",
    }


def test_an_empty_memory_is_said(aircher: Aircher) -> None:
    with serving(answer({"models": []})) as server:
        done = aircher("models", "loaded", *at(server))

    assert (done.stdout, done.stderr) == ("", "note: ollama has no model in memory; the first prompt loads one\n")


@pytest.mark.parametrize("action", [("pull", "m"), ("unload", "m"), ("loaded",)])
def test_other_servers_keep_no_models(aircher: Aircher, action: tuple[str, ...]) -> None:
    done = aircher("models", *action, "--provider", "openai", environ={"OPENAI_API_KEY": "k"})

    assert done.code == 2
    assert "openai is of kind openai" in done.stderr
    assert "hint: --provider ollama" in done.stderr


def test_a_section_of_ones_own_is_the_usual_server_when_it_is_the_default(aircher: Aircher) -> None:
    with serving(answer({"models": []})) as server:
        own = ("--config", "providers.gpu.kind=ollama", "--config", f"providers.gpu.base_url={server.url}")
        done = aircher("models", "loaded", *own, "--config", "providers.default=gpu")

    assert done.stderr == "note: gpu has no model in memory; the first prompt loads one\n"
    assert server.headers[0].startswith("GET /api/ps ")
