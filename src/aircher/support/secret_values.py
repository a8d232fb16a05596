"""Tells a secret from what people write into the same places: words, names, placeholders, references.

Invariant: pure, and quick for a value of any length. In doubt a value is ordinary: this is for places where hiding the
wrong thing does harm.
"""

from aircher.support.word_matches import compiled

_SHORT_CHARS = 20  # of a shorter value a placeholder's word says more than chance does
_LONGEST_WORD_CHARS = 20
_MOST_CHARS_OF_CHANCE = 2.5  # random text changes between letters of both cases and digits at almost every character
_MOST_CHARS_OF_LONG_CHANCE = (
    4.0  # hexadecimal digits do less often; nobody writes words of this length with digits in them
)
_FEWEST_CHARS_OF_WORDS = 3.5  # on average, and it is hardly ever less than five
_FEWEST_DIGITS = 3
_KEY_CHARS = 12  # of one piece, digits among them: what follows a vendor's sign and is that long is no word any more
_FEWEST_DISTINCT = 6

_WORDS = r"[A-Za-z0-9]{6,}"
_PIECES = r"[A-Z]*[a-z]+|[A-Z]+|[0-9]+"
_REFERENCE = (
    r"(?s:\$[A-Z_][A-Z0-9_]*|\$\(.*|\$?\{[^}]*\}|\{\{.*|#\{.*|%[A-Za-z_]+%|%\(.*|%s|<[\w .-]+>|\[hidden\]"
    r"|(?i:true|false|none|null|nil|undefined|string|str|bytes|required|optional)"
    r"|(?:process\.env|os\.environ|os\.getenv|getenv|env\.|secrets\.|vault:|file:).*)\Z"
)
_PLACEHOLDER = (
    r"(?i)x{4,}|\*{3}|\.{3}|…|\{|\$\(|#\{|<[a-z]|your[_-]?|example|change[_-]?me|placeholder|dummy|redacted|insert[_-]|"
    r"replace[_-]|goes[_-]here|(.)\1{5}"
)
_IDLE_WORD = (
    r"(?i)pass|pwd|secret|token|test|fake|foo|bar|demo|sample|admin|root|user|guest|postgres|mysql|default|hidden|"
    r"1234|abcd|qwerty|letmein|hello|world|key|value|name|field|input|login|email|param|str(?:ing)?\b|none|null"
)


def is_random(value: str, *, at_least: int = 8) -> bool:
    """Whether the value has so many characters, and they look drawn by chance instead of written by a person."""
    if sum(map(str.isalnum, value)) < at_least:
        return False
    return any(map(_is_drawn, _words(value)))


def is_varied(value: str) -> bool:
    """Whether what follows the beginning of a vendor's key may be one: more than words and a number."""
    return any(_is_drawn(word) or (len(word) >= _KEY_CHARS and not _is_written(word)) for word in _words(value))


def _is_written(word: str) -> bool:
    """Whether it consists of letters, and capitals are as rare as at the beginnings of words."""
    return word.isalpha() and len(word) / len(compiled(_PIECES).findall(word)) > _FEWEST_CHARS_OF_WORDS


def _words(value: str) -> list[str]:
    words: list[str] = compiled(_WORDS).findall(value)
    return words


def _is_drawn(word: str) -> bool:
    """Whether letters of both cases and digits follow each other in it as in no word, name, number or version."""
    if word.isdecimal() or len(set(word)) < _FEWEST_DISTINCT:
        return False
    pieces = compiled(_PIECES).findall(word)
    is_long = len(word) >= _SHORT_CHARS and sum(map(str.isdigit, word)) >= _FEWEST_DIGITS
    most = _MOST_CHARS_OF_LONG_CHANCE if is_long else _MOST_CHARS_OF_CHANCE
    return len(word) / len(pieces) < most or max(map(len, pieces)) > _LONGEST_WORD_CHARS


def is_reference(value: str) -> bool:
    """Whether the value only says where another one is to be found, or that there is none."""
    return compiled(_REFERENCE).match(value) is not None


def is_path(value: str) -> bool:
    """Whether it is written like names with dots between them, as programs do."""
    return "." in value and all(map(str.isidentifier, value.split(".")))


def is_placeholder(value: str) -> bool:
    """Whether a person is meant to put something else in its place, or it is the first thing that came to mind."""
    if compiled(_PLACEHOLDER).search(value):
        return True
    return len(value) < _SHORT_CHARS and compiled(_IDLE_WORD).search(value) is not None
