"""Subcommands inside of the process, as slash commands run them."""

import io
from pathlib import Path

import pytest

from aircher.cli.context import CliContext
from aircher.cli.inner import printed
from aircher.domain.errors import UsageError


@pytest.fixture
def context(project: Path, environ: dict[str, str]) -> CliContext:
    return CliContext(environ=environ, cwd=project, stdin=io.BytesIO(), stdout=io.StringIO(), stderr=io.StringIO())


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("-hh",), ("--by", "day", "-h")])
def test_help_is_returned_and_ends_nothing(
    context: CliContext, capfd: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert printed(("usage", *words), context).startswith("usage: aircher usage [-h]")
    assert capfd.readouterr() == ("", "")


def test_help_is_that_of_the_action_and_not_of_a_command_that_is_asked_about(context: CliContext) -> None:
    assert printed(("policy", "explain", "-h"), context).startswith("usage: aircher policy explain [-h]")
    assert printed(("policy", "explain", "--", "git", "--help"), context).startswith("allow in ask mode")


def test_what_is_no_subcommand_is_told_with_the_nearest(context: CliContext) -> None:
    with pytest.raises(UsageError, match="'usge' is not a command") as problem:
        printed(("usge",), context)
    assert problem.value.hint == "aircher usage"
