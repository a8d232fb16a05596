"""Thinking that a prompt asks for in its own words.

Source: the words at which the earlier Go version switched thinking on; ``hard`` and its like are what other agents'
users are used to.
"""

import re

from aircher.domain.levels import Thinking

_WORDS = (
    "think|analy[sz]e|analysis|strategy|step by step|break (?:it |this |that )?down|pros and cons"
    r"|implications? of|trade-?offs?|methodology|reason (?:about|through)"
    r"|(?:make|write|draw up) (?:me )?a plan|plan (?:how|out|for|the|an?|this|my|our|it)"
)
_HARD = r"think (?:very |really |much )?(?:hard(?:er)?|deeply|carefully)|ultrathink"
_NOT = r"(?:don't|do not|without|no need to) (?:think|analy[sz]|plan|reason)"
_MATERIAL = "<stdin>"


def asked_for(prompt: str) -> Thinking | None:
    """Return the level that the prompt's words ask for, ``None`` if they ask for none.

    It is ``high`` whatever the words: less would be less than some models think by themselves. Piped material is not
    listened to, and as verbs only those words count that are everyday nouns as well.

    >>> asked_for("Think about the lock order"), asked_for("plan the migration"), asked_for("mend the plan table")
    ('high', 'high', None)
    """
    words = prompt.partition(_MATERIAL)[0].lower()
    if re.search(rf"\b{_NOT}", words):
        return None
    return "high" if re.search(rf"\b(?:{_HARD}|{_WORDS})\b", words) else None
