"""What a session's commands are held by: the sandbox that works here, and what policy lets it grant.

Invariant: what policy protects or hides from tools is protected and hidden from commands too, by the same words.
"""

import asyncio
from collections.abc import Callable, Mapping

from aircher.config import Config
from aircher.domain.errors import PermissionRefused
from aircher.permissions.policy import Policy
from aircher.workspace.confinement import Grants, Sandbox
from aircher.workspace.environment import command_environment
from aircher.workspace.running_command import Confinement


class Confiner:
    """Says for each command what holds it. The sandbox is looked for with the first one."""

    def __init__(self, config: Config, policy: Callable[[], Policy], *, environ: Mapping[str, str]) -> None:
        self._config = config
        self._policy = policy
        self._environ = environ
        self._sandbox: Sandbox | None = None

    def confinement(self) -> Confinement:
        """Return what holds the next command. May try sandboxes, so it blocks for some 50 ms the first time.

        Raises:
            PermissionRefused: A sandbox is required, and none works here.
        """
        return Confinement(sandbox=self._found(), grants=self._grants(), environ=command_environment(self._environ))

    async def require(self) -> None:
        """Return if commands will be held in a way that the mode ``auto`` may rely on.

        Raises:
            PermissionRefused: They will not.
        """
        sandbox = await asyncio.to_thread(self._found)
        if not sandbox.is_contained:
            raise PermissionRefused(
                f"mode {self._policy().mode} needs a working sandbox: {sandbox.describe()}",
                hint="aircher doctor, or --mode edit",
            )

    def close(self) -> None:
        """End what serves the sandbox."""
        if self._sandbox is not None:
            self._sandbox.close()

    def _found(self) -> Sandbox:
        from aircher.workspace.sandbox import find_sandbox

        if self._sandbox is None:
            needs = self._policy().needs_sandbox
            self._sandbox = find_sandbox("require" if needs else self._config.security.sandbox_mode)
        return self._sandbox

    def _grants(self) -> Grants:
        places = self._policy().places
        return Grants(
            writable=tuple(places.roots),
            readonly=tuple(root / name for root in places.roots for name in PROTECTED_NAMES if (root / name).exists()),
            hidden=tuple(
                path for path in (*places.own, *(places.home / name for name in HIDDEN_NAMES)) if path.exists()
            ),
        )


PROTECTED_NAMES = (".git/hooks", ".git/config", ".aircher")
HIDDEN_NAMES = (".ssh", ".aws", ".gnupg", ".netrc", ".config/gh", ".docker", ".kube")
"""Below the user's home."""
