"""Facts from repositories, most of them hostile: whatever a repository names must not be run."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from tests.tools.benches import commit_all, git, write_tree

from aircher.domain.tools import ToolFailure
from aircher.workspace._git_question import MAX_OUTPUT_BYTES
from aircher.workspace.git import GitRepository

Command = Literal["status", "diff", "log", "show", "blame"]
COMMANDS: tuple[Command, ...] = ("status", "diff", "log", "show", "blame")


def no_keys(path: Path) -> bool:
    return path.name != ".env"


async def ask(
    root: Path,
    command: Command,
    *,
    revision: str = "",
    path: Path | None = None,
    is_staged: bool = False,
    limit: int = 20,
    first_line: int = 1,
    may_read: Callable[[Path], bool] = no_keys,
) -> str | ToolFailure:
    return await GitRepository(root).answer(
        command,
        revision=revision,
        path=path,
        is_staged=is_staged,
        limit=limit,
        first_line=first_line,
        may_read=may_read,
    )


def unguarded(root: Path) -> None:
    """Run git as anybody would."""
    subprocess.run(["git", "diff", "HEAD"], cwd=root, capture_output=True, check=False, timeout=20)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with two commits, one staged and one further change."""
    root = write_tree(tmp_path / "root", {"a.txt": "one\n", "sub/b.txt": "b\n", ".env": "KEY=old\n"})
    git(root, "init", "-q")
    commit_all(root, "first")
    write_tree(root, {"a.txt": "one\ntwo\n", ".env": "KEY=new\n"})
    commit_all(root, "second")
    write_tree(root, {"a.txt": "one\ntwo\nstaged\n"})
    git(root, "add", "a.txt")
    write_tree(root, {"sub/b.txt": "b\nchanged\n", ".env": "KEY=newest\n"})
    return root


async def answer(root: Path, command: Command, **asked: object) -> str:
    found = await ask(root, command, **asked)  # type: ignore[arg-type]  # the keywords of `ask`
    assert isinstance(found, str), found
    return found


async def test_the_state_names_what_changed(root: Path) -> None:
    assert await answer(root, "status") == "## main\n M .env\nM  a.txt\n M sub/b.txt"
    assert await answer(root, "status", path=root / "sub") == "## main\n M sub/b.txt"


async def test_differences_are_those_that_were_asked_for(root: Path) -> None:
    def changed(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.startswith(("+", "-")) and line[:3] not in ("+++", "---")]

    assert changed(await answer(root, "diff")) == ["+changed"]
    assert changed(await answer(root, "diff", is_staged=True)) == ["+staged"]
    assert changed(await answer(root, "diff", revision="HEAD")) == ["+staged", "+changed"]
    assert changed(await answer(root, "diff", revision="HEAD~1..HEAD")) == ["+two"]
    assert changed(await answer(root, "diff", revision="HEAD", path=root / "sub")) == ["+changed"]
    assert changed(await answer(root, "show", revision="HEAD")) == ["+two"]


async def test_history_and_authors_are_told(root: Path) -> None:
    log = await answer(root, "log")
    assert [line.rpartition(" ")[2] for line in log.splitlines()] == ["second", "first"]
    assert len((await answer(root, "log", limit=1)).splitlines()) == 1
    assert len((await answer(root, "log", path=root / "sub")).splitlines()) == 1
    blame = await answer(root, "blame", path=root / "a.txt", revision="HEAD", first_line=2)
    assert blame.endswith("2) two")
    assert await answer(root, "show", revision="HEAD~1:a.txt") == "one"


async def test_what_may_hold_keys_is_named_and_not_shown(root: Path) -> None:
    for asked in ({"command": "diff"}, {"command": "show"}, {"command": "diff", "revision": "HEAD~1"}):
        text = await answer(root, asked["command"], revision=asked.get("revision", ""))  # type: ignore[arg-type]
        assert "KEY=" not in text
        assert text.endswith("\n(.env: changed; its content is not shown)")
    blob = git(root, "rev-parse", "HEAD:.env").strip()
    hidden: tuple[tuple[Command, str], ...] = (
        ("show", "HEAD:.env"),
        ("show", "HEAD:./.env"),
        ("show", blob),
        ("diff", f"{blob}..HEAD"),
    )
    for command, revision in hidden:
        found = await ask(root, command, revision=revision)
        assert isinstance(found, ToolFailure), (command, revision, found)
    assert isinstance(await ask(root, "blame", path=root / ".env"), ToolFailure)


@pytest.mark.parametrize(
    "revision",
    ["--output=x", "-p", "--ext-diff", "HEAD --output=x", "HEAD\nx", ":/first", "HEAD..--output=x", "a\0b", "HEAD:../x",
     "HEAD:/etc/passwd", "$(id)", "HEAD:", "gone", "HEAD^{tree}"],
)  # fmt: skip
@pytest.mark.parametrize("command", ["diff", "log", "show"])
async def test_no_argument_becomes_an_option(root: Path, command: Command, revision: str) -> None:
    found = await ask(root, command, revision=revision)
    assert isinstance(found, ToolFailure), found
    assert names_in(root) == [".env", ".git", "a.txt", "sub"]


@pytest.mark.parametrize("name", ["--output=x", ":(top)a.txt", "*", "-e", "a\nb", ":!a.txt"])
async def test_a_path_is_a_name_and_nothing_else(root: Path, name: str) -> None:
    write_tree(root, {name: "mine\n"})
    commit_all(root, "third")
    write_tree(root, {name: "mine\nchanged\n"})
    assert "+changed" in await answer(root, "diff", path=root / name)
    assert "mine" in await answer(root, "blame", path=root / name, revision="HEAD")
    assert "+staged" not in await answer(root, "show", path=root / name)


async def test_programs_that_a_repository_names_are_not_run(root: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f'#!/bin/sh\necho "$0 $@" >> {tmp_path}/sprung\ncat\n')
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "diff.external", "diff.x.command",
        "diff.x.textconv", "filter.x.clean", "filter.x.smudge", "filter.x.process", "filter.odd.na=me.clean",
        "gpg.program", "gpg.ssh.program", "credential.helper", "pager.diff", "pager.log", "pager.status",
        "core.alternateRefsCommand", "sequence.editor", "interactive.diffFilter", "core.askPass", "diff.tool",
    ):  # fmt: skip
        git(root, "config", key, str(trap))
    for key, value in (
        ("filter.x.required", "true"), ("log.showSignature", "true"), ("diff.x.cachetextconv", "true"),
        ("status.submoduleSummary", "true"), ("core.hooksPath", str(root / "hooks")), ("core.untrackedCache", "true"),
        ("format.pretty", "%G?"), ("diff.noprefix", "true"),
    ):  # fmt: skip
        git(root, "config", key, value)
    write_tree(root, {".git/info/attributes": "* diff=x filter=x\n", ".gitattributes": "*.txt filter=odd.na=me\n"})
    for hook in ("post-index-change", "fsmonitor-watchman", "pre-auto-gc", "reference-transaction"):
        for folder in (root / "hooks", root / ".git" / "hooks"):
            write_tree(folder, {hook: trap.read_bytes()})
            (folder / hook).chmod(0o755)
    os.utime(root / "a.txt", (1, 1))
    (tmp_path / "sprung").unlink(missing_ok=True)  # setting the traps may have sprung them
    for command in COMMANDS:
        for revision in ("", "HEAD"):
            asked = revision if command != "status" else ""
            await answer(root, command, path=root / "a.txt", revision=asked)
    assert not (tmp_path / "sprung").exists()
    unguarded(root)
    assert (tmp_path / "sprung").exists(), "the traps are none"


async def test_no_line_of_a_file_that_a_setting_names_is_quoted(root: Path, tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("dear diary\n")
    git(root, "config", "blame.ignoreRevsFile", str(tmp_path / "diary"))
    assert await ask(root, "blame", path=root / "a.txt") == ToolFailure(
        message="git blame: the file that blame.ignoreRevsFile names cannot be used."
    )


async def test_a_submodule_is_not_entered(root: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    module = write_tree(root / "module", {"m.txt": "m\n"})
    git(module, "init", "-q")
    commit_all(module, "module")
    git(root, "add", "module")
    git(root, "commit", "-qm", "with a module")
    git(module, "config", "core.fsmonitor", str(trap))
    write_tree(module, {"m.txt": "changed\n", ".gitattributes": "* filter=x\n"})
    git(root, "config", "diff.ignoreSubmodules", "none")
    git(root, "config", "diff.submodule", "diff")
    (tmp_path / "sprung").unlink(missing_ok=True)
    for command in ("status", "diff", "show", "log"):
        await answer(root, command)
    assert not (tmp_path / "sprung").exists()


async def test_a_git_folder_that_leads_to_anothers_repository_is_refused(root: Path, tmp_path: Path) -> None:
    victim = write_tree(tmp_path / "victim", {"diary.txt": "secret\n"})
    git(victim, "init", "-q")
    commit_all(victim, "secret")
    thief = tmp_path / "thief"
    for lay in (
        lambda: (thief / ".git").write_text(f"gitdir: {victim}/.git\n"),
        lambda: (thief / ".git").symlink_to(victim / ".git"),
    ):
        thief.mkdir()
        lay()
        for command in ("log", "show", "status", "diff"):
            found = await ask(thief, command)
            assert isinstance(found, ToolFailure), found
            assert "does not belong to the project" in found.message
        (thief / ".git").unlink()
        thief.rmdir()


async def test_a_dotfiles_repository_above_shows_nothing_but_the_project(tmp_path: Path) -> None:
    home = write_tree(tmp_path / "home", {"diary.txt": "secret\n", "project/a.txt": "a\n"})
    git(home, "init", "-q")
    commit_all(home, "all")
    write_tree(home, {"diary.txt": "more secrets\n", "project/a.txt": "b\n"})
    root = home / "project"
    for command in ("status", "diff", "show"):
        text = await answer(root, command)
        assert "a.txt" in text
        assert "diary" not in text
        assert "secret" not in text
    assert isinstance(await ask(root, "show", revision="HEAD:diary.txt"), ToolFailure)
    assert isinstance(await ask(root, "log", path=home / "diary.txt"), ToolFailure)
    (root / ".git").write_text(f"gitdir: {home}/.git\n")
    assert isinstance(await ask(root, "show", revision="HEAD:diary.txt"), ToolFailure)


async def test_linked_work_trees_and_submodules_are_repositories_like_any_other(root: Path, tmp_path: Path) -> None:
    git(root, "worktree", "add", "-q", str(tmp_path / "linked"))
    assert (await answer(tmp_path / "linked", "log")).endswith("first")
    library = write_tree(tmp_path / "library", {"l.txt": "l\n"})
    git(library, "init", "-q")
    commit_all(library, "library")
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "lib")
    assert (await answer(root / "lib", "log")).endswith("library")


async def test_what_is_long_is_cut_and_says_so(root: Path) -> None:
    write_tree(root, {"sub/b.txt": "line\n" * 100_000})
    text = await answer(root, "diff")
    assert len(text) < MAX_OUTPUT_BYTES + 200
    assert f"(cut after {MAX_OUTPUT_BYTES:,} bytes: name a path or a smaller range)" in text


async def test_where_git_cannot_answer_it_says_why(root: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    found = await ask(tmp_path / "plain", "log")
    assert found == ToolFailure(message="git log: not a git repository (or any of the parent directories): .git.")
    missing = await GitRepository(root, git="/no/git").answer(
        "log", revision="", path=None, is_staged=False, limit=1, first_line=1, may_read=no_keys
    )
    assert isinstance(missing, ToolFailure)
    assert missing.message.startswith("git log: git cannot be started")
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    late = await GitRepository(root, git=str(slow), deadline_s=0.2).answer(
        "log", revision="", path=None, is_staged=False, limit=1, first_line=1, may_read=no_keys
    )
    assert late == ToolFailure(message="git log took longer than 0.2 s. Name a smaller path.")


async def test_an_empty_repository_has_no_history_and_says_so(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert await answer(tmp_path, "status") == "## No commits yet on main"
    assert isinstance(await ask(tmp_path, "log"), ToolFailure)
