"""Every subcommand, used by hand: what it prints, what it changes, how it fails."""

import json
import sqlite3
import zipfile
from pathlib import Path

import jsonschema
import pytest
from tests.conftest import Aircher
from tests.keys import KEYS

from aircher.domain.ids import PromptId, SessionId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import TextPart
from aircher.storage.database import Database
from aircher.storage.migrate import SESSIONS
from aircher.storage.waiting_prompts import SqliteWaitingPrompts

SECRET = KEYS["OF_A_SHAPE"]


@pytest.fixture
def asked(aircher: Aircher) -> str:
    """Ask something; return the session's id."""
    done = aircher("-p", "where is Keeper defined?", "--provider", "offline", "--output-format", "json")
    return str(json.loads(done.stdout)["session_id"])


def answer(aircher: Aircher, *arguments: str, code: int = 0) -> str:
    done = aircher(*arguments)
    assert done.code == code, done.stderr
    return done.stdout


# --- sessions --------------------------------------------------------------------------------------------------


def test_sessions_are_listed_shown_and_searched(aircher: Aircher, asked: str) -> None:
    assert answer(aircher, "sessions", "list").startswith(asked)
    shown = answer(aircher, "sessions", "show", asked[:15])
    assert shown.startswith("# where is Keeper defined?\n\n## You\n\nwhere is Keeper defined?\n\n## Aircher\n")
    assert json.loads(answer(aircher, "sessions", "show", asked, "--json"))["conversation"]["id"] == asked
    assert asked in answer(aircher, "sessions", "search", "keeper defined")
    assert aircher("sessions", "search", "zebra crossing").stderr == "note: no message holds 'zebra crossing'\n"


def test_other_projects_sessions_are_shown_only_when_asked_for(aircher: Aircher, asked: str, tmp_path: Path) -> None:
    elsewhere = str(tmp_path)
    done = aircher("sessions", "list", "--cwd", elsewhere)
    assert (done.stdout, done.stderr) == (
        "",
        "note: no sessions in this project yet; --all shows those of others\n",
    )
    assert asked in answer(aircher, "sessions", "list", "--all", "--cwd", elsewhere)


def test_a_session_is_exported_deleted_and_imported_again(aircher: Aircher, asked: str, tmp_path: Path) -> None:
    before = answer(aircher, "sessions", "show", asked)
    file = tmp_path / "session.jsonl"
    answer(aircher, "sessions", "export", asked, "--output", str(file))
    assert answer(aircher, "sessions", "export", asked) == file.read_text()
    answer(aircher, "sessions", "delete", asked)
    assert aircher("sessions", "show", asked).code == 2
    assert answer(aircher, "sessions", "import", str(file)) == f"{asked}\n"
    assert answer(aircher, "sessions", "show", asked) == before


def test_an_export_replaces_a_file_only_by_force(aircher: Aircher, asked: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.txt"
    file.write_text("mine")
    for refused in (("sessions", "export", asked, "--output", str(file)), ("-c", "-p", f"/export {file}")):
        done = aircher(*refused)
        assert (done.code, file.read_text()) == (2, "mine")
        assert f"{file} is already there" in done.stderr
        assert "hint: --force replaces it" in done.stderr
    assert aircher("-c", "-p", f"/export {file} --force").code == 0
    assert file.read_text() == answer(aircher, "sessions", "export", asked)


async def test_a_session_takes_along_the_prompts_that_wait_in_it(aircher: Aircher, asked: str, home: Path) -> None:
    waiting = (WaitingPrompt(id=PromptId("1"), lane=Lane.QUEUE, prompt=(TextPart(text="and then sleep"),)),)
    with Database(home / ".local/share/aircher/sessions.db", SESSIONS) as database:
        prompts = SqliteWaitingPrompts(database, SessionId(asked))
        await prompts.save(waiting)
        answer(aircher, "sessions", "delete", asked)
        assert await prompts.load() == ()


def test_a_session_is_renamed_and_forked(aircher: Aircher, asked: str) -> None:
    answer(aircher, "sessions", "rename", asked, "the zoo")
    fork = answer(aircher, "sessions", "fork", asked).strip()
    sessions = json.loads(answer(aircher, "sessions", "list", "--json"))
    assert {(item["id"], item["title"]) for item in sessions} == {(asked, "the zoo"), (fork, "the zoo")}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "nope"], "no session is called 'nope'"),
        (["import", "gone.jsonl"], "gone.jsonl cannot be read: No such file or directory"),
        (["export", "ID", "--output", "/nowhere/x"], "/nowhere/x cannot be written"),
        (["rename", "ID", "  "], "a title cannot be empty"),
    ],
)
def test_what_is_wrong_with_a_session_command_is_said(
    aircher: Aircher, asked: str, arguments: list[str], message: str
) -> None:
    done = aircher("sessions", *(asked if word == "ID" else word for word in arguments))
    assert done.code == 2
    assert message in done.stderr


# --- databases -------------------------------------------------------------------------------------------------


def test_databases_are_described_verified_and_vacuumed(aircher: Aircher, asked: str, home: Path) -> None:
    found = {item["name"]: item for item in json.loads(answer(aircher, "db", "status", "--json"))}
    assert found["conversations"]["path"] == str(home / ".local/share/aircher/conversations.db")
    assert found["conversations"]["counts"]["conversations"] == 1
    assert found["knowledge"]["exists"] is False
    assert "1 conversations" in answer(aircher, "db", "status")
    assert answer(aircher, "db", "verify").splitlines() == ["conversations: ok", "sessions: ok", "file_index: ok"]
    assert all(not item["findings"] for item in json.loads(answer(aircher, "db", "verify", "--json")))
    assert "conversations: " in answer(aircher, "db", "vacuum")


def test_a_backup_brings_a_deleted_session_back(aircher: Aircher, asked: str, tmp_path: Path) -> None:
    copies = answer(aircher, "db", "backup", str(tmp_path / "backups")).splitlines()
    answer(aircher, "sessions", "delete", asked)
    restored = answer(aircher, "db", "restore", str(Path(copies[0]).parent))
    assert "conversations restored to" in restored
    assert "the file it replaced is" in restored
    assert asked in answer(aircher, "sessions", "list")


def test_damage_is_found_by_verify_status_and_doctor(aircher: Aircher, asked: str, home: Path) -> None:
    path = home / ".local/share/aircher/conversations.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE events SET body = '{}' WHERE seq = 2")
    connection.close()
    assert "damaged" in answer(aircher, "db", "verify", code=11)
    path.write_bytes(b"not a database" * 1000)
    assert "is damaged or not a database" in answer(aircher, "db", "status")
    report = answer(aircher, "doctor", code=11)
    assert "conversations.db" in report
    assert "failed: " in report


def test_a_backup_without_databases_says_so(aircher: Aircher, tmp_path: Path) -> None:
    assert aircher("db", "backup", str(tmp_path)).stderr == "note: there is no database to copy yet\n"
    assert aircher("db", "restore", "nowhere").code == 2


# --- configuration ---------------------------------------------------------------------------------------------


def test_a_value_is_set_explained_read_and_removed(aircher: Aircher, home: Path) -> None:
    file = home / ".config/aircher/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("# mine\n[costs]\ndaily_limit = 3.0 # a coffee\n")
    answer(aircher, "config", "set", "costs.daily_limit", "5")
    assert file.read_text() == "# mine\n[costs]\ndaily_limit = 5 # a coffee\n"
    assert answer(aircher, "config", "get", "costs.daily_limit") == "5.0\n"
    done = aircher("config", "explain", "costs.daily_limit", environ={"AIRCHER_COSTS__DAILY_LIMIT": "7"})
    assert [line.split()[:3] for line in done.stdout.splitlines()] == [
        ["default", "10.0", "built-in"],
        ["user", "5", f"{file}:3"],
        ["*", "environment", "7"],
    ]
    assert [
        step["layer"] for step in json.loads(answer(aircher, "config", "explain", "costs.daily_limit", "--json"))
    ] == [
        "default",
        "user",
    ]
    answer(aircher, "config", "unset", "costs.daily_limit")
    assert answer(aircher, "config", "get", "costs.daily_limit") == "10.0\n"


def test_the_projects_own_files_can_be_written(aircher: Aircher, project: Path) -> None:
    answer(aircher, "config", "set", "--project", "interface.vim_mode", "true")
    answer(aircher, "config", "set", "--local", "interface.vim_mode", "false")
    assert (project / ".aircher/config.toml").read_text() == "[interface]\nvim_mode = true\n"
    assert answer(aircher, "config", "get", "interface.vim_mode") == "false\n"
    assert aircher("config", "set", "--project", "--local", "interface.vim_mode", "true").code == 2


def test_the_configuration_is_shown_without_secrets_and_as_a_schema(aircher: Aircher) -> None:
    done = aircher(
        "config", "show", environ={"AIRCHER_PROVIDERS__ZOO__API_KEY_COMMAND": "pass zoo", "OPENAI_API_KEY": SECRET}
    )
    assert done.code == 0
    assert "[providers.openai]" in done.stdout
    assert SECRET not in done.stdout
    assert json.loads(answer(aircher, "config", "show", "costs", "--json"))["costs"]["daily_limit"] == 10.0
    assert aircher("config", "show", "cost").code == 2
    schema = json.loads(answer(aircher, "config", "schema"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "is valid" in answer(aircher, "config", "validate")


def test_a_pasted_key_is_refused(aircher: Aircher, home: Path) -> None:
    done = aircher("config", "set", "providers.openai.api_key_env", SECRET)
    assert done.code == 3
    assert SECRET not in done.stdout + done.stderr
    assert not (home / ".config/aircher/config.toml").exists()


def test_trust_lets_a_project_name_a_server_until_it_changes(aircher: Aircher, project: Path) -> None:
    file = project / ".aircher/config.toml"
    file.parent.mkdir()
    file.write_text('[providers.zoo]\nbase_url = "http://localhost:1/v1"\nmodel = "m"\n')
    assert "the folder is not trusted" in aircher("providers", "list").stderr
    assert "zoo" not in answer(aircher, "providers", "list")
    answer(aircher, "config", "trust")
    assert "zoo" in answer(aircher, "providers", "list")
    file.write_text('[providers.zoo]\nbase_url = "http://evil:1/v1"\nmodel = "m"\n')
    assert "zoo" not in answer(aircher, "providers", "list")
    answer(aircher, "config", "trust")
    answer(aircher, "config", "trust", "--revoke")
    assert "zoo" not in answer(aircher, "providers", "list")


@pytest.mark.parametrize(("editor", "code"), [("true", 0), ("false", 2), ("/no/such/editor", 2), ("", 2)])
def test_the_editor_is_started_and_its_work_checked(aircher: Aircher, editor: str, code: int) -> None:
    assert aircher("config", "edit", environ={"EDITOR": editor}).code == code


def test_the_editor_sees_the_users_variables_but_no_keys(aircher: Aircher, tmp_path: Path) -> None:
    editor, seen = tmp_path / "editor", tmp_path / "seen"
    editor.write_text(f"#!/bin/sh\nenv > '{seen}'\n")
    editor.chmod(0o755)
    environ = {"EDITOR": str(editor), "SOME_API_KEY": "hunter2", "COLORS": "many"}
    assert aircher("config", "edit", environ=environ).code == 0
    assert "COLORS=many\n" in seen.read_text()
    assert "hunter2" not in seen.read_text()


# --- the rest --------------------------------------------------------------------------------------------------


def test_the_index_is_described_and_rebuilt(aircher: Aircher, project: Path) -> None:
    assert "nothing is indexed yet" in aircher("index", "status").stderr
    assert aircher("index", "rebuild").stderr.endswith("note: read 4 of 4 files\n")
    status = json.loads(answer(aircher, "index", "status", "--json"))
    assert (status["root"], status["files"]) == (str(project), 4)


def test_search_prints_places(aircher: Aircher) -> None:
    assert answer(aircher, "search", "feed animal").splitlines()[0].startswith("src/keeper.py:")
    assert json.loads(answer(aircher, "search", "feed animal", "--limit", "1", "--json"))[0]["path"] == "src/keeper.py"
    assert "matches 'xyzzy'" in aircher("search", "xyzzy").stderr


def test_init_writes_a_map_once(aircher: Aircher, project: Path) -> None:
    answer(aircher, "init")
    text = (project / "AGENTS.md").read_text()
    assert text.startswith("# project\n")
    assert "python (2 files)" in text
    assert aircher("init").code == 2
    answer(aircher, "init", "--force")


def test_init_does_not_write_through_a_link(aircher: Aircher, project: Path, home: Path) -> None:
    (project / "AGENTS.md").symlink_to(home / ".bash_profile")
    assert aircher("init", "--force").code == 2
    assert not (home / ".bash_profile").exists()


def test_a_session_with_unusual_line_ends_survives_export_and_import(aircher: Aircher, tmp_path: Path) -> None:
    done = aircher("-p", "where is\u2028Keeper\x85defined?", "--provider", "offline", "--output-format", "json")
    asked = json.loads(done.stdout)["session_id"]
    file = tmp_path / "session.jsonl"
    answer(aircher, "sessions", "export", asked, "--output", str(file))
    answer(aircher, "sessions", "delete", asked)
    assert answer(aircher, "sessions", "import", str(file)) == f"{asked}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(aircher: Aircher, shell: str) -> None:
    assert "sessions" in answer(aircher, "completion", shell)


def test_providers_say_who_answers(aircher: Aircher) -> None:
    rows = {row["name"]: row for row in json.loads(answer(aircher, "providers", "list", "--json"))}
    assert rows["offline"]["is_default"] is True
    done = aircher("providers", "list", "--json", environ={"OPENAI_API_KEY": SECRET})
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert (rows["openai"]["has_key"], rows["openai"]["is_default"]) == (True, True)
    assert SECRET not in done.stdout
    assert answer(aircher, "providers", "test").startswith("offline: ok in ")
    assert json.loads(answer(aircher, "providers", "test", "--json"))["ok"] is True
    assert answer(aircher, "models", "list").startswith("index ")
    assert json.loads(answer(aircher, "models", "list", "--json"))[0]["name"] == "index"


def test_a_provider_that_does_not_answer_fails_its_test(aircher: Aircher) -> None:
    arguments = ["--config", "providers.zoo.base_url=http://127.0.0.1:9/v1"]
    done = aircher("providers", "test", "zoo", "--json", *arguments)
    assert done.code == 5
    assert json.loads(done.stdout)["ok"] is False
    assert aircher("models", "list", "--provider", "zoo", *arguments).code == 5
    assert aircher("providers", "test", "nobody").code == 3


def test_doctor_is_content_with_a_fresh_machine_and_every_line_ends_in_ok_or_a_remedy(aircher: Aircher) -> None:
    report = answer(aircher, "doctor")
    for line in report.splitlines():
        assert line.endswith("… ok") or "… warning: " in line
    checks = json.loads(answer(aircher, "doctor", "--json"))
    assert [check["name"] for check in checks][:3] == ["python", "terminal", "git"]


def test_doctor_names_a_missing_key_an_unreachable_server_and_a_broken_file(aircher: Aircher, home: Path) -> None:
    report = answer(aircher, "doctor", "--config", "providers.default=openai", code=4)
    remedy = "aircher providers login openai, or export OPENAI_API_KEY=…"
    assert f"openai: OPENAI_API_KEY is not set … failed: {remedy}" in report
    arguments = ["--config", "providers.zoo.base_url=http://127.0.0.1:9/v1", "--config", "providers.default=zoo"]
    assert "network      zoo: 127.0.0.1:9: " in answer(aircher, "doctor", *arguments)
    file = home / ".config/aircher/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[costs\n")
    assert "failed: " in answer(aircher, "doctor", code=3)


def test_a_bundle_helps_without_telling_secrets(aircher: Aircher, asked: str, tmp_path: Path) -> None:
    target = tmp_path / "report.zip"
    environ = {"OPENAI_API_KEY": SECRET, "AIRCHER_PROVIDERS__ZOO__BASE_URL": "http://me:pa55word@127.0.0.1:9/v1"}
    done = aircher("doctor", "--bundle", str(target), environ=environ)
    assert f"note: {target} holds doctor.txt, system.txt, packages.txt, config.json, log.jsonl" in done.stderr
    with zipfile.ZipFile(target) as archive:
        content = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "turn.finished" in content
    for hidden in (SECRET, "pa55word", "where is Keeper"):
        assert hidden not in content
    assert aircher("doctor", "--bundle", str(target)).code == 2


def test_a_key_may_come_from_a_program_of_the_user(aircher: Aircher, home: Path) -> None:
    file = home / ".config/aircher/config.toml"
    file.parent.mkdir(parents=True)
    section = '[providers.zoo]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\napi_key_command = '
    for command, message in (
        ("echo abc", "error[provider.network]"),
        ("false", "the program that prints zoo's key ended with code 1"),
        ("true", "the program that prints zoo's key printed nothing"),
        ("/no/such/program", "the program that prints zoo's key cannot be used: FileNotFoundError"),
    ):
        file.write_text(f'{section}"{command}"\n')
        assert message in aircher("providers", "test", "zoo").stderr


def test_a_bug_of_ours_ends_in_words_and_a_file(aircher: Aircher, home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "pygments.py").write_text("")
    (broken / "selectors.py").write_text("raise RuntimeError('sk-abcdefghijklmnop broke')\n")
    done = aircher("-p", "x", stdin=b"y", environ={"PYTHONPATH": str(broken)})
    assert done.code == 1
    assert done.stderr.startswith("error[defect]: a bug in Aircher: RuntimeError")
    written = (home / ".local/state/aircher/logs/defect.txt").read_text()
    assert "Traceback" in written
    assert "sk-abcdefghijklmnop" not in written + done.stderr
