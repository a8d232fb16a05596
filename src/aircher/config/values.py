"""From what was written to what is meant: one value against the shape of its key.

Invariant: a value that `accept` returns is of the key's type and within its limits; a refusal says what is allowed.
"""

import math
from collections.abc import Callable
from typing import Any, Literal, get_args

import msgspec

from aircher.config.quantities import Duration, Size
from aircher.config.shapes import Shape, metas, origin, plain


def decode_quantity(kind: type, value: object) -> object:
    """Return a duration or size for its text: the ``dec_hook`` of msgspec.

    Raises:
        ValueError: The text names none.
    """
    if issubclass(kind, Duration | Size) and isinstance(value, str):
        return kind.parse(value)
    raise ValueError("text with a unit is expected")


def accept(value: object, shape: Shape) -> Any:
    """Return the typed value.

    Raises:
        ValueError: It is not allowed; the text says what is.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(allowed(shape))
    if plain(shape) in (Duration, Size) and isinstance(value, Duration | Size):
        return value
    try:
        return msgspec.convert(value, shape, dec_hook=decode_quantity)
    except (msgspec.ValidationError, OverflowError, UnicodeError) as exc:
        raise ValueError(allowed(shape)) from exc


def accept_text(text: str, shape: Shape, *, adopt: Callable[[object], object]) -> tuple[object, Any]:
    """Return what a variable, a flag or ``config set`` means, as it would be written in TOML and as typed value.

    A TOML literal is read as such if the key takes it; else the text stands for itself; a list may be given as
    ``a, b``. ``adopt`` turns earlier words into today's.

    Raises:
        ValueError: No reading is allowed; the text says what is.
    """
    if not text.isprintable() and any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError(f"{allowed(shape)}, in UTF-8")
    for reading in (*_literal(text), text, _items(text)):
        try:
            adopted = adopt(reading)
            return adopted, accept(adopted, shape)
        except ValueError:
            continue
    raise ValueError(allowed(shape))


def _literal(text: str) -> tuple[object, ...]:
    import tomllib

    try:
        return tuple(tomllib.loads(f"value = {text}").values()) if "\n" not in text else ()
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()


def _items(text: str) -> list[str]:
    """Return what stands between commas; those in parentheses, as of a rule's pattern, separate nothing."""
    items, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")" and depth > 0)
        if char == "," and not depth:
            items.append("")
        else:
            items[-1] += char
    return [item.strip() for item in items if item.strip()]


def choices(shape: Shape) -> tuple[str, ...]:
    """Return the words that a key, or each item of its list, is restricted to; empty = not restricted."""
    kind = plain(shape)
    if origin(kind) is list:
        return choices(get_args(kind)[0])
    return tuple(word for word in get_args(kind) if word) if origin(kind) is Literal else ()


def allowed(shape: Shape) -> str:
    """Return what may stand at a key, in words."""
    kind = plain(shape)
    if origin(kind) is Literal:
        return "one of " + ", ".join(choices(shape))
    if origin(kind) is list:
        return f"a list, each item {allowed(get_args(kind)[0])}"
    if type(None) in get_args(kind):
        return allowed(next(arm for arm in get_args(kind) if arm is not type(None)))
    own_words = next((meta.extra["allowed"] for meta in metas(shape) if meta.extra), None)
    return own_words or _ALLOWED.get(kind, "text") + _limits(shape)


_ALLOWED: dict[object, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    Duration: 'a duration such as "30s", "5m", "2h" or "200ms"',
    Size: 'a size such as "10MB" or "1GB"',
}


_BOUNDLESS = 1e12  # from here on a limit only keeps numbers sane, and is not worth telling


def _limits(shape: Shape) -> str:
    words = []
    for meta in metas(shape):
        if meta.ge is not None:
            words.append(f" from {meta.ge}")
        if meta.le is not None and meta.le < _BOUNDLESS:
            words.append(f" to {meta.le:.15g}")
        if meta.max_length is not None:
            words.append(f" of {meta.min_length} to {meta.max_length} characters")
    return "".join(words)
