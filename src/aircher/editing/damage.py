"""New text that would plainly damage the file if it were written as it is, although its quote is right.

Invariant: only what cannot be meant is named: pasted line numbers, a code fence or an elision of which the quote knows
nothing.
"""

import re

from aircher.editing import readings
from aircher.editing.elision import is_marker
from aircher.editing.languages import Syntax
from aircher.editing.quote import Quote, indentation, is_blank

_BRACED = r"\{\s*(?:\.\.\.|\u2026)\s*\}"


def damage(quote: Quote, language: Syntax) -> str | None:
    """Return what is wrong with the new text, or ``None``."""
    if _has_pasted_numbers(quote):
        return "new has line numbers in front of its lines: leave them out"
    plain = readings.unfenced(quote.new)
    if plain is not None and readings.fences(plain) >= readings.fences(quote.old):
        return "new is wrapped in a code fence: leave it out"
    if _has_elision(quote, language):
        return "new leaves out lines that old shows: write them all, what is left out would be deleted"
    return None


def _has_pasted_numbers(quote: Quote) -> bool:
    plain = readings.unnumbered(quote.new)
    if plain is None or readings.unnumbered(quote.old) is not None:
        return False
    kept = {line.strip() for line in quote.old.split("\n") if not is_blank(line)}
    words = set(re.findall(r"\w+", quote.old))
    lines = [line.strip() for line in plain.split("\n") if not is_blank(line)]
    is_same_text = any(line in kept for line in lines)
    return is_same_text or len(words.intersection(re.findall(r"\w+", plain))) * 2 > len(words)


def _has_elision(quote: Quote, language: Syntax) -> bool:
    old, new = quote.old.split("\n"), quote.new.split("\n")
    if len(re.findall(_BRACED, quote.new)) > len(re.findall(_BRACED, quote.old)):
        return True
    extra = [place for place, line in enumerate(new) if is_marker(line) and line.strip() not in map(str.strip, old)]
    is_fewer = len(extra) + sum(map(is_marker, old)) <= 0
    return not is_fewer and any(not _is_stub(new, place, language, is_shorter=len(new) < len(old)) for place in extra)


def _is_stub(lines: list[str], place: int, language: Syntax, *, is_shorter: bool) -> bool:
    """Return whether ``...`` is the whole body of something new, as in a stub of Python."""
    if not language.has_ellipsis or lines[place].strip() != "..." or is_shorter:
        return False
    before = next((line for line in reversed(lines[:place]) if not is_blank(line)), "")
    after = next((line for line in lines[place + 1 :] if not is_blank(line)), "")
    is_last = not after or len(indentation(after)) < len(indentation(lines[place]))
    return before.rstrip().endswith((":", '"""')) and is_last
