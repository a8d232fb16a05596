"""What is to be remembered, in real files."""

import os
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.app.interface.memory import remember, with_line
from aircher.domain.errors import UsageError


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "## Memory\n\n- new\n"),
        ("# Zoo\n", "# Zoo\n\n## Memory\n\n- new\n"),
        ("# Zoo", "# Zoo\n\n## Memory\n\n- new\n"),
        ("# Zoo\n\n\n", "# Zoo\n\n\n## Memory\n\n- new\n"),
        ("## Memory", "## Memory\n\n- new\n"),
        ("## Memory\n", "## Memory\n\n- new\n"),
        ("## Memory\n\n- old", "## Memory\n\n- old\n- new\n"),
        ("## Memory  \n\n- old\n", "## Memory  \n\n- old\n- new\n"),
        ("## Memory\n- old\n\n## Tests\n\nmake\n", "## Memory\n- old\n- new\n\n## Tests\n\nmake\n"),
        ("## Memory\n- old\n# Zoo\n", "## Memory\n- old\n- new\n# Zoo\n"),
        ("# Zoo\r\n\r\n## Memory\r\n", "# Zoo\r\n\r\n## Memory\r\n\r\n- new\r\n"),
        ("\ufeff## Memory\r\n\r\n- old\r\n", "\ufeff## Memory\r\n\r\n- old\r\n- new\r\n"),
        ("```sh\n## Memory\n```\n", "```sh\n## Memory\n```\n\n## Memory\n\n- new\n"),
        ("## Memory\n~~~\n# no heading\n~~~\n- old\n", "## Memory\n~~~\n# no heading\n~~~\n- old\n- new\n"),
    ],
)
def test_a_line_to_remember_goes_below_its_heading(before: str, after: str) -> None:
    assert with_line(before, "new") == after


PIECES = st.sampled_from(["## Memory", "# Zoo", "- old", "```", "\n", "\r\n", "\r", " ", "words", "\u2028"])


@given(st.lists(PIECES, max_size=14).map("".join))
def test_what_others_wrote_stays_as_it_is(before: str) -> None:
    after = with_line(before, "new")
    kept = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    assert after.endswith(before[kept:])
    added = len(after) - len(before)
    assert set(after[kept : kept + added].split()) in ({"-", "new"}, {"##", "Memory", "-", "new"})


def test_memory_is_kept_in_the_project_and_read_by_everybody(project: Path) -> None:
    assert remember(project, " tests need\x1b[31m a\n database \n", file="AGENTS.md") == (
        "Kept in AGENTS.md: tests need[31m a database"
    )
    remember(project, "and \udc80 a letter", file="AGENTS.md")
    path = project / "AGENTS.md"
    assert path.read_text() == "## Memory\n\n- tests need[31m a database\n- and ? a letter\n"
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o600)
    remember(project, "more", file="AGENTS.md")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_within_the_project_stays_one(project: Path) -> None:
    (project / "CLAUDE.md").write_text("# Zoo\n")
    (project / "AGENTS.md").symlink_to("CLAUDE.md")
    remember(project, "new", file="AGENTS.md")
    assert (project / "AGENTS.md").is_symlink()
    assert (project / "CLAUDE.md").read_text() == "# Zoo\n\n## Memory\n\n- new\n"


@pytest.fixture
def outside(project: Path, tmp_path: Path) -> Path:
    """A folder beside the project with files of others, to which links in the project lead."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "theirs.md").write_text("theirs")
    (project / "LINK.md").symlink_to(folder / "theirs.md")
    (project / "folder").symlink_to(folder)
    (project / "circle.md").symlink_to("circle.md")
    (project / "latin.md").write_bytes(b"caf\xe9")
    os.mkfifo(project / "pipe.md")
    return folder


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("LINK.md", "leads out of the project"),
        ("folder/new.md", "leads out of the project"),
        ("../outside/theirs.md", "leads out of the project"),
        ("/etc/hosts", "leads out of the project"),
        ("pipe.md", "is no file"),
        ("src", "is no file"),
        ("latin.md", "is not UTF-8"),
    ],
)
def test_what_is_no_file_of_the_project_is_left_alone(project: Path, outside: Path, file: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        remember(project, "mine", file=file)
    assert [(path.name, path.read_text()) for path in outside.iterdir()] == [("theirs.md", "theirs")]
    assert (project / "latin.md").read_bytes() == b"caf\xe9"


@pytest.mark.usefixtures("outside")
def test_a_link_that_leads_in_a_circle_is_told(project: Path) -> None:
    with pytest.raises(UsageError, match=r"circle\.md"):
        remember(project, "mine", file="circle.md")


def test_nothing_is_nothing_to_remember(project: Path) -> None:
    with pytest.raises(UsageError, match="nothing to remember"):
        remember(project, " \x00\n ", file="AGENTS.md")
    assert not (project / "AGENTS.md").exists()
