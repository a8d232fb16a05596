"""Characters that come back from a model as others although the same text is meant, as a table of folds.

Invariant: a fold never adds or removes a line end; folding twice is folding once. Compatibility forms (full-width
letters, ligatures) are other characters and stay.
"""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

from aircher.domain.records import dataclass

Fold = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Characters for one plain text: ``rung`` is the name under which undoing them is reported."""

    rung: str
    odd: str
    plain: str

    @property
    def is_sign(self) -> bool:
        """Whether they are punctuation marks."""
        return bool(self.plain.strip())


INVISIBLE = "invisible characters"
TYPOGRAPHIC = "typographic characters"
COMPOSED = "composed letters"

INVISIBLE_SIGNS = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u180e"
_ODD_BLANKS = "\u00a0\u202f\u2007\u2009\u2002\u2003\u2004\u2005\u2006\u2008\u200a"
BLANKS = " \t" + _ODD_BLANKS + INVISIBLE_SIGNS

FAMILIES = (
    Family(rung=INVISIBLE, odd=INVISIBLE_SIGNS, plain=""),
    Family(rung=TYPOGRAPHIC, odd="\u201c\u201d\u201e\u201f\u2033\u2036", plain='"'),
    Family(rung=TYPOGRAPHIC, odd="\u2018\u2019\u201a\u201b\u2032\u2035", plain="'"),
    Family(rung=TYPOGRAPHIC, odd="\u2010\u2011\u2012\u2013\u2014\u2015\u2212", plain="-"),
    Family(rung=TYPOGRAPHIC, odd="\u2026", plain="..."),
    Family(rung=TYPOGRAPHIC, odd=_ODD_BLANKS, plain=" "),
)


@cache
def _table(rung: str) -> dict[int, str]:
    return {ord(odd): family.plain for family in FAMILIES if family.rung == rung for odd in family.odd}


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_FOLDS: tuple[tuple[str, Fold], ...] = (
    (INVISIBLE, lambda text: text.translate(_table(INVISIBLE))),
    (TYPOGRAPHIC, lambda text: text.translate(_table(TYPOGRAPHIC))),
    (COMPOSED, _composed),
)


def folded(text: str, *, without: str = "") -> str:
    """Return the text with every fold applied, but for the one of the rung ``without``."""
    if text.isascii():
        return text
    for rung, fold in _FOLDS:
        if rung != without:
            text = fold(text)
    return text


def needed(quoted: str, own: str, form: Fold) -> tuple[str, ...]:
    """Return the rungs without which two texts that fold alike would not be alike in ``form``."""
    if quoted.isascii() and own.isascii():
        return ()
    return tuple(rung for rung, _ in _FOLDS if form(folded(quoted, without=rung)) != form(folded(own, without=rung)))


class Undoing:
    """What was undone in a quote, to be undone in the new text likewise, and nothing else.

    A character is undone if the quote has more of its family than the file has at that place; typographic signs go
    together: who writes one kind writes the others as well.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        excess: set[Family] = set()
        forms: set[str] = set()
        for quoted, own in pairs:
            if quoted.isascii() and own.isascii():
                continue
            excess.update(family for family in FAMILIES if _count(quoted, family) > _count(own, family))
            if any(family.is_sign for family in excess):
                excess.update(family for family in FAMILIES if family.is_sign)
            plain = folded(own, without=COMPOSED)
            if plain != folded(quoted, without=COMPOSED) and folded(own) == folded(quoted):
                forms.update(form for form in ("NFC", "NFD") if unicodedata.normalize(form, plain) == plain)
        self._table = {ord(odd): family.plain for family in excess for odd in family.odd}
        self._form = next(iter(forms)) if len(forms) == 1 else ""

    def __call__(self, text: str) -> str:
        """Return the text without what must not reach the file."""
        if text.isascii():
            return text
        undone = text.translate(self._table)
        if self._form == "NFD":
            return unicodedata.normalize("NFD", undone)
        return unicodedata.normalize("NFC", undone) if self._form else undone


def _count(text: str, family: Family) -> int:
    return sum(text.count(odd) for odd in family.odd)


class ColumnMap:
    """Finds the place in a text that belongs to a place in its folded form."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._columns: list[int] | None = None if folded(text) == text else _columns(text)

    def raw(self, column: int, *, is_end: bool = False) -> int:
        """Return the place in the text; of characters folded to nothing those before an end are inside."""
        if self._columns is None:
            return column
        if is_end:
            return self._columns[column - 1] + _width(self.text, self._columns[column - 1]) if column else 0
        return self._columns[column] if column < len(self._columns) else len(self.text)


def _columns(text: str) -> list[int]:
    """Return for each folded character where its cluster (a letter with its marks) starts in the text."""
    columns: list[int] = []
    place = 0
    while place < len(text):
        width = _width(text, place)
        columns += [place] * len(folded(text[place : place + width]))
        place += width
    return columns


def _width(text: str, place: int) -> int:
    end = place + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end - place
