"""Whether two lines differ in blanks that mean nothing: around operators, behind commas, never inside strings.

Invariant: in doubt they differ. Blanks between two words may be more or fewer, never none; a blank between two operator
signs counts, for without it they may be another operator.
"""

from collections.abc import Sequence

_BRACKETS = "()[]{},;"
_MAX_CHARS = 2000


def is_same_but_blanks(own: str, quoted: str, protected: Sequence[tuple[int, int]]) -> bool:
    """Return whether a line of the file and a quoted one are the same but for such blanks.

    Args:
        own: The line of the file.
        quoted: The quoted line.
        protected: Columns of ``own`` in which blanks are content.
    """
    if len(own) > _MAX_CHARS or len(quoted) > _MAX_CHARS or own.lstrip().startswith("#define"):
        return False
    here = there = 0
    last = ""
    while here < len(own) and there < len(quoted):
        if any(start < here < end for start, end in protected):
            if own[here] != quoted[there]:
                return False
        else:
            blanks = _blanks(own, here), _blanks(quoted, there)
            here, there = here + blanks[0], there + blanks[1]
            if here >= len(own) or there >= len(quoted):
                break
            if own[here] != quoted[there]:
                return False
            if bool(blanks[0]) != bool(blanks[1]) and last and not _is_free(last, own[here]):
                return False
        last = own[here]
        here, there = here + 1, there + 1
    return not own[here:].strip() and not quoted[there:].strip()


def _blanks(text: str, place: int) -> int:
    return len(text[place:]) - len(text[place:].lstrip(" \t"))


def _is_free(left: str, right: str) -> bool:
    """Return whether a blank between these two signs may be missing."""
    if left in "\"'`" or right in "\"'`":
        return not (_is_word(left) or _is_word(right))
    if _is_word(left) and _is_word(right):
        return False
    if "." in (left, right):
        return not (left.isdigit() or right.isdigit())
    if left in _BRACKETS or right in _BRACKETS:
        return True
    return _is_word(left) or _is_word(right) or (left in "=:" and right in "-!~")


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign in "_$@#"
