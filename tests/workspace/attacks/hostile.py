"""What a hostile command tries, each attack by itself: ``python hostile.py ATTACK LAYOUT``.

Runs inside the sandbox with the standard library only. An attack prints what it got hold of; it is the range that
judges, by what has changed outside. One that has no trace outside returns whether it succeeded.
"""

import array
import contextlib
import ctypes
import fcntl
import json
import os
import resource
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

LOOT = "loot:"
LIBRARY = ctypes.CDLL(None, use_errno=True)
MOST_CHILDREN = 400
RACE_S = 0.4
MARK = "changed by the attack\n"


class Layout:
    """Where things are; the same names as in the range."""

    def __init__(self, text: str) -> None:
        facts = json.loads(text)
        self.workspace = Path(facts["workspace"])
        self.outside = Path(facts["outside"])
        self.home = Path(facts["home"])
        self.victim = int(facts["victim"])
        self.parent = int(facts["parent"])
        self.spawner = int(facts["spawner"])
        self.tcp_port = int(facts["tcp_port"])
        self.udp_port = int(facts["udp_port"])
        self.server_socket = str(facts["server_socket"])
        self.workspace_socket = str(facts["workspace_socket"])
        self.datagram_socket = str(facts["datagram_socket"])
        self.abstract = str(facts["abstract"])
        self.setuid_cat = str(facts["setuid_cat"])
        self.shared_memory = Path(facts["shared_memory"])


def call(number: int, *arguments: object) -> int:
    """Make a system call of x86-64 and raise if it fails."""
    words = (ctypes.c_long(word) if isinstance(word, int) else word for word in arguments)
    result = int(LIBRARY.syscall(ctypes.c_long(number), *words))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def tell(text: str | bytes) -> None:
    """Print something that was got hold of."""
    sys.stdout.write(f"{LOOT} {text if isinstance(text, str) else text.decode(errors='replace')}\n")
    sys.stdout.flush()


def each(*tries: object) -> None:
    """Make every try, whatever becomes of the others."""
    for attempt in tries:
        assert callable(attempt)
        with contextlib.suppress(OSError):
            attempt()


# files


def write_outside(at: Layout) -> None:
    each(
        lambda: (at.outside / "new").write_text(MARK),
        lambda: (at.outside / "kept").write_text(MARK),
        lambda: os.truncate(at.outside / "kept", 0),
        lambda: (at.outside / "kept").unlink(),
        lambda: (at.outside / "folder").rmdir(),
        lambda: (at.outside / "kept").rename(at.workspace / "taken"),
        lambda: (at.home / ".bashrc").write_text(MARK),
    )


def change_metadata_outside(at: Layout) -> None:
    each(lambda: (at.outside / "kept").chmod(0o777), lambda: os.utime(at.outside / "kept", (1, 1)))


def read_secrets(at: Layout) -> None:
    def from_folder(folder: Path) -> None:
        for path in folder.rglob("*"):
            with contextlib.suppress(OSError):
                tell(path.read_bytes())

    each(lambda: from_folder(at.home / ".ssh"), lambda: from_folder(at.home / ".local"))
    each(lambda: tell((at.home / ".netrc").read_bytes()))


def read_secrets_of_workspace(at: Layout) -> None:
    secret = at.workspace / ".env"
    each(
        lambda: tell(secret.read_bytes()),
        lambda: os.link(secret, at.workspace / "src" / "linked"),
        lambda: tell((at.workspace / "src" / "linked").read_bytes()),
        lambda: secret.rename(at.workspace / "src" / "moved"),
        lambda: tell((at.workspace / "src" / "moved").read_bytes()),
        lambda: shutil.copy(secret, at.workspace / "copy"),
        lambda: tell((at.workspace / "copy").read_bytes()),
    )


def write_git_hooks(at: Layout) -> None:
    git = at.workspace / ".git"
    each(
        lambda: (git / "hooks" / "pre-commit").write_text(MARK),
        lambda: (git / "config").write_text(MARK),
        lambda: (git / "config").unlink(),
        lambda: shutil.rmtree(git / "hooks"),
    )


def replace_git_folder(at: Layout) -> None:
    git, taken = at.workspace / ".git", at.workspace / "taken"
    git.rename(taken)
    (git / "hooks").mkdir(parents=True)
    (git / "hooks" / "pre-commit").write_text(MARK)


def make_missing_protected(at: Layout) -> None:
    folder = at.workspace / ".aircher"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(MARK)


def follow_symlink(at: Layout) -> None:
    link = at.workspace / "link"
    link.symlink_to(at.outside / "kept")
    folder = at.workspace / "folder-link"
    folder.symlink_to(at.outside)
    each(
        lambda: link.write_text(MARK),
        lambda: (folder / "kept").write_text(MARK),
        lambda: (folder / "new").write_text(MARK),
    )


def use_hardlink(at: Layout) -> None:
    link = at.workspace / "hard"
    os.link(at.outside / "kept", link)
    link.write_text(MARK)


def race_symlink(at: Layout) -> None:
    """Swap a folder for a link while another process writes through it."""
    folder, link = at.workspace / "swap", at.workspace / "swap-link"
    folder.mkdir()
    link.symlink_to(at.outside)
    end_s = time.monotonic() + RACE_S
    if os.fork() == 0:
        while time.monotonic() < end_s:
            with contextlib.suppress(OSError):  # RENAME_EXCHANGE
                call(316, -100, os.fsencode(folder), -100, os.fsencode(link), 2)
        os._exit(0)
    while time.monotonic() < end_s:
        each(lambda: (folder / "kept").write_text(MARK))


def climb_out(at: Layout) -> None:
    """Move the folder one stands in upwards, and go up from where one was."""
    deep = at.workspace / "a" / "b" / "c"
    deep.mkdir(parents=True)
    os.chdir(deep)
    deep.rename(at.workspace / "c")
    each(lambda: Path("../../outside/kept").write_text(MARK), lambda: Path("../outside/kept").write_text(MARK))


def open_by_handle(at: Layout) -> None:
    """Open a file by its number, without a path, as root may."""
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + bytes(128))
    mount = ctypes.c_int()
    target = os.fsencode(at.home / ".ssh" / "id_rsa")
    folder = os.open(at.workspace, os.O_RDONLY)
    try:
        call(303, -100, target, handle, ctypes.byref(mount), 0)
    except OSError:
        call(303, -100, os.fsencode(at.workspace / ".env"), handle, ctypes.byref(mount), 0)
    tell(os.read(call(304, folder, handle, os.O_RDONLY), 4096))


def read_shared_memory(at: Layout) -> None:
    tell(at.shared_memory.read_bytes())


def use_devices(at: Layout) -> bool:
    """Reach a disk or the memory past the file system."""
    made = at.workspace / "disk"
    for device in (Path("/sys/block")).iterdir():
        with contextlib.suppress(OSError):
            os.close(os.open(f"/dev/{device.name}", os.O_RDONLY))
            return True
        with contextlib.suppress(OSError, ValueError):
            major, minor = map(int, (device / "dev").read_text().split(":"))
            os.mknod(made, 0o600 | stat.S_IFBLK, os.makedev(major, minor))
            os.close(os.open(made, os.O_RDONLY))
            return True
    return False


def write_kernel_settings(at: Layout) -> bool:
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/mm/ksm/run"):
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_WRONLY))
            return True
    return False


# other processes


def read_parent_by_proc(at: Layout) -> None:
    for pid in (at.parent, at.victim):
        folder = Path(f"/proc/{pid}")
        each(
            lambda folder=folder: tell((folder / "environ").read_bytes()),
            lambda folder=folder: tell(Path(f"{folder}/root{at.home}/.ssh/id_rsa").read_bytes()),
            lambda folder=folder: tell(Path(f"{folder}/cwd/.ssh/id_rsa").read_bytes()),
        )
        with contextlib.suppress(OSError):
            for number in (folder / "fd").iterdir():
                with contextlib.suppress(OSError):
                    fd = os.open(number, os.O_RDONLY | os.O_NONBLOCK)
                    tell(os.read(fd, 4096))


def write_parent_memory(at: Layout) -> bool:
    for pid in (at.parent, at.victim):
        with contextlib.suppress(OSError):
            os.close(os.open(f"/proc/{pid}/mem", os.O_RDWR))
            return True
    return False


def list_processes(at: Layout) -> bool:
    return b"victim" in Path(f"/proc/{at.victim}/cmdline").read_bytes()


def read_inherited_descriptors(at: Layout) -> None:
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            os.set_blocking(number, False)
            tell(os.pread(number, 4096, 0))


def trace_process(at: Layout) -> bool:
    attach, seize = 16, 0x4206
    for request in (seize, attach):
        with contextlib.suppress(OSError):
            call(101, request, at.victim, 0, 0)
            return True
    return False


def read_memory_of_process(at: Layout) -> bool:
    buffer = ctypes.create_string_buffer(8)
    start = int(Path(f"/proc/{at.victim}/stat").read_text().split()[47])  # of its arguments
    local = struct.pack("PN", ctypes.addressof(buffer), 8)
    remote = struct.pack("PN", start, 8)
    return call(310, at.victim, local, 1, remote, 1, 0) == 8


def signal_process(at: Layout) -> None:
    os.kill(at.victim, signal.SIGTERM)


def take_descriptor(at: Layout) -> bool:
    return call(438, os.pidfd_open(at.victim), 0, 0) >= 0


def reach_spawner(at: Layout) -> bool:
    """Signal, trace or read the process that starts commands, or take a descriptor from it."""
    folder = f"/proc/{at.spawner}"
    ways: tuple[Callable[[], object], ...] = (
        lambda: os.kill(at.spawner, 0),
        lambda: call(101, 0x4206, at.spawner, 0, 0),
        lambda: call(438, os.pidfd_open(at.spawner), 0, 0),
        lambda: os.close(os.open(f"{folder}/mem", os.O_RDWR)),
        lambda: Path(f"{folder}/fd/0").readlink(),
        lambda: Path(f"{folder}/environ").read_bytes(),
    )
    for way in ways:
        with contextlib.suppress(OSError):
            way()
            return True
    return False


def outlive_the_call(at: Layout) -> None:
    """Leave a process behind that writes when the command has ended."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.setsid()
        os.close(writing)
        for number in (0, 1, 2):
            os.close(number)
        os.read(reading, 1)  # until the first process is gone
        deadline_s = time.monotonic() + 5
        while time.monotonic() < deadline_s and not (at.workspace / "ended").exists():
            time.sleep(0.01)
        (at.workspace / "outlived").write_text(MARK)
        os._exit(0)


# privileges


def use_setuid_program(at: Layout) -> bool:
    done = subprocess.run([at.setuid_cat, "/proc/self/status"], capture_output=True, text=True)
    facts = dict(line.split(":", 1) for line in done.stdout.splitlines())
    effective = facts["Uid"].split()[1]
    return (effective == "0" and os.getuid() != 0) or bool(int(facts["CapEff"], 16) & (1 << 21))


def mount(at: Layout) -> bool:
    target = at.workspace / "mounted"
    target.mkdir()
    return call(165, b"none", os.fsencode(target), b"tmpfs", 0, None) == 0


def remount(at: Layout) -> bool:
    if not os.statvfs("/").f_flag & os.ST_RDONLY:
        return False  # nobody's sandbox: the machine's own root stays as it is
    return call(165, b"none", b"/", None, 32 | 4096, None) == 0  # MS_REMOUNT | MS_BIND: writable again


def change_root(at: Layout) -> bool:
    return call(161, os.fsencode(at.workspace)) == 0


def make_user_namespace(at: Layout) -> bool:
    new_user = 0x10000000
    with contextlib.suppress(OSError):
        call(272, new_user)
        return True
    with contextlib.suppress(OSError):
        pid = call(56, new_user | signal.SIGCHLD, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        return True
    arguments = struct.pack("8Q", new_user, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    pid = call(435, arguments, len(arguments))
    if pid == 0:
        os._exit(0)
    return True


def use_io_uring(at: Layout) -> bool:
    return call(425, 4, ctypes.create_string_buffer(120)) >= 0


def use_kernel_keyring(at: Layout) -> bool:
    return call(250, 0, -3, 0) >= 0  # KEYCTL_GET_KEYRING_ID of the session


def load_bpf(at: Layout) -> bool:
    attributes = struct.pack("IIII", 2, 4, 8, 1) + bytes(112)  # an array of one value
    return call(321, 0, attributes, len(attributes)) >= 0


def type_into_terminal(at: Layout) -> bool:
    """Push a key into the terminal that standard input is, also as its owner."""
    with contextlib.suppress(OSError):
        fcntl.ioctl(0, 0x540E, 1)  # TIOCSCTTY
    fcntl.ioctl(0, 0x5412, b"x")  # TIOCSTI
    waiting = array.array("i", [0])
    fcntl.ioctl(0, 0x541B, waiting)  # FIONREAD: it lies in the queue
    return True


# network


def connect_tcp(at: Layout) -> None:
    with socket.create_connection(("127.0.0.1", at.tcp_port), timeout=1) as connection:
        connection.sendall(b"tcp")
        connection.recv(1)


def fast_open_tcp(at: Layout) -> None:
    """Connect by sending, which is another door of the kernel."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        connection.sendto(b"tcp", 0x20000000, ("127.0.0.1", at.tcp_port))
        connection.recv(1)


def send_udp(at: Layout) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"udp", ("127.0.0.1", at.udp_port))


def connect_unix(at: Layout) -> None:
    for path in (at.server_socket, at.workspace_socket):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(path)
            connection.sendall(b"unix")
            connection.recv(1)


def connect_abstract(at: Layout) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        connection.connect("\0" + at.abstract)
        connection.sendall(b"abstract")
        connection.recv(1)


def send_by_pair(at: Layout) -> None:
    """Turn one end of a pair of datagram sockets to another address."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        with contextlib.suppress(OSError):
            one, other = socket.socketpair(socket.AF_UNIX, kind)
            other.close()
            one.connect(at.datagram_socket)
            one.send(b"pair")


def open_other_sockets(at: Layout) -> bool:
    """Open a socket of a family that no build needs: netlink, vsock, kernel crypto, tipc."""
    for family, kind in ((16, 3), (40, 1), (38, 5), (30, 1)):
        with contextlib.suppress(OSError):
            os.close(socket.socket(family, kind).detach())
            return True
    return False


def listen_for_others(at: Layout) -> bool:
    """Listen where other programs of the machine can connect to."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        tell(f"port {listener.getsockname()[1]}")
        listener.settimeout(1)
        listener.accept()
        return True


# resources


def fork_without_end(at: Layout) -> bool:
    """Start children until there are more than the limit; they end when this process does."""
    reading, writing = os.pipe()
    count = 0
    with contextlib.suppress(OSError):
        while count < MOST_CHILDREN:
            if os.fork() == 0:
                os.close(writing)
                os.read(reading, 1)
                os._exit(0)
            count += 1
    os.close(writing)
    return count >= MOST_CHILDREN


def fill_disk(at: Layout) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with (at.workspace / "large").open("wb") as file:
        for _ in range(8):
            file.write(bytes(1024**2))
            file.flush()


def take_memory(at: Layout) -> bool:
    try:
        return len(bytearray(768 * 1024**2)) > 0
    except MemoryError:
        return False


def burn_cpu(at: Layout) -> bool:
    limit, _ = resource.getrlimit(resource.RLIMIT_CPU)
    return limit == resource.RLIM_INFINITY or limit > 60


ATTACKS = {
    name: function
    for name, function in globals().items()
    if callable(function) and getattr(function, "__annotations__", {}).get("at") is Layout
}


if __name__ == "__main__":
    try:
        sys.stdout.write("succeeded\n" if ATTACKS[sys.argv[1]](Layout(sys.argv[2])) else "done\n")
    except (OSError, ValueError) as failure:
        sys.stdout.write(f"refused: {failure}\n")
