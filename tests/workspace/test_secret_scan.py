"""Keys in a workspace are found, also those that came since the last look."""

import sys
from pathlib import Path

import pytest

from aircher.workspace import secret_scan
from aircher.workspace.secret_scan import SecretScan


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / ".env").touch()
    return tmp_path


def names(scan: SecretScan, root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in scan.look(root)]


def test_what_comes_and_goes_is_noticed_at_once(root: Path) -> None:
    scan = SecretScan()
    for _ in range(50):
        assert names(scan, root) == ["a/.env"]
        (root / "a" / "b" / ".netrc").touch()
        assert names(scan, root) == ["a/.env", "a/b/.netrc"]
        (root / "a" / "b" / ".netrc").unlink()


def test_a_folder_that_took_the_place_of_another_is_looked_at(root: Path) -> None:
    scan = SecretScan()
    (root / "a").rename(root / "gone")
    (root / "gone" / ".env").unlink()
    assert names(scan, root) == []
    (root / "gone" / ".env").touch()
    (root / "gone").rename(root / "a")
    assert names(scan, root) == ["a/.env"]


def test_a_folder_that_has_long_been_as_it_is_is_read_once() -> None:
    read: list[str] = []
    sys.addaudithook(lambda event, facts: read.append(str(facts[0])) if event == "os.scandir" else None)
    scan = SecretScan()
    first = list(scan.look(Path("/usr/share/doc")))
    count = len(read)
    again = list(scan.look(Path("/usr/share/doc")))
    assert (again, count > 0, len(read)) == (first, True, count)


def test_a_wide_folder_is_looked_at_nearest_to_the_root_first(root: Path) -> None:
    wide = root / "a" / "c"
    wide.mkdir()
    for number in range(secret_scan.MOST_ENTRIES):
        (wide / str(number)).touch()
    (wide / ".env").touch()
    (root / "d" / "e").mkdir(parents=True)
    (root / "d" / "e" / ".env").touch()
    assert names(SecretScan(), root) == ["a/.env", "a/c/.env"]
