"""Conversations for templates that want user and assistant in turn, and refuse everything else.

Most wires take no picture in a tool's result: it comes in words of the user right after the results.

Two prompts follow each other where an answer came to nothing, and where the engine adds words of its own to a prompt.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from aircher.domain.messages import ImagePart, Message, Part, Role, TextPart

_BETWEEN = "\n\n"
FROM_TOOLS = TextPart(text="The tools answered with this as well:")
"""Stands before pictures of tools where they have to come from the user."""


def alternating(messages: Sequence[Message]) -> list[Message]:
    """Return the messages without answers of nothing but reasoning, and with prompts in a row as one.

    Pictures of tools are in a prompt of their own, or at the beginning of the one that follows.
    """
    kept: list[Message] = []
    for message in chain.from_iterable(map(pictures_apart, messages)):
        if message.role is Role.ASSISTANT and not (message.text or message.tool_calls):
            continue
        if kept and message.role is Role.USER is kept[-1].role:
            kept[-1] = replace(kept[-1], parts=_joined(kept[-1], message))
        else:
            kept.append(message)
    return kept


def answers_calls(message: Message) -> bool:
    """Whether the message is results of tools, or nothing but the pictures that belong to them."""
    match message.parts:
        case (first, *rest) if first is FROM_TOOLS:
            return all(isinstance(part, ImagePart) for part in rest)
        case _:
            return message.role is Role.TOOL


def pictures_apart(message: Message) -> tuple[Message, ...]:
    """Return results of tools, and the pictures among them as words of the user; any other message as it is."""
    if message.role is not Role.TOOL:
        return (message,)
    pictures = tuple(part for part in message.parts if isinstance(part, ImagePart))
    if not pictures:
        return (message,)
    results = tuple(part for part in message.parts if not isinstance(part, ImagePart))
    return replace(message, parts=results), Message(role=Role.USER, parts=(FROM_TOOLS, *pictures))


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
