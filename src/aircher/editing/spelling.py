"""The rung of misspellings: one or two slips of the keyboard in words that the file does not know.

Invariant: everything else of the quote fits. A slip swaps, drops, doubles or mistypes a letter inside a longer word,
whose first and last letters are right or swapped with a neighbour; a number, an operator, a keyword, a string, or a
word that could be meant is other code. A slip never reaches the file.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial

from aircher.editing.fit import Answer, Fit, Unfit
from aircher.editing.folds import folded
from aircher.editing.lines import Place, filled, is_decoy, place_of
from aircher.editing.literals import Literals, quoted_columns
from aircher.editing.quote import Quote, is_blank
from aircher.editing.source import Source
from aircher.editing.vocabulary import is_another_word, is_known_word
from aircher.editing.windows import Window

RUNG = "spelling"
_MAX_SLIPS = 2
_MAX_WINDOWS = 5000
_MAX_LOOKS = 20_000  # at lines of the file
_MIN_WORD = 5  # letters; of shorter words too many are one slip apart
_MIN_PART = 4  # of a compound name; in one as short only swapped letters are a slip
_NO_SLIP = 99
_MIN_CONTEXT = 6  # letters that fit beside the misspelled ones
_WORD = r"[^\W\d]\w*"
_LONG = rf"{_WORD[:-1]}{{3,}}"
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def find(source: Source, quote: Quote) -> Answer:
    """Return the one place of which the quote is a misspelling."""
    if quote.replace_all or quote.is_huge:
        return None
    found: list[tuple[Place, dict[str, str]]] = []
    rivals = 0
    words = Words(source.plain)
    skeleton = partial(_skeleton, re.compile(_LONG))
    windows = source.index("skeleton", skeleton).windows(quote.old_lines, limit=_MAX_WINDOWS)
    if len(windows) * len(quote.old_lines) > _MAX_LOOKS:
        return None
    for window in windows:
        pairs = _other_words(source, quote, window)
        slips = _slips(source, quote, window, pairs, words)
        place = _place(source, quote, window) if slips else None
        if place is not None and slips is not None:
            found.append((place, slips))
        elif all(_distance(one, other) <= 2 for one, other in pairs):
            rivals += 1
        if len(found) + rivals > 1 and found:
            break
    if not found:
        return None
    if len(found) + rivals > 1:
        return Unfit(reason="old is misspelled and as near to one place of the file as to another: quote it anew")
    place, slips = found[0]
    if is_decoy(source, quote, place):
        return None
    fit = filled(source, quote, place)
    if isinstance(fit, Fit) and any(_has_slip(patch.text, slips) for patch in fit.patches):
        words_shown = ", ".join(f"{one} for {other}" for one, other in slips.items())
        return Unfit(reason=f"old and new misspell what stands in the file ({words_shown}): quote it anew")
    return fit


def _skeleton(long_word: re.Pattern[str], line: str) -> str:
    return long_word.sub("\0", folded(line).strip())


def _other_words(source: Source, quote: Quote, window: Window) -> list[tuple[str, str]]:
    """Return the words in which the quote differs from the window, as quoted and as in the file."""
    quoted = [line for line in quote.old_lines if not is_blank(line)]
    pairs: list[tuple[str, str]] = []
    for one, line in zip(quoted, window.lines, strict=True):
        theirs = re.findall(_LONG, folded(one))
        own = re.findall(_LONG, folded(source.lines[line]))
        pairs += [pair for pair in zip(theirs, own, strict=False) if pair[0] != pair[1]]
    return pairs


def _slips(
    source: Source, quote: Quote, window: Window, pairs: list[tuple[str, str]], words: "Words"
) -> dict[str, str] | None:
    """Return the misspelled words with their right forms, or ``None`` if they are not misspelled but other words."""
    slips = dict(pairs)
    if len(pairs) > _MAX_SLIPS or len(slips) != len(set(pairs)) or not pairs:
        return None
    letters = sum(map(len, re.findall(r"\w+", quote.old))) - sum(len(one) for one, _ in pairs)
    total = sum(_slip_count(one, other, words) for one, other in slips.items())
    if total > _MAX_SLIPS or letters < _MIN_CONTEXT:
        return None
    if any(_is_as_near(one, other, words) for one, other in slips.items()):
        return None
    return None if _in_string(source, quote, window, slips) else slips


def _place(source: Source, quote: Quote, window: Window) -> Place | None:
    def same(quoted: str, own: str, line: int) -> tuple[str, ...]:  # noqa: ARG001 - the role passes it
        return () if _bare(quoted) == _bare(own) else (RUNG,)

    return place_of(source, quote, window, same, _bare)


def _bare(line: str) -> str:
    return folded(line).strip()


def _slip_count(quoted: str, own: str, words: "Words") -> int:
    """Return how many slips make one word of the other; `_NO_SLIP` if it is not a matter of slips."""
    if quoted in words.whole or quoted.lower() == own.lower() or len(own) < _MIN_WORD:
        return _NO_SLIP
    if (quoted[0] != own[0] or quoted[-1] != own[-1]) and quoted not in _swapped(own):
        return _NO_SLIP
    theirs, ours = _parts(quoted), _parts(own)
    if len(theirs) != len(ours):
        theirs, ours = [quoted], [own]
    changed = [(one, other) for one, other in zip(theirs, ours, strict=True) if one != other]
    if len(changed) > 1 and quoted in _swapped(own):
        changed = [(quoted, own)]
    if any(is_known_word(one) or words.have_part(one.lower()) or is_another_word(one, other) for one, other in changed):
        return _NO_SLIP
    return sum(_slips_between(one, other) for one, other in changed)


class Words:
    """The words of a file."""

    def __init__(self, text: str) -> None:
        self.whole = frozenset(re.findall(_WORD, text))

    def have_part(self, part: str) -> bool:
        """Return whether one of them has this part, in lower case."""
        return any(part == own.lower() for word in self.whole if part in word.lower() for own in _parts(word))

    def near(self, quoted: str, *, limit: int) -> Iterator[str]:
        """Yield those in which at most ``limit`` letters differ."""
        letters = set(quoted)
        for word in self.whole:
            if abs(len(word) - len(quoted)) > limit or len(letters.symmetric_difference(word)) > 2 * limit:
                continue  # a letter that is another one changes the set by two at most: this spares nearly all words
            if _distance(word, quoted) <= limit:
                yield word


def _parts(word: str) -> list[str]:
    """Return the parts of a compound name: ``readHTMLFile`` is three, ``read_file`` two."""
    return re.findall(r"[A-Z]?[^\W\dA-Z_]+|[A-Z]+(?![^\W\dA-Z_])|\d+|_+|.", word)


def _slips_between(quoted: str, own: str) -> int:
    """Return 1 or 2 if that many slips turn ``own`` into ``quoted``, else `_NO_SLIP`."""
    if not (quoted.isalpha() and own.isalpha()) or len(own) < _MIN_PART:
        return _NO_SLIP
    if len(own) < _MIN_WORD:
        return 1 if quoted in _swapped(own) else _NO_SLIP
    if quoted in _one_slip(own):
        return 1
    if len(own) > _MIN_WORD + 2 and _distance(quoted, own) == 2:
        return 2 if any(quoted in _one_slip(word) for word in _one_slip(own)) else _NO_SLIP
    return _NO_SLIP


def _swapped(word: str) -> set[str]:
    return {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)} - {word}


def _one_slip(word: str) -> set[str]:
    """Return everything that one slip inside the word makes of it."""
    dropped = {word[:i] + word[i + 1 :] for i in range(1, len(word) - 1)}
    doubled = {word[:i] + word[i] + word[i:] for i in range(1, len(word) - 1)}
    mistyped = {word[:i] + letter + word[i + 1 :] for i in range(1, len(word)) for letter in _neighbours(word[i])}
    return (_swapped(word) | dropped | doubled | mistyped) - {word}


def _neighbours(letter: str) -> Iterable[str]:
    """Return the letters whose keys are beside this one's."""
    for row, keys in enumerate(_KEYS):
        column = keys.find(letter.lower())
        if column >= 0:
            near = [keys[max(0, column - 1) : column + 2]]
            near += [_KEYS[row - 1][column : column + 2]] if row else []
            near += [_KEYS[row + 1][max(0, column - 1) : column + 1]] if row < 2 else []
            letters = "".join(near).replace(letter.lower(), "")
            return letters.upper() if letter.isupper() else letters
    return ""


def _is_as_near(quoted: str, own: str, words: "Words") -> bool:
    """Return whether another word of the file could have been misspelled just as well."""
    limit = 1 if _distance(quoted, own) <= 1 else 2
    return any(word != own for word in words.near(quoted, limit=limit))


def _distance(one: str, other: str) -> int:
    """Return in how many letters two words differ, a swap of neighbours counting once; 3 = more than two."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    latest = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            cost = min(latest[j] + 1, row[j - 1] + 1, latest[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > 2:
            return 3
        before, latest = latest, row
    return min(3, latest[-1])


def _in_string(source: Source, quote: Quote, window: Window, slips: dict[str, str]) -> bool:
    """Return whether a misspelled word stands in a string on one line: there every letter is content."""
    literals = Literals(source.plain, source.syntax)
    own_words = set(slips.values())
    quoted = [line for line in quote.old_lines if not is_blank(line)]
    for one, line in zip(quoted, window.lines, strict=True):
        own = source.lines[line]
        if _bare(one) == _bare(own):
            continue
        columns = _string_columns(source, literals, line)
        for found in re.finditer(_WORD, own):
            inside = any(start <= len(own[: found.start()].encode()) < end for start, end in columns)
            if inside and found[0] in own_words:
                return True
    return False


def _string_columns(source: Source, literals: Literals, line: int) -> list[tuple[int, int]]:
    """Return where strings of one line are: by its grammar, and by quotes, as in a comment that shows code."""
    known = [
        (found.start[1], found.end[1])
        for found in literals.on(line, line)
        if not found.is_comment and found.start[0] == line == found.end[0] and not _is_docstring(source, found.start)
    ]
    return known + quoted_columns(source.lines[line])


def _is_docstring(source: Source, start: tuple[int, int]) -> bool:
    return source.lines[start[0]].lstrip().startswith(('"""', "'''", 'r"""'))


def _has_slip(text: str, slips: dict[str, str]) -> bool:
    """Return whether a misspelled word would reach the file."""
    return not slips.keys().isdisjoint(re.findall(_WORD, text))
