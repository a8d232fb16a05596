"""What a model's name tells about OpenAI's rules for it. Pure.

Not its job: the models of other vendors, whose names tell nothing here.
Source: the model pages and the reasoning guide of OpenAI's API documentation; messages of its 400s.
"""

import re

from aircher.domain.levels import Thinking

_REASONS = r"(?:o\d|codex-|gpt-(?:[5-9]|1\d)(?![\d]))"
_TALKS_ONLY = r"gpt-5-chat"
_WITHOUT_NONE = r"gpt-6(?:\.\d+)?-astra|gpt-6\.1-sol|gpt-6\.[2-9]"


def reasons(model: str) -> bool:
    """Whether it is a reasoning model: o-series, GPT-5 and later. A gateway's prefix is no part of the name."""
    name = _name(model)
    return re.match(_REASONS, name) is not None and not name.startswith(_TALKS_ONLY)


def prefers_responses(model: str) -> bool:
    """Whether it is better asked over Responses: only there its reasoning is carried from call to call.

    Some of the GPT-6 family take tools nowhere else.
    """
    return reasons(model)


def effort(model: str, thinking: Thinking | None) -> str | None:
    """Return the effort a reasoning model is asked for, in a word that it knows; ``None`` = its own default."""
    name = _name(model)
    if "-pro" in name:  # knows high efforts only
        return "high" if thinking == "high" else None
    return _least_effort(name) if thinking == "off" else thinking


def chat_effort(model: str, thinking: Thinking | None, *, has_tools: bool) -> str | None:
    """Return the effort for Chat Completions, where the GPT-6 family takes function tools only without reasoning."""
    name = _name(model)
    if has_tools and name.startswith("gpt-6"):
        return "none" if _least_effort(name) == "none" else None
    return effort(model, thinking)


def _least_effort(name: str) -> str:
    """Return the word closest to "off": ``none`` came with GPT-5.1, the first GPT-5 models say ``minimal``."""
    if name.startswith("gpt-5") and not name.startswith("gpt-5."):
        return "low" if "codex" in name else "minimal"
    has_none = name.startswith(("gpt-5.", "gpt-6")) and "codex" not in name and not re.match(_WITHOUT_NONE, name)
    return "none" if has_none else "low"


def _name(model: str) -> str:
    return model.rpartition("/")[2].lower()
