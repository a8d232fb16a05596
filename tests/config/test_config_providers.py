from pathlib import Path

import pytest

from aircher.config import Config
from aircher.config.databases import DatabasePaths, database_paths
from aircher.config.providers import default_provider, provider_settings
from aircher.domain.errors import ConfigError
from aircher.support.paths import project_id


@pytest.mark.parametrize(
    ("providers", "environ", "chosen"),
    [
        ({}, {}, "offline"),
        ({}, {"OPENAI_API_KEY": "k"}, "openai"),
        ({}, {"OPENAI_API_KEY": ""}, "offline"),
        ({}, {"OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k"}, "anthropic"),
        ({"fallback_order": ["openai", "claude"]}, {"OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k"}, "openai"),
        ({"fallback_order": ["gemini"]}, {"OPENAI_API_KEY": "k"}, "offline"),
        ({"default": "ollama"}, {"OPENAI_API_KEY": "k"}, "ollama"),
        ({"openai": {"api_key_env": "MINE"}}, {"MINE": "k"}, "openai"),
        ({"openai": {"api_key_command": "pass"}}, {}, "openai"),
        (
            {"corp": {"kind": "openai-compatible", "base_url": "http://h", "api_key_env": "CORP"}},
            {"CORP": "k", "OPENAI_API_KEY": "k"},
            "corp",
        ),
    ],
)
def test_auto_is_the_first_provider_with_a_key_at_hand_else_offline(
    providers: dict[str, object], environ: dict[str, str], chosen: str
) -> None:
    assert default_provider(Config.build(providers=providers).providers, environ) == chosen


def test_a_second_server_of_a_known_kind_takes_over_what_it_leaves_open() -> None:
    config = Config.build(providers={"gpu": {"kind": "ollama", "model": "m"}})
    name, section = provider_settings(config.providers, "gpu")
    assert (name, section.kind, section.base_url, section.model) == ("gpu", "ollama", "http://localhost:11434", "m")


def test_a_server_of_ones_own_needs_its_address_alone() -> None:
    config = Config.build(providers={"corp": {"base_url": "http://localhost:8000/v1"}})
    assert config.providers.named["corp"].kind == "openai-compatible"


def test_a_provider_is_found_under_its_earlier_name() -> None:
    assert provider_settings(Config.build().providers, "claude")[0] == "anthropic"


@pytest.mark.parametrize(
    ("name", "hint"), [("opnai", "--provider openai"), ("zzz", "aircher config set providers.zzz.base_url URL")]
)
def test_a_provider_that_does_not_exist_is_named_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=f"There is no provider {name}; configured: anthropic") as caught:
        provider_settings(Config.build().providers, name)
    assert caught.value.hint == hint


def test_databases_are_the_users_and_the_index_is_in_the_cache(tmp_path: Path) -> None:
    home = tmp_path / "home"
    config = Config.build(root=tmp_path)
    data = home / ".local/share/aircher"
    assert database_paths(config, {"HOME": str(home)}) == DatabasePaths(
        conversations=data / "conversations.db",
        knowledge=data / "knowledge.db",
        sessions=data / "sessions.db",
        file_index=home / ".cache/aircher/projects" / project_id(tmp_path) / "file_index.db",
    )


@pytest.mark.parametrize(
    ("chosen", "data", "index"),
    [
        (".aircher/db", "project/.aircher/db", "project/.aircher/db"),
        ("~/dbs", "home/dbs", "home/dbs/projects/{id}"),
        ("../elsewhere", "elsewhere", "elsewhere/projects/{id}"),
    ],
)
def test_data_dir_moves_all_four_and_keeps_projects_apart(tmp_path: Path, chosen: str, data: str, index: str) -> None:
    root = tmp_path.resolve() / "project"
    root.mkdir()
    config = Config.build(root=root, storage={"data_dir": chosen})
    paths = database_paths(config, {"HOME": str(tmp_path.resolve() / "home")})
    folder = tmp_path.resolve() / data
    assert (paths.conversations, paths.knowledge, paths.sessions) == (
        folder / "conversations.db",
        folder / "knowledge.db",
        folder / "sessions.db",
    )
    assert paths.file_index == tmp_path.resolve() / index.format(id=project_id(root)) / "file_index.db"
