"""``aircher policy``, as a user types it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import Aircher

from aircher.domain.audit import AuditEntry, AuditKind
from aircher.domain.effect_records import to_record
from aircher.domain.effects import Action, Unknown
from aircher.domain.ids import SessionId
from aircher.storage.audit import SqliteAudit
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.support.redaction import Redactor


def test_a_command_is_explained_with_effects_and_rule(aircher: Aircher) -> None:
    done = aircher("policy", "explain", "--deny", "shell(make*)", "--", "make", "all")
    assert (done.code, done.stdout.splitlines()[0]) == (0, "deny in ask mode: deny shell(make*) (session, --deny)")


def test_json_has_decision_effects_and_the_rule_that_decided(aircher: Aircher) -> None:
    done = aircher("policy", "explain", "--json", "--mode", "edit", "--", "make all")
    told = json.loads(done.stdout)
    assert (told["decision"], told["mode"], told["suggestion"]) == ("ask", "edit", "shell(make all)")
    assert told["effects"]["unknown"] is True
    assert [action["text"] for action in told["actions"]] == ["make all"]


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (("--tool", "read", "--path", "README.md"), "allow in ask mode: read(workspace)"),
        (("--path", "/etc/passwd"), "ask in ask mode: read(/etc/passwd) is outside the workspace"),
        (("--tool", "write", "--path", "a", "--mode", "edit"), "allow in edit mode: write(workspace)"),
        (("--tool", "delete", "--path", ".git"), "ask in ask mode: delete({root}/.git) is git's own data"),
        (("--host", "A.org:443"), "ask in ask mode: net(a.org): a.org is in no rule"),
        (
            ("--tool", "mcp", "--text", "github:x", "--allow", "mcp(github:*)"),
            "allow in ask mode: allow mcp(github:*) (session, --allow)",
        ),
    ],
)
def test_other_doors_are_judged_by_the_same_policy(aircher: Aircher, arguments: tuple[str, ...], first: str) -> None:
    done = aircher("policy", "explain", *arguments)
    assert (done.code, done.stdout.splitlines()[0]) == (0, first.format(root=aircher.cwd.resolve()))


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--tool", "read"),
        ("--batch", "gone.jsonl"),
        ("--batch", "gone.jsonl", "--workspace", "/w", "--home", "/h"),
        ("--batch", "README.md", "--workspace", "/w", "--home", "/h"),
    ],
)
def test_a_question_without_a_subject_is_wrong_usage(aircher: Aircher, arguments: tuple[str, ...]) -> None:
    assert aircher("policy", "explain", *arguments).code == 2


def test_a_batch_is_judged_by_the_built_in_policy_alone(aircher: Aircher, tmp_path: Path) -> None:
    config = Path(aircher.environ["HOME"], ".config/aircher/config.toml")
    config.parent.mkdir(parents=True)
    config.write_text("this is no TOML")
    lines = [{"id": "1", "command": "make", "cwd": "/srv/proj"}, {"id": 2, "command": "make"}]
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    where = ("--workspace", "/srv/proj", "--home", "/home/dev")
    done = aircher("policy", "explain", "--batch", str(tmp_path / "lines.jsonl"), "--mode", "edit", *where)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["id"], line["decision"]) for line in told] == [("1", "ask"), (2, "ask")]
    assert [set(line["effects"]) for line in told] == [{"reads", "writes", "network", "exec", "unknown"}] * 2


def test_the_list_shows_rules_with_origin_and_what_holds_without(aircher: Aircher, project: Path) -> None:
    (project / ".aircher").mkdir()
    (project / ".aircher/config.toml").write_text(
        "security.deny = [{ rule = 'read(a)', expires = 2999-01-01, reason = 'private' }]\n"
    )
    lines = aircher("policy", "list", "--mode", "plan").stdout.splitlines()
    origin = f"{project.resolve() / '.aircher/config.toml'}:1"
    assert lines[:2] == ["mode: plan", f"deny   read(a){'':25} project, {origin}, until 2999-01-01, private"]
    assert f"deny   {'run what may do anything':<42} built in" in lines
    told = json.loads(aircher("policy", "list", "--json").stdout)
    assert told["rules"] == [
        {
            "verdict": "deny",
            "rule": "read(a)",
            "scope": "project",
            "origin": origin,
            "expires": "2999-01-01",
            "reason": "private",
        }
    ]
    assert {"effect": "read in the workspace", "verdict": "allow"} in told["builtin"]


def test_lint_names_what_is_odd_and_ends_in_code_1(aircher: Aircher, project: Path) -> None:
    assert (aircher("policy", "lint").code, aircher("policy", "lint").stdout) == (0, "")
    (project / ".aircher").mkdir()
    (project / ".aircher/config.toml").write_text("security.deny = [{ rule = 'shel(a)', allows = ['a'] }]\n")
    done = aircher("policy", "lint", "--json")
    assert done.code == 1
    assert [(remark["rule"], remark["kind"]) for remark in json.loads(done.stdout)] == [
        ("shel(a)", "unknown tool"),
        ("shel(a)", "example"),
    ]
    assert aircher("policy", "list").code == 3


CASES = """
[[case]]
read = "README.md"
expected = "allow"

[[case]]
write = "a.py"
mode = "edit"
expected = "allow"

[[case]]
delete = ".git/config"
expected = "ask"

[[case]]
host = "a.org"
expected = "deny"

[[case]]
mcp = "s:t"
mode = "auto"
expected = "allow"

[[case]]
command = "make"
expected = "ask"
"""


def test_cases_of_a_file_are_tested_and_one_that_fails_ends_in_code_1(aircher: Aircher, project: Path) -> None:
    (project / "cases.toml").write_text(CASES)
    good = aircher("policy", "test", "cases.toml", "--deny", "net(*.org)")
    assert (good.code, good.stdout, good.stderr) == (0, "", "note: 6 cases, 0 failed\n")
    bad = aircher("policy", "test", "cases.toml")
    assert (bad.code, bad.stdout) == (1, "net(a.org): expected deny, is ask: net(a.org): a.org is in no rule\n")
    (project / "cases.jsonl").write_text('{"command": "make", "mode": "plan", "expected": "ask"}\n')
    told = json.loads(aircher("policy", "test", "cases.jsonl", "--json").stdout)
    assert (told["cases"], [case["decision"] for case in told["failed"]]) == (1, ["deny"])


@pytest.mark.parametrize(
    "text", ["[[case]]\nexpected = 'allow'\n", "[[case]]\ncommand = 'x'\nexpected = 'yes'\n", "[[cas]]\n", "\x00"]
)
def test_a_file_without_cases_is_wrong_usage(aircher: Aircher, project: Path, text: str) -> None:
    (project / "cases.toml").write_text(text)
    assert aircher("policy", "test", "cases.toml").code == 2


def test_rules_of_flags_hold_in_a_prompt_and_a_wrong_one_is_a_mistake(aircher: Aircher) -> None:
    done = aircher("-p", "hi", "--provider", "offline", "--mode", "plan", "--allow", "shell(")
    assert (done.code, done.stderr.splitlines()[0]) == (
        3,
        "error[config.rule]: --allow: the rule 'shell(' has no closing parenthesis at its end",
    )


def test_replay_shows_what_would_go_another_way(aircher: Aircher) -> None:
    data = Path(aircher.environ["HOME"], ".local/share/aircher/sessions.db")
    action = Action(tool="shell", text="make", effects=(Unknown(reason="may do anything"),))
    with Database(data, SESSIONS) as database:
        audit = SqliteAudit(database, Redactor())
        for at, verdict in ((datetime(2026, 1, 1, tzinfo=UTC), "deny"), (datetime.now(UTC), "allow")):
            entry = AuditEntry(
                at=at,
                session_id=SessionId("s"),
                kind=AuditKind.DECIDED,
                tool="shell",
                data={"verdict": verdict, "rule": "then", "actions": [to_record(action)]},
            )
            audit.note_blocking(entry)
    lines = aircher("policy", "replay").stdout.splitlines()
    assert [line.partition(" ")[2].partition(" ")[2] for line in lines] == [
        "deny -> ask: make: it may do anything",
        "allow -> ask: make: it may do anything",
    ]
    recent = aircher("policy", "replay", "--since", "2d", "--allow", "shell(make)")
    assert (recent.stdout, recent.stderr) == ("", "note: 1 call, none would go another way\n")
    told = json.loads(aircher("policy", "replay", "--mode", "plan", "--json", "--all").stdout)
    assert (told["calls"], [one["now"]["verdict"] for one in told["shown"]]) == (2, ["deny", "deny"])
    assert aircher("policy", "replay", "--since", "soon").code == 2
