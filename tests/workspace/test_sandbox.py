"""What a command in a sandbox can do and what it is told, at every level of this machine."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.workspace.test_proxy import Echo

from aircher.domain.errors import PermissionRefused
from aircher.workspace import _bubblewrap, sandbox
from aircher.workspace._proxies import Proxies
from aircher.workspace.confinement import Grants, ResourceLimits, Sandbox, SandboxLevel
from aircher.workspace.sandbox import available_sandboxes, find_sandbox
from aircher.workspace.sandbox_probe import holds

LEVELS = [SandboxLevel.BUBBLEWRAP, SandboxLevel.LANDLOCK]
VARIABLES = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


@pytest.fixture(params=LEVELS)
def held(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of each level."""
    found = available_sandboxes("linux").get(request.param, "this is not Linux")
    if isinstance(found, str):
        pytest.skip(f"{request.param} is missing on this machine: {found}")
    yield found
    found.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "project"
    root.mkdir()
    return root


def run(
    found: Sandbox, command: str, root: Path, *, grants: Grants | None = None, limits: ResourceLimits | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a shell command in the sandbox, as a runner would."""
    launch = found.launch(
        ["/bin/sh", "-c", command],
        cwd=root,
        environ=VARIABLES,
        grants=grants or Grants(writable=(root,)),
        limits=limits or ResourceLimits(),
    )
    try:
        return subprocess.run(
            launch.argv,
            cwd=root,
            env=launch.environ,
            pass_fds=launch.pass_fds,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            check=False,
        )
    finally:
        launch.close()
        launch.settle()


def test_a_command_works_in_its_folder_and_its_status_and_output_come_back(held: Sandbox, root: Path) -> None:
    done = run(held, "mkdir a && echo said > a/b && cat a/b && echo aside >&2 && exit 7", root)
    assert (done.returncode, done.stdout, done.stderr) == (7, "said\n", "aside\n")
    assert (root / "a" / "b").read_text() == "said\n"


def test_a_command_has_a_folder_for_temporary_files_that_is_not_the_machines(held: Sandbox, root: Path) -> None:
    done = run(held, 'echo x > "$TMPDIR/mine" && cat "$TMPDIR/mine" && ls /tmp', root)
    assert done.stdout.splitlines()[0] == "x"
    assert not Path(tempfile.gettempdir(), "mine").exists()
    assert run(held, 'mkdir -p "$XDG_CACHE_HOME/a"', root).returncode == 0


def test_a_granted_folder_for_temporary_files_lasts_from_command_to_command(held: Sandbox, root: Path) -> None:
    temporary = root.parent / "temporary"
    temporary.mkdir()
    grants = Grants(writable=(root,), temporary=temporary)
    assert run(held, 'echo x > "$TMPDIR/mine"', root, grants=grants).returncode == 0
    assert run(held, 'cat "$TMPDIR/mine"', root, grants=grants).stdout == "x\n"
    assert (temporary / "mine").read_text() == "x\n"


def test_a_command_gets_the_variables_it_was_given_and_the_sandboxes_own(held: Sandbox, root: Path) -> None:
    assert variables(run(held, "env", root)) == {"PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME"}


def test_allowed_hosts_add_the_proxy_to_the_variables(bubblewrap: Sandbox, root: Path) -> None:
    found = variables(run(bubblewrap, "env", root, grants=Grants(writable=(root,), hosts=("a.test",))))
    upper = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
    assert found == {"PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", *upper, *map(str.lower, upper)}


def variables(done: subprocess.CompletedProcess[str]) -> set[str]:
    names = {line.partition("=")[0] for line in done.stdout.splitlines()}
    return names - {"PWD", "OLDPWD", "SHLVL", "_"}


def test_a_program_that_is_not_there_is_no_success(held: Sandbox, root: Path) -> None:
    launch = held.launch(
        ["/no/such/program"], cwd=root, environ=VARIABLES, grants=Grants(writable=(root,)), limits=ResourceLimits()
    )
    done = subprocess.run(launch.argv, env=launch.environ, pass_fds=launch.pass_fds, capture_output=True, check=False)
    launch.close()
    assert done.returncode in {126, 127}
    assert b"/no/such/program" in done.stderr


def test_git_works_in_a_project_whose_hooks_are_protected(held: Sandbox, root: Path) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "-q", root], check=True, env=VARIABLES)
    (root / "a").write_text("a\n")
    grants = Grants(writable=(root,), readonly=(root / ".git" / "hooks", root / ".git" / "config"))
    done = run(
        held, f"git add a && git {' '.join(identity)} commit -qm one && git log --format=%s", root, grants=grants
    )
    assert (done.stdout, done.stderr) == ("one\n", "")


def test_hidden_files_do_not_hide_their_neighbours(held: Sandbox, root: Path) -> None:
    (root / "deep").mkdir()
    (root / "deep" / "secret").write_text("secret\n")
    (root / "deep" / "open").write_text("open\n")
    grants = Grants(writable=(root,), hidden=(root / "deep" / "secret", root / "not there"))
    done = run(held, "cat deep/open; cat deep/secret; echo new > deep/new && echo new > new", root, grants=grants)
    assert (done.returncode, done.stdout) == (0, "open\n")
    assert ((root / "deep" / "new").read_text(), (root / "new").read_text()) == ("new\n", "new\n")


def test_limits_hold(held: Sandbox, root: Path) -> None:
    limits = ResourceLimits(cpu_s=2, memory_bytes=64 * 1024**2, file_bytes=4_096, open_files=32)
    said = run(held, "cat /proc/self/limits", root, limits=limits).stdout
    rows = {line[:26].strip(): line[26:].split()[:2] for line in said.splitlines()[1:]}
    assert {name: rows[name] for name in ("Max cpu time", "Max data size", "Max file size", "Max open files")} == {
        "Max cpu time": ["2", "2"],
        "Max data size": [str(64 * 1024**2)] * 2,
        "Max file size": ["4096", "4096"],
        "Max open files": ["32", "32"],
    }
    assert run(held, "head -c 9000 /dev/zero > large", root, limits=limits).returncode != 0
    assert (root / "large").stat().st_size == 4_096


def test_no_limit_is_what_aircher_itself_has(held: Sandbox, root: Path) -> None:
    none = ResourceLimits(cpu_s=None, memory_bytes=None, processes=None, file_bytes=None)
    assert run(held, "ulimit -t; ulimit -f; ulimit -d", root, limits=none).stdout == "unlimited\n" * 3


def test_a_command_ends_with_whoever_started_it(held: Sandbox, root: Path) -> None:
    """The runner is killed, and the command's end of a pipe closes."""
    reading, writing = os.pipe()
    launch = held.launch(
        ["/bin/sh", "-c", "echo runs; exec sleep 60"],
        cwd=root,
        environ=VARIABLES,
        grants=Grants(writable=(root,)),
        limits=ResourceLimits(),
    )
    program = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:], close_fds=False); time.sleep(60)"
    runner = subprocess.Popen(
        [sys.executable, "-c", program, *launch.argv],
        env=launch.environ,
        pass_fds=(writing, *launch.pass_fds),
        stdout=subprocess.PIPE,
    )
    os.close(writing)
    launch.close()
    assert runner.stdout is not None
    assert runner.stdout.readline() == b"runs\n"
    with runner:
        runner.send_signal(signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b""


def test_a_descriptor_of_the_runner_reaches_the_command(held: Sandbox, root: Path) -> None:
    reading, writing = os.pipe()
    launch = held.launch(
        ["/bin/sh", "-c", f"pwd > /proc/self/fd/{writing}"],
        cwd=root,
        environ=VARIABLES,
        grants=Grants(writable=(root,)),
        limits=ResourceLimits(),
    )
    fds = (writing, *launch.pass_fds)
    subprocess.run(launch.argv, cwd=root, env=launch.environ, pass_fds=fds, start_new_session=True, check=True)
    launch.close()
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert pipe.read() == f"{root}\n"


def test_a_folder_that_is_not_there_is_an_error_and_no_wider_grant(held: Sandbox, root: Path) -> None:
    grants = Grants(writable=(root / "missing",))
    try:
        done = run(held, "true", root, grants=grants)
    except OSError:
        return
    assert done.returncode != 0


def test_what_a_level_holds_is_described(held: Sandbox) -> None:
    assert held.is_contained
    assert "only the workspace can be written" in held.describe()


@pytest.fixture
def bubblewrap() -> Iterator[Sandbox]:
    """Bubblewrap with a proxy that takes this machine's loopback for the internet."""
    found = available_sandboxes("linux").get(SandboxLevel.BUBBLEWRAP, "this is not Linux")
    if not isinstance(found, _bubblewrap.Bubblewrap):
        pytest.skip(f"bubblewrap is missing on this machine: {found}")

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    proxies = Proxies(resolve=resolve, is_allowed_address=lambda address: True)
    yield _bubblewrap.Bubblewrap(
        program=found.program,
        has_user_namespace=found.has_user_namespace,
        can_size=found.can_size,
        proxies=proxies,
    )
    proxies.close()


def test_allowed_hosts_are_reached_through_the_bridge_and_others_are_not(bubblewrap: Sandbox, root: Path) -> None:
    (root / "fetch.py").write_text(
        "import sys, urllib.request, urllib.error\n"
        "for url in sys.argv[1:]:\n"
        "    try:\n"
        "        print(urllib.request.urlopen(url, timeout=10).read().decode().splitlines()[1])\n"
        "    except urllib.error.HTTPError as error:\n"
        "        print(error.code, error.read().decode().strip())\n"
    )
    grants = Grants(writable=(root,), hosts=("*.pages.test",), denied_hosts=("no.pages.test",))
    python = os.path.realpath(sys.executable)
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.server_port
        urls = " ".join(f"http://{host}:{port}/" for host in ("a.pages.test", "no.pages.test", "other.test"))
        try:
            done = run(bubblewrap, f"{python} -I fetch.py {urls}; exit 5", root, grants=grants)
        finally:
            server.shutdown()
            thread.join()
    assert done.stdout.splitlines() == [
        f"a.pages.test:{port}",
        f"403 aircher: the host no.pages.test is refused by a rule for port {port}",
        f"403 aircher: the host other.test is not among the allowed ones for port {port}",
    ]
    assert done.returncode == 5


def test_a_command_with_allowed_hosts_still_reaches_nothing_by_itself(bubblewrap: Sandbox, root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        python = os.path.realpath(sys.executable)
        program = f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=5)"
        done = run(bubblewrap, f'{python} -I -c "{program}"', root, grants=Grants(writable=(root,), hosts=("*",)))
    assert "ConnectionRefusedError" in done.stderr


def test_a_server_of_the_command_itself_can_be_reached_by_it(bubblewrap: Sandbox, root: Path) -> None:
    program = (
        "import socket; s = socket.create_server(('127.0.0.1', 0)); "
        "socket.create_connection(s.getsockname()); print(s.accept()[1][0])"
    )
    assert run(bubblewrap, f'{os.path.realpath(sys.executable)} -I -c "{program}"', root).stdout == "127.0.0.1\n"


def test_a_protected_path_that_is_missing_is_an_empty_folder_that_stays_so(bubblewrap: Sandbox, root: Path) -> None:
    (root / ".git").mkdir()
    grants = Grants(writable=(root,), readonly=(root / ".git" / "hooks",))
    done = run(bubblewrap, "ls -A .git/hooks; echo x > .git/hooks/pre-commit; mv .git moved", root, grants=grants)
    assert (done.stdout, done.returncode) == ("", 1)
    assert [path.name for path in root.rglob("*")] == [".git", "hooks"]


def test_a_protected_file_that_is_missing_is_missing_afterwards(bubblewrap: Sandbox, root: Path) -> None:
    grants = Grants(writable=(root,), readonly=(root / ".bashrc", root / ".profile"))
    launch = bubblewrap.launch(
        ("/bin/sh", "-c", "echo evil > .bashrc"), cwd=root, environ={}, grants=grants, limits=ResourceLimits()
    )
    done = subprocess.run(launch.argv, env=launch.environ, pass_fds=launch.pass_fds, cwd=root, check=False)
    launch.close()
    assert done.returncode == 0
    assert launch.settle() == (root / ".bashrc",)
    assert not (root / ".bashrc").exists()
    assert not (root / ".profile").exists()


def test_off_is_no_sandbox_and_says_so(root: Path) -> None:
    found = find_sandbox("off")
    assert (found.level, found.is_contained) == (SandboxLevel.NONE, False)
    assert found.describe() == 'no sandbox: security.sandbox_mode is "off"'
    assert run(found, "echo said", root).stdout == "said\n"


def test_a_system_without_a_sandbox_says_so_and_require_refuses() -> None:
    assert find_sandbox("auto", platform="plan9").describe() == "no sandbox: there is none for plan9"
    with pytest.raises(PermissionRefused) as refused:
        find_sandbox("require", platform="plan9")
    assert refused.value.message == (
        'security.sandbox_mode is "require", and no sandbox works here (there is none for plan9)'
    )
    assert refused.value.hint


def test_a_machine_that_lacks_a_program_says_which() -> None:
    mac = find_sandbox("auto", platform="darwin")
    assert mac.describe() == "no sandbox: seatbelt: /usr/bin/sandbox-exec is missing"
    missing = sandbox.find_bubblewrap(places=("/no/such/bwrap",))
    assert missing == sandbox.Unavailable("bwrap is not installed")


def test_a_program_that_only_claims_to_be_bubblewrap_is_found_out(tmp_path: Path) -> None:
    liar = tmp_path / "bwrap"
    liar.write_text('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n')
    liar.chmod(0o755)
    found = sandbox.find_bubblewrap(places=(str(liar),))
    assert found == sandbox.Unavailable("a command in it can write where it must not")


def test_a_sandbox_that_holds_nothing_is_found_out() -> None:
    assert holds(find_sandbox("off")) == "a command in it can write where it must not"
