import pytest

from aircher.app.sandboxing import resource_limits, sandbox_of, variables_of
from aircher.config.quantities import Duration, Size
from aircher.config.sections import CommandLimits, Security
from aircher.domain.errors import PermissionRefused
from aircher.workspace.confinement import ResourceLimits, SandboxLevel


def test_limits_come_from_the_configuration_and_zero_is_none() -> None:
    assert resource_limits(CommandLimits()) == ResourceLimits()
    written = CommandLimits(cpu=Duration(1.5), memory=Size(4_096), processes=0, file_size=Size(0))
    assert resource_limits(written) == ResourceLimits(cpu_s=2, memory_bytes=4_096, processes=None, file_bytes=None)


def test_mode_auto_refuses_to_start_without_a_sandbox() -> None:
    assert sandbox_of(Security(sandbox_mode="off"), mode="edit").level is SandboxLevel.NONE
    with pytest.raises(PermissionRefused, match="Mode auto asks nobody, so it needs a sandbox") as refused:
        sandbox_of(Security(sandbox_mode="off"), mode="auto")
    assert refused.value.hint == 'security.sandbox_mode = "auto", or --mode edit'


def test_variables_that_the_user_lists_reach_commands() -> None:
    environ = {"PATH": "/bin", "EDITOR": "vi", "SHELLCODE": "x", "A_TOKEN": "x"}
    assert variables_of(environ, Security(environment=["EDITOR", "A_TOKEN"])) == {"PATH": "/bin", "EDITOR": "vi"}
