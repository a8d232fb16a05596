"""What differs from one generation of Claude models to the next: how they think, and what they refuse.

Not its job: windows and prices; the server's list of models and the catalogue have them.
Source: https://platform.claude.com/docs/en/build-with-claude/thinking, …/build-with-claude/effort,
…/models/opus-5-5/whats-new-opus-5-5, …/models/sonnet-5-5/whats-new-sonnet-5-5 and …/models/opus-5/migration-guide.
"""

import re
from typing import Literal, NamedTuple, TypeAlias

Control: TypeAlias = Literal["adaptive", "budget", "nothing"]
Off: TypeAlias = Literal["unsaid", "disabled", "between_tools", "lowest"]

OUTPUT_TOKENS = 32_000
"""The answer's bound where nobody sets one; the wire demands it.

Reasoning counts as well, so it has to be roomy; 32,000 is all that Opus 4 and 4.1 allow, a quarter of what models of
today allow, and a bound on what an answer that does not end may cost.
"""


class Generation(NamedTuple):
    """The rules for one kind of model.

    Attributes:
        control: What sets the depth of thinking: ``adaptive`` thinking with an effort, a ``budget`` of tokens.
        thinks_unasked: Whether it thinks when the request does not speak of it.
        off: How thinking is kept off: by not speaking of it, by a word, or (where it cannot be) by the lowest effort.
        is_structured: Whether it takes strict tools, which came with 4.5.
        output_tokens: The answer's bound where nobody sets one.
    """

    control: Control
    thinks_unasked: bool = False
    off: Off = "unsaid"
    is_structured: bool = True
    output_tokens: int = OUTPUT_TOKENS


_ALWAYS = Generation("adaptive", thinks_unasked=True, off="lowest")
_GENERATIONS: tuple[tuple[str, Generation], ...] = (
    (r"claude-(?:fable|mythos)|claude-opus-5-5\b", _ALWAYS),
    (r"claude-sonnet-5-5\b", _ALWAYS._replace(off="between_tools")),
    (r"claude-(?:opus|sonnet)-5(?!-\d{1,2}\b)|claude-haiku-5", _ALWAYS._replace(off="disabled")),
    (r"claude-[a-z]+-4-[789]\b", Generation("adaptive")),
    (r"claude-[a-z]+-4-[56]\b", Generation("budget")),
    (r"claude-[a-z]+-4|claude-3-7", Generation("budget", is_structured=False)),
    (r"claude-(?:\d|instant)", Generation("nothing", is_structured=False, output_tokens=4_096)),
    (r"claude-", _ALWAYS),  # newer than this table: as the newest
)
"""Patterns of names, dots written as hyphens; the first that is found decides.

Source: fixed budgets are refused from 4.7 on; 4.6 to 4.8 think only when asked to; Opus 5.5 and the Fable and Mythos
lines cannot be kept from it; Sonnet 5.5 takes ``between_tools`` instead of ``disabled``.
"""
_FOREIGN = Generation("budget", off="disabled", is_structured=False)
"""Other vendors' models behind this wire: their servers know the oldest form, and may think unless told not to."""


def generation_of(model: str) -> Generation:
    """Return the rules for a model, whatever prefix or date a gateway adds to its name."""
    name = model.lower().replace(".", "-")
    return next((rules for pattern, rules in _GENERATIONS if re.search(pattern, name)), _FOREIGN)
