"""``aircher dev fake-llm``, as a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.conftest import Aircher


@contextmanager
def fake_llm(aircher: Aircher, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start it and give its process and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "aircher", "dev", "fake-llm", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=aircher.cwd,
        env=aircher.environ,
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate(timeout=30)


def ask(url: str, text: str = "hello") -> str:
    body = {"model": "m", "messages": [{"role": "user", "content": text}], "stream": False}
    headers = {"authorization": "Bearer sk-secret-0123456789"}
    with urlopen(Request(f"{url}/api/chat", json.dumps(body).encode(), headers), timeout=30) as answer:
        return str(json.load(answer)["message"]["content"])


def test_it_says_where_it_is_and_how_to_ask_it(aircher: Aircher) -> None:
    with fake_llm(aircher, "--requests", "1", "--rate", "1000") as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert "> hello" in ask(url)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"--config providers.fake.kind=openai-compatible --config providers.fake.base_url={url}/v1 " in told
    for kind in ("openai", "anthropic", "gemini", "openrouter", "ollama"):
        assert f"providers.fake.kind={kind} " in told
    assert f"export OLLAMA_HOST={url}" in told


def test_the_program_itself_makes_a_tool_round_on_it(aircher: Aircher) -> None:
    with fake_llm(aircher, "--script", "tool-round", "--record", "asked.jsonl", "--requests", "2") as (process, url):
        settings = {"kind": "openai-compatible", "base_url": f"{url}/v1", "model": "fake-large"}
        flags = [word for key, value in settings.items() for word in ("--config", f"providers.fake.{key}={value}")]
        done = aircher("-p", "what is this?", "--provider", "fake", *flags)
        process.communicate(timeout=30)
    lines = [json.loads(line) for line in (aircher.cwd / "asked.jsonl").read_text().splitlines()]
    assert (done.code, process.returncode) == (0, 0), done.stderr
    assert "the tool's answer is in my context now." in done.stdout
    assert [line["answer"] for line in lines] == ["ask for the file", "answer"]
    assert "Animals are fed by the keeper." in lines[1]["body"]["messages"][-1]["content"]


def test_the_last_answer_arrives_whole_although_the_server_ends_after_it(aircher: Aircher) -> None:
    text = "0123456789" * 800_000  # more than sockets hold
    (aircher.cwd / "long.toml").write_text(f'tokens_per_s = 1e9\n[[answers]]\nsteps = [{{ text = "{text}" }}]\n')
    with fake_llm(aircher, "--script", "long.toml", "--requests", "1") as (_, url):
        assert ask(url) == text


def test_ctrl_c_ends_it_without_a_traceback(aircher: Aircher) -> None:
    with fake_llm(aircher) as (process, url):
        ask(url)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in told


def test_a_recording_holds_no_key(aircher: Aircher) -> None:
    with fake_llm(aircher, "--record", "asked.jsonl", "--requests", "1") as (process, url):
        ask(url)
        process.communicate(timeout=30)
    text = (aircher.cwd / "asked.jsonl").read_text()
    assert "hello" in text
    assert "sk-secret" not in text


def test_chaos_and_its_seed_are_taken(aircher: Aircher) -> None:
    options = ("--chaos", "1", "--seed", "6", "--record", "c.jsonl", "--requests", "1")
    for _ in range(2):
        with fake_llm(aircher, *options) as (process, url):
            with pytest.raises(HTTPError, match="429"):  # that is what seed 6 does to the first request
                ask(url)
            process.communicate(timeout=30)
    lines = [json.loads(line) for line in (aircher.cwd / "c.jsonl").read_text().splitlines()]
    assert [line["mishap"] for line in lines] == ["rate_limit", "rate_limit"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--script", "gone.toml"), "the script gone.toml cannot be read: No such file or directory"),
        (("--script", "bad.toml"), "bad.toml, line 2: answers[0]: object contains unknown field `step`"),
        (("--record", "nowhere/x"), "nowhere/x cannot be written: No such file or directory"),
        (("--port", "70000"), "argument --port: invalid port value: '70000'"),
        (("--rate", "0"), "argument --rate: invalid rate value: '0'"),
        (("--chaos", "2"), "argument --chaos: invalid ratio value: '2'"),
        (("--requests", "0"), "argument --requests: invalid positive value: '0'"),
    ],
)
def test_what_makes_no_sense_is_refused(aircher: Aircher, options: tuple[str, ...], message: str) -> None:
    Path(aircher.cwd, "bad.toml").write_text("[[answers]]\nstep = []\nsteps = []\n")
    done = aircher("dev", "fake-llm", *options)
    assert (done.code, done.stdout) == (2, "")
    assert message in done.stderr
