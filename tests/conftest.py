"""For every test: the async backend, a home of its own, no sockets beyond loopback, no key in what it leaves behind."""

import os
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from tests.key_hunt import keys_below, keys_in

settings.register_profile("steady", derandomize=True)
"""For `make test`: the same examples in every run. Without it, as when pytest is called by hand, new ones are tried."""

NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Function) -> Generator[None, None, None]:
    """Fail a test whose folder holds a key once everything is closed: databases, logs, exports, bundles."""
    yield
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if folder is not None:
        assert keys_below(folder) == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that printed or logged a key."""
    report = yield
    is_last = report.when == "teardown"  # its sections are those of the whole test
    found = [f"{name}: {key}" for name, text in report.sections if is_last for key in keys_in(text.encode())]
    if found and report.passed:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} told keys: {found}"
    return report


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A fresh, empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    """Variables of a user who has just arrived on a machine."""
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **NO_KEYRING}


@pytest.fixture(autouse=True, scope="session")
def keyring_of_nobody() -> Iterator[None]:
    """Keep the keyring of whoever runs the tests out of them."""
    patch = pytest.MonkeyPatch()
    for name, value in NO_KEYRING.items():
        patch.setenv(name, value)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """Refuse every connection that would leave this machine, at the one seam every client goes through."""
    real_connect = socket.socket.connect

    def connect(self: socket.socket, address: tuple[str, int] | str | bytes) -> None:
        if isinstance(address, tuple) and not address[0].startswith(("127.", "::1", "localhost")):
            raise PermissionError(f"a test tried to leave this machine: {address[0]}")
        real_connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect)
    yield
    patch.undo()


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a run of the program ended."""

    code: int
    stdout: str
    stderr: str


class Aircher:
    """The installed program, as a user starts it: an own process, an own home, a project folder to stand in."""

    def __init__(self, environ: dict[str, str], cwd: Path) -> None:
        self.environ = environ
        self.cwd = cwd

    def __call__(self, *arguments: str, stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "aircher", *arguments],
            input=stdin,
            capture_output=True,
            cwd=self.cwd,
            env={**self.environ, **(environ or {})},
            timeout=60,
            check=False,
        )
        assert keys_in(done.stdout + done.stderr) == []
        return Done(code=done.returncode, stdout=done.stdout.decode(), stderr=done.stderr.decode())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with something to find."""
    root = tmp_path / "project"
    (root / "src").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "zoo"\nversion = "1.0"\n')
    (root / "README.md").write_text("# Zoo\n\nAnimals are fed by the keeper.\n")
    (root / "src" / "keeper.py").write_text(
        '"""Who feeds the animals."""\n\n\nclass Keeper:\n    """Feeds animals."""\n\n'
        "    def feed_animal(self, name: str) -> str:\n"
        '        """Feed one animal and return what it says."""\n'
        '        return f"{name} says thanks"\n'
    )
    (root / "src" / "main.py").write_text(
        "from keeper import Keeper\n\n\ndef main() -> None:\n    print(Keeper().feed_animal('zebra'))\n"
    )
    return root


@pytest.fixture
def aircher(environ: dict[str, str], project: Path) -> Aircher:
    """The program, standing in `project`."""
    return Aircher({**environ, **{key: value for key, value in os.environ.items() if key.startswith("COV")}}, project)
