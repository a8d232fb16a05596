"""Identifiers that sort by the time of their making."""

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u to misread


def _encode(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def new_id() -> str:
    """Return 20 characters: milliseconds since 1970 (9), then 55 random bits (11). Source: idea of ULID."""
    random_bits = int.from_bytes(os.urandom(7), "big") >> 1
    return _encode(time.time_ns() // 1_000_000, 9) + _encode(random_bits, 11)
