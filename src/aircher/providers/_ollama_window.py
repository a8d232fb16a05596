"""How large a context window a prompt needs, and which one each model is loaded with.

Invariant: a model's window never shrinks while this lives: the server loads a model anew for every change of it.
Source: https://docs.ollama.com/context-length: the server's default is a few thousand tokens on most machines, and a
prompt that does not fit loses its oldest messages without a word.
"""

from collections.abc import Iterator

from aircher.domain.messages import ImagePart, Part, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from aircher.domain.provider import ModelRequest
from aircher.providers._json import encode

SMALLEST_TOKENS = 8192
"""The first step: an agent's instructions, its tools and a file or two; memory for it is there where a model runs."""
ANSWER_TOKENS = 4096  # room for an answer of unknown length, reasoning included
_BYTES_PER_TOKEN = 3.5  # of English text and code; of UTF-8 and not characters, so that Chinese is not taken for short
_IMAGE_TOKENS = 1024  # what the encoders of the common vision models make of a picture, rounded up
_MESSAGE_TOKENS = 8  # roles and delimiters of a template


def estimated_tokens(request: ModelRequest) -> int:
    """Return about how many tokens the prompt has, tools included."""
    images = sum(isinstance(part, ImagePart) for message in request.messages for part in message.parts)
    read_bytes = sum(len(text.encode("utf-8", "replace")) for text in _texts(request))
    overhead = _MESSAGE_TOKENS * (1 + len(request.messages) + len(request.tools))
    return round(read_bytes / _BYTES_PER_TOKEN) + images * _IMAGE_TOKENS + overhead


def _texts(request: ModelRequest) -> Iterator[str]:
    yield request.system
    for tool in request.tools:
        yield f"{tool.name}{tool.description}{encode(dict(tool.parameters)).decode()}"
    for message in request.messages:
        for part in message.parts:
            yield _text(part)


def _text(part: Part) -> str:
    match part:
        case TextPart(text=text) | ThinkingPart(text=text) | ToolResultPart(content=text):
            return text
        case ToolCallPart():
            return f"{part.name}{encode(dict(part.arguments)).decode()}"
        case ImagePart():
            return ""


class Windows:
    """The windows of one server's models."""

    def __init__(self, *, fixed_tokens: int | None) -> None:
        """Start with no model loaded; ``fixed_tokens`` is the window that the user wants, ``None`` = as needed."""
        self._fixed_tokens = fixed_tokens
        self._loaded: dict[str, int] = {}

    def window(self, model: str, *, prompt_tokens: int, answer_tokens: int | None, limit_tokens: int | None) -> int:
        """Return the window to load the model with: a power of two that holds prompt and answer, or the model's own.

        Args:
            model: Which one.
            prompt_tokens: Estimated size of the prompt.
            answer_tokens: Longest answer; ``None`` = unknown.
            limit_tokens: What the model can have; ``None`` = unknown.
        """
        if self._fixed_tokens is not None:
            return self._fixed_tokens
        needed = prompt_tokens + (ANSWER_TOKENS if answer_tokens is None else answer_tokens)
        step = max(SMALLEST_TOKENS, 1 << max(0, needed - 1).bit_length(), self._loaded.get(model, 0))
        self._loaded[model] = step if limit_tokens is None else min(step, limit_tokens)
        return self._loaded[model]

    def grow(self, model: str, *, limit_tokens: int | None) -> bool:
        """Make the model's next window twice as large; return whether that is possible."""
        now = self._loaded.get(model)
        if self._fixed_tokens is not None or now is None or limit_tokens is None or now >= limit_tokens:
            return False
        self._loaded[model] = min(2 * now, limit_tokens)
        return True
