"""Thinking that a prompt asks for in its own words.

Source: the words at which the earlier Go version switched thinking on; ``hard`` and its like are what other agents'
users are used to.
"""

import re

from aircher.domain.provider import Thinking

_WORDS = (
    "think|analy[sz]e|analysis|plan|reason|strategy|step by step|break (?:it |this |that )?down|pros and cons"
    "|implications?|trade-?offs?|methodology"
)
_HARD = r"think (?:very |really |much )?(?:hard(?:er)?|deeply|carefully)|ultrathink"


def asked_for(prompt: str) -> Thinking | None:
    """Return the level that the prompt's words ask for, ``None`` if they ask for none.

    >>> asked_for("Think hard about the lock order"), asked_for("plan the migration"), asked_for("rename it")
    ('high', 'medium', None)
    """
    words = prompt.lower()
    if re.search(rf"\b(?:{_HARD})\b", words):
        return "high"
    return "medium" if re.search(rf"\b(?:{_WORDS})\b", words) else None
