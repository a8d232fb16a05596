"""The argument tree, as a user meets it."""

import json

import pytest
from tests.conftest import Aircher

from aircher import __version__
from aircher.cli.exit_codes import CAUSES, exit_code
from aircher.cli.main import COMMANDS, find_command


@pytest.mark.parametrize(
    ("argv", "at"),
    [
        (["doctor"], 0),
        (["--cwd", "doctor", "doctor"], 2),
        (["-p", "doctor"], None),
        (["--cwd=x", "config", "show"], 1),
        (["--no-color", "db", "status"], 1),
        (["why", "doctor"], None),
        ([], None),
        (["--model", "m", "-p", "x"], None),
    ],
)
def test_the_subcommand_is_the_first_word_that_is_no_option_and_no_value(argv: list[str], at: int | None) -> None:
    assert find_command(argv) == at


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("usage", 2),
        ("config.invalid", 3),
        ("provider.auth", 4),
        ("provider.network", 5),
        ("provider.stream", 5),
        ("provider.rate_limit", 6),
        ("provider.quota", 6),
        ("budget.reached", 7),
        ("permission.refused", 8),
        ("deadline", 9),
        ("provider.tokens", 10),
        ("storage.full", 11),
        ("signal.sigint", 130),
        ("signal.sigterm", 143),
        ("defect", 1),
        ("something.new", 1),
    ],
)
def test_every_error_code_has_one_exit_code(code: str, expected: int) -> None:
    assert exit_code(code) == expected
    assert expected in dict(CAUSES)


@pytest.mark.parametrize("arguments", [["version"], ["--version"], ["--version", "--no-color"]])
def test_the_version_is_one_line(aircher: Aircher, arguments: list[str]) -> None:
    done = aircher(*arguments)
    assert (done.code, done.stdout, done.stderr) == (0, f"aircher {__version__}\n", "")


def test_the_version_is_also_an_object(aircher: Aircher) -> None:
    assert json.loads(aircher("version", "--json").stdout) == {"version": __version__}


def test_help_names_every_command_and_every_exit_code(aircher: Aircher) -> None:
    done = aircher("--help")
    assert done.code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout
    for code, cause in CAUSES:
        assert f"{code:<5}{cause}" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(aircher: Aircher, name: str) -> None:
    done = aircher(name, "--help")
    assert done.code == 0, done.stderr
    assert f"usage: aircher {name}" in done.stdout
    assert "example:\n  " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        ([], "there is nothing to do", 'aircher -p "your question", or aircher --help'),
        (["docter"], "'docter' is not a command", "aircher doctor"),
        (["explain", "this"], "the interface needs a terminal, and here is none", 'aircher -p "explain this"'),
        (["-p", ""], "the prompt is empty", 'aircher -p "your question"'),
        (["-p", "-"], "the prompt is empty", 'aircher -p "your question"'),
        (["-p", "x", "y"], "what is 'y'? A prompt is given with -p", "quote the whole prompt"),
        (["-p", "x", "--fork"], "--fork needs a session to copy", "aircher -c --fork -p TEXT"),
        (["-p", "x", "--max-turns", "0"], "--max-turns must be a number greater than 0, not 0", "--max-turns 5"),
        (["-p", "x", "--max-cost", "nan"], "--max-cost must be a number greater than 0, not nan", "--max-cost 5"),
        (["search", "x", "--limit", "0"], "argument --limit: invalid positive value: '0'", "aircher search --help"),
        (["-p", "x", "--timeout", "soon"], "argument --timeout: invalid float value: 'soon'", "aircher --help"),
        (["-p", "x", "--frobnicate"], "unrecognized arguments: --frobnicate", "aircher --help"),
        (["--conf", "a=b", "version"], "unrecognized arguments: --conf", "aircher --help"),
        (["version", "--frobnicate"], "unrecognized arguments: --frobnicate", "aircher version --help"),
        (["-p", "x", "--image", "a.txt"], None, "one of: .png, .jpg, .jpeg, .gif, .webp"),
        (["-p", "x", "--image", "gone.png"], None, "--image FILE"),
        (["--cwd", "nowhere", "version", "--json"], None, "--cwd DIR"),
    ],
)
def test_wrong_usage_ends_in_code_2_with_a_remedy(
    aircher: Aircher, arguments: list[str], message: str | None, hint: str
) -> None:
    done = aircher(*arguments)
    assert (done.code, done.stdout) == (2, "")
    first, second = done.stderr.splitlines()
    assert message is None or first == f"error[usage]: {message}"
    assert second == f"hint: {hint}"


def test_too_much_on_stdin_is_refused(aircher: Aircher) -> None:
    done = aircher("-p", "x", stdin=b"x" * (8 * 1024 * 1024 + 1))
    assert done.code == 2
    assert "stdin holds more than the 8 MiB" in done.stderr


def test_a_failure_before_the_session_is_a_result_object_for_scripts(aircher: Aircher) -> None:
    done = aircher("-p", "x", "--image", "gone.png", "--output-format", "json")
    assert done.code == 2
    assert json.loads(done.stdout)["error"]["code"] == "usage"
