"""Which keys do something, and that the others say that they do not."""

import re
from pathlib import Path

import pytest
from tests.config.places import Place

import aircher
from aircher.config.notices import Notice
from aircher.config.reference import render_reference
from aircher.config.sections import Search
from aircher.config.sections_interface import Interface, Shortcuts, Theme
from aircher.config.sections_providers import MaxPrice, Routing
from aircher.config.shapes import documented_keys, fields, is_leaf, is_planned, read_key, write_key
from aircher.domain.errors import ConfigError

_TABLES = {"shortcuts", "theme", "animations"}
IN_EFFECT = {
    "project.path",
    "providers.default",
    "providers.fallback_order",
    "providers.max_retries",
    "providers.health_check_interval",
    "providers.NAME.requests_per_min",
    "providers.NAME.tokens_per_min",
    "providers.NAME.kind",
    "providers.NAME.api_key_env",
    "providers.NAME.api_key_command",
    "providers.NAME.base_url",
    "providers.NAME.model",
    "providers.NAME.max_tokens",
    "providers.NAME.temperature",
    "providers.NAME.timeout",
    "providers.NAME.org_id",
    "providers.NAME.project",
    "providers.NAME.keep_alive",
    "providers.NAME.num_ctx",
    "providers.NAME.num_predict",
    "providers.NAME.wire",
    *(f"providers.NAME.routing.{name}" for name in sorted({*fields(Routing)} - {"max_price"})),
    *(f"providers.NAME.routing.max_price.{name}" for name in fields(MaxPrice)),
    "providers.NAME.custom_models.NAME.context_tokens",
    "providers.NAME.custom_models.NAME.output_tokens",
    "providers.NAME.custom_models.NAME.price_input_usd",
    "providers.NAME.custom_models.NAME.price_output_usd",
    "providers.NAME.custom_models.NAME.price_cached_usd",
    "providers.NAME.custom_models.NAME.price_cache_write_usd",
    "providers.NAME.custom_models.NAME.tools",
    "providers.NAME.custom_models.NAME.images",
    "providers.NAME.custom_models.NAME.thinking",
    "providers.NAME.custom_models.NAME.structured_output",
    "memory.project_file",
    "costs.monthly_budget",
    "costs.daily_limit",
    "costs.alert_threshold",
    "costs.track_by_provider",
    "costs.show_cost_warnings",
    "costs.limits.NAME",
    "security.require_confirmation",
    "security.mask_secrets",
    "security.mode",
    "security.allow",
    "security.ask",
    "security.deny",
    "security.environment",
    "security.limits.cpu",
    "security.limits.file_size",
    "security.limits.memory",
    "security.limits.processes",
    "security.sandbox_mode",
    *(f"search.{name}" for name in sorted({*fields(Search)} - {"auto_search", "show_search_status"})),
    "storage.data_dir",
    "storage.max_db_size",
    "storage.lifecycle.file_version_retention_days",
    "storage.lifecycle.file_version_max_count",
    "logging.level",
    "logging.max_size",
    "logging.keep_files",
    *(f"interface.{name}" for name in sorted({*fields(Interface)} - {"output_format", *_TABLES})),
    *(f"interface.shortcuts.{name}" for name in fields(Shortcuts)),
    *(f"interface.theme.{name}" for name in fields(Theme)),
    "interface.animations.progress_indicators",
    "interface.animations.pulse_thinking",
}
READ_AS_A_WHOLE = "routing"
READ_BY_THE_CONFIGURATION_ITSELF = {"path", "default", "fallback_order", "data_dir"}
READ_WITH_THEIR_ORIGIN = {"allow", "ask", "deny", "require_confirmation"}  # through Config.settings


def test_every_key_is_in_effect_or_says_that_it_is_not() -> None:
    silent = {write_key(path) for path, shape in documented_keys() if is_leaf(shape) and not is_planned(path)}
    assert silent == IN_EFFECT


@pytest.mark.parametrize("key", sorted(IN_EFFECT))
def test_a_key_in_effect_is_read_by_the_program(key: str) -> None:
    folder = Path(aircher.__file__).parent
    texts = [file.read_text("utf-8") for file in folder.rglob("*.py") if file.parent != folder / "config"]
    path = read_key(key)
    name = next(part for part in reversed(path) if part != "NAME")
    name = READ_AS_A_WHOLE if READ_AS_A_WHOLE in path else name
    reads = re.compile(
        rf"\b(config|providers|section|custom|security|storage|lifecycle|logging|memory|costs|limits|search|animations|interface)\.{name}\b"
    )
    in_a_table = f'"{name}"' if path[1:2] in {("shortcuts",), ("theme",)} else None
    assert name in READ_BY_THE_CONFIGURATION_ITSELF | READ_WITH_THEIR_ORIGIN or any(
        in_a_table in text if in_a_table else reads.search(text) for text in texts
    )


def test_a_table_that_is_not_in_effect_speaks_for_all_below_it() -> None:
    assert is_planned(("security", "max_file_size"))
    assert not is_planned(("security", "mode"))
    assert not is_planned(("costs", "limits", "openai"))
    assert is_planned(("mcp", "servers", "files", "env", "TOKEN"))
    assert not is_planned(("providers", "openai", "model"))
    assert not is_planned(("nothing", "of", "the", "sort"))


def test_the_reference_marks_the_same_keys() -> None:
    rows = render_reference().count("| *Not in effect yet.* ")
    maps_of_leaves = 1  # mcp.servers.NAME.env has a row of its own, and none for each name
    planned = [path for path, shape in documented_keys() if is_leaf(shape) and is_planned(path)]
    assert rows == len([path for path in planned if path[-1] != "NAME"]) + maps_of_leaves


def test_limits_and_rules_that_nothing_keeps_are_named_in_one_line(place: Place) -> None:
    place.write("user", "costs.limits.openai = 1\nsecurity.max_file_size = '1MB'\ninterface.vim_mode = true\n")
    place.write("project", "security.mode = 'plan'\nsearch.enabled = false\n")
    place.trust()
    assert place.load("security.sandbox_mode=off", "costs.daily_limit=5").notices == (
        Notice(
            text="security.max_file_size has no effect in this version.",
            hint="aircher config schema",
        ),
    )


def test_one_alone_is_named_alone_and_rules_hold(place: Place) -> None:
    place.write("user", "security.deny = ['read(secret/**)', 'shell(rm *)']\n")
    assert place.load("security.mode=plan").notices == ()
    assert [notice.text for notice in place.load("security.max_file_size=1MB").notices] == [
        "security.max_file_size has no effect in this version."
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("read(a", "has no closing parenthesis at its end"),
        ("read()", "has an empty pattern; write read alone for whatever that tool does"),
        ("(a)", "is no rule; write Tool(pattern), for instance shell(git status*)"),
        ("write(../a)", "has `..` in its path; write the path itself"),
    ],
)
def test_a_rule_that_is_not_written_like_one_stops_the_program(place: Place, rule: str, words: str) -> None:
    path = place.write("user", f"\nsecurity.deny = ['net', '{rule}']\n")
    with pytest.raises(ConfigError) as caught:
        place.load()
    assert caught.value.message == f'{path}:2: security.deny: the rule "{rule}" {words}'
