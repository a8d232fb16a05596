import tomllib
from pathlib import Path

import pytest
from tests.config.places import Place

from aircher.config import Config, Notice
from aircher.config.loaded import Step

EVERY_KEY = (Path(__file__).parent / "go_every_key.toml").read_text("utf-8")
BY_HAND = (Path(__file__).parent / "go_by_hand.toml").read_text("utf-8")


def test_every_key_of_the_go_program_loads_and_takes_effect(place: Place) -> None:
    place.write("user", EVERY_KEY)
    config = place.load()
    compaction = config.context_management.auto_compaction
    relevance = config.context_management.file_relevance
    assert (compaction.preserve_messages, compaction.time_threshold, compaction.token_threshold) == (7, 5_400.0, 9_000)
    assert (relevance.threshold, relevance.decay_rate, relevance.weights.success) == (0.4, 0.2, 0.06)
    assert config.providers.default == "anthropic"
    assert config.providers.fallback_order == ["anthropic", "openai", "gemini", "ollama"]
    assert config.providers.named["anthropic"].model == "claude-3-opus-20240229"
    assert config.providers.named["openai"].base_url == "https://api.openai.com/v1"
    assert list(config.providers.named["openai"].custom_models) == ["gpt-4-custom"]
    assert config.costs.limits == {"openai": 1.0, "anthropic": 2.0, "gemini": 3.0}
    assert config.security.sandbox_mode == "auto"
    assert config.mcp.servers["files"].env == {"ROOT": "/srv", "DEBUG": "1"}
    assert config.storage.lifecycle.conversation_max_per_project == 200
    assert config.interface.animations.fade_in_duration == 0.25


def test_every_key_of_the_go_program_has_a_value_of_its_own_that_arrives(place: Place) -> None:
    place.write("user", EVERY_KEY)
    config = place.load()
    written = {setting.written for setting in config.settings}
    obsolete = {("interface", "mode"), ("mcp", "auto_install")}
    missing = [key for key in _leaves(tomllib.loads(EVERY_KEY)) if key not in written and key not in obsolete]
    assert missing == [("providers", "openai", "custom_models"), ("mcp", "servers", 0, "name")]  # names of tables


def _leaves(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(data, dict):
        return [leaf for name, below in data.items() for leaf in _leaves(below, (*path, name))]
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return [leaf for index, below in enumerate(data) for leaf in _leaves(below, (*path, index))]
    return [path]


def test_an_obsolete_key_is_told_once_with_what_takes_its_place(place: Place) -> None:
    path = place.write("user", "[interface]\nmode = 'tui'\n")
    place.write("system", "[interface]\nmode = 'tui'\n[mcp]\nauto_install = true\n")
    config = place.load(AIRCHER_INTERFACE__MODE="tui")
    assert [notice.text for notice in config.notices] == [
        (
            "interface.mode has no effect any more: the interface starts whenever there is a terminal, "
            "and `aircher -p` answers once."
        ),
        "mcp.auto_install has no effect any more: nothing is installed unasked; `aircher mcp add` adds a server.",
    ]
    assert str(path) not in str(config.notices)


def test_the_chain_of_a_renamed_key_points_at_the_line_of_the_earlier_name(place: Place) -> None:
    path = place.write("user", "[context_management.auto_compaction]\n\npreserve_recent_messages = 9\n")
    config = place.load("providers.claude.model=x")
    assert config.explain("context_management.auto_compaction.preserve_recent_messages") == (
        Step(layer="default", place="built-in", shown="5"),
        Step(layer="user", place=f"{path}:3", shown="9"),
    )
    assert config.get("providers.claude.model") == "x"


def test_the_file_a_go_user_wrote_by_hand_loads_from_an_untrusted_project(place: Place) -> None:
    path = place.write("project", BY_HAND)
    config = place.load()
    who = "it chooses who gets your prompts and code and the folder is not trusted."
    dearer = "it chooses the model that you pay for and the folder is not trusted."
    assert config.notices == (
        Notice(text=f"{path}:12: providers.default is skipped, because {who}", hint="aircher config trust"),
        Notice(text=f"{path}:13: providers.fallback_order is skipped, because {who}", hint="aircher config trust"),
        *(
            Notice(
                text=f"{path}:{line}: providers.{name}.model is skipped, because {dearer}", hint="aircher config trust"
            )
            for line, name in ((17, "openai"), (24, "anthropic"), (30, "ollama"))
        ),
        Notice(
            text=f"{path}:56: mcp.servers.filesystem is skipped, because it starts a program or names a server "
            "and the folder is not trusted.",
            hint="aircher config trust",
        ),
    )
    assert (config.interface.vim_mode, config.interface.color_theme) == (True, "catppuccin")
    assert config.interface.shortcuts.toggle_context == "ctrl+g"
    assert config.providers.default == "auto"
    assert config.providers.named["openai"].timeout == 30.0
    assert config.providers.named["anthropic"].requests_per_min == 50


def test_the_file_a_go_user_wrote_by_hand_loads_whole_once_trusted(place: Place) -> None:
    place.write("project", BY_HAND)
    place.trust()
    config = place.load()
    [idle] = config.notices
    assert idle.text == ("security.max_file_size has no effect in this version.")
    assert config.mcp.servers["filesystem"].command == "npx"


@pytest.mark.parametrize(("written", "read"), [(True, "auto"), (False, "off"), ("require", "require")])
def test_the_sandbox_was_a_switch_and_is_a_word(written: object, read: str) -> None:
    assert Config.build(security={"sandbox_mode": written}).security.sandbox_mode == read
