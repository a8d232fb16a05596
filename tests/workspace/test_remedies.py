from pathlib import Path

import pytest

from aircher.workspace._remedies import allowing_namespaces, installing


def test_the_command_that_installs_bubblewrap_is_that_of_the_machine(tmp_path: Path) -> None:
    assert installing(places=(str(tmp_path),)) == "install the package bubblewrap"
    (tmp_path / "dnf").touch(mode=0o755)
    assert installing(places=(str(tmp_path),)) == "sudo dnf install bubblewrap"


@pytest.mark.parametrize(
    ("setting", "value", "command"),
    [
        ("kernel/unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        ("user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=15000"),
    ],
)
def test_the_setting_that_forbids_namespaces_is_named_with_its_value(
    tmp_path: Path, setting: str, value: str, command: str
) -> None:
    (tmp_path / setting).parent.mkdir()
    (tmp_path / setting).write_text(f"{value}\n")
    assert allowing_namespaces(tmp_path) == command
    (tmp_path / setting).write_text("7\n")
    assert allowing_namespaces(tmp_path).startswith("let ordinary users make user namespaces")
