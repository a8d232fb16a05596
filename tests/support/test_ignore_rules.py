"""Rules of ignore files, as git reads them."""

from pathlib import Path

from aircher.support.ignore_rules import FolderRules, is_ignored


def test_the_nearest_folder_has_the_last_word_and_broken_lines_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".gitignore").write_bytes(b"*.log\n!\nbuild/\ncaf\xe9\n")
    (tmp_path / "sub/.gitignore").write_text("!kept.log\n")
    above, below = FolderRules.of(tmp_path, ""), FolderRules.of(tmp_path, "sub/")
    assert above is not None
    assert below is not None
    paths = ("a.log", "sub/a.log", "sub/kept.log", "build/", "build", "caf\udce9", "a.txt")
    assert [path for path in paths if is_ignored((above, below), path)] == ["a.log", "sub/a.log", "build/", "caf\udce9"]
    assert above.is_ignored("kept.log")


def test_a_folder_without_ignore_files_has_no_rules(tmp_path: Path) -> None:
    assert FolderRules.of(tmp_path, "") is None
    assert not is_ignored((), "anything")
