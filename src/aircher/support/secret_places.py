"""Finds values by the place they stand in: after ``password=``, in an HTTP header, in a URL, in a private key's block.

Invariant: pure; each pattern is tried only where its word stands, reads a bounded number of characters there, and no part
of it can be read in two ways: the time is in proportion to the text. Not its job: whether such a value is a secret.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

_WORDS = ("passw", "passphrase", "pwd", "secret", "token", "key", "credential", "authorization")
_KEYS_OF_WORTH = (
    *("api", "access", "secret", "private", "auth", "account", "encryption", "signing", "master", "storage", "session"),
    *("license", "service", "deploy", "client", "subscription"),
)
"""What makes a key of a mapping one that opens something."""
_BEFORE_CHARS = 60  # that are looked at in front of a word
_OPENING = ("(", "[", "{")

_SIGNATURES = (
    ("sig=", r"(?<=[?&])sig=([A-Za-z0-9%+/=_-]{16,2000})"),
    ("ignature=", r"(?:(?<=[?&][Ss])|(?<=[?&]X-Amz-S))ignature=([A-Za-z0-9%+/=_-]{16,2000})"),
)
_COMMANDS = (
    ("-u", r"(?<=\s)-u[ =][\"']?[^\s\"':]{1,100}:([^\s\"']{3,500})"),
    ("--user", r"(?<=\s)--user[ =][\"']?[^\s\"':]{1,100}:([^\s\"']{3,500})"),
    ("sshpass", r"sshpass[ \t]{1,4}-p[ \t]{0,4}[\"']?([^\s\"']{3,500})"),
    ("mysql", r"mysql[a-z]{0,8}[ \t][^\r\n|;&]{0,200}?(?<=[ \t])-p[\"']?([^\s\"']{3,500})"),
    ("ookie:", r"ookie:[ \t]{0,4}([^\r\n\"'`]{4,4000})"),
)
"""A word, and the pattern that is tried where it stands."""
_SEPARATORS = r"(?:\\[rnt]|[\s\"'`,;()+\\]){0,200}+"  # between the lines of a key that is written as text in a program


class Place(NamedTuple):
    """A value in a telling place.

    Attributes:
        start: Where it begins, without quotes and without the scheme of a header.
        end: Where it ends.
        name: What it is called, in small letters, as far as it was looked at.
        is_quoted: Whether quotes stand around it.
        is_setting: Whether it is the whole rest of a line that begins with a variable in capitals, as in ``.env``.
        is_called: Whether a bracket follows: the value is a name in code.
    """

    start: int
    end: int
    name: str
    is_quoted: bool
    is_setting: bool
    is_called: bool


def named_places(text: str) -> Iterator[Place]:
    """Yield the values after names that tell: ``password: …``, ``"apiKey": "…"``, ``--token …``, ``X-Api-Key: …``."""
    lowered, pattern = lower(text), _after_word()
    for word in _WORDS:
        for at in _each(word, lowered):
            if word == "key" and not lowered[max(0, at - 14) : at].rstrip("_- ").endswith(_KEYS_OF_WORTH):
                continue
            found = pattern.match(text, at)
            place = None if found is None else _place(text, found)
            if place is not None:
                yield place


def scheme_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield what follows the words ``Bearer`` and ``Basic``."""
    lowered = lower(text)
    for word in ("bearer", "basic"):
        for at in _each(word, lowered):
            if found := _after_scheme().match(text, at + len(word)):
                yield found.span(1)


def logins(text: str) -> Iterator[tuple[int, int]]:
    """Yield the logins in URLs: what stands between ``://`` and ``@``."""
    for at in _each("://", text):
        if found := _login().match(text, at + 3):
            yield found.span(1)


def signatures(text: str) -> Iterator[tuple[int, int]]:
    """Yield the signatures in URLs that let whoever knows them in."""
    return _places_of(_SIGNATURES, text)


def command_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield what commands and headers take without calling it by a name: ``curl -u NAME:…``, ``Cookie: …``."""
    return _places_of(_COMMANDS, text)


def private_keys(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines between the first and the last of a private key in PEM or OpenPGP form."""
    for at in _each("PRIVATE KEY", text):
        begin = _pem_begin().search(text, max(0, at - _BEFORE_CHARS), at + _BEFORE_CHARS)
        line = begin and _pem_line().match(text, begin.end())
        while line:
            if line[1]:
                yield line.span(1)
            line = _pem_line().match(text, line.end())


def is_telling(name: str) -> bool:
    """Whether a field of this name holds a secret."""
    return _telling_name().search(name) is not None


def lower(text: str) -> str:
    """Return the text with small ASCII letters; every character keeps its place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return text.translate({code: code + 32 for code in range(ord("A"), ord("Z") + 1)})


def _each(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _place(text: str, found: re.Match[str]) -> Place | None:
    """Return the value that was found, or ``None`` if what stands before its name makes it something else."""
    before = text[max(0, found.start() - _BEFORE_CHARS) : found.start()]
    if (found["operator"] == ">" and not _tag().search(before)) or (found["flag"] and not _flag().search(before)):
        return None
    is_quoted = found["quoted"] is not None
    start, end = found.span("quoted" if is_quoted else "bare")
    if scheme := _scheme().match(text, start, end):
        start = scheme.end()
    line = f"{before}{found['word']}".rpartition("\n")[2]
    return Place(
        start=start,
        end=end,
        name=lower(line),
        is_quoted=is_quoted,
        is_setting=found["operator"] == "=" and bool(_setting().fullmatch(line)) and bool(_rest().match(text, end)),
        is_called=not is_quoted and text[end : end + 1] in _OPENING,
    )


def _places_of(table: tuple[tuple[str, str], ...], text: str) -> Iterator[tuple[int, int]]:
    for word, pattern in table:
        for at in _each(word, text):
            if found := _compiled(pattern).match(text, at):
                yield found.span(1)


def _after_word() -> re.Pattern[str]:
    """Match a name's last word, what stands between it and its value, and the value."""
    return _compiled(
        r"(?P<word>(?i:passw(?:or)?ds?|passphrase|pwd|secret|token|key|credentials?|authorization)[0-9]{0,3})"
        r"\\{0,3}[\"'`]?\]?"
        r"(?:[ \t]{0,4}:[ \t]{0,4}[A-Za-z_][A-Za-z0-9_.|]{0,30}[ \t]{1,4}=[ \t]"  # with the name of a type
        r"|[ \t]{0,8}(?P<operator>:=|=>|=(?![=~])|:(?![:=])|>)|(?P<flag>[ \t]))"
        r"[ \t]{0,8}"
        r"(?:[bBrRuU]{0,2}(?P<quote>\\{0,3}[\"'`])(?P<quoted>(?:(?!(?P=quote))[^\r\n]){4,2000}?)(?P=quote)"
        r"|(?:\\{0,3}[\"'`])?(?:(?i:bearer|basic|token|apikey|digest)[ \t]{1,4})?"
        r"(?P<bare>[^\s\"'`,;&<>(){}\[\]|\\]{4,2000}))"
    )


def _scheme() -> re.Pattern[str]:
    return _compiled(r"(?i:bearer|basic|token|apikey|digest)[ \t]{1,4}")


def _after_scheme() -> re.Pattern[str]:
    return _compiled(r"[ \t]{1,4}([A-Za-z0-9._~+/=-]{6,4000})")


def _login() -> re.Pattern[str]:
    return _compiled(r"([^/\s\"'<>`?#]{1,300})@")


def _flag() -> re.Pattern[str]:
    return _compiled(r"(?<![^\s\"'=])--?[A-Za-z0-9-]{0,40}$")


def _tag() -> re.Pattern[str]:
    return _compiled(r"<[A-Za-z0-9_:.-]{0,40}$")


def _setting() -> re.Pattern[str]:
    return _compiled(r"[ \t]{0,8}(?:(?:export|set|ENV|ARG)[ \t]{1,4})?[A-Z][A-Z0-9_]{0,60}")


def _rest() -> re.Pattern[str]:
    return _compiled(r"[\"'`]?[ \t]{0,8}(?:#[^\n]{0,200})?(?:\r?\n|\Z)")


def _telling_name() -> re.Pattern[str]:
    return _compiled(
        rf"(?i)(?:passw(?:or)?ds?|passphrase|pwd|secret|token|credentials?|authorization|cookie"
        rf"|(?:{'|'.join(_KEYS_OF_WORTH)})[_ -]?key)[0-9]{{0,3}}$"
    )


def _pem_begin() -> re.Pattern[str]:
    return _compiled(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")


def _pem_line() -> re.Pattern[str]:
    return _compiled(
        rf"{_SEPARATORS}(?:(?:Proc-Type|DEK-Info|Version|Comment):[^\r\n\\\"]{{0,200}}"
        rf"|([A-Za-z0-9+/=]{{16,}}|[A-Za-z0-9+/=]{{1,15}}(?={_SEPARATORS}-----END)))"
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
