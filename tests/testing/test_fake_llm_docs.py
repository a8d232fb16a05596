"""The page about the fake server: its examples work."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from aircher.testing.fake_llm.script_files import parse_script

PAGE = (Path(__file__).parents[2] / "docs" / "fake-llm.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_script_on_the_page_makes_sense(text: str) -> None:
    script = parse_script(text)
    assert script.answers or script.chaos


@pytest.mark.parametrize("text", blocks("python"))
def test_every_program_on_the_page_runs(text: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
