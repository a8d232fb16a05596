"""What kind of place a path is."""

from pathlib import Path

import pytest

from aircher.domain.effects import Deletes, Reads, Writes
from aircher.permissions.places import Places, Standing

ROOT, HOME = Path("/srv/proj"), Path("/home/dev")
PLACES = Places(roots=(ROOT, Path("/extra")), home=HOME, own=(ROOT / "own",), readable=(Path("/saved"),))


def reads(path: str, *, is_recursive: bool = False) -> Standing:
    is_pattern = any(char in path for char in "*?[")
    return PLACES.standing(Reads(path=Path(path), is_pattern=is_pattern, is_recursive=is_recursive))


@pytest.mark.parametrize(
    ("path", "standing"),
    [
        ("/srv/proj/src/a.py", Standing.WORKSPACE),
        ("/srv/proj", Standing.WORKSPACE),
        ("/extra/a", Standing.WORKSPACE),
        ("/saved/out.txt", Standing.WORKSPACE),
        ("/srv/proj2/a", Standing.OUTSIDE),
        ("/etc/passwd", Standing.OUTSIDE),
        ("/etc/shadow", Standing.SECRET),
        ("/home/dev/.ssh/config", Standing.SECRET),
        ("/home/dev/.config/gh/hosts.yml", Standing.SECRET),
        ("/srv/proj/.env", Standing.SECRET),
        ("/srv/proj/.env.example", Standing.WORKSPACE),
        ("/srv/proj/certs", Standing.WORKSPACE),
        ("/srv/proj/.git/config", Standing.SECRET),
        ("/srv/proj/.git/HEAD", Standing.WORKSPACE),
        ("/srv/proj/*.py", Standing.WORKSPACE),
        ("/srv/proj/*", Standing.WORKSPACE),
        ("/srv/proj/*.json", Standing.WORKSPACE),
        ("/srv/proj/src/*", Standing.WORKSPACE),
        ("/srv/proj/src/**/*", Standing.WORKSPACE),
        ("/srv/proj/**/*", Standing.SECRET),
        ("/srv/proj/*/*", Standing.SECRET),
        ("/srv/proj/.e*", Standing.SECRET),
        ("/srv/proj/**/*.pem", Standing.SECRET),
        ("/srv/proj/certs/*", Standing.SECRET),
        ("/srv/proj/c*/*", Standing.SECRET),
        ("/srv/proj/certs/*em", Standing.SECRET),
        ("/srv/proj/secr*", Standing.SECRET),
        ("/srv/proj/id_[r]sa", Standing.SECRET),
    ],
)
def test_a_read_is_placed(path: str, standing: Standing) -> None:
    assert reads(path) is standing


def test_everything_below_the_root_includes_secrets_and_everything_below_a_folder_does_not() -> None:
    assert reads("/srv/proj", is_recursive=True) is Standing.SECRET
    assert reads("/srv", is_recursive=True) is Standing.SECRET
    assert reads("/srv/proj/src", is_recursive=True) is Standing.WORKSPACE


def test_names_and_metadata_are_no_secret() -> None:
    assert PLACES.standing(Reads(path=ROOT / ".env", is_listing=True)) is Standing.WORKSPACE
    assert PLACES.standing(Reads(path=HOME / ".ssh/x", is_listing=True)) is Standing.OUTSIDE


@pytest.mark.parametrize(
    ("path", "standing"),
    [
        ("/srv/proj/src/a.py", Standing.WORKSPACE),
        ("/srv/proj/AGENTS.md", Standing.WORKSPACE),
        ("/srv/proj", Standing.PROTECTED),
        ("/srv", Standing.PROTECTED),
        ("/srv/proj/own/x.db", Standing.PROTECTED),
        ("/srv/proj/.git/hooks/pre-commit", Standing.PROTECTED),
        ("/srv/proj/sub/.git", Standing.PROTECTED),
        ("/srv/proj/.aircher/config.toml", Standing.PROTECTED),
        ("/srv/proj/.vscode/tasks.json", Standing.PROTECTED),
        ("/srv/proj/.bashrc", Standing.PROTECTED),
        ("/srv/proj/*", Standing.PROTECTED),
        ("/srv/proj/[a-z]*", Standing.PROTECTED),
        ("/srv/proj/.g*", Standing.PROTECTED),
        ("/srv/proj/.v*", Standing.PROTECTED),
        ("/srv/proj/**/*", Standing.PROTECTED),
        ("/srv/proj/**/*.sample", Standing.PROTECTED),
        ("/srv/proj/**/*.pyc", Standing.WORKSPACE),
        ("/srv/proj/*.log", Standing.WORKSPACE),
        ("/srv/proj/build/*", Standing.WORKSPACE),
        ("/srv/proj/.env", Standing.SECRET),
        ("/tmp/x", Standing.OUTSIDE),
    ],
)
def test_a_write_or_a_deletion_is_placed(path: str, standing: Standing) -> None:
    is_pattern = any(char in path for char in "*?[")
    assert PLACES.standing(Writes(path=Path(path), is_pattern=is_pattern)) is standing
    assert PLACES.standing(Deletes(path=Path(path), is_pattern=is_pattern)) is standing
