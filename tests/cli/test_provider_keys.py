"""``aircher providers login``: the installed program with a real keyring that is a file, and without one."""

import json
from pathlib import Path

import pytest
from tests.chat_server import delta, finish, options, serving, stream
from tests.conftest import Aircher
from tests.keys import KEYS
from tests.terminal import terminal

SECRET = KEYS["KEYRING"]
FILE = {"PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring"}


@pytest.fixture
def logged_in(aircher: Aircher) -> Aircher:
    """The program, whose user keeps a key of openai in a keyring."""
    kept = Aircher({**aircher.environ, **FILE}, aircher.cwd)
    done = kept("providers", "login", "openai", stdin=f"{SECRET}\n".encode())
    assert done.code == 0, done.stderr
    assert done.stdout == ("the key of openai is in the keyring: file PlaintextKeyring, service aircher, user openai\n")
    assert SECRET not in done.stdout + done.stderr
    return kept


def key_of_openai(aircher: Aircher, **variables: str) -> tuple[object, object]:
    done = aircher("providers", "list", "--json", environ=variables)
    assert SECRET not in done.stdout + done.stderr
    [row] = [row for row in json.loads(done.stdout) if row["name"] == "openai"]
    return row["has_key"], row["key_source"]


def test_a_key_is_kept_found_and_removed(logged_in: Aircher, home: Path) -> None:
    [file] = home.rglob("keyring_pass.cfg")
    assert "[aircher]\nopenai = " in file.read_text()
    assert key_of_openai(logged_in) == (True, "keyring")
    assert "key in the keyring" in logged_in("providers", "list").stdout
    assert key_of_openai(logged_in, OPENAI_API_KEY="x") == (True, "variable")
    report = logged_in(
        "doctor", "--config", "providers.default=openai", "--config", "providers.openai.base_url="
    ).stdout
    assert "openai: the key is in the keyring … ok" in report
    assert SECRET not in report
    done = logged_in("providers", "logout", "openai")
    assert (done.code, done.stdout) == (
        0,
        "the key of openai is removed from the keyring: file PlaintextKeyring\n",
    )
    assert key_of_openai(logged_in) == (False, None)
    again = logged_in("providers", "logout", "openai", environ={"OPENAI_API_KEY": "x"})
    assert again.stderr == "note: the keyring holds no key of openai\nnote: OPENAI_API_KEY is still set\n"


def test_the_kept_key_is_what_the_server_gets_unless_the_variable_is_set(aircher: Aircher) -> None:
    with serving(stream(delta(content="ok"), finish())) as server:
        arguments = options(server)
        logged_in = aircher("providers", "login", "zoo", *arguments[2:], stdin=SECRET.encode(), environ=FILE)
        assert logged_in.code == 0, logged_in.stderr
        aircher("-p", "hi", *arguments, environ=FILE)
        done = aircher("-p", "hi", *arguments, environ={**FILE, "ZOO_KEY": "of-the-variable"})
    assert done.stdout == "ok\n"
    sent = [
        f"authorization: bearer {key}" in server.headers[at].lower()
        for at, key in ((0, SECRET), (1, "of-the-variable"))
    ]
    assert sent == [True, True]


def test_login_says_what_wins_and_what_is_missing(aircher: Aircher) -> None:
    arguments = (
        "--config",
        "providers.zoo.base_url=http://127.0.0.1:9/v1",
        "--config",
        "providers.zoo.api_key_env=ZOO",
    )
    done = aircher("providers", "login", "zoo", *arguments, stdin=SECRET.encode(), environ={**FILE, "ZOO": "x"})
    assert done.stderr.splitlines() == [
        "note: this keyring is not one that encrypts for sure; the package keyring does not recommend it",
        "note: ZOO is set and wins over the keyring",
    ]
    done = aircher("providers", "login", "zoo", *arguments, stdin=SECRET.encode(), environ=FILE)
    assert done.stderr.splitlines()[1:] == [
        "note: ZOO comes first if it is set; it wins over the keyring",
        "note: it answers by default after: aircher config set providers.default zoo",
    ]


def test_login_says_that_a_program_of_the_user_wins(aircher: Aircher, home: Path) -> None:
    file = home / ".config/aircher/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[providers.openai]\napi_key_command = 'echo abc'\n")
    done = aircher("providers", "login", "openai", stdin=SECRET.encode(), environ=FILE)
    assert "note: providers.openai.api_key_command is set and wins over the keyring\n" in done.stderr
    assert "key from a program of yours" in aircher("providers", "list", environ=FILE).stdout


def test_a_key_is_typed_without_being_shown(aircher: Aircher) -> None:
    environ = {**aircher.environ, **FILE}
    with terminal("providers", "login", "openai", cwd=aircher.cwd, environ=environ) as window:
        window.read_until(b"key of openai (it is not shown): ")
        window.type(SECRET.encode() + b"\n")
        assert window.wait() == 0
    assert b"is in the keyring" in window.output
    assert SECRET.encode() not in window.output
    assert key_of_openai(Aircher(environ, aircher.cwd)) == (True, "keyring")


@pytest.mark.parametrize(
    ("name", "given", "code", "message"),
    [
        ("openai", b"", 2, "no key was given"),
        ("openai", b" \n", 2, "no key was given"),
        ("openai", b"two words", 2, "what was given is no key: its 9 characters hold spaces"),
        ("openai", b"two\nlines", 2, "what was given is no key"),
        ("openai", "schlüssel".encode(), 2, "what was given is no key"),
        ("offline", b"x", 2, "offline is asked without a key"),
        ("opnai", b"x", 3, "There is no provider opnai"),
    ],
)
def test_what_is_no_key_or_for_nobody_is_refused_and_not_repeated(
    aircher: Aircher, name: str, given: bytes, code: int, message: str
) -> None:
    done = aircher("providers", "login", name, stdin=given, environ=FILE)
    assert (done.code, done.stdout) == (code, "")
    assert message in done.stderr
    assert "hint: " in done.stderr
    assert "two" not in done.stderr


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        ("keyring.backends.fail.Keyring", "no keyring can be used here (NoKeyringError)"),
        ("nowhere.Keyring", "no keyring can be used here (ModuleNotFoundError)"),
        ("keyring.backends.null.Keyring", "the keyring null Keyring did not keep it"),
    ],
)
def test_where_no_keyring_works_the_variable_is_named(aircher: Aircher, backend: str, why: str) -> None:
    environ = {"PYTHON_KEYRING_BACKEND": backend}
    done = aircher("providers", "login", "openai", stdin=SECRET.encode(), environ=environ)
    assert (done.code, done.stdout) == (4, "")
    assert done.stderr == (
        f"error[provider.auth]: the key of openai was not changed: {why}\n"
        "hint: keep the key in a variable: export OPENAI_API_KEY=…, or unlock or install a keyring: keyring diagnose\n"
    )
    assert key_of_openai(aircher, **environ) == (False, None)


def test_without_the_package_the_command_that_installs_it_is_named(aircher: Aircher, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['keyring'] = None\n")
    environ = {"PYTHONPATH": str(tmp_path)}
    for action in ("login", "logout"):
        done = aircher("providers", action, "openai", stdin=SECRET.encode(), environ=environ)
        assert (done.code, done.stdout) == (4, "")
        assert "the key of openai cannot be kept: the package keyring is not installed\nhint: " in done.stderr
        assert " -m pip install keyring, or keep the key in a variable: export OPENAI_API_KEY=…" in done.stderr
    assert key_of_openai(aircher, **environ) == (False, None)
