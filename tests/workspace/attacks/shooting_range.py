"""A place to attack: a workspace, things outside of it that must not change, secrets, servers and a victim.

Invariant: whether an attack succeeded is judged from outside, by what is there and what arrived; only where an attack
leaves no trace its own word counts. ``python shooting_range.py`` prints the outcome of every attack for every level,
so that another user can be asked too.
"""

import json
import os
import pty
import selectors
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.workspace.attacks.hostile import ATTACKS

from aircher.workspace.confinement import Grants, ResourceLimits, Sandbox
from aircher.workspace.sandbox import SandboxLevel, available_sandboxes, find_sandbox
from aircher.workspace.spawner import Spawner

HOSTILE = Path(__file__).with_name("hostile.py")
SECRET = "what only the owner knows"
SETUID_CAT = "SETUID_CAT"
"""The variable that names a program of root which runs as root, where an ordinary user is to try it."""
OUTLIVE_S = 0.3  # how long a process that was left behind gets to show itself
LIMITS = ResourceLimits(cpu_s=60, memory_bytes=512 * 1024**2, processes=100, file_bytes=1024**2, open_files=256)
BASE = Path("/var/tmp")  # not /tmp, which a sandbox hides anyway


class Servers:
    """Listeners in the machine's own network that note what arrives."""

    def __init__(self, folder: Path, workspace: Path) -> None:
        self.arrived: list[str] = []
        self._selector = selectors.DefaultSelector()
        self._stop, self._stopped = socket.socketpair()
        self._selector.register(self._stopped, selectors.EVENT_READ, "stop")
        self.tcp_port = int(self._listen("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))[1])
        self.udp_port = int(self._listen("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))[1])
        self.server_socket = str(folder / "docker.sock")
        self.workspace_socket = str(workspace / "server.sock")
        self.datagram_socket = str(folder / "log.sock")
        self.abstract = f"aircher-attack-{os.getpid()}-{folder.name}"
        self._listen("unix", socket.AF_UNIX, socket.SOCK_STREAM, self.server_socket)
        self._listen("unix in workspace", socket.AF_UNIX, socket.SOCK_STREAM, self.workspace_socket)
        self._listen("datagram", socket.AF_UNIX, socket.SOCK_DGRAM, self.datagram_socket)
        self._listen("abstract", socket.AF_UNIX, socket.SOCK_STREAM, "\0" + self.abstract)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _listen(self, name: str, family: int, kind: int, address: tuple[str, int] | str) -> tuple[str, int]:
        listener = socket.socket(family, kind)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        self._selector.register(listener, selectors.EVENT_READ, name)
        name_and_port = listener.getsockname()
        return name_and_port if family == socket.AF_INET else ("", 0)

    def _serve(self) -> None:
        is_stopping = False
        while True:
            ready = self._selector.select(0 if is_stopping else None)
            for key, _ in ready:
                assert isinstance(key.fileobj, socket.socket)
                if key.data == "stop":
                    is_stopping = True
                    self._selector.unregister(key.fileobj)
                    continue
                self.arrived.append(str(key.data))
                if key.fileobj.type == socket.SOCK_STREAM:
                    key.fileobj.accept()[0].close()
                else:
                    key.fileobj.recv(64)
            if is_stopping and not ready:
                return

    def close(self) -> None:
        """Note what has arrived by now, and stop listening."""
        if not self._thread.is_alive():
            return
        self._stop.close()
        self._thread.join()
        self._stopped.close()
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._selector.close()


class Range:
    """Everything that is there, and what it looked like before."""

    def __init__(self, folder: Path) -> None:
        self.workspace, self.outside, self.home = (folder / name for name in ("workspace", "outside", "home"))
        for place in (
            self.workspace / ".git" / "hooks",
            self.workspace / "src",
            self.outside / "folder",
            self.home / ".ssh",
            self.home / ".local" / "share",
        ):
            place.mkdir(parents=True)
        for path in (
            self.workspace / ".env",
            self.home / ".ssh" / "id_rsa",
            self.home / ".netrc",
            self.home / ".local" / "share" / "data",
        ):
            path.write_text(SECRET)
        (self.workspace / ".git" / "config").write_text("[core]\n")
        (self.workspace / ".git" / "hooks" / "pre-push").write_text("true\n")
        (self.outside / "kept").write_text("kept\n")
        (self.home / ".bashrc").write_text("true\n")
        self.hostile = Path(shutil.copy(HOSTILE, self.workspace))
        if os.geteuid() == 0:
            shutil.copy("/bin/cat", self.outside / "setuid-cat")
            (self.outside / "setuid-cat").chmod(0o4755)
        self.setuid_cat = os.environ.get(SETUID_CAT) or str(self.outside / "setuid-cat")
        self.shared_memory = Path(f"/dev/shm/{folder.name}")
        self.shared_memory.write_text(SECRET)
        self.servers = Servers(folder, self.workspace)
        self._secret_fd = os.open(self.home / ".netrc", os.O_RDONLY)
        self.victim = subprocess.Popen(
            ["victim", "60"],
            executable="/bin/sleep",
            cwd=self.home,
            env={"KNOWS": SECRET},
            pass_fds=(self._secret_fd,),
        )
        os.set_inheritable(self._secret_fd, True)
        self._before = self._look()

    def grants(self) -> Grants:
        """What a session of a user with these folders is given."""
        return Grants(
            writable=(self.workspace,),
            readonly=(
                self.workspace / ".git" / "hooks",
                self.workspace / ".git" / "config",
                self.workspace / ".aircher",
            ),
            hidden=(
                self.workspace / ".env",
                self.home / ".ssh",
                self.home / ".netrc",
                self.home / ".local" / "share",
            ),
        )

    def layout(self, spawner: int) -> str:
        """The layout as the attack reads it; ``spawner`` is the process that starts it."""
        return json.dumps(
            {
                "workspace": str(self.workspace),
                "outside": str(self.outside),
                "home": str(self.home),
                "victim": self.victim.pid,
                "parent": os.getpid(),
                "spawner": spawner,
                "tcp_port": self.servers.tcp_port,
                "udp_port": self.servers.udp_port,
                "server_socket": self.servers.server_socket,
                "workspace_socket": self.servers.workspace_socket,
                "datagram_socket": self.servers.datagram_socket,
                "abstract": self.servers.abstract,
                "setuid_cat": self.setuid_cat,
                "shared_memory": str(self.shared_memory),
            }
        )

    def damage(self, said: str) -> list[str]:
        """Return what the attack achieved."""
        after = self._look()
        found = [path for path in sorted({*self._before, *after}) if self._before.get(path) != after.get(path)]
        found += self.servers.arrived
        if "succeeded" in said.splitlines():
            found.append("it says so")
        if SECRET in said:
            found.append("it read a secret")
        if self.victim.poll() is not None:
            found.append("the victim has ended")
        large = self.workspace / "large"
        if large.exists() and large.stat().st_size > (LIMITS.file_bytes or 0):
            found.append("a file is larger than the limit")
        if (self.workspace / "outlived").exists():
            found.append("a process outlived the command")
        return found

    def close(self) -> None:
        """End everything."""
        self.servers.close()
        self.victim.kill()
        self.victim.wait()
        os.close(self._secret_fd)
        self.shared_memory.unlink(missing_ok=True)
        subprocess.run(["umount", self.workspace / "mounted"], stderr=subprocess.DEVNULL, check=False)

    def _look(self) -> dict[str, tuple[int, int, bytes]]:
        """Content and metadata of everything that must stay as it is."""
        kept = [*self.outside.rglob("*"), *self.home.rglob("*"), self.outside, self.home]
        kept += (self.workspace / ".git").rglob("*")
        kept += (self.workspace / ".aircher").rglob("*")
        seen = {}
        for path in kept:
            if ".changed-" in str(path):  # what was moved aside for its owner to look at
                continue
            facts = path.lstat()
            content = path.read_bytes() if stat.S_ISREG(facts.st_mode) else b""
            written_ns = facts.st_mtime_ns if path.is_relative_to(self.outside) else 0
            seen[str(path)] = (facts.st_mode, written_ns, content)
        return seen


@contextmanager
def shooting_range() -> Iterator[Range]:
    """Set one up, and take it down."""
    folder = Path(tempfile.mkdtemp(prefix="aircher-range-", dir=BASE)).resolve()
    ground = Range(folder)
    try:
        yield ground
    finally:
        ground.close()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Shot:
    """What an attack achieved, and what was put back after it."""

    damage: tuple[str, ...]
    put_back: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """The word of the table."""
        if self.damage:
            return "open"
        return "put back" if self.put_back else "held"


def attack(sandbox: Sandbox, name: str) -> Shot:
    """Return what the attack achieved from inside the sandbox, started as commands are."""
    with shooting_range() as ground, closing(Spawner()) as spawner:
        terminal, keyboard = pty.openpty()
        layout = ground.layout(_number_of(spawner))
        launch = sandbox.launch(
            (
                os.path.realpath(sys.executable),
                "-I",
                "-S",
                str(ground.hostile),
                name,
                layout,
            ),
            cwd=ground.workspace,
            environ={"PATH": "/usr/bin:/bin"},
            grants=ground.grants(),
            limits=LIMITS,
        )
        output, writing = os.pipe()
        started = spawner.start(
            launch.argv,
            folder=ground.workspace,
            environ=launch.environ,
            fds={0: keyboard, 1: writing, 2: writing, **{fd: fd for fd in launch.pass_fds}},
        )
        launch.close()
        os.close(writing)
        said = ""
        with os.fdopen(output, errors="replace") as lines:  # it may be a process's memory
            for line in lines:
                said += line
                _visit(line)
        started.status()
        if name == "outlive_the_call":
            _wait_for(ground.workspace / "outlived", tell=ground.workspace / "ended")
        changed = launch.settle()
        ground.servers.close()
        found = ground.damage(said)
        os.close(keyboard)
        os.close(terminal)
        if "Traceback" in said or not said:
            raise AssertionError(f"{name} broke down: {said}")
        return Shot(damage=tuple(found), put_back=tuple(path.name for path in changed))


def _number_of(spawner: Spawner) -> int:
    """Return the number of the process that starts commands, as one of them knows it."""
    reading, writing = os.pipe()
    fds = {1: writing}
    asked = spawner.start(["/bin/sh", "-c", "echo $PPID"], folder=Path("/"), environ={}, fds=fds)
    os.close(writing)
    with os.fdopen(reading) as told:
        number = int(told.read())
    asked.status()
    return number


def sandboxes() -> dict[SandboxLevel, Sandbox | str]:
    """Return every level of this machine, with none as the last."""
    return {**available_sandboxes(), SandboxLevel.NONE: find_sandbox("off")}


def _visit(line: str) -> None:
    """Connect to a port that an attack says it listens on."""
    if line.startswith("loot: port "):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", int(line.rsplit(maxsplit=1)[-1])), timeout=1).close()


def _wait_for(path: Path, *, tell: Path) -> None:
    tell.touch()
    deadline_s = time.monotonic() + OUTLIVE_S
    while time.monotonic() < deadline_s and not path.exists():
        time.sleep(0.01)


def main(names: list[str]) -> None:
    """Print the outcome of every attack at every level."""
    outcomes: dict[str, object] = {}
    for level, sandbox in sandboxes().items():
        if isinstance(sandbox, str):
            outcomes[level.value] = sandbox
            continue
        outcomes[level.value] = {name: attack(sandbox, name).outcome for name in names or ATTACKS}
        sandbox.close()
    sys.stdout.write(json.dumps(outcomes, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
