import pytest

from aircher.app.plain_http import warning
from aircher.config.sections_providers import ProviderSettings


@pytest.mark.parametrize(
    ("base_url", "has_key", "named"),
    [
        ("http://gateway.example/v1", True, "gateway.example:80"),
        ("http://user:secret@gateway.example/v1", True, "gateway.example:80"),
        ("HTTP://192.0.2.7:8000", True, "192.0.2.7:8000"),
        ("http://gateway.example/v1", False, None),
        ("https://gateway.example/v1", True, None),
        ("http://127.0.0.1:8000/v1", True, None),
        ("http://[::1]/v1", True, None),
        ("http://localhost", True, None),
        ("http://[", True, None),
        ("", True, None),
    ],
)
def test_a_key_in_clear_over_the_network_is_told(base_url: str, *, has_key: bool, named: str | None) -> None:
    section = ProviderSettings(kind="openai-compatible", base_url=base_url)
    told = warning("zoo", section, has_key=has_key)
    expected = f"the key of zoo goes to {named} without encryption: everybody on the way can read it"
    assert told == (expected if named else None)
