"""What part a file plays, judged by its path: source, test, docs and so on, and how much its words weigh.

Invariant: pure; every path has exactly one role.
"""

import re
from collections.abc import Collection
from enum import StrEnum

from aircher.project.languages import language_of


class Role(StrEnum):
    """The part a file plays."""

    SOURCE = "source"
    TEST = "test"
    DOCS = "docs"
    CHANGELOG = "changelog"
    EXAMPLE = "example"
    CONFIG = "config"
    GENERATED = "generated"


WEIGHTS = {
    Role.SOURCE: 1.0,
    Role.TEST: 0.45,
    Role.DOCS: 0.62,
    Role.CHANGELOG: 0.2,
    Role.EXAMPLE: 0.5,
    Role.CONFIG: 0.55,
    Role.GENERATED: 0.15,
}
"""Weight of a match by role: people ask about the source unless they say otherwise."""

_WANTED_WEIGHT = 1.3

_ASKED_BY = {
    Role.TEST: frozenset({"test", "tests", "testing", "tested", "spec", "specs", "fixture"}),
    Role.DOCS: frozenset({"docs", "documentation", "readme", "documented", "guide", "adr"}),
    Role.CHANGELOG: frozenset({"changelog", "release", "changed", "version", "history"}),
    Role.EXAMPLE: frozenset({"example", "examples", "demo", "sample", "tutorial"}),
    Role.CONFIG: frozenset({"dependency", "dependencies", "makefile", "ci", "pipeline", "build", "lint"}),
}

_BY_PATH: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.GENERATED, re.compile(r"(^|/)(vendor|third_party|dist|build|fixtures?|__snapshots__|testdata|_vendor)/")),
    (Role.GENERATED, re.compile(r"(\.min\.(js|css)|\.lock|-lock\.(json|yaml)|_pb2\.pyi?|\.g\.dart)$")),
    (Role.GENERATED, re.compile(r"(^|/)requirements[^/]*(\.txt|/[^/]+\.txt)$|\.dist-info/|\.egg-info/")),
    (Role.TEST, re.compile(r"(^|/)(tests?|specs?|__tests__|testing/tests)/|(^|/)(test_[^/]*|conftest)\.py$")),
    (Role.TEST, re.compile(r"([_.-](test|spec|tests))\.[a-z]+$|Tests?\.(java|kt|cs)$")),
    (Role.CHANGELOG, re.compile(r"(?i)(^|/)(changes|changelog|history|news|releases?|contributors|authors)(\.\w+)?$")),
    (Role.EXAMPLE, re.compile(r"^_?(example|demo|sample|tutorial|benchmark)s?/|/(examples|demos|samples|benchmarks)/")),
    (Role.DOCS, re.compile(r"(^|/)docs?/|\.(md|rst|mdx|adoc|txt)$|(?i:(^|/)(readme|license|copying))")),
    (Role.CONFIG, re.compile(r"\.(toml|ya?ml|ini|cfg|json|conf)$|(^|/)(Makefile|Dockerfile)$|(^|/)\.")),
)


def role_of(path: str) -> Role:
    """Return the part that a file plays."""
    for role, pattern in _BY_PATH:
        if pattern.search(path):
            return role
    language = language_of(path)
    if language is None:
        return Role.CONFIG
    return Role.GENERATED if language.is_data else Role.SOURCE


def weights_for(words: Collection[str]) -> dict[Role, float]:
    """Return the weights for a question with these lower-case words; a role that it names weighs most."""
    asked = {role for role, hints in _ASKED_BY.items() if not hints.isdisjoint(words)}
    return {role: _WANTED_WEIGHT if role in asked else weight for role, weight in WEIGHTS.items()}
