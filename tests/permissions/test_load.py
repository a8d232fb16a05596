"""From files and flags to a policy."""

import datetime as dt
from pathlib import Path

import pytest
from tests.config.places import Place

from aircher.config import Config
from aircher.domain.effects import Action, Reads, Unknown, Writes
from aircher.domain.errors import ConfigError
from aircher.domain.levels import Mode
from aircher.permissions.decision import Verdict
from aircher.permissions.load import load_policy, session_places
from aircher.permissions.policy import Policy
from aircher.permissions.rules import Scope

TODAY = dt.date(2026, 11, 27)


@pytest.fixture
def place(tmp_path: Path, environ: dict[str, str]) -> Place:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    return Place(root=root.resolve(), etc=tmp_path / "etc", environ=environ)


def load(
    place: Place,
    *flags: str,
    mode: Mode | None = None,
    allow: tuple[str, ...] = (),
    deny: tuple[str, ...] = (),
    told: list[str] | None = None,
) -> Policy:
    config: Config = place.load(*flags)
    places = session_places(config, place.environ)
    note = None if told is None else told.append
    return load_policy(config, places=places, mode=mode, allow=allow, deny=deny, etc=place.etc, today=TODAY, note=note)


def administer(place: Place, text: str) -> Path:
    place.etc.mkdir(exist_ok=True)
    path = place.etc / "policy.toml"
    path.write_text(text)
    return path


def run(text: str) -> tuple[Action, ...]:
    return (Action(tool="shell", text=text, effects=(Unknown(reason="may do anything"),)),)


def test_without_any_source_the_policy_is_the_built_in_one(place: Place) -> None:
    policy = load(place)
    assert (policy.mode, tuple(policy.rules), policy.max_mode, policy.needs_sandbox) == ("ask", (), "auto", False)
    assert policy.places.roots == (place.root,)


def test_every_source_adds_its_rules_with_scope_and_origin(place: Place) -> None:
    system = place.write("system", "security.deny = ['net(a.org)']\n")
    user = place.write("user", "security.ask = ['shell(git*)']\nsecurity.mode = 'edit'\n")
    project = place.write("project", "[security]\nallow = ['shell(npm test)']\ndeny = ['read(docs)']\n")
    policy_file = administer(place, "deny = ['shell(rm*)']\n\nask = ['net']\n")
    place.trust()
    policy = load(place, "security.deny=read(x)", allow=("shell(ls)",), deny=("write",))
    assert (policy.mode, [str(rule) for rule in policy.rules]) == (
        "edit",
        [
            f"deny shell(rm*) (administrator, {policy_file}:1)",
            f"ask net (administrator, {policy_file}:3)",
            f"deny net(a.org) (administrator, {system}:1)",
            f"ask shell(git*) (user, {user}:1)",
            f"allow shell(npm test) (project, {project}:2)",
            f"deny read(docs) (project, {project}:3)",
            "deny read(x) (session, --config security.deny)",
            "deny write (session, --deny)",
            "allow shell(ls) (session, --allow)",
        ],
    )


def test_a_project_that_is_not_trusted_takes_away_and_gives_nothing(place: Place) -> None:
    place.write("project", "[security]\nmode = 'auto'\nallow = ['shell(npm test)']\ndeny = ['read(docs)']\nask = []\n")
    place.write("user", "security.deny = ['shell(rm*)']\n")
    policy = load(place)
    assert policy.mode == "ask"
    assert [(rule.text, rule.scope) for rule in policy.rules] == [
        ("shell(rm*)", Scope.USER),
        ("read(docs)", Scope.PROJECT),
    ]


def test_rules_that_do_nothing_are_left_out_and_told(place: Place) -> None:
    user = place.write(
        "user",
        "security.deny = [{ rule = 'shell(a)', expires = 2026-11-26 }, { rule = 'shell(b)', expires = 2026-11-27 }]\n",
    )
    project = place.write("project", "security.allow = ['shell(bash*)', 'shell(make)']\nsecurity.deny = ['raed(x)']\n")
    place.trust()
    told: list[str] = []
    policy = load(place, told=told)
    assert [rule.text for rule in policy.rules] == ["shell(b)", "shell(make)", "raed(x)"]
    assert told == [
        f"{user}:1: deny shell(a) expired on 2026-11-26",
        f"{project}:1: allow shell(bash*) is too broad for a project, and has no effect",
        f"{project}:2: deny raed(x) names no tool of Aircher itself; did you mean read?",
    ]


def test_the_words_of_the_go_program_ask_whatever_is_allowed(place: Place) -> None:
    place.write(
        "project",
        "security.require_confirmation = ['file_write', 'file_delete', 'git_push', 'process_execute', 'other']\n",
    )
    policy = load(place, mode="edit", allow=("shell", "write"))
    assert [f"{rule.verdict} {rule.text}" for rule in policy.rules] == [
        "ask write",
        "ask delete",
        "ask shell(git push*)",
        "ask unknown",
        "allow shell",
        "allow write",
    ]
    assert policy.decide(run("make")).verdict is Verdict.ASK
    write = (Action(tool="write", effects=(Writes(path=place.root / "a"),)),)
    assert policy.decide(write).verdict is Verdict.ASK
    assert policy.decide((Action(tool="shell", text="git push -f"),)).verdict is Verdict.ASK
    assert policy.decide((Action(tool="shell", text="git status"),)).verdict is Verdict.ALLOW


def test_the_administrator_fixes_the_farthest_mode_and_the_sandbox(place: Place) -> None:
    administer(place, 'max_mode = "edit"\nrequire_sandbox = true\n')
    policy = load(place, mode="auto")
    assert (policy.mode, policy.max_mode, policy.needs_sandbox) == ("edit", "edit", True)
    assert policy.with_mode("auto").mode == "edit"


def test_nobody_weakens_the_administrator(place: Place) -> None:
    administer(place, "deny = ['shell(curl*)']\nask = ['shell(git push*)']\n")
    place.write("user", "security.allow = ['shell']\nsecurity.deny = []\n")
    policy = load(place, allow=("shell(curl*)", "shell(git push*)"))
    assert [policy.decide(run(text)).verdict for text in ("curl a", "git push", "make")] == [
        Verdict.DENY,
        Verdict.ASK,
        Verdict.ALLOW,
    ]


@pytest.mark.parametrize(
    "text", ["max_mod = 'plan'\n", "max_mode = 'all'\n", "deny = 'x'\n", "deny = [\n", "deny = ['read(']\n", "\xff"]
)
def test_a_broken_file_of_the_administrator_is_an_error(place: Place, text: str) -> None:
    path = administer(place, "")
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        load(place)
    assert caught.value.message.startswith(str(path))


def test_a_file_of_the_administrator_that_cannot_be_read_is_an_error(place: Place) -> None:
    (place.etc / "policy.toml").mkdir(parents=True)
    with pytest.raises(ConfigError, match="is a folder"):
        load(place)


@pytest.mark.parametrize(
    ("key", "table", "fault"),
    [
        ("allow", "rule = 'shell(git status*)', allows = ['git status -s'], refuses = ['git push']", ""),
        (
            "allow",
            "rule = 'shell(git*)', refuses = ['git push']",
            "refuses 'git push' by its own example, and means it",
        ),
        (
            "allow",
            "rule = 'shell(git st)', allows = ['git status']",
            "allows 'git status' by its own example, and does",
        ),
        ("deny", "rule = 'shell(git push*)', refuses = ['git push', '/usr/bin/git push'], allows = ['git pull']", ""),
        ("deny", "rule = 'shell(git push*)', allows = ['git push -n']", "allows 'git push -n' by its own example"),
        ("ask", "rule = 'write(docs/**)', refuses = ['docs/a.md'], allows = ['src/a.py', '~/docs/a']", ""),
        ("ask", "rule = 'write(docs/**)', refuses = ['src/a.py']", "refuses 'src/a.py' by its own example"),
        ("allow", "rule = 'net(*.python.org)', allows = ['docs.python.org:443'], refuses = ['python.org']", ""),
        ("allow", "rule = 'net(python.org)', allows = ['docs.python.org']", "allows 'docs.python.org' by its own"),
        ("allow", "rule = 'mcp(github:*)', allows = ['github:create_issue'], refuses = ['gitlab:x']", ""),
        ("deny", "rule = 'web_search', allows = ['x']", "allows 'x' by its own example"),
    ],
)
def test_examples_beside_a_rule_are_tested_on_load(place: Place, key: str, table: str, fault: str) -> None:
    path = place.write("user", f"security.{key} = [{{ {table} }}]\n")
    if not fault:
        assert len(load(place).rules) == 1
        return
    with pytest.raises(ConfigError) as caught:
        load(place)
    assert caught.value.message.startswith(f"{path}:1: the rule ")
    assert fault in caught.value.message


def test_aircher_does_not_let_its_own_files_be_written(place: Place) -> None:
    policy = load(place, mode="edit")
    for folder in (place.paths.config, place.paths.data, place.paths.state, place.paths.cache):
        write = (Action(tool="write", effects=(Writes(path=folder / "x"),)),)
        assert policy.decide(write).rule == f"write({folder / 'x'}) is Aircher's own configuration or data"
    assert policy.may_read(place.root / "a")
    assert policy.decide((Action(tool="read", effects=(Reads(path=place.paths.data),)),)).verdict is Verdict.ASK
