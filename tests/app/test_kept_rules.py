"""Rules that answers make, kept in files."""

from pathlib import Path

import pytest
from tests.config.places import Place

from aircher.app.kept_rules import KeptRules
from aircher.domain.errors import ConfigError
from aircher.permissions.load import configured_rules
from aircher.permissions.rules import Scope


@pytest.fixture
def place(tmp_path: Path, environ: dict[str, str]) -> Place:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    return Place(root=root.resolve(), etc=tmp_path / "etc", environ=environ)


def rules(place: Place) -> list[tuple[str, Scope]]:
    return [(rule.text, rule.scope) for rule in configured_rules(place.load())]


async def test_a_rule_of_the_user_is_added_to_the_list_whose_comments_stay(place: Place) -> None:
    path = place.write("user", '[security]\nallow = [\n  "net(a.org)", # docs\n]\n')
    kept = KeptRules(place.root, place.environ)
    await kept.keep("shell(npm test)", scope="user")
    await kept.keep("shell(npm test)", scope="user")
    assert '"net(a.org)", # docs' in path.read_text()
    assert rules(place) == [("net(a.org)", Scope.USER), ("shell(npm test)", Scope.USER)]


async def test_a_rule_of_a_project_without_configuration_holds(place: Place) -> None:
    await KeptRules(place.root, place.environ).keep("write(docs/**)", scope="project")
    assert rules(place) == [("write(docs/**)", Scope.PROJECT)]
    assert (place.root / ".aircher/config.local.toml").exists()


async def test_a_trusted_project_stays_trusted_and_one_that_is_not_keeps_nothing(place: Place) -> None:
    place.write("project", "security.allow = ['shell(make)']\n")
    kept = KeptRules(place.root, place.environ)
    with pytest.raises(ConfigError, match="is not trusted"):
        await kept.keep("shell(ls)", scope="project")
    place.trust()
    await kept.keep("shell(ls)", scope="project")
    assert rules(place) == [("shell(make)", Scope.PROJECT), ("shell(ls)", Scope.PROJECT)]


@pytest.mark.parametrize("rule", ["shell(", "sk-ant-api03-" + "a" * 90])
async def test_what_is_no_rule_is_not_written(place: Place, rule: str) -> None:
    with pytest.raises(ConfigError):
        await KeptRules(place.root, place.environ).keep(rule, scope="user")
    assert not (place.paths.config / "config.toml").exists()
