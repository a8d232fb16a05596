"""A prompt taken apart into questions that an index can answer.

Invariant: pure; every prompt with a letter in it becomes at least one question. What is not understood is a `Topic`.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionOf:
    """Where is ``name`` defined, or what is it? ``text`` is the question as asked."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageOf:
    """Who uses ``name``?"""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutFile:
    """What does the file ``path`` do?"""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutProject:
    """How is the project laid out?"""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesFor:
    """Which files matter for ``task``?"""

    task: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOf:
    """How does ``start`` reach ``goal``?"""

    start: str
    goal: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Anything else: the passages that fit."""

    text: str


Question: TypeAlias = DefinitionOf | UsageOf | AboutFile | AboutProject | FilesFor | WayOf | Topic

_MOST_QUESTIONS = 5
_MOST_CHARS = 2_000
_ASKING = r"(?:where|what|which|who|how|why|when|is|are|does|do|can|show|list|explain|find)"
_SPLIT = re.compile(rf"(?<=[?;])\s+|\n+|(?:,\s*|\s+)(?:and|then)\s+(?={_ASKING}\b)|,\s+(?={_ASKING}\b)", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_CODE = r"[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)*(?:\(\))?"
_QUOTED = re.compile(r"[`'\"](?P<name>[^`'\"\s]{2,120})[`'\"]")
_EXTENSIONS = (
    r"pyi?|[cm]?[jt]sx?|go|rs|java|kt|swift|scala|cs|php|rb|lua|exs?|[ch]|cc|cpp|hpp|sh|sql|proto|md|rst|txt|adoc|toml|json|ya?ml"
    r"|cfg|ini|lock|s?css|html?|vue|svelte|xml|csv|scm|mk"
)
_PATH = re.compile(
    rf"(?<![\w/])(?P<path>(?:[\w.@+-]+/)+[\w.@+-]*|[\w@+-][\w.@+-]*\.(?:{_EXTENSIONS})|\.env[\w.-]*)(?![\w/])"
)
_LOOKS_LIKE_CODE = re.compile(rf"(?<![\w/.-])(?P<name>(?=[\w.:#]*(?:_|[a-z0-9][A-Z]|\(\)|::|\w\.\w)){_CODE})(?![\w/-])")
_KIND = r"(?:the\s+|a\s+|an\s+)?(?:(?:class|function|method|constant|type|struct|interface|variable|symbol)\s+)?"
_DEFINED = (
    re.compile(
        rf"\bwhere(?:'s|\s+(?:is|are))\s+{_KIND}(?P<name>{_CODE})(?:\s+(?:class|function|method|constant|type|struct))?"
        r"\s*(?:defined|declared|implemented|located)?\s*\??$",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:definition|declaration|implementation)\s+of\s+{_KIND}(?P<name>{_CODE})", re.IGNORECASE),
    re.compile(rf"\b(?:what|who)\s+(?:defines|declares|implements)\s+{_KIND}(?P<name>{_CODE})", re.IGNORECASE),
    re.compile(
        rf"^(?:what(?:'s|\s+is|\s+are)|explain|describe|define|show(?:\s+me)?)\s+{_KIND}(?P<name>{_CODE})\s*\??$",
        re.IGNORECASE,
    ),
    re.compile(rf"^what\s+does\s+{_KIND}(?P<name>{_CODE})(?:\s+\w+)?\s+do\s*\??$", re.IGNORECASE),
    re.compile(rf"^(?P<name>{_CODE})\s*\??$"),
)
_USED = (
    re.compile(rf"\b(?:callers?|usages?|uses|references?|users)\s+(?:of|to)\s+{_KIND}(?P<name>{_CODE})", re.IGNORECASE),
    re.compile(
        rf"\b(?:who|what|which\s+\w+)\s+(?:calls?|uses?|imports?|references?)\s+{_KIND}(?P<name>{_CODE})", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?:where|how)\s+(?:is|are)\s+{_KIND}(?P<name>{_CODE})\s+(?:\w+\s+)?(?:used|called|referenced|imported|raised)",
        re.IGNORECASE,
    ),
)
_PROJECT = re.compile(
    r"\b(?:lay(?:ed|\s*)?\s*-?out|laid\s+out|structured?|organi[sz]ed|overview|architecture|entry\s*points?)\b"
    r"|\bwhat(?:'s|\s+is|\s+does)\s+(?:this|the)\s+(?:project|repo(?:sitory)?|code\s*base|package|library|program)\b"
    r"|\bwhere\s+(?:do|should|can)\s+i\s+(?:start|begin)\b"
    r"|\b(?:explain|describe|summari[sz]e)\s+(?:this|the)\s+(?:project|repo(?:sitory)?|code\s*base|package|library)\b",
    re.IGNORECASE,
)
_TASK = (
    re.compile(
        r"^(?:which|what)\s+(?:files?|modules?|places?|parts?)\b.*?\b(?:change|edit|touch|modify|look\s+at|read|need|matter"
        r"|update|relevant|involved|go|work\s+on)\b\s*(?:for|to|when|if|in\s+order\s+to|with|on)?\s*(?P<task>.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:what|where)\s+(?:would|do|should|must|could|can)\s+(?:i|we|one)\s+(?:have\s+to\s+|need\s+to\s+)?"
        r"(?:change|edit|touch|modify|look|start)\b\s*(?:for|to|when|if|in\s+order\s+to)?\s*(?P<task>.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:how|where)\s+(?:would|do|should|can|could|to)\s*(?:i|we|one)?\s*"
        r"(?P<task>(?:add|create|implement|write|register|support|extend|introduce)\b.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:please\s+|let'?s\s+|i\s+want\s+to\s+)?"
        r"(?P<task>(?:add|fix|implement|refactor|rename|introduce|support|change|remove|replace|migrate|extend)\s+.+)$",
        re.IGNORECASE,
    ),
    re.compile(r"^which\s+files?\b(?P<task>.*)$", re.IGNORECASE),
)
_WAY = re.compile(
    r"^(?:where|how|when)\s+(?:does|do|is|are|can|will)\s+(?:(?:a|an|the)\s+)?(?P<start>.+?)\s+"
    r"(?:reach|arrive|flow|travel|land|end\s+up|make\s+it|get|go|come|become|(?:gets?\s+)?"
    r"(?:written|sent|stored|saved|shown|printed|routed|passed|dispatched|turned|rendered|delivered|mapped|converted))"
    r"\s+(?:to|into|in|on|onto|at|by)?\s*(?:(?:a|an|the)\s+)?(?P<goal>.+?)\s*\??$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    rf"\bdifferences?\s+between\s+{_KIND}(?P<name>{_CODE})\s+and\s+{_KIND}(?P<other>{_CODE})", re.IGNORECASE
)
_ABOUT_FILE = re.compile(r"\b(?:what|explain|describe|summari[sz]e|purpose|outline|contents?|show)\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:it|they|them|(?:this|that)(?=\W*$|\s+(?:do|does|used|called|defined|works?)\b))\b", re.IGNORECASE
)


def questions_in(prompt: str) -> tuple[Question, ...]:
    """Return the questions of a prompt in order, at most five; empty if it asks nothing."""
    found: list[Question] = []
    subject = ""
    for part in _parts(prompt[:_MOST_CHARS]):
        if (pair := _compared(part)) is not None:
            found += [DefinitionOf(name=name, text=f"what is `{name}`") for name in pair]
            continue
        if subject and _PRONOUN.search(part) and not _names_something(part):
            question = _classified(_PRONOUN.sub(f"`{subject}`".replace("\\", r"\\"), part, count=1))
        else:
            question = _classified(part)
        subject = _subject(question) or subject
        found.append(question)
        if len(found) == _MOST_QUESTIONS:
            break
    return tuple(found)


def _parts(prompt: str) -> Iterator[str]:
    for part in _SPLIT.split(prompt):
        text = _BULLET.sub("", part).strip(" \t,;.!")
        if any(char.isalnum() for char in text):
            yield text


def _compared(text: str) -> tuple[str, str] | None:
    match = _COMPARED.search(text.replace("`", ""))
    return (match["name"], match["other"]) if match else None


def _names_something(text: str) -> bool:
    return bool(_QUOTED.search(text) or _LOOKS_LIKE_CODE.search(text) or _PATH.search(text))


def _subject(question: Question) -> str:
    match question:
        case DefinitionOf(name=name) | UsageOf(name=name):
            return name
        case AboutFile(path=path):
            return path
        case _:
            return ""


def _classified(text: str) -> Question:
    plain = text.replace("`", "").replace('"', "")
    path = _PATH.search(plain)
    if path and _ABOUT_FILE.search(plain) and not any(pattern.search(plain) for pattern in _USED):
        return AboutFile(path=path["path"], text=text)
    task = _first(_TASK, plain, "task")
    if task is not None and not _quoted(text) and (task.strip(" ?.") or not _PROJECT.search(plain)):
        return FilesFor(task=task.strip(" ?.") or plain, text=text)
    if name := _first(_USED, plain, "name"):
        return UsageOf(name=_bare(_quoted(text) or name), text=text)
    if (way := _WAY.match(plain)) is not None:
        return WayOf(start=way["start"], goal=way["goal"], text=text)
    if _PROJECT.search(plain) and not _names_something(text):
        return AboutProject(text=text)
    if name := _first(_DEFINED, plain, "name"):
        return DefinitionOf(name=_bare(_quoted(text) or name), text=text)
    return Topic(text=text)


def _quoted(text: str) -> str:
    match = _QUOTED.search(text)
    return match["name"] if match else ""


def _bare(name: str) -> str:
    return name.removesuffix("()")


def _first(patterns: tuple[re.Pattern[str], ...], text: str, group: str) -> str | None:
    return next((match[group] for pattern in patterns if (match := pattern.search(text))), None)


def names_in(text: str) -> tuple[str, ...]:
    """Return what looks like names of code in ``text``: quoted or spelled like an identifier, each once."""
    found = [match["name"] for pattern in (_QUOTED, _LOOKS_LIKE_CODE) for match in pattern.finditer(text)]
    return tuple(dict.fromkeys(_bare(name) for name in found))


_TRACE = re.compile(r'File "(?P<file>[^"]+)", line (?P<at>\d+)|(?P<path>[\w./@+-]*[\w-]\.[a-z]{1,4}):(?P<line>\d+)')


def places_in(text: str) -> tuple[tuple[str, int], ...]:
    """Return the places (path as written, line) that a traceback, a compiler or a linter names, each once."""
    found = [
        (match["file"] or match["path"], int((match["at"] or match["line"])[:7])) for match in _TRACE.finditer(text)
    ]
    return tuple(dict.fromkeys(found))
