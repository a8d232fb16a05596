"""Words that programmers use for the same thing, so that a question finds code that words it otherwise.

Invariant: data only, general to programming, about no project in particular.
"""

from collections.abc import Iterable

from aircher.project.tokens import stem

_GROUPS = (
    "screen display render print terminal stdout output console paint write draw view",
    "stream chunk delta incremental flush yield publish event",
    "token delta chunk piece text",
    "add create new register insert append",
    "delete remove drop unlink discard",
    "start begin main entry launch run boot",
    "stop cancel interrupt abort close shutdown kill",
    "config configuration setting option preference",
    "login auth authenticate authentication credential password",
    "error exception failure raise fail",
    "request call http send fetch",
    "response reply answer result",
    "save store persist write record database",
    "load read open parse",
    "parse decode deserialize load",
    "serialize encode dump",
    "route url path endpoint dispatch",
    "cache memo memoize lru",
    "log logging logger trace",
    "test spec fixture assert",
    "retry backoff attempt again",
    "timeout deadline expire",
    "permission policy allow deny access",
    "plugin extension hook entrypoint middleware",
    "colour color style theme",
    "redirect location follow",
    "cookie session",
    "argument parameter option flag",
    "limit bound maximum budget quota",
    "validate check verify",
    "migrate migration upgrade schema",
    "reach arrive deliver subscribe publish send",
    "provider backend vendor adapter client",
    "table grid column row",
)


def _related() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for group in _GROUPS:
        words = [stem(word) for word in group.split()]
        for word in words:
            found.setdefault(word, {}).update(dict.fromkeys(other for other in words if other != word))
    return {word: tuple(others) for word, others in found.items()}


_RELATED = _related()


def _agents(token: str) -> tuple[str, ...]:
    """Return the doer for a deed and the deed for a doer: ``pars`` and ``parser``."""
    if token.endswith("er") and len(token) > 5:
        return (token[:-2],)
    return (f"{token}er",) if len(token) > 3 else ()


def related(tokens: Iterable[str]) -> list[str]:
    """Return the tokens that mean much the same as these, each once, without these."""
    given = list(tokens)
    found = {other: None for token in given for other in (*_agents(token), *_RELATED.get(token, ()))}
    return [other for other in found if other not in given]
