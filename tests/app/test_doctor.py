"""What the doctor says of keys and addresses."""

from io import StringIO
from pathlib import Path

import pytest

from aircher.app.checks import Check, Status
from aircher.app.doctor import diagnose
from aircher.workspace.sandbox import SandboxLevel, find_sandbox


def diagnosed(tmp_path: Path, base_url: str) -> dict[str, Check]:
    home, project = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    project.mkdir()
    overrides = (
        f"providers.zoo.base_url={base_url}",
        "providers.zoo.api_key_env=ZOO_KEY",
        "providers.zoo.model=m",
        "providers.default=zoo",
    )
    checks = diagnose(project, {"HOME": str(home), "PATH": ""}, StringIO(), overrides=overrides)
    return {check.name: check for check in checks if "zoo" in check.detail}


def test_a_server_on_this_machine_needs_no_key(tmp_path: Path) -> None:
    found = diagnosed(tmp_path, "http://127.0.0.1:9/v1")
    assert found["key"] == Check(name="key", detail="zoo: no key, and a server on this machine needs none")


@pytest.mark.parametrize("base_url", ["http://h:99999", "http://a..b"])
def test_an_address_that_is_none_is_a_line_of_the_report(tmp_path: Path, base_url: str) -> None:
    found = diagnosed(tmp_path, base_url)
    assert (found["key"].status, found["key"].code) == (Status.FAILED, "provider.auth")
    assert (found["network"].status, found["network"].code) == (Status.FAILED, "config.base_url")


def test_the_sandbox_is_named_with_what_it_holds_and_what_would_be_stronger(tmp_path: Path) -> None:
    checks = diagnose(tmp_path, {"HOME": str(tmp_path), "PATH": ""}, StringIO(), overrides=())
    [found] = [check for check in checks if check.name == "sandbox"]
    level = find_sandbox("auto")
    assert found.detail.startswith(level.describe())
    assert (found.status is Status.OK) is (level.level in {SandboxLevel.BUBBLEWRAP, SandboxLevel.SEATBELT})
    assert (found.remedy == "") is (found.status is Status.OK)


def test_a_sandbox_that_is_switched_off_is_a_warning(tmp_path: Path) -> None:
    overrides = ("security.sandbox_mode=off",)
    checks = diagnose(tmp_path, {"HOME": str(tmp_path), "PATH": ""}, StringIO(), overrides=overrides)
    assert [check for check in checks if check.name == "sandbox"] == [
        Check(
            name="sandbox",
            detail='no sandbox: security.sandbox_mode is "off"',
            status=Status.WARNING,
            remedy='security.sandbox_mode = "auto"',
        )
    ]
