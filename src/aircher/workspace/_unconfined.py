"""No sandbox: a command can do what the user can. Only the limits of resources hold.

Invariant: it says why there is none. Not its job: deciding whether that will do.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from aircher.domain.records import dataclass
from aircher.workspace._limits import limited
from aircher.workspace.confinement import Grants, Launch, ResourceLimits, SandboxLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfined:
    """What there is where no sandbox works, or where the user wants none.

    Attributes:
        reason: Why there is none, in words that follow "no sandbox:".
    """

    reason: str

    @property
    def level(self) -> SandboxLevel:
        """None."""
        return SandboxLevel.NONE

    @property
    def is_contained(self) -> bool:
        """Never."""
        return False

    @property
    def can_filter_hosts(self) -> bool:
        """No: every host can be reached."""
        return False

    def describe(self) -> str:
        """Return why there is none."""
        return f"no sandbox: {self.reason}"

    def launch(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,  # noqa: ARG002 - whoever starts the program stands it there
        environ: Mapping[str, str],
        grants: Grants,  # noqa: ARG002 - nothing here could hold it to them
        limits: ResourceLimits,
    ) -> Launch:
        """Return how to start it; see `aircher.workspace.confinement.Sandbox`."""
        inner = limited(argv, limits, counts_user=True)
        return Launch(argv=inner, environ=dict(environ), pass_fds=(), close=_nothing)

    def close(self) -> None:
        """Do nothing: nothing serves the commands."""


def _nothing() -> None:
    """Let go of nothing, as nothing was opened."""
