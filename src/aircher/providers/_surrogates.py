"""Text whose emoji were cut in half: the high surrogate in one delta, the low one in the next.

Invariant: what `SurrogateJoiner.feed` returns can always be encoded.
"""

from aircher.domain.messages import JsonValue


class SurrogateJoiner:
    """Holds back a high half at the end of a piece until its low half comes."""

    def __init__(self) -> None:
        self._high = ""

    def feed(self, piece: str) -> str:
        """Return the piece with halves joined; a half that stays alone becomes U+FFFD."""
        if not self._high and piece.isascii():
            return piece
        text = self._high + piece
        self._high = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._high = text[:-1], text[-1]
        return joined(text)

    def close(self) -> str:
        """Return what is still held back, as U+FFFD, or empty text."""
        held, self._high = self._high, ""
        return "\ufffd" if held else ""


def joined(text: str) -> str:
    """Return the text with adjacent halves joined and lone ones replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def encodable(value: JsonValue) -> JsonValue:
    """Return the value with the halves joined in every text of it: what is stored and sent back can be encoded."""
    match value:
        case str():
            return joined(value)
        case list():
            return [encodable(item) for item in value]
        case dict():
            return {joined(key): encodable(item) for key, item in value.items()}
        case _:
            return value
