"""The examples of ``docs/permissions.md`` run, and its table of modes is the policy's."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from tests.conftest import Aircher

from aircher.domain.levels import MODES
from aircher.permissions.builtin import table

PAGE = (Path(__file__).parents[2] / "docs/permissions.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ aircher (policy (?!replay).+)$", PAGE, re.MULTILINE)
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("line", COMMANDS)
def test_an_example_runs(aircher: Aircher, line: str) -> None:
    done = aircher(*shlex.split(line))
    assert done.code == 0, done.stderr


def test_the_configuration_holds_and_the_cases_are_true(aircher: Aircher, project: Path) -> None:
    administrator, configuration, cases = BLOCKS
    assert tomllib.loads(administrator)["max_mode"] == "edit"
    config = Path(aircher.environ["HOME"], ".config/aircher/config.toml")
    config.parent.mkdir(parents=True)
    config.write_text(configuration)
    (project / "policy-cases.toml").write_text(cases)
    assert len(aircher("policy", "list").stdout.splitlines()) > len(tomllib.loads(configuration)["security"]["allow"])
    assert aircher("policy", "lint").stdout == ""
    done = aircher("policy", "test", "policy-cases.toml")
    assert (done.code, done.stdout) == (0, "")


def test_the_table_of_modes_says_what_the_policy_does() -> None:
    words = {"allow": "passes", "ask": "asks", "deny": "refused"}
    columns = [[words[verdict] for _, verdict in table(mode)] for mode in MODES]
    said = [list(row) for row in zip(*columns, strict=True)]
    rows = re.findall(r"^\| (?:read|write|run|connect)[^|`]*\|(.*)\|$", PAGE, re.MULTILINE)
    shown = [[cell.strip().partition(",")[0] for cell in row.split("|")] for row in rows]
    assert [row for at, row in enumerate(said) if at not in {6, 8}] == shown
