"""What people get to see of an answer that was made for the model."""

from aircher.domain.display import TextBlock

_MOST_CHARS = 4000  # a screen or two; all of it is in the transcript


def preview(text: str, *, language: str = "") -> tuple[TextBlock, ...]:
    """Return the beginning of the text as a block, cut at a line's end; nothing for nothing."""
    if not text:
        return ()
    if len(text) > _MOST_CHARS:
        text = f"{text[: text.rfind(chr(10), 0, _MOST_CHARS)]}\n…"
    return (TextBlock(text=text, language=language),)


def plural(count: int, noun: str) -> str:
    """Return the count with its noun, ``1 file`` or ``2 files``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
