"""What is expected of every attack, and the table of ``docs/security.md`` made of it.

``python -m tests.workspace.attacks.outcomes`` prints the table; a test compares it with the page.
"""

import sys
from dataclasses import dataclass

HELD, PUT_BACK, OPEN = "held", "put back", "open"


@dataclass(frozen=True)
class Expected:
    """How an attack ends, by level.

    Attributes:
        attack: What is tried, for people.
        landlock: The outcome under Landlock; under bubblewrap everything is held.
        none: The outcome without a sandbox, for root.
        none_ordinary: The same for an ordinary user, whom the kernel keeps from some of it.
        root: The outcome for root under both levels, where it differs.
    """

    attack: str
    landlock: str = HELD
    none: str = OPEN
    none_ordinary: str = OPEN
    root: str = ""

    def of(self, level: str, *, is_root: bool) -> str:
        """Return the outcome that a level must show."""
        if level == "none":
            return self.none if is_root else self.none_ordinary
        if is_root and self.root:
            return self.root
        return self.landlock if level == "landlock" else HELD


EXPECTED = {
    "write_outside": Expected("write, empty, delete or move a file outside of the workspace, or a shell start-up file"),
    "change_metadata_outside": Expected("change mode or times of a file outside", landlock=OPEN),
    "read_secrets": Expected("read `~/.ssh`, `~/.netrc`, Aircher's own data"),
    "read_secrets_of_workspace": Expected("read `.env` of the workspace: directly, linked, moved, copied"),
    "write_git_hooks": Expected("change or remove `.git/hooks` and `.git/config`", landlock=PUT_BACK),
    "replace_git_folder": Expected("rename `.git` and put another one in its place", landlock=PUT_BACK),
    "make_missing_protected": Expected("create a protected folder that does not exist yet", landlock=PUT_BACK),
    "follow_symlink": Expected("write through a symbolic link that leads outside"),
    "use_hardlink": Expected("link a file from outside into the workspace and write to it"),
    "race_symlink": Expected("exchange a folder and a link outwards while writing through it"),
    "climb_out": Expected("move the folder one stands in and go up from there"),
    "open_by_handle": Expected("open a hidden file by its handle, without a path", none_ordinary=HELD),
    "read_shared_memory": Expected("read the shared memory of other programs"),
    "use_devices": Expected("open a disk or make a device node", none_ordinary=HELD),
    "write_kernel_settings": Expected("write to `/proc/sys` or `/sys`", none_ordinary=HELD),
    "read_parent_by_proc": Expected("read environment, descriptors, root or folder of another process in `/proc`"),
    "write_parent_memory": Expected("open the memory of Aircher or of another process"),
    "list_processes": Expected("see which programs run, with their arguments", landlock=OPEN),
    "read_inherited_descriptors": Expected("use descriptors that Aircher has open", none=HELD, none_ordinary=HELD),
    "trace_process": Expected("trace another process"),
    "read_memory_of_process": Expected("read another process's memory by system call"),
    "signal_process": Expected("send a signal to another process"),
    "take_descriptor": Expected("take a descriptor from another process"),
    "reach_spawner": Expected("signal, trace or read the process that starts commands"),
    "outlive_the_call": Expected("leave a process behind in a session of its own", landlock=OPEN),
    "use_setuid_program": Expected("gain rights by a setuid program"),
    "mount": Expected("mount a file system", none_ordinary=HELD),
    "remount": Expected("make the read-only root writable again", none=HELD, none_ordinary=HELD),
    "change_root": Expected("change the root folder", none_ordinary=HELD),
    "make_user_namespace": Expected("make a user namespace by `unshare`, `clone` or `clone3`"),
    "use_io_uring": Expected("set up `io_uring`, which passes by filters"),
    "use_kernel_keyring": Expected("reach the kernel's keyring"),
    "load_bpf": Expected("use BPF", none_ordinary=HELD),
    "type_into_terminal": Expected("type into the terminal"),
    "connect_tcp": Expected("connect to a TCP server of this machine"),
    "fast_open_tcp": Expected("the same by TCP fast open"),
    "send_udp": Expected("send UDP"),
    "connect_unix": Expected("connect to a server's socket, as Docker's, outside and inside of the workspace"),
    "connect_abstract": Expected("connect to an abstract socket"),
    "send_by_pair": Expected("turn a pair of datagram sockets to another socket"),
    "open_other_sockets": Expected("open netlink, vsock, kernel crypto or TIPC sockets"),
    "listen_for_others": Expected("listen where others can connect to"),
    "fork_without_end": Expected("a fork bomb", root=OPEN, none_ordinary=HELD),
    "fill_disk": Expected("write a file beyond the limit", none=HELD, none_ordinary=HELD),
    "take_memory": Expected("take memory beyond the limit", none=HELD, none_ordinary=HELD),
    "burn_cpu": Expected("run without a limit of CPU time", none=HELD, none_ordinary=HELD),
}


def table() -> str:
    """Return the table of all attacks, for an ordinary user or root."""
    rows = [
        "| attack | bubblewrap | Landlock | no sandbox |",
        "|---|---|---|---|",
        *(
            f"| {row.attack} | {_cell(row, 'bubblewrap')} | {_cell(row, 'landlock')} | {_cell(row, 'none')} |"
            for row in EXPECTED.values()
        ),
    ]
    return "\n".join(rows) + "\n"


def _cell(row: Expected, level: str) -> str:
    ordinary, root = row.of(level, is_root=False), row.of(level, is_root=True)
    shown = {HELD: HELD, PUT_BACK: "**put back**", OPEN: "**open**" if level != "none" else OPEN}
    return shown[ordinary] if ordinary == root else f"{shown[ordinary]}; root: {shown[root]}"


if __name__ == "__main__":
    sys.stdout.write(table())
