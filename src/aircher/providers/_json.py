"""JSON as servers really send it: lone surrogates and huge numbers included.

Invariant: `decode` raises `UnreadableJson` and nothing else.
"""

import msgspec

from aircher.domain.messages import JsonValue

OTHER_SHAPE = (ValueError, RecursionError)
"""What a typed decoder raises for bytes of another shape: other types, halves of surrogate pairs, absurd nesting, no
JSON at all. The codecs' short ways end in it, and the long way through `decode` begins."""


class UnreadableJson(ValueError):
    """The bytes are not JSON."""


def decode(data: bytes) -> JsonValue:
    """Return the value; strings may hold lone halves of surrogate pairs, see `aircher.providers._surrogates`.

    Raises:
        UnreadableJson: It is not JSON, or nested deeper than anything sensible.
    """
    try:
        value: JsonValue = msgspec.json.decode(data)
    except OTHER_SHAPE:
        return _decode_leniently(data)
    return value


def _decode_leniently(data: bytes) -> JsonValue:
    import json  # 100 times slower than msgspec, and needed once in a thousand answers

    try:
        value: JsonValue = json.loads(data.decode("utf-8", "replace"), parse_constant=lambda _: None)
    except OTHER_SHAPE as exc:
        raise UnreadableJson("not JSON") from exc
    return value


def encode(value: object) -> bytes:
    """Return compact JSON; lone halves of surrogate pairs, which UTF-8 cannot hold, are written as escapes."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        import json

        return json.dumps(value, separators=(",", ":")).encode()


def as_object(value: object) -> dict[str, JsonValue]:
    """Return the value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_text(value: object) -> str:
    """Return the value if it is text, else empty text."""
    return value if isinstance(value, str) else ""


def as_count(value: object) -> int | None:
    """Return the value if it is a count, else ``None``."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
