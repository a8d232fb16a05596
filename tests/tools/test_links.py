"""An effect on a name is also one on what a link of that name leads to."""

from pathlib import Path

import pytest

from aircher.domain.effects import Action, Deletes, Effect, Reads, Runs, Unknown, Writes
from aircher.tools import _links
from aircher.tools._links import followed
from aircher.workspace.local import LocalWorkspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").touch()
    (folder / "plain.txt").touch()
    (folder / "link.txt").symlink_to(tmp_path / "outside" / "secret")
    (folder / "away").symlink_to(tmp_path / "outside")
    (folder / "sub" / "dangling.txt").symlink_to("/nowhere/at/all")
    return folder


def added(root: Path, effect: Effect) -> list[Effect]:
    action = Action(tool="shell", text="x", effects=(effect,))
    found = followed(action, LocalWorkspace(root).resolve)
    assert found.effects[0] == effect
    assert (found.tool, found.text) == ("shell", "x")
    return list(found.effects[1:])


def test_what_leads_nowhere_else_stays_alone(root: Path) -> None:
    assert added(root, Reads(path=root / "plain.txt")) == []
    assert added(root, Writes(path=root / "new" / "file")) == []
    assert added(root, Reads(path=root / "p*.txt", is_pattern=True)) == []
    assert added(root, Runs(program="ls")) == []
    assert added(root, Unknown(reason="is opaque")) == []


def test_a_link_is_judged_by_where_it_leads_too(root: Path) -> None:
    outside = root.parent / "outside"
    assert added(root, Reads(path=root / "link.txt")) == [Reads(path=outside / "secret")]
    assert added(root, Writes(path=root / "away" / "new")) == [Writes(path=outside / "new")]
    assert added(root, Writes(path=root / "sub" / "dangling.txt")) == [Writes(path=Path("/nowhere/at/all"))]
    recursive = Reads(path=root / "away", is_recursive=True)
    assert added(root, recursive) == [Reads(path=outside, is_recursive=True)]


def test_who_deletes_a_link_deletes_the_link_but_in_the_folder_behind_one(root: Path) -> None:
    assert added(root, Deletes(path=root / "link.txt")) == []
    assert added(root, Deletes(path=root / "away" / "secret")) == [Deletes(path=root.parent / "outside" / "secret")]


@pytest.mark.parametrize(
    ("pattern", "behind"),
    [
        ("*.txt", ["outside/secret"]),
        ("*", ["outside/secret", "outside"]),
        ("*/secret", ["outside/secret"]),
        ("s*/*.txt", ["/nowhere/at/all"]),
        ("l?nk.t[x]t", ["outside/secret"]),
        ("away/*", ["outside/*"]),
        ("no*", []),
    ],
)
def test_the_links_among_what_a_pattern_means_are_found(root: Path, pattern: str, behind: list[str]) -> None:
    found = added(root, Reads(path=root / pattern, is_pattern=True))
    expected = {root.parent / path for path in behind}
    assert {effect.path for effect in found if isinstance(effect, Reads)} == expected
    assert all(isinstance(effect, Reads) for effect in found)


def test_a_folder_too_large_to_look_through_is_unknown(tmp_path: Path) -> None:
    for number in range(_links.MAX_NAMES // 100 + 1):
        folder = tmp_path / f"d{number}"
        folder.mkdir()
        for name in range(99):
            (folder / f"{name}").touch()
    assert added(tmp_path, Reads(path=tmp_path / "*" / "*", is_pattern=True)) == [
        Unknown(reason=f"matches more names than are looked at for links: {tmp_path}/*/*")
    ]
