import pytest

from aircher.providers._address import parse_address
from aircher.providers._ollama_host import server_url


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("  ", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("box", "http://box:11434"),
        ("box:", "http://box:11434"),
        ("box:8080", "http://box:8080"),
        ('"box:8080" ', "http://box:8080"),
        ("10.0.0.7/", "http://10.0.0.7:11434/"),
        ("http://box", "http://box:80"),
        ("https://box/ollama", "https://box:443/ollama"),
        ("https://box:8443", "https://box:8443"),
        ("::1", "http://[::1]:11434"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("[::]", "http://127.0.0.1:11434"),
        ("::", "http://127.0.0.1:11434"),
        ("http://0.0.0.0:11434", "http://127.0.0.1:11434"),
    ],
)
def test_the_variable_is_read_as_ollamas_own_programs_read_it(host: str, url: str) -> None:
    assert server_url(None, {"OLLAMA_HOST": host}) == url
    assert parse_address(url, key="k").host


@pytest.mark.parametrize(
    "configured", [None, "", "http://localhost:11434", "http://localhost:11434/", "http://127.0.0.1:11434"]
)
def test_the_variable_stands_in_for_the_usual_address_only(configured: str | None) -> None:
    assert server_url(configured, {"OLLAMA_HOST": "box"}) == "http://box:11434"
    assert server_url("http://gpu:11434", {"OLLAMA_HOST": "box"}) == "http://gpu:11434"
