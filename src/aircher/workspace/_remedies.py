"""What gives a machine its strongest sandbox: one command, for what is missing there.

Invariant: it looks at settings and at which programs there are, and runs nothing. Not its job: whether a sandbox works.
"""

import os
from pathlib import Path

_INSTALLERS = {
    "apt-get": "sudo apt-get install bubblewrap",
    "dnf": "sudo dnf install bubblewrap",
    "pacman": "sudo pacman -S bubblewrap",
    "zypper": "sudo zypper install bubblewrap",
    "apk": "sudo apk add bubblewrap",
    "nix-env": "nix-env -iA nixpkgs.bubblewrap",
}
_PLACES = ("/usr/bin", "/bin", "/sbin", "/usr/sbin", "/run/current-system/sw/bin")
_FORBIDDING = {
    # setting of the kernel: the value that forbids user namespaces, and the one that allows them
    "kernel.unprivileged_userns_clone": ("0", "1"),
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
    "user.max_user_namespaces": ("0", "15000"),
}


def installing(places: tuple[str, ...] = _PLACES) -> str:
    """Return the command that installs bubblewrap here."""
    for program, command in _INSTALLERS.items():
        if any(os.access(f"{place}/{program}", os.X_OK) for place in places):
            return command
    return "install the package bubblewrap"


def allowing_namespaces(settings: Path = Path("/proc/sys")) -> str:
    """Return the command that lets bubblewrap make its namespaces."""
    for name, (forbidding, allowing) in _FORBIDDING.items():
        try:
            is_forbidden = (settings / name.replace(".", "/")).read_text(encoding="ascii").strip() == forbidding
        except OSError:
            continue
        if is_forbidden:
            return f"sudo sysctl -w {name}={allowing}"
    return "let ordinary users make user namespaces; in a container: start it with --security-opt seccomp=unconfined"
