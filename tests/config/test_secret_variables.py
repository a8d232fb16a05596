import pytest

from aircher.config import Config
from aircher.config.secret_variables import secret_values


def test_a_variable_that_a_provider_or_the_search_names_is_secret_whatever_it_is_called() -> None:
    config = Config.build(
        providers={"corp": {"base_url": "http://h/v1", "api_key_env": "CORP_LOGIN"}},
        search={"brave_api_key_env": "BRAVE"},
    )
    environ = {"CORP_LOGIN": "corp-value", "BRAVE": "brave-value", "OTHER": "plain"}
    assert secret_values(config, environ) == ("brave-value", "corp-value")


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "github_token", "X_SECRET_Y", "PGPASSWORD", "CredentialsOfMine"])
def test_a_name_that_tells_is_enough_even_without_a_configuration(name: str) -> None:
    assert secret_values(None, {name: " value \n", "PATH": "/usr/bin"}) == ("value",)


def test_the_longest_comes_first_nothing_twice_and_nothing_empty() -> None:
    environ = {"A_KEY": "short", "B_KEY": "shorter-is-not", "C_KEY": "short", "D_KEY": " ", "E_KEY": ""}
    assert secret_values(Config.build(), environ) == ("shorter-is-not", "short")
