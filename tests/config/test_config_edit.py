from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.config.places import Place

from aircher.config.edit import set_value, unset
from aircher.domain.errors import ConfigError

WRITTEN = """\
# my settings
[providers.claude] # the good one
model = 'x'    # why

[interface]
  vim_mode = true

[[mcp.servers]]
name = "a"
command = "b" # keep
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "aircher/config.toml"
    path.parent.mkdir()
    path.write_text(WRITTEN)
    return path


@pytest.mark.parametrize(
    ("key", "text", "old", "new"),
    [
        ("providers.anthropic.model", "y", "model = 'x'    # why", 'model = "y"    # why'),
        ("providers.claude.timeout", "5m", "# why\n", '# why\ntimeout = "5m"\n'),
        ("interface.vim_mode", "false", "vim_mode = true", "vim_mode = false"),
        ("mcp.servers.a.command", "c", 'command = "b" # keep', 'command = "c" # keep'),
        (
            "mcp.servers.z.command",
            "q",
            'command = "b" # keep\n',
            'command = "b" # keep\n[[mcp.servers]]\nname = "z"\ncommand = "q"\n',
        ),
        (
            "providers.default",
            "claude",
            "[providers.claude] #",
            '[providers]\ndefault = "anthropic"\n\n[providers.claude] #',
        ),
    ],
)
def test_one_value_changes_and_nothing_else(file: Path, key: str, text: str, old: str, new: str) -> None:
    set_value(file, key, text)
    assert file.read_text() == WRITTEN.replace(old, new, 1)


def test_a_missing_file_and_folder_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new/config.toml"
    assert set_value(path, "context_management.file_relevance.weights.base", "0.5") == 0.5
    assert set_value(path, "providers.fallback_order", "openai, claude") == ["openai", "anthropic"]
    assert path.read_text() == (
        "[context_management.file_relevance.weights]\nbase = 0.5\n\n"
        '[providers]\nfallback_order = ["openai", "anthropic"]\n'
    )


def test_what_was_set_is_read_back_with_its_line(place: Place) -> None:
    path = place.write("user", WRITTEN)
    set_value(path, "costs.daily_limit", "3")
    step = place.load().explain("costs.daily_limit")[-1]
    assert (step.layer, step.shown, step.place) == ("user", "3", f"{path}:13")


def test_a_key_is_removed_under_either_name(file: Path) -> None:
    unset(file, "providers.anthropic.model")
    assert file.read_text() == WRITTEN.replace("model = 'x'    # why\n", "", 1)
    with pytest.raises(ConfigError, match=r"does not set providers.claude.model") as caught:
        unset(file, "providers.claude.model")
    assert caught.value.hint == "aircher config explain providers.claude.model"


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("interface.vim_mod", "true", r"did you mean interface.vim_mode\?"),
        ("interface.theme", "dark", "is a table"),
        ("interface.output_format", "jsn", r"did you mean json\?"),
        ("interface.mode", "tui", "has no effect any more"),
        ("providers.openai.api_key_env", "sk-abcdefghijklmnop", "looks like an API key"),
        ("mcp.servers.a.args", '["--token", "ghp_aaaaaaaaaaaaaaaaaaaaaaaa"]', "looks like an API key"),
        ("providers.openai.base_url", "http://me:secret@localhost", "looks like an API key"),
    ],
)
def test_what_is_not_allowed_is_refused_and_the_file_stays(file: Path, key: str, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        set_value(file, key, text)
    assert file.read_text() == WRITTEN
    assert "sk-" not in caught.value.message
    assert caught.value.hint


def test_a_project_cannot_be_given_a_program_that_prints_keys(file: Path) -> None:
    with pytest.raises(ConfigError, match="user's own configuration only"):
        set_value(file, "providers.openai.api_key_command", "pass", layer="project")
    set_value(file, "providers.openai.api_key_command", "pass")
    assert 'api_key_command = "pass"' in file.read_text()


def test_other_mistakes_in_the_file_do_not_keep_a_key_from_being_mended(file: Path) -> None:
    file.write_text("[interface]\npanel_width = 'wide'\nnonsense = 1\n")
    set_value(file, "interface.panel_width", "20")
    assert file.read_text() == "[interface]\npanel_width = 20\nnonsense = 1\n"


@pytest.mark.parametrize("content", [b"a = \n", b"\xff", b"x = [1\n"])
def test_a_file_that_is_not_toml_is_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        set_value(file, "interface.vim_mode", "true")
    assert (file.read_bytes(), caught.value.hint) == (content, "aircher config edit")


def test_a_key_cannot_be_put_where_a_value_stands(file: Path) -> None:
    file.write_text("interface = 3\n")
    with pytest.raises(ConfigError, match="cannot be edited"):
        set_value(file, "interface.vim_mode", "true")
    assert file.read_text() == "interface = 3\n"


def test_mark_links_and_windows_line_ends_stay(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf[logging]\r\nlevel = 'info'\r\n")
    link = file.with_name("link.toml")
    link.symlink_to(file)
    set_value(link, "logging.level", "debug")
    assert file.read_bytes() == b'\xef\xbb\xbf[logging]\r\nlevel = "debug"\r\n'
    assert link.is_symlink()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        set_value(tmp_path / "blocked/config.toml", "logging.level", "debug")


VALUES = {
    "interface.vim_mode": ["true", "false"],
    "providers.openai.model": ["gpt-5", "a.b"],
    "providers.corp.base_url": ["http://localhost:1/v1"],
    'providers.openai.custom_models."m.1".tools': ["false"],
    "costs.limits.claude_daily": ["1.5"],
    "mcp.servers.a.enabled": ["false"],
    "mcp.servers.new.command": ["npx"],
    "logging.max_size": ["1MB"],
}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    edits=st.lists(
        st.sampled_from(sorted(VALUES)).flatmap(lambda key: st.tuples(st.just(key), st.sampled_from(VALUES[key]))),
        max_size=6,
    )
)
def test_after_any_row_of_edits_every_line_of_the_person_is_still_there(
    tmp_path: Path, edits: list[tuple[str, str]]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(WRITTEN)
    for key, text in edits:
        set_value(path, key, text)
    left = path.read_text().splitlines()
    for line in WRITTEN.splitlines():
        assert line in left or line.strip().startswith("vim_mode")
