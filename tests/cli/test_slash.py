"""Slash commands as prompts: ``aircher -p "/cost"``."""

import json
import re

import pytest
from tests.conftest import Aircher
from tests.terminal import terminal


def test_help_lists_the_commands_without_asking_a_model(aircher: Aircher) -> None:
    done = aircher("-p", "/help")
    assert done.code == 0
    assert "/cost" in done.stdout
    assert "/model" in done.stdout


def test_status_tells_what_is_in_force(aircher: Aircher) -> None:
    done = aircher("-p", "/status", "--mode", "plan", "--provider", "offline")
    facts = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert (facts["provider"], facts["mode"]) == ("offline", "plan")


def test_the_answer_can_be_json(aircher: Aircher) -> None:
    told = json.loads(aircher("-p", "/todo", "--output-format", "json").stdout)
    assert told == {"type": "command", "command": "todo", "text": "The model keeps no list at the moment."}


def test_a_subcommand_is_run_with_its_arguments(aircher: Aircher) -> None:
    done = aircher("-p", "/config interface.vim_mode true")
    assert done.code == 0
    assert aircher("config", "get", "interface.vim_mode").stdout == "true\n"


def test_help_of_a_subcommand_is_told_as_any_answer(aircher: Aircher) -> None:
    done = aircher("-p", "/undo --help")
    assert (done.code, done.stdout.startswith("usage: aircher undo")) == (0, True)


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("/clear", "an open conversation"),
        ("/rewind", "an open conversation"),
        ("/model x", "an open conversation"),
        ("/thinking", "an open conversation"),
        ("/vim", "the interface"),
        ("/context", "the interface"),
        ("/theme nope", "the interface"),
    ],
)
def test_what_needs_the_interface_is_refused_with_the_remedy(aircher: Aircher, line: str, changes: str) -> None:
    name = line.split(maxsplit=1)[0]
    done = aircher("-p", line)
    assert done.code == 2
    assert f"{name} changes {changes}, and" in done.stderr
    assert f"hint: aircher, and there {name}" in done.stderr


def test_the_doctor_looks_at_the_terminal_that_shows_what_it_says(aircher: Aircher) -> None:
    lines = aircher("-p", "/doctor", environ={"PYTHONIOENCODING": "utf-8"}).stdout.splitlines()
    assert "terminal     stdout is not a terminal, utf-8 … ok" in lines
    with terminal("-p", "/doctor", cwd=aircher.cwd, environ=aircher.environ) as window:
        assert window.wait() == 0
    assert any(re.match(r"terminal +\S+, 80×24, utf-8 … ok", line) for line in window.lines()), window.lines()


def test_a_wrong_argument_is_told_as_the_subcommand_tells_it(aircher: Aircher) -> None:
    done = aircher("-p", "/cost --by nothing")
    assert done.code == 2
    assert "invalid choice" in done.stderr


def test_a_command_line_is_explained_in_the_mode_that_holds(aircher: Aircher) -> None:
    done = aircher("-p", "/permissions explain touch made && rm -rf /", "--mode", "edit", "--provider", "offline")
    assert done.stdout.startswith("ask in edit mode: ")
    assert "deletes /" in done.stdout
    assert aircher("-p", "/permissions", "--mode", "edit", "--provider", "offline").stdout.startswith("mode: edit\n")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("/permissions git push", "hint: /permissions explain git push"),
        ("/permissions explain", "hint: /permissions explain git push"),
    ],
)
def test_what_is_not_known_of_permissions_is_refused_with_what_is(aircher: Aircher, line: str, hint: str) -> None:
    done = aircher("-p", line)
    assert (done.code, hint in done.stderr) == (2, True)


def test_a_path_at_the_beginning_of_a_prompt_is_no_command(aircher: Aircher) -> None:
    done = aircher("-p", "/src/keeper.py feed_animal", "--provider", "offline")
    assert done.code == 0
    assert "keeper" in done.stdout


@pytest.mark.parametrize(("line", "remedy"), [("/nope", "/help lists them"), ("/", "/help"), ("/ cost", "/help")])
def test_a_command_that_there_is_not_never_reaches_a_model(aircher: Aircher, line: str, remedy: str) -> None:
    done = aircher("-p", line, "--provider", "offline")
    assert (done.code, done.stdout) == (2, "")
    assert "there is no command /" in done.stderr
    assert f"hint: {remedy}" in done.stderr


@pytest.mark.parametrize("line", ["/etc/hosts is what?", "// says what?"])
def test_what_the_interface_takes_for_a_prompt_is_one_here(aircher: Aircher, line: str) -> None:
    assert "there is no command" not in aircher("-p", line, "--provider", "offline").stderr
