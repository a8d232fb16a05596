"""Where a provider's key comes from."""

import pytest

from aircher.app.keys import find_key
from aircher.config.sections_providers import ProviderSettings
from aircher.domain.errors import AuthError


def test_a_helper_program_may_use_the_users_keys_to_print_another() -> None:
    section = ProviderSettings(api_key_command="/bin/sh -c 'echo key-for-$OP_SERVICE_ACCOUNT_TOKEN'")
    key = find_key("corp", section, {"OP_SERVICE_ACCOUNT_TOKEN": "me"})
    assert key is not None
    assert key.reveal() == "key-for-me"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("/bin/sh -c 'echo hunter2; exit 3'", "the program that prints corp's key ended with code 3"),
        ("true", "the program that prints corp's key printed nothing"),
        ("/no/such/program", "the program that prints corp's key cannot be used: FileNotFoundError"),
    ],
)
def test_a_helper_program_that_fails_is_told_without_what_it_printed(command: str, message: str) -> None:
    with pytest.raises(AuthError) as caught:
        find_key("corp", ProviderSettings(api_key_command=command), {"PATH": "/usr/bin:/bin"})
    assert caught.value.message == message
