"""Code-aware tokens: the one way that text becomes words, for the index and for a question alike.

Invariant: a token is lower-case letters and digits, 2 to 40 characters; the work is linear in the text.
Not its job: ranking, synonyms (`aircher.project.vocabulary`).
"""

import re
from functools import lru_cache

_RUN = re.compile(r"\w+", re.UNICODE)
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_LONGEST_RUN = 200
_LONGEST = 40  # longer runs are hashes and encoded data, which nobody asks for by word

_STOP_TEXT = """
a about all am an and any are as at be been by can could did do does every for from give get gets goes
has have how i if in into is it its list look make me my need of on one or our out over please shall she
should show so some such tell than that the their them then there these they this those through to up us
use used uses using want was way we were what when where which who whole why will with would you your go
happen happens work works explain find describe code file files project repo repository thing things live
lives come comes here located defined definition declared implemented implementation called whose between
after before during exactly actually must might may also most many much more only just like reach reaches reached
arrive arrives handle handles handled handling
"""
STOP_WORDS = frozenset(_STOP_TEXT.split())
"""Words of a question that say nothing about what is looked for."""


def stem(word: str) -> str:
    """Return ``word`` without the commonest English endings; short words stay as they are."""
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) >= 3 and any(vowel in rest for vowel in "aeiouy"):
            if len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "lsz":
                return rest[:-1]
            return rest
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


@lru_cache(maxsize=65_536)  # a project's words repeat: nine of ten lookups hit
def _tokens(run: str) -> tuple[str, ...]:
    parts = _PART.findall(run)
    words = [stem(part.lower()) for part in parts]
    if len(parts) > 1:
        words.append(identifier_token(run))
    return tuple(word for word in words if 2 <= len(word) <= _LONGEST and word.isalnum())


def identifier_token(name: str) -> str:
    """Return the token of a whole identifier: ``open_stream`` and ``openStream`` become ``openstream``."""
    return "".join(char for char in name.lower() if char.isalnum())


def tokenize(text: str, *, limit: int | None = None) -> list[str]:
    """Return the tokens of ``text`` in order: each part of an identifier, stemmed, then the identifier whole.

    Args:
        text: Code, prose or a path.
        limit: Most tokens to return; ``None`` = all.
    """
    found: list[str] = []
    for run in _RUN.findall(text):
        found += _tokens(run[:_LONGEST_RUN])
        if limit is not None and len(found) >= limit:
            return found[:limit]
    return found


def query_tokens(text: str) -> list[str]:
    """Return the tokens of a question, each once, without `STOP_WORDS`."""
    found: dict[str, None] = {}
    for run in _RUN.findall(text):
        if run.lower() not in STOP_WORDS:
            found.update(dict.fromkeys(_tokens(run[:_LONGEST_RUN])))
    return list(found)
