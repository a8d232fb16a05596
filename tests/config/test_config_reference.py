import json
from typing import Any

from tests.config.places import Place

from aircher.config.loaded import Config, redacted
from aircher.config.reference import render_reference
from aircher.config.schema import default_of, json_schema
from aircher.config.sections import Settings
from aircher.config.shapes import (
    description,
    documented_keys,
    is_leaf,
    is_planned,
    is_table,
    read_key,
    resolve,
    write_key,
)
from aircher.config.values import accept


def at(schema: Any, path: tuple[str, ...]) -> Any:
    """Return the schema of a key, as an editor would find it."""
    for name in path:
        schema = next((arm for arm in schema.get("anyOf", ()) if arm.get("type") == "object"), schema)
        schema = schema.get("properties", {}).get(name) or schema["additionalProperties"]
    return schema


def test_every_key_is_in_the_schema_with_its_sentence_and_default() -> None:
    schema = json_schema()
    json.dumps(schema)
    for path, shape in documented_keys():
        node = at(schema, path)
        text, unit = description(shape)
        if path[-1] != "NAME":
            shown = f"Not in effect yet. {text}" if is_planned(path) else text
            assert (node["description"], node.get("x-unit")) == (shown, unit), path
        assert node.get("x-in-effect", True) is not is_planned(path), path
        if is_leaf(shape) and "NAME" not in path and default_of(path) is not None:
            assert node["default"] == default_of(path), path
        if is_table(shape) and path != ("providers",) and "anyOf" not in node:
            assert node["additionalProperties"] is False, path


def test_every_key_is_documented_by_one_sentence() -> None:
    for path, shape in documented_keys():
        text, _ = description(shape)
        if path[-1] != "NAME":
            assert text.endswith("."), path
            assert text[0].isupper() or text.startswith("`"), path


def test_every_default_is_allowed_where_it_stands() -> None:
    for path, shape in documented_keys():
        default = default_of(path) if is_leaf(shape) and "NAME" not in path else None
        if default is not None:
            accept(default, shape)


def test_earlier_keys_are_in_the_schema_as_deprecated() -> None:
    schema = json_schema()
    for key in ("interface.mode", "mcp.auto_install", "context_management.file_relevance.relevance_threshold"):
        assert at(schema, read_key(key))["deprecated"] is True


def test_servers_may_be_an_array_or_a_table() -> None:
    table, array = at(json_schema(), ("mcp", "servers"))["anyOf"]
    assert (table["type"], array["type"], array["items"]["required"]) == ("object", "array", ["name"])


def test_the_reference_shows_every_key_once_in_its_table() -> None:
    text = render_reference()
    sections = text.split("\n## ")[1:] + [part for block in text.split("\n## ") for part in block.split("\n### ")[1:]]
    for path, shape in documented_keys():
        if is_leaf(shape) and path[-1] != "NAME":
            [section] = [part for part in sections if part.startswith(f"`[{write_key(path[:-1])}]`")]
            own = section.split("\n### ")[0]
            assert own.count(f"\n| `{path[-1]}` |") == 1, path
    assert text.endswith("|\n")
    assert "| `timeout` | a duration such as" in text


def test_rendering_is_the_same_every_time() -> None:
    assert render_reference() == render_reference()


def test_secrets_are_hidden_when_the_configuration_is_shown(place: Place) -> None:
    place.write(
        "user",
        "[providers.openai]\napi_key_command = 'pass show openai'\n"
        "[[mcp.servers]]\nname = 'a'\nargs = ['--key', 'sk-abcdefghijklmnop']\nenv = { GITHUB_TOKEN = 'x1' }\n",
    )
    config = place.load()
    data: Any = redacted(config)
    assert list(data) == list(Settings.__struct_fields__)
    assert data["providers"]["openai"]["api_key_command"] == "[hidden]"
    assert data["providers"]["openai"]["api_key_env"] == "OPENAI_API_KEY"
    assert data["mcp"]["servers"]["a"]["args"] == ["--key", "[hidden]"]
    assert data["mcp"]["servers"]["a"]["env"] == {"GITHUB_TOKEN": "[hidden]"}
    assert data["mcp"]["timeout"] == "30s"
    assert data["security"]["max_file_size"] == "10MB"
    json.dumps(data)
    assert config.explain("mcp.servers.a.env.GITHUB_TOKEN")[-1].shown == '"[hidden]"'
    assert config.explain("mcp.servers.a.args")[-1].shown == '["--key","[hidden]"]'
    assert config.explain("providers.openai.api_key_command")[-1].shown == '"[hidden]"'


def test_a_redacted_configuration_can_be_loaded_again_as_it_is() -> None:
    data: Any = redacted(Config.build())
    del data["providers"]["openai"]["temperature"]
    shown = {name: _without_unset(below) for name, below in data.items()}
    again = Config.build(**shown)
    assert redacted(again) == redacted(Config.build())


def _without_unset(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _without_unset(below) for name, below in data.items() if below is not None}
    return data


def test_a_key_with_dots_is_written_with_quotes_and_read_back() -> None:
    path = ("providers", "openai", "custom_models", "gpt-4.1", "tools")
    assert write_key(path) == 'providers.openai.custom_models."gpt-4.1".tools'
    assert read_key(write_key(path)) == path
    assert read_key("a . 'b.c'") == ("a", "b.c")
    assert read_key('a."b') == ('a."b',)
    assert resolve(("logging", "level", "deeper")) is None
