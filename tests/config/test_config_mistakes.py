import os
import stat
from pathlib import Path

import pytest
from tests.config.places import Place

from aircher.domain.errors import ConfigError

TEN = """\
[interface]
output_format = "jsn"
vim_mod = true
panel_width = 1000
[providers.opnai]
temperature = 0.5
[providers.openai]
timeout = "30"
[costs]
daily_limit = -1
[[mcp.servers]]
name = "a"
transport = "stdoi"
[search]
providers = ["brave", "duckduckg"]
[security]
max_file_size = 3.5
[theme]
"""


def lines_of(place: Place, *flags: str, **variables: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        place.load(*flags, **variables)
    assert caught.value.code == "config.invalid"
    assert caught.value.hint
    return caught.value.message.splitlines()


def test_ten_mistakes_of_a_file_are_reported_at_once_each_with_its_line(place: Place) -> None:
    path = place.write("project", TEN)
    assert lines_of(place) == [
        "The configuration has 10 mistakes:",
        (
            f'{path}:2: interface.output_format = "jsn" is not allowed; '
            "allowed: one of text, json, stream-json, markdown; did you mean json?"
        ),
        f"{path}:3: interface.vim_mod is no key; did you mean interface.vim_mode?",
        f"{path}:4: interface.panel_width = 1000 is not allowed; allowed: a whole number from 10 to 200",
        (
            f'{path}:8: providers.openai.timeout = "30" is not allowed; '
            'allowed: a duration such as "30s", "5m", "2h" or "200ms"'
        ),
        f"{path}:10: costs.daily_limit = -1 is not allowed; allowed: a number from 0",
        (
            f'{path}:13: mcp.servers.0.transport = "stdoi" is not allowed; '
            "allowed: one of stdio, http, websocket; did you mean stdio?"
        ),
        (
            f'{path}:15: search.providers = ["brave","duckduckg"] is not allowed; '
            "allowed: a list, each item one of brave, duckduckgo, custom; did you mean duckduckgo?"
        ),
        f'{path}:17: security.max_file_size = 3.5 is not allowed; allowed: a size such as "10MB" or "1GB"',
        (
            f"{path}:18: theme is no key; there are project, interface, providers, context_management, search, "
            "memory, costs, mcp, security, storage, logging"
        ),
        (
            f"{path}:5: [providers.opnai] is no built-in provider; one of your own needs base_url, "
            "the address of its server; did you mean [providers.openai]?"
        ),
    ]


def test_mistakes_of_all_sources_are_reported_together(place: Place) -> None:
    system = place.write("system", "[logging]\nlevel = 3\n")
    user = place.write("user", "a = 1\n= 2\n")
    project = place.write("project", b"[project]\n\n# \xff\n")
    lines = lines_of(place, "costs.limits.openai=x", "foo", "providers=3", AIRCHER_PROVIDER__DEFAULT="offline")
    assert lines == [
        "The configuration has 7 mistakes:",
        f"{system}:2: logging.level = 3 is not allowed; allowed: one of debug, info, warning, error",
        f"{user}:2: is not valid TOML: invalid statement (at line 2, column 1)",
        f"{project}:3: line 3 is not UTF-8 (byte 0xff); save the file as UTF-8",
        "AIRCHER_PROVIDER__DEFAULT: provider.default is no key; did you mean providers.default?",
        '--config costs.limits.openai: costs.limits.openai = "x" is not allowed; allowed: a number from 0',
        "--config foo: has no value; write --config KEY=VALUE",
        (
            "--config providers: providers is a table, not a value; its keys are default, fallback_order, "
            "health_check_interval, max_retries, max_parallel"
        ),
    ]


def test_a_single_mistake_is_one_line_and_its_hint_fits_its_source(place: Place) -> None:
    with pytest.raises(ConfigError) as caught:
        place.load(AIRCHER_INTERFACE__PANEL_WIDTH="wide")
    assert caught.value.message == (
        'AIRCHER_INTERFACE__PANEL_WIDTH: interface.panel_width = "wide" is not allowed; '
        "allowed: a whole number from 10 to 200"
    )
    assert caught.value.hint == "correct or unset AIRCHER_INTERFACE__PANEL_WIDTH"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("interface = 3", ":1: interface = 3 is not allowed; allowed: a table, [interface]"),
        ("[mcp]\nservers = [{}]", ":2: mcp.servers.0 = {} is not allowed; allowed: a table with a `name`"),
        ("[mcp]\nservers = 'x'", ':2: mcp.servers = "x" is not allowed; allowed: a table, [mcp.servers]'),
        ("[costs.limits]\nopenai = 'much'", ":2: costs.limits.openai = "),
        ("[memory]\ninstant_memory_prefix = ''", "allowed: text of 1 to 4 characters"),
        ("[providers.own]\nkind = 'openai-compatible'", ":1: [providers.own] has no base_url"),
        ("[providers]\ndefault = 'opnai'", ':2: providers.default = "opnai" is not allowed; allowed: auto, '),
        ("[providers]\nfallback_order = ['x']", ':2: providers.fallback_order = "x" is not allowed; allowed: '),
        ("[logging]\nkeep_files = 99999999999999999999999", "allowed: a whole number from 1"),
        ("[providers.openai]\ntemperature = nan", ':2: providers.openai.temperature = "nan" is not allowed; '),
        ("[logging]\nkeep_files = true", "allowed: a whole number from 1"),
        ("[logging]\n'a.b'.c = 1", ':2: logging."a.b" is no key; [logging] has level, max_size, keep_files'),
        ("[storage]\ndata_dir = 'a\\u0000'".replace("'", '"'), "allowed: a path of at most 4096 characters"),
        ("a = " + "[" * 100_000, "nested too deeply"),
    ],
)
def test_a_wrong_entry_names_what_was_read_and_what_is_allowed(place: Place, text: str, words: str) -> None:
    place.write("user", text)
    assert words in "\n".join(lines_of(place))


def test_keys_in_the_configuration_are_refused_and_never_printed(place: Place) -> None:
    secret = "sk-abcdefghijklmnopqrstu"
    place.write(
        "user",
        f'[providers.openai]\napi_key = "{secret}"\napi_key_env = "{secret}"\n'
        f'[providers.gemini]\nmodel = "AIza{"a" * 35}"\n[providers]\ndefault = "{secret}"\n',
    )
    lines = lines_of(place)
    assert len(lines) == 6
    assert "API keys are kept in a variable" in lines[1]
    assert secret not in "\n".join(lines)
    assert "AIza" not in "\n".join(lines)


def test_a_folder_in_the_place_of_a_file_is_a_mistake(place: Place) -> None:
    path = place.etc / "config.toml"
    path.mkdir(parents=True)
    assert lines_of(place) == [f"{path}: is a folder, not a file"]


def test_a_pipe_in_the_place_of_a_file_does_not_hang(place: Place) -> None:
    path = place.root / ".aircher/config.toml"
    path.parent.mkdir()
    os.mkfifo(path)
    assert lines_of(place) == [f"{path}: is not a regular file"]


def test_a_file_of_a_gigabyte_is_not_read(place: Place) -> None:
    path = place.write("user", "")
    os.truncate(path, 1024**3)
    assert lines_of(place) == [f"{path}: has 1073741824 bytes; a configuration has at most 4194304"]


def test_links_that_lead_in_a_circle_are_a_mistake(place: Place) -> None:
    path = place.root / ".aircher/config.toml"
    path.parent.mkdir()
    path.symlink_to(path)
    assert lines_of(place) == [f"{path}: cannot be read: {os.strerror(40)}"]


def test_a_file_without_permission_is_a_mistake_for_whoever_is_not_root(place: Place) -> None:
    path = place.write("user", "")
    path.chmod(0)
    try:
        readable = os.access(path, os.R_OK)
        if readable:  # root reads everything: then the file counts as what it is, empty
            assert place.load().settings == ()
        else:
            assert lines_of(place) == [f"{path}: cannot be read: {os.strerror(13)}"]
    finally:
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)


def test_lines_are_found_in_spite_of_dotted_keys_quotes_and_long_texts(place: Place) -> None:
    path = place.write(
        "user",
        'memory.project_file = """\\\nlevel = 1\n"""\n'
        "logging.'level' = 5\n"
        '["interface"] # [other]\n"panel_width" = 0\n'
        "[[mcp.servers]]\nname = 'a'\n[mcp.servers.env]\nK = 1\n[[mcp.servers]]\nname = 'b'\nenabled = 1\n"
        "[search]\nproviders = [\n  'google',\n]\n",
    )
    places = [line.split(": ")[0].removeprefix(f"{path}:") for line in lines_of(place)[1:]]
    assert places == ["4", "6", "10", "13", "15"]


def test_an_empty_home_needs_nothing(place: Place, home: Path) -> None:
    home.rmdir()
    assert place.load().settings == ()


@pytest.mark.parametrize("name", ["AIRCHER_MEMORY__PROJECT_FILE", "AIRCHER_INTERFACE__COLOR_THEME"])
def test_bytes_that_are_no_text_in_a_variable_are_a_mistake(place: Place, name: str) -> None:
    [line] = lines_of(place, **{name: b"\xff.md".decode("utf-8", "surrogateescape")})
    assert r'= "\\udcff.md" is not allowed; allowed: ' in line
    assert line.endswith(", in UTF-8")


def test_a_line_of_a_million_blanks_does_not_take_the_search_for_a_key_with_it(place: Place) -> None:
    path = place.write("user", "[search]\nproviders = [\n" + " " * 1_000_000 + "'google',\n]\nenabled = 3\n")
    assert [line.split(": ")[0] for line in lines_of(place)[1:]] == [f"{path}:2", f"{path}:5"]
