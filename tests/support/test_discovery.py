from pathlib import Path

import pytest

from aircher.support.discovery import entry_points, module_names, value_of
from aircher.support.ids import new_id


def test_public_modules_are_listed_without_importing_them() -> None:
    names = module_names("aircher.support")

    assert "discovery" in names
    assert "__init__" not in names
    assert list(names) == sorted(names)


def test_a_value_is_found_or_absent() -> None:
    assert value_of("aircher.support", "discovery", "module_names") is module_names
    assert value_of("aircher.support", "discovery", "PROVIDER") is None


def test_what_others_announce_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    announced = tmp_path / "thing-1.dist-info"
    announced.mkdir()
    (announced / "entry_points.txt").write_text("[aircher.things]\nthing = aircher.support.ids:new_id\n")
    (announced / "METADATA").write_text("Name: thing\nVersion: 1\n")
    monkeypatch.syspath_prepend(tmp_path)

    assert dict(entry_points("aircher.things")) == {"thing": new_id}
    assert dict(entry_points("aircher.nothing")) == {}
