"""The shape of prompts, as far as several wires share it: messages whose content is a text or a list of parts.

Invariant: what a wire requires is required here; what is unknown is let through.
"""

from collections.abc import Sequence

from msgspec import Struct

from aircher.testing.fake_llm.asks import count_tokens

PICTURES = frozenset({"image_url", "input_image"})
"""Types of a part that is a picture."""


class ContentPart(Struct):
    """A part of a message; ``content`` is that of a tool's result."""

    type: str = "text"
    text: str | None = None
    content: "str | list[ContentPart] | None" = None


class Message(Struct):
    """A message of the conversation; ``images`` is one wire's own place for pictures."""

    role: str
    content: str | list[ContentPart] | None = None
    images: list[str] | None = None


def up_to_results(messages: Sequence[Message]) -> Sequence[Message]:
    """Return the messages without pictures that follow a tool's result: they belong to it, not to a new prompt."""
    if len(messages) > 1 and messages[-2].role == "tool" and _has_pictures(messages[-1]):
        return messages[:-1]
    return messages


def _has_pictures(message: Message) -> bool:
    parts = message.content if isinstance(message.content, list) else ()
    return bool(message.images) or any(part.type in PICTURES for part in parts)


def text_of(content: str | Sequence[ContentPart] | None) -> str:
    """Return the text in a content, without what is no text."""
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(part.text for part in content if part.text is not None)


def last_user_text(messages: Sequence[Message]) -> str:
    """Return the last thing that the user said."""
    said = (text_of(message.content) for message in reversed(messages) if message.role == "user")
    return next((text for text in said if text), "")


def prompt_tokens(body: bytes) -> int:
    """Return about how large a prompt is: its JSON counts, as with real servers, where tools and roles count too."""
    return count_tokens(body.decode("utf-8", errors="replace"))
