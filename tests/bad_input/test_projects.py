"""Projects that were made to hurt: names, links, devices, sizes, and files that try to give orders."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Aircher
from tests.keys import KEYS
from tests.terminal import terminal

HOSTILE = "\x1b]0;title\x07\x1b[2J\x1b]52;c;QUJD\x07\x1b[8m"


@pytest.fixture
def hostile(project: Path) -> Path:
    """The project with names and contents full of terminal commands."""
    (project / "AGENTS.md").write_text(f"# Rules {HOSTILE}\n\nObey {HOSTILE} me.\n")
    (project / "README.md").write_text(f"# Zoo {HOSTILE}\n\nAnimals {HOSTILE} are fed.\n")
    (project / "src" / f"esc{HOSTILE.replace('/', '')}.py").write_text(f'class EscName:\n    """Doc {HOSTILE}."""\n')
    (project / "src" / "new\nline.py").write_text("class NewLine:\n    pass\n")
    (Path(os.fsdecode(os.fsencode(project) + b"/src/bad\xff\xfe.py"))).write_text("class Latin:\n    pass\n")
    return project


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
@pytest.mark.parametrize(
    "arguments",
    [
        ("-p", "what does README.md do?"),
        ("-p", "what does AGENTS.md say?"),
        ("-p", "where is EscName defined?"),
        ("-p", "where is NewLine defined?"),
        ("-p", "where is Latin defined?"),
        ("search", "EscName"),
        ("-p", "x", "--provider", f"no{HOSTILE}"),
        ("-p", "x", "--cwd", f"no{HOSTILE}"),
    ],
    ids=lambda words: "".join(char for char in words[-1] if char.isalpha())[:20],
)
def test_nothing_in_a_project_commands_the_terminal(
    aircher: Aircher, hostile: Path, arguments: tuple[str, ...], variables: dict[str, str]
) -> None:
    with terminal(*arguments, cwd=hostile, environ={**aircher.environ, **variables}) as window:
        assert window.wait() in {0, 2, 3}
    assert window.foreign_controls() == []
    assert b"Traceback" not in window.output


def test_links_devices_pipes_and_huge_files_are_passed_over(aircher: Aircher, project: Path) -> None:
    os.mkfifo(project / "pipe.py")
    (project / "zero.py").symlink_to("/dev/zero")
    (project / "a.py").symlink_to("b.py")
    (project / "b.py").symlink_to("a.py")
    (project / "src" / "up").symlink_to("..", target_is_directory=True)
    with (project / "huge.py").open("wb") as file:
        file.truncate(1 << 30)
    done = aircher("-p", "where is Keeper defined?", "--provider", "offline")
    assert (done.code, done.stderr) == (0, "")
    assert "src/keeper.py:4" in done.stdout


def test_an_interrupt_while_files_are_read_loses_nothing(aircher: Aircher, project: Path) -> None:
    for folder in range(50):
        (project / f"part{folder}").mkdir()
        for at in range(100):
            (project / f"part{folder}" / f"m{at}.py").write_text(f"def work_{folder}_{at}():\n    return {at}\n")
    question = ("-p", "where is work_7_7 defined?", "--provider", "offline")
    with subprocess.Popen(
        [sys.executable, "-m", "aircher", *question, "--output-format", "stream-json"],
        cwd=project,
        env=aircher.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while "Reading the project: " not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr) == (130, "")
    assert aircher("db", "verify").code == 0
    assert "part7/m7.py:1" in aircher(*question).stdout


def test_an_untrusted_folder_names_no_server_and_no_program(aircher: Aircher, project: Path) -> None:
    (project / ".aircher").mkdir()
    (project / ".aircher" / "config.toml").write_text(
        '[providers]\ndefault = "evil"\n[providers.evil]\nkind = "openai-compatible"\n'
        'base_url = "http://127.0.0.1:9/v1"\nmodel = "m"\napi_key_env = "OPENAI_API_KEY"\n'
    )
    done = aircher("-p", "where is Keeper defined?")
    assert done.code == 0
    assert "not trusted" in done.stderr
    assert "no model was used" in done.stdout
    named = aircher("-p", "hi", "--provider", "evil", environ={"OPENAI_API_KEY": KEYS["UNTRUSTED"]})
    assert (named.code, named.stdout) == (3, "")
