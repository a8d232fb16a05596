"""What a program that is started gets to see."""

import pytest

from aircher.support.child_environment import child_environment


@pytest.mark.parametrize(
    "name",
    [
        "OPENAI_API_KEY",
        "github_token",
        "AWS_SECRET_ACCESS_KEY",
        "CLIENT_SECRET_V2",
        "PGPASSWORD",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "APIKEY",
        "KEY",
        "GIT_DIR",
        "CORP_LOGIN",
    ],
)
def test_keys_what_steers_git_and_what_is_named_stay_behind(name: str) -> None:
    assert child_environment({name: "value", "HOME": "/home/me"}, without=["CORP_LOGIN"]) == {"HOME": "/home/me"}


@pytest.mark.parametrize(
    "name", ["SSH_AUTH_SOCK", "KEYBOARD", "XKB_KEYBOARD_LAYOUT", "PATH", "TOKENIZERS_PARALLELISM", "GITHUB_ACTIONS"]
)
def test_everything_else_is_handed_on(name: str) -> None:
    given = {name: "value"}
    assert child_environment(given) == {name: "value"}
    assert given == {name: "value"}
