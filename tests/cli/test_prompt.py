"""``aircher -p`` against the real program, with the offline provider and with a server on loopback."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.chat_server import KEY, delta, error, finish, options, serving, stream
from tests.conftest import Aircher, Done


def test_the_answer_of_a_server_goes_to_stdout(aircher: Aircher) -> None:
    with serving(stream(delta(content="Hel"), delta(content="lo"), finish())) as server:
        done = aircher("-p", "hi", *options(server), environ=KEY)
    assert done == Done(code=0, stdout="Hello\n", stderr="")
    assert f"authorization: bearer {KEY['ZOO_KEY']}" in server.headers[0].lower()
    messages = server.bodies[0]["messages"]
    assert isinstance(messages, list)
    assert messages[-1] == {"role": "user", "content": "hi"}


def test_a_tool_is_called_and_its_result_sent_back(aircher: Aircher) -> None:
    wish = delta(
        tool_calls=[{"index": 0, "id": "c1", "function": {"name": "read_file", "arguments": '{"path": "README.md"}'}}]
    )
    answers = (stream(wish, finish("tool_calls")), stream(delta(content="A zoo."), finish()))
    with serving(*answers) as server:
        done = aircher("-p", "what is this?", "--output-format", "json", *options(server), environ=KEY)
    result = json.loads(done.stdout)
    assert (result["text"], result["turns"], result["tool_calls"][0]["status"]) == ("A zoo.", 2, "ok")
    messages = server.bodies[1]["messages"]
    assert isinstance(messages, list)
    assert messages[-1]["role"] == "tool"
    assert "Animals are fed by the keeper." in messages[-1]["content"]


def test_the_search_tool_finds_places_and_keeps_secrets_out(aircher: Aircher, project: Path) -> None:
    (project / ".env").write_text("FEED_TOKEN=feed_animal_secret\n")
    wish = delta(
        tool_calls=[
            {"index": 0, "id": "c1", "function": {"name": "search_code", "arguments": '{"query": "feed_animal"}'}}
        ]
    )
    answers = (stream(wish, finish("tool_calls")), stream(delta(content="There."), finish()))
    with serving(*answers) as server:
        done = aircher("-p", "where?", *options(server), environ=KEY)
    assert done.stdout == "There.\n"
    content = str(server.bodies[1]["messages"])
    assert "src/keeper.py:7" in content
    assert "feed_animal_secret" not in content


@pytest.mark.parametrize(
    ("answer", "code", "error_code"),
    [
        (error(401, "invalid_api_key"), 4, "provider.auth"),
        (error(404, "model_not_found"), 5, "provider.api"),
        (error(429, "insufficient_quota"), 6, "provider.quota"),
        (error(429, "rate_limit_exceeded", "retry-after: 500"), 6, "provider.rate_limit"),
        (error(400, "context_length_exceeded"), 10, "provider.tokens"),
        (stream(delta(content="ha"), is_whole=True).replace(b"data: [DONE]\n\n", b""), 5, "provider.stream"),
    ],
)
def test_one_cause_has_one_exit_code(aircher: Aircher, answer: bytes, code: int, error_code: str) -> None:
    with serving(answer) as server:
        server.hang.set()
        done = aircher("-p", "hi", "--output-format", "json", *options(server), environ=KEY)
    assert done.code == code
    assert json.loads(done.stdout)["error"]["code"] == error_code
    assert f"error[{error_code}]: " in done.stderr
    assert "Traceback" not in done.stderr
    assert KEY["ZOO_KEY"] not in done.stdout + done.stderr


def test_no_server_is_a_network_error_with_a_remedy(aircher: Aircher) -> None:
    with serving(b"") as server:
        arguments = options(server)
    done = aircher("-p", "hi", "--config", "providers.max_retries=0", *arguments, environ=KEY)
    assert done.code == 5
    assert "error[provider.network]: " in done.stderr
    assert "hint: " in done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_and_what_was_said_is_kept(aircher: Aircher, number: int, code: int) -> None:
    with serving(stream(delta(content="half an answer"), is_whole=False)) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "aircher", "-p", "hi", *options(server)],
            env={**aircher.environ, **KEY},
            cwd=aircher.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.read(4) == b"half"
        process.send_signal(number)
        _, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr) == (code, b"")
    sessions = json.loads(aircher("sessions", "list", "--json").stdout)
    shown = aircher("sessions", "show", sessions[0]["id"]).stdout
    assert "half an answer" in shown


def test_a_deadline_ends_in_code_9(aircher: Aircher) -> None:
    with serving(stream(delta(content="slow"), is_whole=False)) as server:
        done = aircher("-p", "hi", "--timeout", "1", *options(server), environ=KEY)
    assert (done.code, done.stdout) == (9, "slow\n")
    assert "error[deadline]: the turn took longer than the 1 s allowed" in done.stderr


def test_a_budget_ends_in_code_7(aircher: Aircher) -> None:
    wish = delta(tool_calls=[{"index": 0, "id": "c", "function": {"name": "read_file", "arguments": '{"path": "x"}'}}])
    with serving(stream(wish, finish("tool_calls"))) as server:
        done = aircher("-p", "hi", "--max-turns", "2", *options(server), environ=KEY)
    assert done.code == 7
    assert len(server.bodies) == 2


def test_a_refused_permission_without_an_answer_ends_in_code_8(aircher: Aircher) -> None:
    arguments = json.dumps({"path": "/etc/passwd"})
    wish = delta(tool_calls=[{"index": 0, "id": "c", "function": {"name": "read_file", "arguments": arguments}}])
    with serving(stream(wish, finish("tool_calls")), stream(finish())) as server:
        done = aircher("-p", "hi", "--output-format", "json", *options(server), environ=KEY)
    assert done.code == 8
    assert json.loads(done.stdout)["denied"] == [
        {
            "tool": "read_file",
            "rule": "read(/etc/passwd) is outside the workspace, and nobody is here to ask; "
            "--allow 'read(/etc/passwd)' allows it",
        }
    ]


def test_a_closed_stdout_ends_quietly(aircher: Aircher) -> None:
    with serving(stream(*(delta(content=f"line {number}\n") for number in range(5000)), finish())) as server:
        command = f"{sys.executable} -m aircher -p hi {' '.join(options(server))} | head -1; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(
            ["bash", "-c", command],
            env={**aircher.environ, **KEY},
            cwd=aircher.cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    assert (done.stdout, done.stderr) == ("line 0\n0\n", "")


def test_piped_text_is_context_and_what_is_not_utf8_is_told(aircher: Aircher) -> None:
    with serving(stream(delta(content="ok"), finish())) as server:
        done = aircher("-p", "review", *options(server), stdin=b"caf\xe9 \xff", environ=KEY)
    assert done.code == 0
    assert done.stderr == "note: stdin is not valid UTF-8 (first at byte 3); shown as \ufffd\n"
    assert "<stdin>\\ncaf\\ufffd \\ufffd\\n</stdin>" in json.dumps(server.bodies[0])


def test_the_prompt_itself_may_come_from_stdin(aircher: Aircher) -> None:
    done = aircher("-p", "-", "--provider", "offline", stdin=b"where is feed_animal defined?")
    assert done.code == 0
    assert "src/keeper.py:7" in done.stdout


def test_the_offline_provider_needs_no_key_and_says_that_no_model_was_used(aircher: Aircher) -> None:
    done = aircher("-p", "who feeds the animals?")
    assert done.code == 0
    assert "src/keeper.py:" in done.stdout
    assert "no model was used" in done.stdout


def test_a_session_is_gone_on_with_forked_and_found_again(aircher: Aircher) -> None:
    aircher("-p", "where is Keeper defined?", "--provider", "offline")
    aircher("-c", "-p", "who uses Keeper?", "--provider", "offline")
    [session] = json.loads(aircher("sessions", "list", "--json").stdout)
    assert session["messages"] == 4
    forked = aircher("-r", session["id"][:12], "--fork", "-p", "and main?", "--output-format", "json").stdout
    assert json.loads(forked)["session_id"] != session["id"]
    assert len(json.loads(aircher("sessions", "list", "--json").stdout)) == 2
    hits = json.loads(aircher("sessions", "search", "keeper", "--json").stdout)
    assert {hit["session_id"] for hit in hits} >= {session["id"]}
    assert aircher("-r", "zzzz", "-p", "x").code == 2


def test_an_ephemeral_run_leaves_no_conversation(aircher: Aircher, home: Path) -> None:
    assert aircher("-p", "where is Keeper?", "--ephemeral").code == 0
    assert not list(home.rglob("conversations.db"))


@pytest.mark.parametrize("variables", [{"LANG": "C"}, {"LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "latin-1"}])
def test_any_locale_gets_an_answer(aircher: Aircher, project: Path, variables: dict[str, str]) -> None:
    (project / "README.md").write_text("# Zoo\n\nŻółw 🐢 is fed by the keeper.\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "aircher", "-p", "what does README.md do?", "--provider", "offline"],
        env={key: value for key, value in aircher.environ.items() if key != "LANG"} | variables,
        cwd=project,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"README.md" in done.stdout


def test_a_home_that_cannot_be_written_says_so_and_ephemeral_goes_on(aircher: Aircher, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    done = aircher("-p", "where is Keeper?", "--provider", "offline", environ={"HOME": str(blocked)})
    assert done.code == 11
    assert "error[storage." in done.stderr
    assert "--ephemeral" in done.stderr
    done = aircher("-p", "where is Keeper?", "--provider", "offline", "--ephemeral", environ={"HOME": str(blocked)})
    assert done.code == 0
    assert "src/keeper.py:4" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_damaged_database_is_named_with_its_remedy_and_left_alone(aircher: Aircher, home: Path) -> None:
    damaged = home / ".local/share/aircher/conversations.db"
    damaged.parent.mkdir(parents=True)
    content = os.urandom(8192)
    damaged.write_bytes(content)
    done = aircher("-p", "where is Keeper?", "--provider", "offline")
    assert done.code == 11
    assert str(damaged) in done.stderr
    assert "aircher db restore FOLDER" in done.stderr
    assert damaged.read_bytes() == content


def test_a_configuration_with_mistakes_ends_in_code_3_and_names_them_all(aircher: Aircher, home: Path) -> None:
    path = home / ".config/aircher/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[search]\nenabeld = true\n[costs]\ndaily_limit = "much"\n[logging]\nlevel = "loud"\n')
    done = aircher("-p", "x")
    assert done.code == 3
    for line, words in ((2, "enabled"), (4, "daily_limit"), (6, "level")):
        assert f"{path}:{line}" in done.stderr
        assert words in done.stderr


def test_loops_of_links_do_not_matter(aircher: Aircher, project: Path) -> None:
    (project / "src" / "loop").symlink_to(project, target_is_directory=True)
    assert "src/keeper.py:4" in aircher("-p", "where is Keeper defined?", "--provider", "offline").stdout


def test_a_pipe_that_stays_open_is_not_waited_for_longer_than_allowed(aircher: Aircher) -> None:
    read_end, write_end = os.pipe()
    done = subprocess.run(
        [sys.executable, "-m", "aircher", "-p", "hi", "--timeout", "0.5"],
        env=aircher.environ,
        cwd=aircher.cwd,
        stdin=read_end,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    os.close(read_end)
    os.close(write_end)
    assert done.returncode == 9
    assert "stdin did not end within the 0.5 s allowed" in done.stderr


def test_a_model_that_asks_for_an_impossible_path_is_told_so(aircher: Aircher) -> None:
    arguments = json.dumps({"path": "a\0b"})
    wish = delta(tool_calls=[{"index": 0, "id": "c", "function": {"name": "read_file", "arguments": arguments}}])
    with serving(stream(wish, finish("tool_calls")), stream(delta(content="sorry"), finish())) as server:
        done = aircher("-p", "hi", *options(server), environ=KEY)
    assert (done.code, done.stdout) == (0, "sorry\n")


def test_a_denied_file_is_neither_read_nor_found(aircher: Aircher) -> None:
    calls = [
        {"index": 0, "id": "c1", "function": {"name": "search_code", "arguments": '{"query": "feed_animal"}'}},
        {"index": 1, "id": "c2", "function": {"name": "read_file", "arguments": '{"path": "src/keeper.py"}'}},
    ]
    answers = (stream(delta(tool_calls=calls), finish("tool_calls")), stream(delta(content="ok"), finish()))
    with serving(*answers) as server:
        aircher("-p", "x", "--config", 'security.deny=["read(src/keeper.py)"]', *options(server), environ=KEY)
    sent = json.dumps(server.bodies[1]["messages"])
    assert "src/main.py" in sent
    assert "def feed_animal" not in sent
