"""What is left of an exception that nobody expected."""

from pathlib import Path

import pytest

from aircher.cli.defect import explain


@pytest.mark.parametrize("name", ["A_KEY", "MY_TOKEN", "SECRET_OF", "DB_PASSWORD", "a_credential"])
def test_what_a_variable_holds_whose_name_betrays_it_is_not_written(tmp_path: Path, name: str) -> None:
    defect = explain(ValueError("opensesame is wrong"), {"HOME": str(tmp_path), name: "opensesame"})
    written = tmp_path / ".local/state/aircher/logs/defect.txt"
    assert defect.message == "a bug in Aircher: ValueError: [hidden] is wrong"
    assert written.read_text() == "ValueError: [hidden] is wrong\n"


def test_the_file_belongs_to_its_user_alone_even_if_an_earlier_one_did_not(tmp_path: Path) -> None:
    written = tmp_path / ".local/state/aircher/logs/defect.txt"
    written.parent.mkdir(parents=True)
    written.touch(mode=0o644)
    explain(ValueError("lone \udcff"), {"HOME": str(tmp_path)})
    assert written.stat().st_mode & 0o777 == 0o600
    assert written.read_text() == "ValueError: lone \\udcff\n"


def test_where_no_file_can_be_written_the_report_is_in_the_hint(tmp_path: Path) -> None:
    (tmp_path / ".local").touch()
    defect = explain(ExceptionGroup("several", [KeyError("x")]), {"HOME": str(tmp_path)})
    assert defect.message == "a bug in Aircher: KeyError: 'x'"
    assert str(defect.hint).startswith("please report this:\n")
