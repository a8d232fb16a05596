"""Runs of characters of one kind: what moving by words stops at.

A word is a run of letters, digits and underscores; scripts without spaces, emoji and chips are kinds of their own. A
big word is whatever stands between blanks. Newlines belong to no run. Not its job: clusters; who moves the cursor
brings it to a border.
"""

import re
from functools import cache

_BLANK = r" \t\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000"
_CHIP = r"\ue000-\uf8ff"
_PUNCTUATION = (
    r"!-/:-@\[-^`{-~\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2010-\u202e\u2030-\u205e\u2190-\u25ff"
    r"\u2900-\u2bff\u3001-\u3004\u3008-\u3020\ufe30-\ufe6b\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_SCRIPTS = (
    r"\u3041-\u309f",  # Hiragana
    r"\u30a0-\u30ff\uff66-\uff9f",  # Katakana
    r"\u3005-\u3007\u3021-\u3029\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",  # Han
    r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3",  # Hangul
    r"\u200d\ufe0f\u2600-\u27bf\U0001f000-\U0001faff",  # emoji
)
_WINDOW = 256


def run_end(text: str, at: int, *, is_big: bool = False) -> int:
    """Return where the run ends that the character at ``at`` is in; ``at`` itself at a newline and at the end."""
    match = _pattern(is_big=is_big, is_ascii=text.isascii()).match(text, at)
    return match.end() if match else at


def run_start(text: str, at: int, *, is_big: bool = False) -> int:
    """Return where the run begins that the character before ``at`` is in; ``at`` itself after a newline."""
    size = _WINDOW
    while True:
        start = max(0, at - size)
        window = text[start:at]
        match = _pattern(is_big=is_big, is_ascii=window.isascii()).match(window[::-1])
        length = match.end() if match else 0
        if length < size or start == 0:
            return at - length
        size *= 8


def is_blank(text: str, at: int) -> bool:
    """Return whether a space or tab is at ``at``; newlines and the end are none."""
    return at < len(text) and _set(f"[{_BLANK}]").match(text, at) is not None


def is_word(text: str, at: int) -> bool:
    """Return whether the character at ``at`` is part of a word or is a sign that stands for one."""
    return at < len(text) and _set(rf"[^\n{_BLANK}{_PUNCTUATION}]").match(text, at) is not None


def word_end_after(text: str, at: int) -> int:
    """Return the end of the word that ``at`` is in or before; the text's end if none follows."""
    found = _set(rf"[^\n{_BLANK}{_PUNCTUATION}]").search(text, at)
    return run_end(text, found.start()) if found else len(text)


def word_start_before(text: str, at: int) -> int:
    """Return the start of the word that ``at`` is in or behind; 0 if there is none."""
    while at > 0 and not is_word(text, at - 1):
        before = run_start(text, at)
        at = before if before < at else at - 1
    return run_start(text, at)


def big_word_start_before(text: str, at: int) -> int:
    """Return the start of what stands between blanks and newlines, in or behind which ``at`` is; 0 if there is none."""
    while at > 0 and (text[at - 1] == "\n" or is_blank(text, at - 1)):
        before = run_start(text, at)
        at = before if before < at else at - 1
    return run_start(text, at, is_big=True)


@cache
def _pattern(*, is_big: bool, is_ascii: bool) -> re.Pattern[str]:
    """Return what matches a run; sets without other characters than ASCII's are several times faster."""
    if is_ascii:
        blank = r" \t"
        return re.compile(rf"[{blank}]+|[^\n{blank}]+" if is_big else rf"\w+|[{blank}]+|[^\w\s]+", re.ASCII)
    if is_big:
        return re.compile(rf"[{_BLANK}]+|[^\n{_BLANK}]+")
    kinds = (_BLANK, _CHIP, *_SCRIPTS, _PUNCTUATION)
    return re.compile("|".join([rf"[^\n{''.join(kinds)}]+", *(f"[{kind}]+" for kind in kinds)]))


@cache
def _set(characters: str) -> re.Pattern[str]:
    return re.compile(characters)
