import pytest

from aircher.app.plain_http import warning
from aircher.config.sections_providers import ProviderSettings


@pytest.mark.parametrize(
    ("base_url", "has_key", "is_told"),
    [
        ("http://gateway.example/v1", True, True),
        ("HTTP://192.0.2.7:8000", True, True),
        ("http://gateway.example/v1", False, False),
        ("https://gateway.example/v1", True, False),
        ("http://127.0.0.1:8000/v1", True, False),
        ("http://[::1]/v1", True, False),
        ("http://localhost", True, False),
        ("http://[", True, False),
        ("", True, False),
    ],
)
def test_a_key_in_clear_over_the_network_is_told(base_url: str, *, has_key: bool, is_told: bool) -> None:
    section = ProviderSettings(kind="openai-compatible", base_url=base_url)
    told = warning("zoo", section, has_key=has_key)
    expected = f"the key of zoo goes to {base_url} without encryption: everybody on the way can read it"
    assert told == (expected if is_told else None)
