"""From the configuration to what holds a command: its sandbox, its limits, its variables.

Invariant: a limit of 0 is no limit, and nothing else is. Not its job: what is granted
(`aircher.workspace.granting`), and which hosts rules allow.
"""

import math
from collections.abc import Mapping

from aircher.config.sections import CommandLimits, Security
from aircher.domain.errors import PermissionRefused
from aircher.workspace.confinement import ResourceLimits, Sandbox
from aircher.workspace.environment import command_environment
from aircher.workspace.sandbox import find_sandbox, remedy


def sandbox_of(security: Security, *, mode: str) -> Sandbox:
    """Return the sandbox that commands of a session in this permission mode run in.

    Raises:
        PermissionRefused: The configuration requires one, or the mode is ``auto``, and none works.
    """
    sandbox = find_sandbox(security.sandbox_mode)
    if mode == "auto" and not sandbox.is_contained:
        hint = 'security.sandbox_mode = "auto"' if security.sandbox_mode == "off" else remedy()
        raise PermissionRefused(
            f"Mode auto asks nobody, so it needs a sandbox, and there is {sandbox.describe()}",
            hint=f"{hint}, or --mode edit",
        )
    return sandbox


def resource_limits(limits: CommandLimits) -> ResourceLimits:
    """Return the limits of every command."""
    return ResourceLimits(
        cpu_s=math.ceil(limits.cpu) or None,
        memory_bytes=limits.memory or None,
        processes=limits.processes or None,
        file_bytes=limits.file_size or None,
    )


def variables_of(environ: Mapping[str, str], security: Security) -> dict[str, str]:
    """Return the variables that every command gets."""
    return command_environment(environ, added=security.environment)
