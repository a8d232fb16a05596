"""What there is to choose from, from real configurations, without a network."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aircher.app import model_cache
from aircher.app.interface import choices
from aircher.config import Config
from aircher.domain.models import ModelInfo
from aircher.tui.dialogs.ports import CommandFacts, ProviderFacts

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def load(project: Path, environ: dict[str, str], *flags: str) -> Config:
    return Config.load(cwd=project, environ=environ, flags=flags)


def names(models: list[ModelInfo]) -> list[tuple[str, str]]:
    return [(model.provider, model.name) for model in models]


async def listed(config: Config, environ: dict[str, str], *current: str) -> list[ModelInfo]:
    now = (current[0], current[1]) if current else ("", "")
    return list(await choices.models(config, environ, current=now))


async def test_the_model_in_use_comes_first_then_those_of_its_provider(project: Path, environ: dict[str, str]) -> None:
    environ |= {"ANTHROPIC_API_KEY": "set", "OPENAI_API_KEY": "set"}
    config = load(project, environ)
    models = await listed(config, environ, "openai", "gpt-of-tomorrow")
    assert names(models)[0] == ("openai", "gpt-of-tomorrow")
    today = datetime.now(UTC).date()
    providers = [model.provider for model in models if not model.is_retired(today)]
    assert providers == sorted(providers, key=["openai", "anthropic", "ollama"].index)
    is_retired = [model.is_retired(today) for model in models]
    assert is_retired == sorted(is_retired), "what is gone comes last"
    assert len(set(names(models))) == len(models)


async def test_without_a_session_the_default_comes_first(project: Path, environ: dict[str, str]) -> None:
    environ |= {"ANTHROPIC_API_KEY": "set"}
    config = load(project, environ, "providers.anthropic.model=claude-mine")
    assert names(await listed(config, environ))[0] == ("anthropic", "claude-mine")


async def test_a_provider_without_its_key_offers_nothing(project: Path, environ: dict[str, str]) -> None:
    models = await listed(load(project, environ), environ)
    assert {model.provider for model in models} == {"offline", "ollama"}
    assert names(models)[0] == ("offline", "index")


async def test_a_server_of_ones_own_has_what_it_said_it_has(project: Path, environ: dict[str, str]) -> None:
    config = load(project, environ, "providers.ollama.model=mine")
    assert [model.name for model in await listed(config, environ) if model.provider == "ollama"] == ["mine"]
    said = [ModelInfo(provider="ollama", name=name) for name in ("big", "small")]
    base_url = config.providers.named["ollama"].base_url
    model_cache.remember("ollama", said, base_url=base_url, at=NOW, environ=environ)
    assert [model.name for model in await listed(config, environ, "ollama", "small")][:3] == ["small", "big", "mine"]


async def test_an_automatic_choice_is_no_model(project: Path, environ: dict[str, str]) -> None:
    config = load(project, environ, "providers.ollama.model=auto")
    assert "auto" not in [model.name for model in await listed(config, environ)]


@pytest.fixture
def with_key_program(home: Path) -> None:
    """Gemini's key is printed by a program; only the user's own file may name one."""
    (home / ".config/aircher").mkdir(parents=True)
    (home / ".config/aircher/config.toml").write_text('[providers.gemini]\napi_key_command = "pass show gemini"\n')


@pytest.mark.usefixtures("with_key_program")
async def test_providers_say_where_their_key_comes_from(project: Path, environ: dict[str, str]) -> None:
    environ |= {"ANTHROPIC_API_KEY": "set"}
    config = load(project, environ)
    facts = {each.name: each for each in await choices.providers(config, environ, current="")}
    assert facts["anthropic"] == ProviderFacts(
        name="anthropic", kind="anthropic", key="from ANTHROPIC_API_KEY", is_current=True
    )
    assert facts["gemini"].key == "key from a program of yours"
    assert facts["openai"].key == "OPENAI_API_KEY is not set"
    assert facts["ollama"].key == "none needed"
    now = await choices.providers(config, environ, current="ollama")
    assert [each.name for each in now if each.is_current] == ["ollama"]


async def test_auto_cannot_be_had_without_a_sandbox_and_says_why(project: Path, environ: dict[str, str]) -> None:
    modes = await choices.modes(load(project, environ, "security.sandbox_mode=off"))
    assert [(mode.name, mode.unavailable) for mode in modes] == [
        ("plan", ""),
        ("ask", ""),
        ("edit", ""),
        ("auto", 'nothing would hold its commands: no sandbox: security.sandbox_mode is "off"'),
    ]


def test_commands_are_told_as_help_tells_them() -> None:
    facts = {command.name: command for command in choices.commands()}
    assert isinstance(facts["help"], CommandFacts)
    assert all(each.summary and not each.name.startswith("/") for each in facts.values())
    assert facts["quit"].aliases


@pytest.mark.parametrize("rule", ["read", "write(docs/**)", "shell(git status*)"])
def test_nothing_is_wrong_with_a_rule_as_rules_are_written(rule: str) -> None:
    assert choices.wrong_rule(rule) is None


@pytest.mark.parametrize(("rule", "words"), [("write(docs", "closing parenthesis"), ("", "''"), ("(x)", "'(x)'")])
def test_what_is_wrong_with_a_rule_is_said_in_the_parsers_words(rule: str, words: str) -> None:
    sentence = choices.wrong_rule(rule) or ""
    assert words in sentence
    assert sentence.startswith("the rule")
