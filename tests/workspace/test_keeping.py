from pathlib import Path

import pytest

from aircher.workspace import _keeping
from aircher.workspace._keeping import Kept


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "project"
    (root / ".git" / "hooks" / "deep").mkdir(parents=True)
    (root / ".git" / "hooks" / "pre-push").write_text("true\n")
    (root / ".git" / "hooks" / "pre-push").chmod(0o755)
    (root / ".git" / "hooks" / "deep" / "a").write_bytes(b"\0")
    (root / ".git" / "hooks" / "link").symlink_to("pre-push")
    (root / ".git" / "config").write_text("[core]\n")
    return root


def kept(root: Path) -> Kept:
    return Kept((root / ".git" / "hooks", root / ".git" / "config", root / ".aircher"), writable=(root,))


def state(root: Path) -> dict[str, object]:
    return {
        str(path.relative_to(root)): str(path.readlink())
        if path.is_symlink()
        else (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in root.rglob("*")
        if ".changed-" not in str(path)
    }


def test_what_did_not_change_is_left_alone(root: Path) -> None:
    before = state(root)
    assert kept(root).put_back() == ()
    assert state(root) == before


def test_what_changed_is_there_again_and_the_change_lies_beside_it(root: Path) -> None:
    before, keeping = state(root), kept(root)
    (root / ".git" / "hooks" / "pre-push").write_text("evil\n")
    (root / ".git" / "hooks" / "pre-commit").write_text("evil\n")
    (root / ".git" / "config").unlink()
    (root / ".aircher").mkdir()
    assert keeping.put_back() == (root / ".git" / "hooks", root / ".git" / "config", root / ".aircher")
    assert state(root) == before
    [aside] = (root / ".git").glob("hooks.changed-*")
    assert (aside / "pre-commit").read_text() == "evil\n"


def test_a_link_that_was_put_in_the_way_leads_nowhere(root: Path, tmp_path: Path) -> None:
    keeping = kept(root)
    outside = tmp_path / "outside"
    (outside / "hooks").mkdir(parents=True)
    (outside / "config").write_text("outside\n")
    (root / ".git").rename(root / "moved")
    (root / ".git").symlink_to(outside)
    assert keeping.put_back() == (root / ".git" / "hooks", root / ".git" / "config")
    assert sorted(path.name for path in outside.rglob("*")) == ["config", "hooks"]
    assert (outside / "config").read_text() == "outside\n"


def test_a_link_in_the_place_itself_is_moved_aside(root: Path, tmp_path: Path) -> None:
    before, keeping = state(root), kept(root)
    (tmp_path / "outside").write_text("outside\n")
    (root / ".git" / "config").unlink()
    (root / ".git" / "config").symlink_to(tmp_path / "outside")
    assert keeping.put_back() == (root / ".git" / "config",)
    assert state(root) == before
    assert (tmp_path / "outside").read_text() == "outside\n"


def test_more_than_can_be_kept_is_said_before_anything_runs(root: Path) -> None:
    (root / ".git" / "hooks" / "large").write_bytes(bytes(_keeping.MOST_BYTES + 1))
    with pytest.raises(OSError, match="holds more than can be kept"):
        kept(root)


def test_what_nobody_can_write_needs_no_keeping(root: Path, tmp_path: Path) -> None:
    keeping = Kept((tmp_path / "project" / ".git" / "config",), writable=(tmp_path / "other",))
    (root / ".git" / "config").write_text("changed\n")
    assert keeping.put_back() == ()
