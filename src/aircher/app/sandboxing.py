"""From configuration and policy to what holds a command: its sandbox, its grants, its limits, its variables.

Invariant: a limit of 0 is no limit, and nothing else is. Not its job: which files of a workspace are protected or
hidden (`aircher.workspace.granting`).
"""

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from threading import Lock
from typing import Protocol

from aircher.config.sections import CommandLimits, Security
from aircher.domain.errors import PermissionRefused
from aircher.domain.levels import Mode
from aircher.permissions.decision import Verdict
from aircher.permissions.policy import Policy
from aircher.workspace.confinement import Grants, ResourceLimits, Sandbox
from aircher.workspace.environment import command_environment
from aircher.workspace.granting import standard_grants
from aircher.workspace.running_command import Confinement
from aircher.workspace.sandbox import find_sandbox, missing_levels, remedy
from aircher.workspace.secret_scan import SecretScan


class FindSandbox(Protocol):
    """Finds the sandbox of a session; see `sandbox_of`."""

    def __call__(self, security: Security, *, mode: str, is_required: bool) -> Sandbox:
        """Return it, or raise."""
        ...


def sandbox_of(security: Security, *, mode: str, is_required: bool = False) -> Sandbox:
    """Return the sandbox that commands of a session in this permission mode run in.

    Raises:
        PermissionRefused: The configuration requires one, or the mode is ``auto``, and none works.
    """
    sandbox = find_sandbox("require" if is_required else security.sandbox_mode)
    check_fit(sandbox, security, mode=mode)
    return sandbox


def check_fit(sandbox: Sandbox, security: Security, *, mode: str) -> None:
    """Return if the permission mode may use this sandbox.

    Raises:
        PermissionRefused: The mode is ``auto``, and there is none.
    """
    if mode == "auto" and not sandbox.is_contained:
        hint = 'security.sandbox_mode = "auto"' if security.sandbox_mode == "off" else remedy()
        raise PermissionRefused(
            f"Mode auto asks nobody, so it needs a sandbox, and there is {sandbox.describe()}",
            hint=f"{hint}, or --mode edit",
        )


def weakness(sandbox: Sandbox, *, is_wanted: bool = False) -> str:
    """Return what a person is told of a sandbox that is not the strongest of this kind of system; empty = it is.

    ``is_wanted`` says that the configuration asks for none, and no remedy is needed.
    """
    if not sandbox.is_contained:
        warning = f"commands can do whatever you can: {sandbox.describe()}"
        return warning if is_wanted else f"{warning}. {remedy()}"
    missing = missing_levels(above=sandbox.level)
    if not missing:
        return ""
    reasons = "; ".join(f"{level}: {reason}" for level, reason in missing.items())
    return f"commands are held by {sandbox.describe()}. The stronger level is missing ({reasons}): {remedy()}"


def put_back_warning(paths: Sequence[Path]) -> str:
    """Return what a person is told when a command had changed protected paths."""
    names = ", ".join(map(str, paths))
    return f"a command had changed what is protected; it was put back, what it left is beside it (.changed-…): {names}"


def resource_limits(limits: CommandLimits) -> ResourceLimits:
    """Return the limits of every command."""
    return ResourceLimits(
        cpu_s=math.ceil(limits.cpu) or None,
        memory_bytes=int(limits.memory) or None,
        processes=limits.processes or None,
        file_bytes=int(limits.file_size) or None,
    )


def variables_of(environ: Mapping[str, str], security: Security) -> dict[str, str]:
    """Return the variables that every command gets."""
    return command_environment(environ, added=security.environment)


class Confiner:
    """Says for each command of a session what holds it. The sandbox is looked for with the first one."""

    def __init__(
        self,
        security: Security,
        policy: Callable[[], Policy],
        *,
        environ: Mapping[str, str],
        note: Callable[[str], None],
        find: FindSandbox = sandbox_of,
    ) -> None:
        """Get ready; nothing is tried.

        Args:
            security: The configuration.
            policy: The policy of that moment: a person's answers change it.
            environ: The variables of which a command gets a few.
            note: Is told once if what holds commands is not the strongest; from any thread.
            find: Finds the sandbox.
        """
        self._security = security
        self._policy = policy
        self._environ = environ
        self._note = note
        self._find = find
        self._lock = Lock()  # calls that run side by side ask at the same time
        self._sandbox: Sandbox | None = None
        self._temporary: Path | None = None
        self._scan = SecretScan()

    def confinement(self) -> Confinement:
        """Return what holds the next command. It blocks for some 50 ms the first time: sandboxes are tried.

        Raises:
            PermissionRefused: A sandbox is required, and none works here.
        """
        sandbox = self.sandbox()
        with self._lock:
            grants = self._grants()
        return Confinement(
            sandbox=sandbox,
            grants=grants,
            environ=variables_of(self._environ, self._security),
            limits=resource_limits(self._security.limits),
        )

    def own_confinement(self) -> Confinement:
        """Return what holds the next command that a person typed: nothing, unless the configuration requires a sandbox.

        Raises:
            PermissionRefused: As `confinement`.
        """
        held = self.confinement()
        if self._security.sandbox_mode == "require":
            return held
        return replace(held, sandbox=find_sandbox("off"))

    def sandbox(self) -> Sandbox:
        """Return the sandbox of this session.

        Raises:
            PermissionRefused: As `confinement`; or the mode has become ``auto`` since, and there is none.
        """
        return self._fitting(self._policy().mode)

    def check(self, mode: Mode) -> None:
        """Return if the session may go on in this permission mode; a sandbox is looked for only if it needs one.

        Raises:
            PermissionRefused: The mode is ``auto``, and there is none.
        """
        if mode == "auto":
            self._fitting(mode)

    def _fitting(self, mode: Mode) -> Sandbox:
        with self._lock:
            if self._sandbox is not None:
                check_fit(self._sandbox, self._security, mode=mode)
            else:
                found = self._find(self._security, mode=mode, is_required=self._policy().needs_sandbox)
                if warning := weakness(found, is_wanted=self._security.sandbox_mode == "off"):
                    self._note(warning)
                self._sandbox = found
            return self._sandbox

    def close(self) -> None:
        """End what serves the sandbox, and remove what commands left in their ``/tmp``."""
        if self._sandbox is not None:
            self._sandbox.close()
        if self._temporary is not None:
            rmtree(self._temporary, ignore_errors=True)

    def _grants(self) -> Grants:
        policy = self._policy()
        if self._temporary is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="aircher-")).resolve()
        return standard_grants(
            policy.places.roots,
            home=policy.places.home,
            own=policy.places.own,
            hosts=_hosts(policy, Verdict.ALLOW),
            denied_hosts=_hosts(policy, Verdict.DENY),
            temporary=self._temporary,
            scan=self._scan,
        )


def _hosts(policy: Policy, verdict: Verdict) -> tuple[str, ...]:
    """Return the hosts that rules allow or deny; where a rule asks, a command has no way to ask: it is denied."""
    denies = verdict is not Verdict.ALLOW
    rules = (rule for rule in policy.rules if rule.tool == "net" and (rule.verdict is Verdict.ALLOW) is not denies)
    return tuple(rule.pattern or "*" for rule in rules)
