"""Tries a sandbox: a command inside it attempts what it must not be able to do.

Invariant: what is attempted harms nothing if it succeeds: the folders are made for it and removed after. Not its job:
a full suite of attacks; this is what tells a sandbox that works from one that the kernel ignores or forbids.
"""

import subprocess
from pathlib import Path

from aircher.workspace.confinement import Grants, Launch, ResourceLimits, Sandbox

TIMEOUT_S = 10.0
_SCRIPT = """
: > "$1/inside" || exit 21
( : > "$2/outside" ) 2>/dev/null && exit 22
( read -r line < "$1/secret" && [ -n "$line" ] ) 2>/dev/null && exit 23
[ -e /proc/self/status ] || exit 0
while read -r name value; do
  case $name in
    NoNewPrivs:) [ "$value" = 1 ] || exit 24 ;;
    Seccomp:) [ "$value" = 2 ] || exit 25 ;;
  esac
done < /proc/self/status
[ "$3" = bubblewrap ] || exit 0
while read -r name value; do
  case $name in lo: | *'|'*) ;; *:*) exit 26 ;; esac
done < /proc/self/net/dev
"""
_FINDINGS = {
    21: "a command in it cannot write where it may",
    22: "a command in it can write where it must not",
    23: "a command in it can read what is hidden",
    24: "a command in it can gain privileges",
    25: "its filter of system calls is not in force",
    26: "a command in it sees the machine's network",
}


def holds(sandbox: Sandbox) -> str:
    """Return why this sandbox does not hold a command; empty = it does."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="aircher-probe-") as name:
        folder = Path(name).resolve()
        inside, outside = folder / "inside", folder / "outside"
        inside.mkdir()
        outside.mkdir()
        (inside / "secret").write_text("secret\n", encoding="ascii")
        (inside / "secrets").mkdir()
        grants = Grants(writable=(inside,), hidden=(inside / "secret", inside / "secrets"))
        argv = ("/bin/sh", "-c", _SCRIPT, "sh", str(inside), str(outside), sandbox.level.value)
        try:
            launch = sandbox.launch(
                argv, cwd=inside, environ={"PATH": "/usr/bin:/bin"}, grants=grants, limits=ResourceLimits()
            )
        except OSError as exc:
            return f"it cannot be set up: {exc}"
        finding = _run(launch, inside)
        if not finding and (outside / "outside").exists():
            finding = _FINDINGS[22]
        return finding


def _run(launch: Launch, folder: Path) -> str:
    try:
        done = subprocess.run(
            launch.argv,
            cwd=folder,
            env=launch.environ,
            pass_fds=launch.pass_fds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        return f"a command in it does not run: {exc}"
    finally:
        launch.close()
    if done.returncode == 0:
        return ""
    said = " ".join(done.stderr.decode(errors="replace").split())[:200]
    return _FINDINGS.get(done.returncode, f"a command in it ended with {done.returncode}: {said or 'nothing said'}")
