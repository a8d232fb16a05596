"""Seatbelt of macOS: a profile in its own language, given to ``sandbox-exec``.

Invariant: the profile begins with a refusal of everything, and the rule that comes last wins, so that what is hidden
and protected comes after what is granted. It was checked as text only: nothing of this has run on a Mac.

Not its job: processes; macOS has no namespaces, so a command sees which others run, and cannot signal them.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from aircher.domain.records import dataclass
from aircher.workspace._limits import limited
from aircher.workspace._proxies import Proxies, proxy_variables
from aircher.workspace.confinement import Grants, Launch, ResourceLimits, SandboxLevel

PROGRAM = "/usr/bin/sandbox-exec"
_HEAD = """\
(version 1)
(deny default)
(allow process-exec)
(allow process-fork)
(allow process-info* (target same-sandbox))
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow mach-lookup (global-name "com.apple.system.opendirectoryd.libinfo"))
(allow ipc-posix-sem)
(allow file-read*)
(allow file-write-data (literal "/dev/null") (literal "/dev/zero") (literal "/dev/dtracehelper"))
(allow file-ioctl (literal "/dev/null"))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seatbelt:
    """The sandbox of macOS.

    Attributes:
        temporary: The folder for temporary files where none is granted; resolved.
        proxies: What serves allowed hosts.
    """

    temporary: Path
    proxies: Proxies

    @property
    def level(self) -> SandboxLevel:
        """What holds the commands."""
        return SandboxLevel.SEATBELT

    @property
    def is_contained(self) -> bool:
        """Always."""
        return True

    @property
    def can_filter_hosts(self) -> bool:
        """By allowing nothing but the proxy's port on this machine."""
        return True

    def describe(self) -> str:
        """Return what it holds."""
        return "Seatbelt: only the workspace can be written, secrets are hidden, no network but through the proxy"

    def launch(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,  # noqa: ARG002 - whoever starts the program stands it there
        environ: Mapping[str, str],
        grants: Grants,
        limits: ResourceLimits,
    ) -> Launch:
        """Return how to start it; see `aircher.workspace.confinement.Sandbox`."""
        temporary = grants.temporary or self.temporary
        variables = {**environ, "TMPDIR": str(temporary)}
        variables.setdefault("XDG_CACHE_HOME", str(temporary / ".cache"))
        port = 0
        if grants.hosts:
            port = self.proxies.port_for(grants.hosts, grants.denied_hosts)
            variables |= proxy_variables(port)
        text = profile(grants, temporary=temporary, proxy_port=port)
        arguments = (PROGRAM, "-p", text, *limited(argv, limits, counts_user=True))
        return Launch(argv=arguments, environ=variables, pass_fds=(), close=_nothing)

    def close(self) -> None:
        """End the proxies."""
        self.proxies.close()


def profile(grants: Grants, *, temporary: Path, proxy_port: int) -> str:
    """Return the profile; with port 0 there is no network."""
    return "\n".join((_HEAD, *_rules(grants, temporary, proxy_port))) + "\n"


def _rules(grants: Grants, temporary: Path, proxy_port: int) -> Iterator[str]:
    for folder in (*grants.writable, temporary):
        yield f"(allow file-write* (subpath {_quoted(folder)}))"
    for path in grants.readonly:
        yield f"(deny file-write* (subpath {_quoted(path)}))"
        yield from _fixed(path, grants.writable)
    for path in grants.hidden:
        yield f"(deny file-read* file-write* (subpath {_quoted(path)}))"
        yield from _fixed(path, grants.writable)
    yield "(deny network*)"
    if proxy_port:
        yield f'(allow network-outbound (remote ip "localhost:{proxy_port}"))'


def _fixed(path: Path, writable: Sequence[Path]) -> Iterator[str]:
    """Keep the folders around a path from being renamed, which would take the path from under its rule."""
    for root in writable:
        if path != root and path.is_relative_to(root):
            for folder in path.parents[: len(path.relative_to(root).parts) - 1]:
                yield f"(deny file-write-unlink (literal {_quoted(folder)}))"


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _nothing() -> None:
    """Let go of nothing, as nothing was opened."""
