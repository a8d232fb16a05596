"""Finds values by the place they stand in: after ``password=``, in an HTTP header, in a URL, in a private key's block.

Invariant: pure; each pattern is tried only where its word stands, reads a bounded number of characters there, and no
part of it can be read in two ways: the time is in proportion to the text. Not its job: whether a value is a secret.
"""

import re
from collections.abc import Iterator

from aircher.support.word_matches import compiled, matches

_WORDS = ("passw", "passphrase", "pwd", "secret", "token", "key", "credential", "authorization")
_KEYS_OF_WORTH = (
    *("api", "access", "secret", "private", "auth", "account", "encryption", "signing", "master", "storage", "session"),
    *("deploy", "client", "subscription"),
)
"""What makes a key of a mapping one that opens something."""
_BEFORE_CHARS = 60  # that are looked at in front of a word
_LONGEST_UNREAD_CHARS = 200
_OPENING = ("(", "[", "{")

_NAME_AND_VALUE = (
    r"(?P<word>(?i:passw(?:or)?ds?|passphrase|pwd|secret|token|key|credentials?|authorization)[0-9]{0,3})"
    r"\\{0,3}[\"'`]?\]?"
    r"(?:[ \t]{0,4}:[ \t]{0,4}[A-Za-z_][A-Za-z0-9_.|]{0,30}[ \t]{1,4}=[ \t]"  # with the name of a type
    r"|[ \t]{0,8}(?P<operator>:=|=>|=(?![=~])|:(?![:=])|>)|(?P<flag>[ \t]))"
    r"(?P<gap>[ \t]{0,8})"
    r"(?:[bBrRuU]{0,2}(?P<quote>\\{0,3}[\"'`])(?P<quoted>(?:(?!(?P=quote))[^\r\n]){4,2000}?)(?P=quote)"
    r"|(?:\\{0,3}[\"'`])?(?:(?i:bearer|basic|token|apikey|digest)[ \t]{1,4})?"
    r"(?!(?i:bearer|basic|token|apikey|digest)[ \t])(?P<bare>[^\s\"'`,;&<>(){}\[\]|\\]{4,2000}))"
)
"""A name's last word, what stands between it and its value, and the value."""
_FLAG = r"(?<![^\s\"'=])--?[A-Za-z0-9-]{0,40}$"
_TAG = r"<[A-Za-z0-9_:.-]{0,40}$"
_SETTING = r"[ \t]{0,8}(?:(?:export|set|ENV|ARG)[ \t]{1,4})?[A-Z][A-Z0-9_]{0,60}"
_REST = r"[\"'`]?[ \t]{0,8}(?:#[^\n]{0,200})?(?:\r?\n|\Z)"
_SCHEME = r"(?i:bearer|basic|token|apikey|digest)[ \t]{1,4}"
_SCHEME_AND_VALUE = r"(?i:bearer|basic)[ \t]{1,4}([A-Za-z0-9._~+/=-]{6,4000})"
_LOGIN = r"://([^/\s\"'<>`?#]{1,300})@"
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
_TELLING_NAME = (
    rf"(?i)(?:passw(?:or)?ds?|passphrase|pwd|secret|token|credentials?|authorization|cookie"
    rf"|(?:{'|'.join(_KEYS_OF_WORTH)})[_ -]?key)[0-9]{{0,3}}$"
)
_KEY_BEGINS = r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
_BETWEEN_LINES = r"(?:\\[rnt]|\\(?![rnt])|[\s\"'`,;()]|\+(?=\s)){0,200}"
"""What stands between the lines of a key, also where it is a text in a program. A possessive repetition would fit, but
Python before 3.11.5 takes a sign too many with one (https://github.com/python/cpython/issues/106052)."""
_KEY_LINE = (
    rf"{_BETWEEN_LINES}(?:(?:Proc-Type|DEK-Info|Version|Comment):[^\r\n\\\"]{{0,200}}"
    rf"|([A-Za-z0-9+/=]{{16,}}|[A-Za-z0-9+/=]{{1,15}}(?={_BETWEEN_LINES}-----END)))"
)


class Place:
    """A value in a telling place.

    Attributes:
        start: Where it begins, without quotes and without the scheme of a header.
        end: Where it ends.
        name: What it is called, in small letters, as far as it was looked at.
        is_quoted: Whether quotes stand around it.
        is_setting: Whether it is the whole rest of a line that begins with a variable in capitals, as in ``.env``.
        is_called: Whether a bracket follows: the value is a name in code.
    """

    __slots__ = ("end", "is_called", "is_quoted", "is_setting", "name", "start")

    def __init__(self, *, start: int, end: int, name: str, is_quoted: bool, is_setting: bool, is_called: bool) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.is_quoted = is_quoted
        self.is_setting = is_setting
        self.is_called = is_called


def named_places(text: str) -> Iterator[Place]:
    """Yield the values after names that tell: ``password: …``, ``"apiKey": "…"``, ``--token …``, ``X-Api-Key: …``."""
    lowered = lower(text)
    for word in _WORDS:
        at = lowered.find(word)
        while at >= 0:
            end = at + len(word)
            is_telling = word != "key" or lowered[max(0, at - 14) : at].rstrip("_- ").endswith(_KEYS_OF_WORTH)
            if is_telling and (found := compiled(_NAME_AND_VALUE).match(text, at)):
                if place := _place(text, found):
                    yield place
                end = max(end, found.end() - _LONGEST_UNREAD_CHARS)  # in a short value another name may stand
            at = lowered.find(word, end)


def scheme_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield what follows the words ``Bearer`` and ``Basic``."""
    lowered = lower(text)
    for word in ("bearer", "basic"):
        yield from (found.span(1) for found in matches(word, _SCHEME_AND_VALUE, text, lowered=lowered))


def logins(text: str) -> Iterator[tuple[int, int]]:
    """Yield the logins in URLs: what stands between ``://`` and ``@``."""
    yield from (found.span(1) for found in matches("://", _LOGIN, text))


def signatures(text: str) -> Iterator[tuple[int, int]]:
    """Yield the signatures in URLs that let whoever knows them in."""
    for word, pattern in _SIGNATURES:
        yield from (found.span(1) for found in matches(word, pattern, text))


def command_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield what commands and headers take without calling it by a name: ``curl -u NAME:…``, ``Cookie: …``."""
    for word, pattern in _COMMANDS:
        yield from (found.span(1) for found in matches(word, pattern, text))


def private_keys(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines between the first and the last of a private key in PEM or OpenPGP form."""
    for begin in matches("-----BEGIN ", _KEY_BEGINS, text):
        line = compiled(_KEY_LINE).match(text, begin.end())
        while line:
            if line[1]:
                yield line.span(1)
            line = compiled(_KEY_LINE).match(text, line.end())


def is_telling(name: str) -> bool:
    """Whether a field of this name holds a secret."""
    return compiled(_TELLING_NAME).search(name) is not None


def has_telling_word(text: str) -> bool:
    """Whether a word stands anywhere in the text that the name of a secret would have."""
    lowered = lower(text)
    return any(word in lowered for word in (*_WORDS, "cookie"))


def lower(text: str) -> str:
    """Return the text in small letters; every character keeps its place."""
    return text.replace("İ", "I").lower()  # the one letter whose small form is two characters


def _place(text: str, found: re.Match[str]) -> Place | None:
    """Return the value that was found, or ``None`` if what stands before its name makes it something else."""
    before = text[max(0, found.start() - _BEFORE_CHARS) : found.start()]
    if (found["operator"] == ">" and not compiled(_TAG).search(before)) or (
        found["flag"] and not compiled(_FLAG).search(before)
    ):
        return None
    is_quoted = found["quoted"] is not None
    start, end = found.span("quoted" if is_quoted else "bare")
    if scheme := compiled(_SCHEME).match(text, start, end):
        start = scheme.end()
    is_close = text[found.end("word")] == "=" and not found["gap"]  # in programs there is space around it
    line = f"{before}{found['word']}".rpartition("\n")[2]
    return Place(
        start=start,
        end=end,
        name=lower(line),
        is_quoted=is_quoted,
        is_setting=is_close and bool(compiled(_SETTING).fullmatch(line) and compiled(_REST).match(text, found.end())),
        is_called=not is_quoted and text[end : end + 1] in _OPENING,
    )
