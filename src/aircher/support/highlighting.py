"""Code to coloured text: the one place that knows the lexers.

Invariant: what comes back says the same as the code that was given, line by line, or nothing comes back.
Not its job: which colour a kind of token has, except for the sixteen of a plain terminal.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

TokenKind: TypeAlias = tuple[str, ...]
"""From the general to the special: ``("Literal", "String", "Doc")``."""

MAX_LINE_CHARS = 1_000
"""Longer lines are data or minified; a lexer's patterns may need quadratic time for them."""


class LexedLine(NamedTuple):
    """One line: its tokens, and whether the next one begins outside of any string or comment."""

    tokens: tuple[tuple[TokenKind, str], ...]
    is_at_rest: bool


def terminal_colors(code: str, language: str) -> str | None:
    """Return the code with ANSI colours; ``None`` = nothing is known of its language."""
    lexer = _lexer(_first_word(language))
    if lexer is None:
        return None
    import pygments

    return str(pygments.highlight(code, lexer, _terminal_formatter()))


def language_of(file_name: str) -> str:
    """Return the language of a file by its name; empty = it is unknown. It takes some milliseconds.

    >>> language_of("main.py"), language_of("Makefile"), language_of("LICENSE")
    ('python', 'make', '')
    """
    from pygments.lexers import find_lexer_class_for_filename

    found = find_lexer_class_for_filename(file_name)
    return str(found.aliases[0]) if found is not None and found.aliases else ""


def lexed_lines(code: str, language: str) -> list[LexedLine] | None:
    """Return the lines of the code in tokens; ``None`` = its language is unknown, or it has too long a line.

    It takes about 70 µs a line, and 50 ms more when a language is met for the first time.
    """
    if any(len(line) > MAX_LINE_CHARS for line in code.split("\n")):
        return None
    lexer = _lexer(_first_word(language))
    if lexer is None:
        return None
    tokens = [(tuple(kind), text) for kind, text in lexer.get_tokens(code)]
    if "".join(text for _, text in tokens) != code:
        return None
    return list(_lines(tokens))


def _lines(tokens: list[tuple[TokenKind, str]]) -> Iterator[LexedLine]:
    line: list[tuple[TokenKind, str]] = []
    for kind, text in tokens:
        first, *more = text.split("\n")
        if first:
            line.append((kind, first))
        for at, part in enumerate(more, 1):
            yield LexedLine(tuple(line), is_at_rest=_is_at_rest(kind, is_last=at == len(more) and not part))
            line = [(kind, part)] if part else []
    yield LexedLine(tuple(line), is_at_rest=False)


def _is_at_rest(kind: TokenKind, *, is_last: bool) -> bool:
    """Return whether a newline in a token of this kind ends a construct; ``is_last`` = it is the token's end."""
    if kind[:1] == ("Comment",):
        return is_last and kind[1:2] != ("Multiline",)
    return kind[:2] != ("Literal", "String")


def _first_word(language: str) -> str:
    return language.replace(",", " ").partition(" ")[0]


@lru_cache(maxsize=32)
def _lexer(language: str) -> Any | None:  # Any: the library has no types
    if not language:
        return None
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=1)
def _terminal_formatter() -> Any:
    from pygments.formatters.terminal import TerminalFormatter

    return TerminalFormatter()
