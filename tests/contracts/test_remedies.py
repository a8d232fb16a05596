"""Remedies as they are said in the interface."""

import pytest

from aircher.commands.registry import built_in_commands
from aircher.commands.remedies import in_interface


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("--provider openai", "/provider openai"),
        ("choose another model with --model", "choose another model with /model"),
        (
            "--model NAME, or aircher config set providers.x.model NAME",
            "/model NAME, or /config providers.x.model NAME",
        ),
        ("`aircher sessions list` shows them all", "`/session` shows them all"),
        ("aircher doctor --bundle report.zip", "/doctor --bundle report.zip"),
        ("aircher search --help", "/search QUERY"),
        ("aircher init --force replaces it", "/init --force replaces it"),
        ("aircher undone", "aircher undone"),
        ("aircher providers login openai, or export X=…", "aircher providers login openai, or export X=…"),
        ('aircher -p "question" --model NAME', 'aircher -p "question" --model NAME'),
        ("--provider-names", "--provider-names"),
        ("--force replaces it", "--force replaces it"),
        ("", ""),
    ],
)
def test_a_remedy_names_the_slash_command_that_does_the_same(told: str, said: str) -> None:
    assert in_interface(told) == said


@pytest.mark.parametrize(
    "told",
    [
        "aircher config set interface.color_theme auto",
        "aircher config explain interface.color_theme",
        "aircher models list",
        "aircher policy list",
        "aircher providers list",
        "aircher usage --by model",
        "aircher undo --dry-run",
        "aircher redo",
        "--mode edit",
        "--thinking low",
    ],
)
def test_what_it_names_is_a_command_that_takes_it(told: str) -> None:
    said = in_interface(told)
    command, arguments = built_in_commands().parse(said)
    assert f"/{command.name} {arguments}".rstrip() == said
