"""What a server sent, as text for a model: HTML becomes Markdown, other text stays as it is.

Invariant: pure. Any bytes give a text or a refusal that says what they are.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from aircher.tools._urls import WebError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bs4 import BeautifulSoup, Tag

MAX_HTML_CHARS = 1_000_000  # some seconds of work; what follows is seldom what was looked for
MAX_TAGS = 40_000  # what costs the time; a page of 1 MB has 20,000
MAX_DEPTH = 150  # of elements inside each other; the conversion calls itself for each
MAX_INDENTED = 20  # of quotes and lists inside each other; each makes every line below it longer
_INDENTING = frozenset({"blockquote", "ul", "ol", "dl", "dd", "table"})
_DROPPED = ("script", "style", "nav", "svg", "noscript", "template", "iframe", "form", "button", "dialog", "title")
_TEXT_TYPES = re.compile(
    r"text/.*|application/(?:.*\+)?(?:json|xml|yaml|x-yaml|toml|javascript|ecmascript|x-sh|x-ndjson|sql|graphql)"
)
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_IDLE_BRACKET = re.compile(r"<(?![^<>]*>)")
_BLANK_LINES = re.compile(r"\n{3,}")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.IGNORECASE)
_KNOWN_CHARSETS = re.compile(
    r"utf-?(?:8|16)(?:-?[bl]e)?|us-?ascii|(?:iso-?)?8859-?\d+|iso-?8859-?\d+|latin-?\d|(?:windows-?|cp)\d{3,4}|macroman|"
    r"koi8-?[rut]|gbk|gb2312|gb18030|big5(?:-?hkscs)?|euc-?(?:jp|kr)|shift-?jis|sjis|iso-?2022-?(?:jp|kr)",
    re.IGNORECASE,
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def text_of(body: bytes, headers: Mapping[str, str], url: str) -> str:
    """Return the text of a body.

    Raises:
        WebError: It is none.
    """
    declared = headers.get("content-type", "")
    kind = declared.partition(";")[0].strip().lower()
    if kind in _HTML_TYPES or (not kind and body.lstrip()[:1] == b"<"):
        return markdown_of(_decoded(body, declared, is_html=True), url)
    if (kind and not _TEXT_TYPES.fullmatch(kind)) or (not kind and b"\0" in body[:8_192]):
        raise WebError(f"{url} is {kind or 'binary'}, {len(body):,} bytes: no text. Download it with shell if needed.")
    return _decoded(body, declared, is_html=False)


def markdown_of(html: str, url: str) -> str:
    """Return the page's content as Markdown, its title first; links are absolute."""
    from bs4 import BeautifulSoup
    from markdownify import MarkdownConverter

    soup = BeautifulSoup(tame(html[:MAX_HTML_CHARS]), "html.parser")
    title = " ".join(soup.title.get_text().split()) if soup.title is not None else ""
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    _resolve_links(soup, url)
    content = _content(soup)
    if _is_too_deep(soup):
        markdown = content.get_text("\n", strip=True)
    else:
        markdown = str(MarkdownConverter(heading_style="ATX", bullets="-").convert_soup(content))
    markdown = _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in markdown.split("\n"))).strip()
    return markdown if markdown.startswith("# ") or not title else f"# {title}\n\n{markdown}"


def tame(html: str) -> str:
    """Return the page without comments and without angle brackets that begin nothing.

    The parser looks for the end of each of them through the whole rest of the page: a page of 60 KB takes a minute.
    """
    kept = []
    position = 0
    while (start := html.find("<!--", position)) >= 0:
        kept.append(html[position:start])
        end = html.find("-->", start + 4)
        position = len(html) if end < 0 else end + 3
    kept.append(html[position:])
    tame = _IDLE_BRACKET.sub("&lt;", "".join(kept))
    last = next(islice(re.finditer("<", tame), MAX_TAGS, None), None)
    return tame if last is None else tame[: last.start()]


def _is_too_deep(soup: BeautifulSoup) -> bool:
    depths: dict[int, tuple[int, int]] = {id(soup): (0, 0)}
    for tag in soup.find_all(name=True):
        depth, indented = depths[id(tag.parent)]
        depths[id(tag)] = depth + 1, indented + (tag.name in _INDENTING)
        if depth >= MAX_DEPTH or indented >= MAX_INDENTED:
            return True
    return False


def _content(soup: BeautifulSoup) -> BeautifulSoup | Tag:
    """Return the page's main part if it names exactly one."""
    for found in (soup.find_all("main"), soup.find_all("article"), soup.find_all("body")):
        if len(found) == 1:
            return found[0]
    return soup


def _resolve_links(soup: BeautifulSoup, url: str) -> None:
    for name, attribute in (("a", "href"), ("img", "src")):
        for tag in soup.find_all(name):
            value = str(tag.get(attribute) or "")
            if not value or value.startswith(("#", "javascript:", "data:")):
                del tag[attribute]  # leads nowhere for who reads
                continue
            try:
                tag[attribute] = urljoin(url, value)
            except ValueError:
                del tag[attribute]


def _decoded(body: bytes, declared: str, *, is_html: bool) -> str:
    """Return the text; its encoding is marked, declared by the server, declared by the page, or guessed."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    head = body[:2_048].decode("latin-1") if is_html else ""
    for encoding in _charsets((declared, head)):
        try:
            return body.decode(encoding, "replace")
        except LookupError:
            continue
    try:
        return body.decode()
    except UnicodeDecodeError as exc:
        is_cut = exc.reason == "unexpected end of data" and exc.start > 1_000  # a long text that was valid until there
        return body.decode("utf-8" if is_cut else "windows-1252", "replace")


def _charsets(sources: Iterable[str]) -> Iterable[str]:
    """Yield declared encodings of the kind that pages have: some of Python's take forever or are no encodings."""
    for source in sources:
        found = _CHARSET.search(source)
        if found and _KNOWN_CHARSETS.fullmatch(found[1].replace("_", "-")):
            yield found[1]
