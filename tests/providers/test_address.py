import pytest

from aircher.domain.errors import ConfigError
from aircher.providers._address import Address, api_address, parse_address, proxy_for


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("http://localhost:8000", "http://localhost:8000/v1/models"),
        ("http://localhost:8000/", "http://localhost:8000/v1/models"),
        ("http://localhost:8000/v1/", "http://localhost:8000/v1/models"),
        (" https://gateway.example/openai/v1 ", "https://gateway.example/openai/v1/models"),
        ("https://gateway.example/api/v1/chat/completions", "https://gateway.example/api/v1/models"),
        ("https://gateway.example:443/v1", "https://gateway.example/v1/models"),
        ("http://[::1]:8080", "http://[::1]:8080/v1/models"),
    ],
)
def test_a_base_url_means_what_its_writer_meant(base_url: str, expected: str) -> None:
    assert (
        api_address(base_url, key="k", version_path="/v1", endpoints=("/chat/completions", "/models"))
        .joined("/models")
        .url
        == expected
    )


@pytest.mark.parametrize("base_url", ["localhost:8000", "ftp://a", "http://", "http://a:b", "http://[", ""])
def test_what_is_no_address_is_refused_with_the_key_named(base_url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_address(base_url, key="providers.mine.base_url")

    assert "providers.mine.base_url" in caught.value.message
    assert caught.value.hint == 'write it like this: providers.mine.base_url = "http://localhost:8000/v1"'


def test_credentials_in_an_address_are_not_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_address("ftp://me:secret@host", key="k")

    assert "secret" not in caught.value.message


HOST = parse_address("https://api.example.com/v1", key="k")
PROXY = Address("http", "proxy", 3128, "")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, PROXY),
        ({"https_proxy": "proxy:3128"}, PROXY),
        ({"ALL_PROXY": "http://me:pw@proxy:3128/"}, PROXY._replace(user_info="me:pw")),
        ({"HTTP_PROXY": "http://proxy:3128"}, None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "other, .example.com"}, None),
        ({"HTTPS_PROXY": "http://proxy:3128", "no_proxy": "*"}, None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "ample.com"}, PROXY),
    ],
)
def test_the_proxy_is_the_one_that_curl_would_take(environ: dict[str, str], expected: Address | None) -> None:
    assert proxy_for(HOST, environ) == expected


def test_loopback_never_goes_through_a_proxy() -> None:
    assert proxy_for(parse_address("http://127.0.0.1:8000", key="k"), {"ALL_PROXY": "http://proxy:1"}) is None


def test_a_socks_proxy_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="ALL_PROXY is 'socks5://proxy:1'"):
        proxy_for(HOST, {"ALL_PROXY": "socks5://proxy:1"})
