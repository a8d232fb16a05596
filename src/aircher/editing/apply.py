"""Applies replacements to the bytes of files: all of them or none.

Invariant: pure; every replacement is matched against the file as it was sent, and no byte outside of what they replace
changes. Not its job: opening files, or who may edit what.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from aircher.editing.elision import is_marker
from aircher.editing.fit import Fit, Unfit
from aircher.editing.ladder import climb
from aircher.editing.nearest import nearest
from aircher.editing.outcome import Edited, Refused, Replacement
from aircher.editing.problems import introduced
from aircher.editing.quote import Quote, is_blank
from aircher.editing.source import Source
from aircher.support.encodings import detect

MAX_BYTES = 20_000_000


def apply(data: bytes, edits: Sequence[Replacement], *, path: str) -> Edited | Refused:
    """Return the file with every replacement made, or why none was made.

    Args:
        data: The file's bytes.
        edits: What to replace; several must not overlap.
        path: Its name, for its language.
    """
    if len(data) > MAX_BYTES:
        return Refused(reason=f"the file has {len(data):,} bytes, more than the {MAX_BYTES:,} that can be edited")
    encoding = detect(data)
    if encoding is None:
        return Refused(reason="the file is binary")
    source = Source(data, encoding, path)
    fits: list[Fit] = []
    for number, edit in enumerate(edits):
        quote = Quote(old=source.fitted(edit.old), new=_fitted_new(source, edit), replace_all=edit.replace_all)
        wrong = _degenerate(quote)
        answer = climb(source, quote) if wrong is None else Unfit(reason=wrong, is_done=quote.old == quote.new != "")
        if isinstance(answer, Unfit):
            near = None if answer.is_done or wrong is not None else nearest(source, quote.old)
            return Refused(reason=answer.reason, edit=number, near=near, is_done=answer.is_done)
        fits.append(answer)
    return _written(source, fits)


def apply_all(files: Mapping[str, tuple[bytes, Sequence[Replacement]]]) -> dict[str, Edited | Refused]:
    """Return the result for each file by its path; a caller writes only if none of them is refused."""
    return {path: apply(data, edits, path=path) for path, (data, edits) in files.items()}


def _fitted_new(source: Source, edit: Replacement) -> str:
    """Return the new text with plain line ends and without a byte-order mark of its own."""
    return source.fitted(edit.new).removeprefix("\ufeff") if not edit.old.startswith("\ufeff") else edit.new


def _degenerate(quote: Quote) -> str | None:
    """Return why a quote can mean nothing, whatever the file."""
    if not quote.old:
        return "old is empty: quote the lines to change"
    if not any(sign.isalnum() for sign in quote.old):
        return "old has no word in it: quote whole lines"
    if quote.old == quote.new:
        return "old and new are the same"
    if all(is_marker(line) for line in quote.old.split("\n") if not is_blank(line)):
        return "old is nothing but an elision: quote the lines to change"
    return None


def _written(source: Source, fits: Sequence[Fit]) -> Edited | Refused:
    order = sorted(range(len(fits)), key=lambda number: fits[number].start)
    for before, after in pairwise(order):
        if fits[after].start < fits[before].end or _starts(fits[after]) < _stops(fits[before]):
            return Refused(reason=f"replacements {before + 1} and {after + 1} overlap: make them one", edit=after)
    for number, fit in enumerate(fits):
        wrong = _unwritable(source, fit)
        if wrong is not None:
            return Refused(reason=wrong, edit=number)
    data = source.patched([patch for fit in fits for patch in fit.patches])
    if data == source.data:
        return Refused(reason="the file already is as new wants it", is_done=True)
    problems = introduced(source.plain, Source(data, source.encoding, source.path).plain, source.path)
    return Edited(data=data, rungs=tuple(fit.rungs for fit in fits), problems=problems)


def _starts(fit: Fit) -> int:
    return min((patch.start for patch in fit.patches), default=fit.start)


def _stops(fit: Fit) -> int:
    return max((patch.end for patch in fit.patches), default=fit.end)


def _unwritable(source: Source, fit: Fit) -> str | None:
    """Return which character of the new text the file's encoding cannot hold."""
    for patch in fit.patches:
        try:
            source.encoding.encode(patch.text)
        except UnicodeEncodeError as exc:
            char = exc.object[exc.start]
            return f"new has {char!r}, which the file's encoding ({source.encoding.name}) cannot hold"
        if source.encoding.is_guess:
            known = source.plain[patch.start : patch.end]
            foreign = next((char for char in patch.text if not char.isascii() and char not in known), None)
            if foreign is not None:
                return f"new has {foreign!r}, and nothing says in which encoding the file is"
    return None
