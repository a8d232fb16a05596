"""What a URL means is settled once, before anybody is asked."""

import pytest

from aircher.tools._urls import WebError, target_of


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("https://Example.COM", "https://example.com/"),
        ("http://example.com:80/a b?q=é&x=[1]#part", "http://example.com/a%20b?q=%C3%A9&x=[1]"),
        ("https://example.com.:8443/%7Ea", "https://example.com:8443/%7Ea"),
        ("http://[::1]:9/x", "http://[::1]:9/x"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("HTTP://example.com/\u2028\ud800", "http://example.com/%E2%80%A8%3F"),
        (" https://example.com/a\nb ", "https://example.com/ab"),
        ("http://2130706433/", "http://2130706433/"),
    ],
)
def test_a_url_is_brought_into_one_spelling(url: str, meant: str) -> None:
    assert target_of(url).url == meant


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "file:///etc/passwd",
        "ftp://example.com/",
        "javascript:alert(1)",
        "https://",
        "https://user:password@example.com/",
        "https://user@example.com/",
        "http://good.example\\@evil.example/",
        "http://exa mple.com/",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://a\u2100b.example/",
        "https://example.com/" + "a" * 5_000,
        "http://" + "a" * 300 + "é.example/",
    ],
)
def test_what_cannot_be_fetched_is_refused_in_words(url: str) -> None:
    with pytest.raises(WebError, match=r"\.$"):
        target_of(url)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("http://a.example/x", "http://a.example/y", True),
        ("http://a.example/", "https://a.example/", True),
        ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "https://b.a.example/", False),
        ("https://a.example/", "https://a.example:444/", False),
        ("http://a.example:8080/", "https://a.example:8080/", False),
    ],
)
def test_who_may_speak_to_a_server_may_speak_to_the_same_one_only(one: str, other: str, is_same: bool) -> None:
    assert target_of(one).is_same_server(target_of(other)) is is_same
