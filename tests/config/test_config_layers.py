import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.config.places import Place

from aircher.config import Config
from aircher.config.databases import database_paths
from aircher.config.loaded import Step
from aircher.domain.errors import ConfigError

FILES = ("system", "user", "project", "local")
LAYERS = (*FILES, "environment", "flag")


def set_in(place: Place, chosen: tuple[str, ...]) -> Config:
    """Load with ``panel_width`` set in these layers, to 20 in the weakest possible, 21 in the next, …"""
    values = {layer: 20 + number for number, layer in enumerate(LAYERS)}
    for layer in FILES:
        path = place.write(layer, f"# first line\n[interface]\npanel_width = {values[layer]}\n")
        if layer not in chosen:
            path.unlink()
    variables = {"AIRCHER_INTERFACE__PANEL_WIDTH": str(values["environment"])} if "environment" in chosen else {}
    flags = (f"interface.panel_width={values['flag']}",) if "flag" in chosen else ()
    return place.load(*flags, **variables)


@pytest.mark.parametrize("size", range(len(LAYERS) + 1))
def test_the_strongest_layer_that_sets_a_key_wins_and_the_chain_names_all(place: Place, size: int) -> None:
    for chosen in combinations(LAYERS, size):
        config = set_in(place, chosen)
        steps = config.explain("interface.panel_width")
        assert [step.layer for step in steps] == ["default", *chosen]
        assert str(config.interface.panel_width) == steps[-1].shown
        assert config.get("interface.panel_width") == config.interface.panel_width


def test_an_origin_names_file_and_line_variable_or_flag(place: Place) -> None:
    config = set_in(place, LAYERS)
    files = [place.etc / "config.toml", place.paths.config / "config.toml"]
    files += [place.root / ".aircher/config.toml", place.root / ".aircher/config.local.toml"]
    assert config.explain("interface.panel_width") == (
        Step(layer="default", place="built-in", shown="34"),
        Step(layer="system", place=f"{files[0]}:3", shown="20"),
        Step(layer="user", place=f"{files[1]}:3", shown="21"),
        Step(layer="project", place=f"{files[2]}:3", shown="22"),
        Step(layer="local", place=f"{files[3]}:3", shown="23"),
        Step(layer="environment", place="AIRCHER_INTERFACE__PANEL_WIDTH", shown="24"),
        Step(layer="flag", place="--config interface.panel_width", shown="25"),
    )


KEYS = {
    "memory.project_file": st.sampled_from(["A.md", "B.md"]),
    "logging.keep_files": st.integers(1, 9),
    "interface.vim_mode": st.booleans(),
    "providers.openai.model": st.sampled_from(["a", "b.c"]),
    "mcp.timeout": st.sampled_from(["1s", "2m"]),
}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(layers=st.fixed_dictionaries({layer: st.fixed_dictionaries({}, optional=dict(KEYS)) for layer in FILES}))
def test_every_value_comes_from_the_strongest_file_that_sets_it(
    place: Place, layers: dict[str, dict[str, object]]
) -> None:
    for layer, values in layers.items():
        place.write(layer, "".join(f"{key} = {_toml(value)}\n" for key, value in values.items()))
    config = place.load()
    for key in KEYS:
        expected = [layer for layer in FILES if key in layers[layer]]
        assert [step.layer for step in config.explain(key)] == ["default", *expected]
        if expected:
            assert config.explain(key)[-1].shown == _toml(layers[expected[-1]][key])


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | int) else f'"{value}"'


def test_without_any_source_everything_is_the_default(place: Place) -> None:
    config = place.load()
    assert (config.root, config.notices, config.settings) == (place.root, (), ())
    assert config.providers == Config.build().providers
    assert config.context_management.auto_compaction.token_threshold == 8_000
    assert config.mcp.timeout == 30.0
    assert config.security.max_file_size == 10 * 1024**2


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("AIRCHER_PROVIDERS__FALLBACK_ORDER", "openai, ollama", "providers.fallback_order", ["openai", "ollama"]),
        ("AIRCHER_PROVIDERS__FALLBACK_ORDER", '["openai"]', "providers.fallback_order", ["openai"]),
        ("AIRCHER_PROVIDERS__OPENAI__MODEL", "4", "providers.openai.model", "4"),
        ("AIRCHER_PROVIDERS__OPENAI__MODEL", '"4"', "providers.openai.model", "4"),
        ("AIRCHER_PROVIDERS__OPENAI__TEMPERATURE", "0", "providers.openai.temperature", 0.0),
        ("AIRCHER_INTERFACE__VIM_MODE", "true", "interface.vim_mode", True),
        ("AIRCHER_MCP__TIMEOUT", "5m", "mcp.timeout", 300.0),
        ("AIRCHER_PROVIDERS__DEFAULT", "claude", "providers.default", "anthropic"),
        ("AIRCHER_SECURITY__SANDBOX_MODE", "true", "security.sandbox_mode", "auto"),
        ("AIRCHER_MEMORY__PROJECT_FILE", "", "memory.project_file", "AGENTS.md"),
        ("AIRCHER_MEMORY__PROJECT_FILE", "a\nb = 1", "memory.project_file", "a\nb = 1"),
    ],
)
def test_a_variable_is_read_as_its_key_wants_it(
    place: Place, variable: str, text: str, key: str, value: object
) -> None:
    assert place.load(**{variable: text}).get(key) == value


def test_other_variables_of_the_name_are_left_alone(place: Place) -> None:
    assert place.load(AIRCHER_LOG="x", OTHER__KEY="y").settings == ()


def test_overrides_beat_flags_and_later_flags_beat_earlier(place: Place) -> None:
    flags = ("logging.level=debug", "logging.level=error", 'providers.openai."custom_models"."gpt-4.1".tools=false')
    config = place.load_with({"costs.daily_limit": 2, "logging.level": "warning"}, *flags)
    assert config.logging.level == "warning"
    assert config.costs.daily_limit == 2.0
    assert not config.providers.named["openai"].custom_models["gpt-4.1"].tools
    assert [step.shown for step in config.explain("logging.level")] == ['"info"', '"debug"', '"error"', '"warning"']


def test_servers_of_all_layers_come_together_by_name(place: Place) -> None:
    place.write("user", '[[mcp.servers]]\nname = "a"\ncommand = "one"\nenv = { T = "x" }\n')
    place.write("system", '[mcp.servers.a]\nargs = ["-v"]\n[mcp.servers.b]\ncommand = "two"\nenv = ["K=v=w"]\n')
    servers = place.load().mcp.servers
    assert {name: (one.command, one.args, one.env) for name, one in servers.items()} == {
        "a": ("one", ["-v"], {"T": "x"}),
        "b": ("two", [], {"K": "v=w"}),
    }


def test_models_may_be_listed_by_name_alone(place: Place) -> None:
    place.write("user", '[providers.openai]\ncustom_models = ["m-1", "m.2"]\n[interface]\n[interface.theme]\n')
    assert list(place.load().providers.named["openai"].custom_models) == ["m-1", "m.2"]


def test_a_byte_order_mark_and_windows_line_ends_are_read(place: Place) -> None:
    place.write("user", b"\xef\xbb\xbf[logging]\r\nlevel = 'debug'\r\n")
    assert place.load().explain("logging.level")[-1].place.endswith("config.toml:2")


def test_a_missing_folder_or_a_file_in_its_place_is_no_mistake(place: Place) -> None:
    (place.root / ".aircher").write_text("not a folder")
    assert place.load().settings == ()


def test_project_path_moves_the_root(place: Place) -> None:
    (place.root / "inner").mkdir()
    place.write("project", '[project]\npath = "inner"\n')
    assert place.load().root == place.root / "inner"


@pytest.mark.parametrize("chosen", ["gone", "circle", "~/gone", "~nobody", "x" * 300, "circle/" * 500])
def test_a_project_path_that_does_not_exist_is_told_and_not_used(place: Place, chosen: str) -> None:
    (place.root / "circle").symlink_to(place.root / "circle")
    place.write("user", f'[project]\npath = "{chosen}"\n[storage]\ndata_dir = "{chosen}"\n')
    config = place.load()
    assert database_paths(config, place.environ).sessions.name == "sessions.db"
    assert config.root == place.root
    assert [notice.hint for notice in config.notices] == ["project.path"]


def test_a_program_builds_a_configuration_without_files(tmp_path: Path) -> None:
    config = Config.build(root=tmp_path, providers={"default": "offline"}, mcp={"timeout": "5s"})
    assert (config.root, config.providers.default, config.mcp.timeout) == (tmp_path.resolve(), "offline", 5.0)
    assert repr(config) == f"Config(root={str(tmp_path.resolve())!r})"


def test_a_program_is_told_its_mistakes() -> None:
    with pytest.raises(ConfigError, match=r"Config.build: provider is no key; did you mean providers\?"):
        Config.build(provider={"default": "offline"})


def test_get_and_explain_name_the_nearest_key(place: Place) -> None:
    config = place.load()
    with pytest.raises(ConfigError, match=r"did you mean interface.vim_mode\?"):
        config.get("interface.vim_mod")
    with pytest.raises(ConfigError, match=r"did you mean mcp.timeout\?"):
        config.explain("mcp.timout")
    with pytest.raises(ConfigError, match="is a table"):
        config.explain("interface.theme")
    with pytest.raises(ConfigError, match="is not set"):
        config.get("costs.limits.openai")
    with pytest.raises(ConfigError, match="is no key"):
        config.get("...")
    assert config.explain("costs.limits.openai") == (Step(layer="default", place="built-in", shown="unset"),)


def test_the_process_itself_is_the_default(place: Place) -> None:
    root = Config.load(etc=place.etc).root
    assert Path(os.path.commonpath([root, Path.cwd()])) == root


def test_loading_without_files_imports_nothing_that_only_reading_or_writing_needs(place: Place) -> None:
    program = (
        "import sys; from pathlib import Path; from aircher.config import Config;"
        f"Config.load(cwd=Path({str(place.root)!r}), environ={place.environ!r}, etc=Path('/nonexistent'));"
        "print(*sorted({'tomllib', 'tomlkit', 'asyncio', 'difflib', 'hashlib', 'json', 'tempfile'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    # variables of its own: coverage would start itself in the child and import some of these
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=place.environ)
    assert done.stdout == "\n"
