"""The page about providers: its configuration loads, and its examples run against the fake server."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs

from aircher.config import Config
from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Answer, Script, Step
from aircher.testing.fake_llm.script_files import load_script

PAGE = (Path(__file__).parents[2] / "docs" / "providers.md").read_text(encoding="utf-8")
RUNNABLE = re.compile(r"<!-- runnable -->\s*```console\n(.*?)```", re.DOTALL)
SERVER = "http://127.0.0.1:8377"


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found


def examples() -> list[str]:
    lines = [line for block in RUNNABLE.findall(PAGE) for line in block.splitlines()]
    assert lines
    return [line.removeprefix("$ ") for line in lines]


def run(line: str, folder: Path, environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    words = shlex.split(line)
    words[0] = str(Path(sys.executable).with_name(words[0]))
    return subprocess.run(
        words, cwd=folder, env=environ, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_configuration_on_the_page_loads(text: str, tmp_path: Path, home: Path, environ: dict[str, str]) -> None:
    file = home / ".config" / "aircher" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    config = Config.load(cwd=tmp_path, environ=environ)
    assert config.settings != ()
    assert (config.notices, config.skipped) == ((), ())


@pytest.mark.parametrize("line", examples())
def test_an_example_of_the_page_runs(line: str, tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "README.md").write_text("# Zoo\n")
    script = structs.replace(load_script("tool-round", folder=tmp_path), tokens_per_s=2_000.0)
    with HostedFakeLlm(script) as server:
        done = run(line.replace(SERVER, server.url), tmp_path, environ)
    assert (done.returncode, done.stdout != "") == (0, True), done.stderr
    assert not line.startswith("aircher -p") or "The README begins with what the project is called" in done.stdout


def test_the_example_of_a_schema_gives_json(tmp_path: Path, environ: dict[str, str]) -> None:
    [schema] = blocks("json")
    (tmp_path / "answer.schema.json").write_text(schema)
    [line] = re.findall(r"^\$ (aircher .*--json-schema.*)$", PAGE, re.MULTILINE)
    text = '{"is_library": false, "why": "it is a program"}'
    with HostedFakeLlm(Script(answers=(Answer(steps=(Step(text=text),)),))) as server:
        where = f"--provider anthropic --config providers.anthropic.base_url={server.url}"
        done = run(f"{line} {where}", tmp_path, environ)
    assert (done.returncode, json.loads(done.stdout)) == (0, json.loads(text)), done.stderr
