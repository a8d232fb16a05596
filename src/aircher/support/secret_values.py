"""Tells a secret from what people write into the same places: words, names, placeholders, references.

Invariant: pure, and quick for a value of any length. In doubt a value is ordinary: this is for places where hiding the
wrong thing does harm.
"""

import re
from functools import cache

_SHORT_CHARS = 20  # of a shorter value a placeholder's word says more than chance does
_LONGEST_WORD_CHARS = 20
_MOST_CHARS_OF_CHANCE = 2.5  # random text changes between letters of both cases and digits at almost every character
_FEWEST_DISTINCT = 6


def is_random(value: str, *, at_least: int = 8) -> bool:
    """Whether the value has so many characters, and they look drawn by chance instead of written by a person."""
    pieces = _pieces().findall(value)
    known = "".join(pieces)
    if len(known) < at_least or len(set(known)) < _FEWEST_DISTINCT:
        return False
    if not any(char.isalpha() for char in known):
        return False
    if max(map(len, pieces)) > _LONGEST_WORD_CHARS and not known.isdecimal():
        return True
    return len(known) / len(pieces) < _MOST_CHARS_OF_CHANCE


def is_reference(value: str) -> bool:
    """Whether the value only says where another one is to be found, or that there is none."""
    return _reference().match(value) is not None


def is_placeholder(value: str) -> bool:
    """Whether a person is meant to put something else in its place, or it is the first thing that came to mind."""
    if _placeholder().search(value):
        return True
    return len(value) < _SHORT_CHARS and _idle_word().search(value) is not None


@cache
def _pieces() -> re.Pattern[str]:
    return re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


@cache
def _reference() -> re.Pattern[str]:
    return re.compile(
        r"(?:\$[A-Z_][A-Z0-9_]*|\$\(.*|\$?\{[^}]*\}|\{\{.*|#\{.*|%[A-Za-z_]+%|%\(.*|%s|<[\w .-]+>|\[hidden\]"
        r"|(?i:true|false|none|null|nil|undefined|string|str|bytes|required|optional)"
        r"|(?:process\.env|os\.environ|os\.getenv|getenv|env\.|secrets\.|vault:|file:).*)\Z",
        re.DOTALL,
    )


@cache
def _placeholder() -> re.Pattern[str]:
    return re.compile(
        r"x{4,}|\*{3}|\.{3}|…|\{|\$\(|#\{|<[a-z]|your[_-]?|example|change[_-]?me|placeholder|dummy|redacted|insert[_-]|"
        r"replace[_-]|goes[_-]here|(.)\1{5}",
        re.IGNORECASE,
    )


@cache
def _idle_word() -> re.Pattern[str]:
    return re.compile(
        r"pass|pwd|secret|token|test|fake|foo|bar|demo|sample|admin|root|user|guest|postgres|mysql|default|hidden|"
        r"1234|abcd|qwerty|letmein|hello|world|key|value|name|field|input|login|email|param|str(?:ing)?\b|none|null",
        re.IGNORECASE,
    )
