"""Durations and sizes: text with a unit in files, plain numbers in the program."""

import re

_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)")
_DURATION = re.compile(rf"(?:{_DURATION_PART.pattern})+")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([KMGT])I?)?B?", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_LONGEST_S = 100 * 366 * 86_400.0  # a century: whatever is longer is a slip of the finger, and timers overflow


class Duration(float):
    """A length of time in seconds, written like ``"30s"``, ``"5m"``, ``"1h30m"`` or ``"200ms"``."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Return the seconds that the text names.

        Units are those of the earlier program (Source: Go, ``time.ParseDuration``) and ``d`` for days.

        Raises:
            ValueError: It has no unit, an unknown one, or is longer than a century.
        """
        compact = text.strip()
        if compact == "0":
            return cls(0.0)
        if _DURATION.fullmatch(compact) is None:
            raise ValueError(f"not a duration: {text!r}")
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in _DURATION_PART.findall(compact))
        if seconds > _LONGEST_S:
            raise ValueError(f"longer than a century: {text!r}")
        return cls(seconds)

    def __str__(self) -> str:
        for unit in ("d", "h", "m", "s"):
            whole = float(self) / _SECONDS[unit]
            if whole >= 1 and whole == int(whole):
                return f"{int(whole)}{unit}"
        return f"{float(self):g}s" if self >= 1 or not self else f"{float(self) * 1_000:g}ms"


class Size(int):
    """A number of bytes, written like ``"10MB"``; a unit is 1024 of the one before it."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> "Size":
        """Return the bytes that the text names; a bare number is bytes.

        Raises:
            ValueError: It is not a number with one of the units B, KB, MB, GB, TB.
        """
        match = _SIZE.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not a size: {text!r}")
        return cls(float(match[1]) * 1024 ** _POWERS[(match[2] or "").upper()])

    def __str__(self) -> str:
        number, unit = int(self), "B"
        for larger in ("KB", "MB", "GB", "TB"):
            if number < 1024 or number % 1024:
                break
            number, unit = number // 1024, larger
        return f"{number}{unit}"
