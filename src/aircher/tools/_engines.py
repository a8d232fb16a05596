"""How each search engine is asked and how its answer is read.

Invariant: pure; any answer gives results or a `WebError`. Not its job: asking.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import parse_qs, quote_plus, urlsplit

import msgspec

from aircher.tools._urls import WebError

SNIPPET_CHARS = 400


class Result(NamedTuple):
    """One page that was found; all three are plain text."""

    title: str
    url: str
    snippet: str


class _Row(msgspec.Struct, frozen=True):
    title: str = ""
    url: str = ""
    snippet: str = ""
    content: str = ""
    description: str = ""


class _Listing(msgspec.Struct, frozen=True):
    results: list[_Row] = []


class _Brave(msgspec.Struct, frozen=True):
    web: _Listing = _Listing()


def question_url(base: str, engine: str, query: str, count: int) -> str:
    """Return the URL that asks an engine for ``count`` results."""
    words = quote_plus(query, errors="replace")
    if engine != "custom":
        return f"{base}?q={words}" + (f"&count={min(count, 20)}" if engine == "brave" else "")
    if "{query}" in base:
        return base.replace("{query}", words).replace("{count}", f"{count}")
    return f"{base}{'&' if '?' in base else '?'}q={words}&count={count}"


def results_of(engine: str, body: bytes, count: int) -> tuple[Result, ...]:
    """Return the results of an answer, at most ``count``.

    Raises:
        WebError: It is no answer of this engine.
    """
    try:
        if engine == "duckduckgo":
            found = tuple(_duckduckgo(body.decode(errors="replace")))
        elif engine == "brave":
            found = tuple(_rows(msgspec.json.decode(body, type=_Brave).web.results))
        else:
            found = tuple(_rows(msgspec.json.decode(body, type=_Listing).results))
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise WebError(f"{engine} did not answer as it should: {exc}.") from exc
    return tuple(result for result in found if result.url.startswith(("http://", "https://")))[:count]


def _rows(rows: Iterable[_Row]) -> Iterator[Result]:
    for row in rows:
        yield Result(_plain(row.title), row.url, _plain(row.snippet or row.content or row.description))


def _duckduckgo(html: str) -> Iterator[Result]:
    from bs4 import BeautifulSoup

    from aircher.tools._pages import tame

    soup = BeautifulSoup(tame(html), "html.parser")
    links = soup.find_all("a", class_="result__a")
    if not links and soup.find(class_="no-results") is None:
        raise WebError("duckduckgo takes this for the question of a machine and shows no results.")
    for link in links:
        box = link.find_parent(class_="result")
        if box is None or "result--ad" in (box.get("class") or ()):
            continue
        snippet = box.find(class_="result__snippet")
        yield Result(
            _plain(link.get_text(" ")),
            _unwrapped(str(link.get("href") or "")),
            _plain("" if snippet is None else snippet.get_text(" ")),
        )


def _unwrapped(url: str) -> str:
    """Return where a link leads that goes through the engine's counter."""
    try:
        wrapped = parse_qs(urlsplit(url).query).get("uddg") if "uddg=" in url else None
    except ValueError:
        return ""
    return wrapped[0] if wrapped else url


def _plain(text: str) -> str:
    """Return the text on one line, without the marks that engines put around the words looked for."""
    from html import unescape

    plain = " ".join(unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", text)).split())
    return plain if len(plain) <= SNIPPET_CHARS else f"{plain[: SNIPPET_CHARS - 1]}…"
