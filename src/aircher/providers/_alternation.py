"""Conversations for templates that want user and assistant in turn, and refuse everything else.

Two prompts follow each other where an answer came to nothing, and where the engine adds words of its own to a prompt.
"""

from collections.abc import Sequence
from dataclasses import replace

from aircher.domain.messages import Message, Part, Role, TextPart

_BETWEEN = "\n\n"


def alternating(messages: Sequence[Message]) -> list[Message]:
    """Return the messages without answers of nothing but reasoning, and with prompts in a row as one."""
    kept: list[Message] = []
    for message in messages:
        if message.role is Role.ASSISTANT and not (message.text or message.tool_calls):
            continue
        if kept and message.role is Role.USER is kept[-1].role:
            kept[-1] = replace(kept[-1], parts=_joined(kept[-1], message))
        else:
            kept.append(message)
    return kept


def _joined(first: Message, second: Message) -> tuple[Part, ...]:
    """Return the parts of both, their texts set apart: where parts become one text they would run together."""
    parts: list[Part] = list(first.parts)
    is_apart = not first.text
    for part in second.parts:
        if isinstance(part, TextPart) and not is_apart:
            parts.append(TextPart(text=f"{_BETWEEN}{part.text}"))
            is_apart = True
        else:
            parts.append(part)
    return tuple(parts)
