"""Listing files: git's list or a walk, the same answer."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aircher.project.reading import read
from aircher.project.scan import scan


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def names(root: Path, *, git: str = "git", timeout_s: float = 10.0) -> list[str]:
    return [file.path for file in scan(root, git=git, timeout_s=timeout_s)]


def git_init(root: Path) -> None:
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "init", "-q", root], check=True, env=environ)


IGNORING = {
    ".gitignore": "*.log\nbuild/\n!keep.log\n",
    "a.py": "",
    "x.log": "",
    "keep.log": "",
    "build/out.py": "",
    "sub/.gitignore": "/local.py\n!x.log\n",
    "sub/local.py": "",
    "sub/x.log": "",
    "sub/deep/local.py": "",
    "node_modules/m/index.js": "",
}
EXPECTED = [".gitignore", "a.py", "keep.log", "sub/.gitignore", "sub/deep/local.py", "sub/x.log"]


@pytest.mark.parametrize("git", ["git", "no-such-git"])
def test_nested_ignore_rules_give_the_same_list_with_and_without_git(tmp_path: Path, git: str) -> None:
    git_init(tmp_path)
    write(tmp_path, IGNORING)
    assert names(tmp_path, git=git) == EXPECTED


def test_outside_a_work_tree_the_folders_are_walked(tmp_path: Path) -> None:
    write(tmp_path, IGNORING)
    assert names(tmp_path) == EXPECTED


@pytest.mark.parametrize("git", ["git", "no-such-git"])
def test_aircherignore_hides_files_from_the_index_only(tmp_path: Path, git: str) -> None:
    git_init(tmp_path)
    write(tmp_path, {".aircherignore": "secret/\n*.csv\n", "a.py": "", "secret/b.py": "", "c.csv": ""})
    assert names(tmp_path, git=git) == [".aircherignore", "a.py"]


def test_ignore_files_of_other_tools_are_honoured_in_a_walk(tmp_path: Path) -> None:
    write(tmp_path, {".ignore": "big/\n", "big/a.py": "", "b.py": ""})
    assert names(tmp_path) == [".ignore", "b.py"]


def test_a_git_that_hangs_is_given_up_and_the_folders_are_walked(tmp_path: Path) -> None:
    slow = tmp_path / "slow-git"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    write(tmp_path / "project", {"a.py": ""})
    start = time.monotonic()
    assert names(tmp_path / "project", git=str(slow), timeout_s=0.2) == ["a.py"]
    assert time.monotonic() - start < 10


def test_loops_and_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"a/b.py": ""})
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "link.py").symlink_to("a/b.py")
    os.mkfifo(tmp_path / "pipe")
    assert names(tmp_path) == ["a/b.py"]


@pytest.mark.parametrize("git", ["git", "no-such-git"])
def test_names_that_are_not_utf8_survive(tmp_path: Path, git: str) -> None:
    git_init(tmp_path)
    raw = os.fsencode(tmp_path) + b"/caf\xe9\xff.py"
    with open(raw, "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(b"x = 1\n")
    [found] = scan(tmp_path, git=git)
    assert os.fsencode(found.path) == b"caf\xe9\xff.py"
    content = read(tmp_path, found.path)
    assert content is not None
    assert content.text == "x = 1\n"


@pytest.mark.parametrize("git", ["git", "no-such-git"])
def test_names_with_line_breaks_and_spaces_are_one_name(tmp_path: Path, git: str) -> None:
    git_init(tmp_path)
    write(tmp_path, {"a b\nc.py": "", " lead.py": ""})
    assert names(tmp_path, git=git) == [" lead.py", "a b\nc.py"]


def test_a_broken_ignore_pattern_costs_only_itself(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "[z-\n!\n*.log\n", "a.log": "", "b.py": ""})
    assert names(tmp_path) == [".gitignore", "b.py"]


def test_a_folder_that_is_gone_or_no_folder_has_no_files(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert scan(tmp_path / "none") == []
    assert scan(tmp_path / "file") == []


def test_a_file_deleted_from_disk_but_known_to_git_is_left_out(tmp_path: Path) -> None:
    git_init(tmp_path)
    write(tmp_path, {"a.py": "", "b.py": ""})
    subprocess.run(["git", "-C", tmp_path, "add", "."], check=True)
    (tmp_path / "a.py").unlink()
    assert names(tmp_path) == ["b.py"]


def test_a_file_of_a_gigabyte_is_listed_and_never_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.py").open("wb") as file:
        file.truncate(1_000_000_000)
    [found] = scan(tmp_path)
    assert found.size_bytes == 1_000_000_000
    assert read(tmp_path, found.path) is None


@pytest.mark.parametrize("data", [b"\x00\x01", b"ok\x00ok"])
def test_a_binary_file_has_no_content(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.bin").write_bytes(data)
    assert read(tmp_path, "a.bin") is None


def test_content_is_text_with_plain_line_ends_and_replacement_characters(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree \xff\n")
    content = read(tmp_path, "a.txt")
    assert content is not None
    assert content.text == "one\ntwo\nthree \ufffd\n"


def test_what_cannot_be_opened_has_no_content(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert read(tmp_path, "none.txt") is None
    assert read(tmp_path, "folder") is None
    assert read(tmp_path, "nul\0byte") is None


def git_in(root: Path, *arguments: str) -> str:
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", "-C", os.fspath(root), *arguments]
    return subprocess.run(command, check=True, env=environ, capture_output=True, text=True).stdout.strip()


def marking_program(folder: Path) -> tuple[Path, Path]:
    """Return a program and the file that appears once it was run."""
    program, marker = folder / "evil.sh", folder / "marker"
    program.write_text(f"#!/bin/sh\nenv > '{marker}'\n")
    program.chmod(0o755)
    return program, marker


def test_a_program_that_the_project_sets_as_file_system_monitor_is_not_run(tmp_path: Path) -> None:
    program, marker = marking_program(tmp_path)
    root = tmp_path / "project"
    git_init(root)
    write(root, {"a.py": ""})
    git_in(root, "add", ".")
    git_in(root, "config", "core.fsmonitor", str(program))
    assert names(root) == ["a.py"]
    assert not marker.exists()
    git_in(root, "ls-files", "-co")
    assert marker.exists()  # the trap works


def test_a_sparse_index_with_missing_objects_does_not_make_git_fetch_them(tmp_path: Path) -> None:
    program, marker = marking_program(tmp_path)
    root = tmp_path / "project"
    git_init(root)
    write(root, {"far/deep/a.py": "1", "near/b.py": "2", "c.py": "3"})
    git_in(root, "add", ".")
    git_in(root, "commit", "-qm", "all")
    git_in(root, "sparse-checkout", "set", "--cone", "--sparse-index", "near")
    tree = git_in(root, "rev-parse", "HEAD:far")
    (root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{program}",
        "protocol.ext.allow": "always",
    }.items():
        git_in(root, "config", name, value)
    assert names(root) == ["c.py", "near/b.py"]
    assert not marker.exists()
    subprocess.run(["git", "-C", root, "ls-files", "-co"], check=False, capture_output=True)
    assert marker.exists()  # the trap works


def test_git_is_started_without_the_users_keys(tmp_path: Path) -> None:
    _, marker = marking_program(tmp_path)
    write(tmp_path / "project", {"a.py": ""})
    code = (
        "import sys; from pathlib import Path; from aircher.project.scan import scan; "
        "print([file.path for file in scan(Path(sys.argv[1]), git=sys.argv[2])])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "project"), str(tmp_path / "evil.sh")],
        env={**os.environ, "SOME_API_KEY": "hunter2", "GIT_DIR": "/elsewhere", "KEYBOARD": "de"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "[]\n"
    seen = marker.read_text()
    assert "KEYBOARD=de\n" in seen
    assert "hunter2" not in seen
    assert "GIT_DIR" not in seen
