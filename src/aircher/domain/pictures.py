"""Pictures in the results of tools: where they stand, and what stands there for a model that takes none."""

from collections.abc import Sequence
from dataclasses import replace

from aircher.domain.messages import ImagePart, Message, Part, Role, ToolResultPart


def without_tool_pictures(messages: Sequence[Message], model: str) -> list[Message]:
    """Return the messages with words for every picture that a tool answered with, in the result before it.

    Pictures of a prompt stay: whoever sent one to a model that takes none has to be told.
    """
    return [_told(message, model) if _has_pictures(message) else message for message in messages]


def _has_pictures(message: Message) -> bool:
    return message.role is Role.TOOL and any(isinstance(part, ImagePart) for part in message.parts)


def _told(message: Message, model: str) -> Message:
    parts: list[Part] = []
    for part in message.parts:
        match part, parts:
            case ImagePart(), [*_, ToolResultPart(content=content) as last]:
                parts[-1] = replace(last, content=f"{content}\n[picture left out: {model} takes none]".lstrip("\n"))
            case ImagePart(), _:
                continue
            case _:
                parts.append(part)
    return replace(message, parts=tuple(parts))
