import pytest
from tests.config.places import Place

from aircher.app.keys import find_key
from aircher.config.providers import default_provider
from aircher.config.secret_variables import secret_values
from aircher.domain.errors import ConfigError
from aircher.support.secret import Secret


@pytest.mark.parametrize(
    ("variable", "value", "key", "expected"),
    [
        ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1", "providers.openai.base_url", "http://127.0.0.1:9/v1"),
        ("OPENAI_ORG_ID", "org-1", "providers.openai.org_id", "org-1"),
        ("OPENAI_PROJECT_ID", " proj-1\n", "providers.openai.project", "proj-1"),
        ("ANTHROPIC_BASE_URL", "https://llm.example/anthropic/", "providers.anthropic.base_url", None),
        ("ANTHROPIC_AUTH_TOKEN", "t-1", "providers.anthropic.api_key_env", "ANTHROPIC_AUTH_TOKEN"),
        ("GOOGLE_API_KEY", "g-1", "providers.gemini.api_key_env", "GOOGLE_API_KEY"),
    ],
)
def test_a_variable_of_a_vendors_client_holds_below_every_file(
    place: Place, variable: str, value: str, key: str, expected: str | None
) -> None:
    assert place.load(**{variable: " "}).explain(key)[1:] == ()
    config = place.load(**{variable: value})
    assert config.get(key) == (expected or "https://llm.example/anthropic/v1")
    assert (config.explain(key)[-1].layer, config.explain(key)[-1].place) == ("environment", variable)

    place.write("user", f"{key} = {'https://own.example' if key.endswith('url') else 'OWN'!r}\n")
    assert place.load(**{variable: value}).explain(key)[-1].layer == "user"
    assert str(place.load(**{variable: value}).get(key)) in {"https://own.example", "OWN"}


@pytest.mark.parametrize("url", ["https://h.example/v1", "https://h.example/v1/", "https://h.example/v1/messages"])
def test_an_address_that_names_its_version_keeps_it(place: Place, url: str) -> None:
    assert place.load(ANTHROPIC_BASE_URL=url).providers.named["anthropic"].base_url == url


@pytest.mark.parametrize(
    ("variables", "name", "key"),
    [
        ({"GOOGLE_API_KEY": "google", "GEMINI_API_KEY": "gemini"}, "gemini", "google"),
        ({"GEMINI_API_KEY": "gemini"}, "gemini", "gemini"),
        ({"ANTHROPIC_AUTH_TOKEN": "token"}, "anthropic", "token"),
        ({"ANTHROPIC_AUTH_TOKEN": "token", "ANTHROPIC_API_KEY": "key"}, "anthropic", "key"),
    ],
)
def test_the_key_is_the_one_that_the_vendors_client_would_take(
    place: Place, variables: dict[str, str], name: str, key: str
) -> None:
    config = place.load(**variables)
    assert default_provider(config.providers, variables) == name
    assert find_key(name, config.providers.named[name], variables) == Secret(key)
    assert key in secret_values(config, variables)


def test_a_section_of_ones_own_is_left_alone(place: Place) -> None:
    place.write("user", "[providers.second]\nkind = 'openai'\napi_key_env = 'SECOND'\n")
    second = place.load(OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_ORG_ID="org-1").providers.named["second"]
    assert (second.base_url, second.org_id) == ("https://api.openai.com/v1", "")


def test_an_address_that_is_none_names_the_variable(place: Place) -> None:
    with pytest.raises(ConfigError, match=r"^OPENAI_BASE_URL: ") as caught:
        place.load(OPENAI_BASE_URL="localhost:8000")
    assert caught.value.hint == "correct or unset OPENAI_BASE_URL"
