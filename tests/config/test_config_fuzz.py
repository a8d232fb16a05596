"""Whatever is written, the outcome is a configuration or one `ConfigError`, never another exception."""

import math
from typing import Any

import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.config.places import Place

from aircher.config import Config
from aircher.config.layers import parse
from aircher.config.loaded import redacted
from aircher.config.locate import line_of
from aircher.config.shapes import documented_keys, read_key, write_key
from aircher.domain.errors import ConfigError

NAMES = sorted({name for path, _ in documented_keys() for name in path} | {"claude", "preserve_recent_messages", "x.y"})
WORDS = st.sampled_from(
    ["", "auto", "claude", "5m", "10MB", "openai-compatible", "http://h", "K=v", "#fff", "\x00", "ü"]
)
SCALARS = st.one_of(WORDS, st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(), st.times(), st.text())
TREES = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(st.sampled_from(NAMES), below, max_size=4)),
    max_leaves=12,
)
SECTIONS = st.dictionaries(st.sampled_from([path[0] for path, _ in documented_keys() if len(path) == 1]), TREES)


def outcome(sections: dict[str, Any]) -> Config | None:
    try:
        return Config.build(**sections)
    except ConfigError:
        return None


@settings(max_examples=400, deadline=None)
@given(SECTIONS)
def test_any_tree_is_taken_or_refused_in_words(sections: dict[str, Any]) -> None:
    config = outcome(sections)
    if config is not None:
        redacted(config)
        for setting in config.settings:
            if setting.value != {}:
                assert config.explain(write_key(setting.path))[-1].shown


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SECTIONS)
def test_the_same_tree_in_a_file_has_the_same_outcome(place: Place, sections: dict[str, Any]) -> None:
    text = tomlkit.dumps(sections)
    try:
        again = parse(text)
    except ValueError:
        return  # tomlkit writes some control characters that TOML does not allow
    place.write("user", text)
    expected = outcome(again)
    try:
        config = place.load()
    except ConfigError:
        assert expected is None
    else:
        assert expected is not None
        assert repr(redacted(config)) == repr(redacted(expected))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_in_a_file_are_taken_or_refused_in_words(place: Place, content: bytes) -> None:
    path = place.write("local", content)
    try:
        place.load()
    except ConfigError as error:
        refusal = error.message
    else:
        refusal = str(path)
    assert str(path) in refusal


@given(st.text(alphabet="ab.=[]\"'# \n", max_size=80), st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1))
def test_a_line_is_always_one_of_the_file(text: str, path: list[str]) -> None:
    assert 1 <= line_of(text, tuple(path)) <= max(1, len(text.splitlines()))


@given(st.lists(st.text(alphabet="ab.-_ ü", min_size=1), min_size=1))
def test_a_dotted_key_is_read_back_as_it_was_written(path: list[str]) -> None:
    assert read_key(write_key(tuple(path))) == tuple(path)


def test_what_is_no_number_is_no_number_anywhere() -> None:
    for value in (math.nan, math.inf, -math.inf):
        assert outcome({"costs": {"daily_limit": value}}) is None
