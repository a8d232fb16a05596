"""A conversation as a Markdown document."""

from collections.abc import Iterator, Sequence
from typing import assert_never

import msgspec

from aircher.domain.messages import (
    ImagePart,
    Message,
    Part,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
)

_SPEAKERS = {"user": "You", "assistant": "Aircher", "tool": "Tools"}
_FENCE = "~~~~"  # longer than what models write, so that code in a result does not end it


def as_markdown(title: str, messages: Sequence[Message]) -> str:
    """Return the whole conversation, oldest message first."""
    blocks = [f"# {title}"]
    for message in messages:
        blocks.append(f"## {_SPEAKERS[message.role]}")
        blocks.extend(_blocks(message.parts))
    return "\n\n".join(blocks)


def _blocks(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        match part:
            case TextPart(text=text):
                yield text.strip()
            case ThinkingPart(text=text):
                if text.strip():
                    yield "\n".join(f"> {line}" for line in text.strip().splitlines())
            case ToolCallPart():
                yield f"`{part.name}`\n\n{_FENCE}json\n{msgspec.json.encode(part.arguments).decode()}\n{_FENCE}"
            case ToolResultPart():
                failed = " (failed)" if part.is_error else ""
                yield f"Result of `{part.name}`{failed}:\n\n{_FENCE}\n{part.content}\n{_FENCE}"
            case ImagePart():
                yield f"*(picture, {part.media_type})*"
            case _:
                assert_never(part)
