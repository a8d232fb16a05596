from pathlib import Path

from aircher.workspace.confinement import Grants
from aircher.workspace.granting import standard_grants


def test_a_workspace_is_granted_without_hooks_and_secrets(tmp_path: Path) -> None:
    root, home, own = (tmp_path.resolve() / name for name in ("project", "home", "own"))
    for folder in (root / ".git" / "hooks", root / "a" / "b" / "c", root / "node_modules", home / ".ssh", own):
        folder.mkdir(parents=True)
    for name in (".git/config", ".env", "a/.env.local", "a/b/secrets.toml", "a/b/c/.env", "node_modules/.env"):
        (root / name).write_text("")
    for name in (".env.example", "cert.pem", ".npmrc", "main.py"):
        (root / name).write_text("")
    found = standard_grants([root], home=home, own=[own], hosts=("a.org",), temporary=tmp_path)
    system = tuple(path for path in found.hidden if path.is_relative_to("/etc"))
    assert found == Grants(
        writable=(root,),
        readonly=(root / ".git" / "hooks", root / ".git" / "config"),
        hidden=(
            home / ".ssh",
            *system,
            own,
            root / ".env",
            root / "a" / ".env.local",
            root / "a" / "b" / "secrets.toml",
        ),
        hosts=("a.org",),
        temporary=tmp_path,
    )


def test_links_are_resolved_so_that_what_they_lead_to_is_hidden(tmp_path: Path) -> None:
    root = tmp_path.resolve() / "project"
    root.mkdir()
    (tmp_path / "shared").write_text("")
    (root / ".env").symlink_to(tmp_path / "shared")
    assert tmp_path.resolve() / "shared" in standard_grants([root], home=tmp_path, own=[]).hidden


def test_the_home_as_workspace_keeps_its_start_up_files(tmp_path: Path) -> None:
    home = tmp_path.resolve()
    (home / ".aircher").mkdir()
    readonly = standard_grants([home], home=home, own=[]).readonly
    assert {home / ".aircher", home / ".bashrc", home / ".profile", home / ".gitconfig"} <= set(readonly)


def test_the_git_file_of_a_worktree_stays(tmp_path: Path) -> None:
    root = tmp_path.resolve() / "project"
    root.mkdir()
    (root / ".git").write_text("gitdir: /elsewhere\n")
    assert standard_grants([root], home=tmp_path / "home", own=[]).readonly == (root / ".git",)
