"""What servers send, as text."""

import pytest

from aircher.tools._pages import MAX_TAGS, markdown_of, text_of
from aircher.tools._urls import WebError

URL = "https://example.com/docs/page.html"


def test_a_page_becomes_markdown_with_absolute_links_and_without_its_machinery() -> None:
    html = """<!DOCTYPE html><html><head><title> The
      Page </title><style>p { color: red }</style></head><body>
    <!-- not <b>shown</b> --><nav><a href="/">Home</a></nav><script>if (a<b) { c = "</p>" }</script>
    <main><h2>Part</h2><p>Some <b>bold</b> text, see <a href="../other?x=1#y">there</a> or
    <a href="javascript:alert(1)">nowhere</a>.</p><pre><code>a &lt; b</code></pre><ul><li>one</li><li>two</li></ul>
    <table><tr><th>k</th><th>v</th></tr><tr><td>1</td><td>2</td></tr></table><svg><text>drawn</text></svg>
    <img src="pic.png" alt="A picture"></main><footer>fine print</footer></body></html>"""
    assert markdown_of(html, URL).split("\n") == [
        "# The Page",
        "",
        "## Part",
        "",
        "Some **bold** text, see [there](https://example.com/other?x=1#y) or",
        "nowhere.",
        "",
        "```",
        "a < b",
        "```",
        "",
        "- one",
        "- two",
        "",
        "| k | v |",
        "| --- | --- |",
        "| 1 | 2 |",
        "",
        "![A picture](https://example.com/docs/pic.png)",
    ]


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é".encode(), "text/plain", "é"),
        ("é".encode("latin-1"), "text/plain", "é"),
        ("é".encode("latin-1"), "text/plain; charset=iso-8859-1", "é"),
        ("日本".encode("shift_jis"), 'text/plain; charset="Shift_JIS"', "日本"),
        ("é".encode("utf-16"), "text/plain", "é"),
        (b'{"a": 1}', "application/json", '{"a": 1}'),
        (b'{"a": 1}', "application/vnd.x+json; charset=utf-8", '{"a": 1}'),
        (b"a: 1", "application/yaml", "a: 1"),
        (b"plain", "", "plain"),
        (b"a < b", "text/plain", "a < b"),
        (b"<meta charset=gbk><p>" + "中".encode("gbk"), "text/html", "中"),
        (b"<p>hi", "", "hi"),
        (b"x", "text/plain; charset=zlib", "x"),
        (b"x", "text/plain; charset=punycode", "x"),
        (b"x", "text/plain; charset=cp9999", "x"),
        ("ü".encode() * 600 + b"\xc3", "text/plain", "ü" * 600 + "\ufffd"),
    ],
)
def test_text_is_read_in_the_encoding_it_has(body: bytes, content_type: str, text: str) -> None:
    assert text_of(body, {"content-type": content_type}, URL) == text


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"\x89PNG", "image/png", "image/png, 4 bytes"),
        (b"PK\0\0", "", "binary, 4 bytes"),
        (b"%PDF", "application/pdf", "application/pdf, 4 bytes"),
    ],
)
def test_what_is_no_text_is_refused_with_facts(body: bytes, content_type: str, kind: str) -> None:
    with pytest.raises(WebError) as refusal:
        text_of(body, {"content-type": content_type}, URL)
    assert f"{refusal.value}" == f"{URL} is {kind}: no text. Download it with shell if needed."


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "deep",
        "<blockquote>" * 300 + "deep<br>" * 2_000,
        "<!--" * 50_000 + "deep",
        "<a " * 50_000 + "deep",
        "<" * 100_000 + "deep",
        "&#x41" * 20_000 + "deep",
    ],
)
def test_a_hostile_page_takes_neither_time_nor_memory(html: str) -> None:
    assert len(markdown_of(html, URL)) < 600_000


def test_a_page_of_very_many_elements_is_read_in_part() -> None:
    text = markdown_of("<i>x</i>" * MAX_TAGS, URL)
    assert text.count("x") == MAX_TAGS // 2
