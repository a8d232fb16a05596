"""What to do about a call that failed: ask again, ask somebody else, or give up.

Invariant: nothing is run before an answer is whole, so asking again repeats no effect; text that was shown is never
shown again: the next call goes on from it.
"""

from collections.abc import Sequence
from dataclasses import replace

from aircher.domain.errors import ApiError, AuthError, NetworkError, ProviderError, QuotaError, RateLimitError
from aircher.domain.messages import Message, Role, TextPart, ThinkingPart
from aircher.domain.pictures import without_tool_pictures
from aircher.domain.provider import ModelRequest

GO_ON = (
    "[The connection broke off while you were answering. Your answer so far, as above, was received. "
    "Go on exactly where it stops, without repeating any of it and without remarks about the interruption.]"
)
"""What the model is told; the user never sees it, and it is not kept in the conversation."""

_OF_THE_SERVER = frozenset({"overloaded", "server_error", "timeout"})


def may_fall_back(error: ProviderError) -> bool:
    """Say whether another provider may succeed: the trouble is with the server or the account, not with the request."""
    match error:
        case NetworkError() | RateLimitError() | QuotaError() | AuthError():
            return True
        case ApiError(kind=kind):
            return kind in _OF_THE_SERVER
        case _:
            return error.is_retryable


def going_on(request: ModelRequest, shown: str) -> ModelRequest:
    """Return the request that continues an answer of which ``shown`` has arrived; unchanged if nothing has."""
    if not shown.strip():
        return request
    so_far = Message(role=Role.ASSISTANT, parts=(TextPart(text=shown),))
    nudge = Message(role=Role.USER, parts=(TextPart(text=GO_ON),))
    return replace(request, messages=(*request.messages, so_far, nudge))


def has_state(messages: Sequence[Message]) -> bool:
    """Say whether any message carries opaque state of a model."""
    return any(isinstance(part, ThinkingPart) for message in messages for part in message.parts)


def without_state(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Return the messages without any reasoning; a message of nothing else is left out."""
    return _kept(messages, provider="", model="")


def for_model(
    messages: Sequence[Message], *, provider: str, model: str, images: bool | None = None
) -> tuple[Message, ...]:
    """Return the messages as this model may see them: reasoning is never sent to another one than its own.

    Args:
        messages: The conversation.
        provider: Whose model it is.
        model: Its name.
        images: Whether it takes pictures, ``None`` = unknown; if not, words stand for those that tools answered with.
    """
    if images is False:
        messages = without_tool_pictures(messages, model)
    if not any(
        isinstance(part, ThinkingPart) and (part.provider, part.model) != (provider, model)
        for message in messages
        for part in message.parts
    ):
        return tuple(messages)
    return _kept(messages, provider=provider, model=model)


def _kept(messages: Sequence[Message], *, provider: str, model: str) -> tuple[Message, ...]:
    kept: list[Message] = []
    for message in messages:
        parts = tuple(
            part
            for part in message.parts
            if not isinstance(part, ThinkingPart) or (part.provider, part.model) == (provider, model) != ("", "")
        )
        if parts:
            kept.append(message if len(parts) == len(message.parts) else replace(message, parts=parts))
    return tuple(kept)
