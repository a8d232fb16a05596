"""What a typed line answers. Invariant: pure, and nothing but the number of a yes is a yes."""

from aircher.domain.events import PermissionAsked
from aircher.domain.operations import Answer, AnswerPermission, AnswerQuestion, Consent
from aircher.tui.conversation import Asked
from aircher.tui.linear.words import consents

_CONSENTS = (Consent.ONCE, Consent.SESSION, Consent.PROJECT, Consent.ALWAYS)


def answer_to(asked: Asked, text: str) -> Answer | None:
    """Return the answer; ``None`` = this is none.

    >>> from aircher.domain.ids import CallId
    >>> answer_to(PermissionAsked(call_id=CallId("1"), name="shell", effects=(), rule="it asks"), "yes")
    """
    number, _, reason = text.partition(" ")
    if not isinstance(asked, PermissionAsked):
        chosen = place_of(text, len(asked.choices))
        words = text if chosen is None else asked.choices[chosen]
        return AnswerQuestion(call_id=asked.call_id, text=words) if words else None
    choices = consents(asked)
    at = place_of(number, len(choices))
    if at is None or (reason and at < len(choices) - 1):
        return None
    if at == len(choices) - 1:
        return AnswerPermission(call_id=asked.call_id, consent=Consent.NO, reason=reason.strip())
    return AnswerPermission(call_id=asked.call_id, consent=_CONSENTS[at])


def place_of(text: str, count: int) -> int | None:
    """Return which of so many things a number names, counted from 0; ``None`` = it names none of them.

    >>> place_of("2", 3), place_of("02", 3), place_of("4", 3), place_of("two", 3)
    (1, 1, None, None)
    """
    if not (text.isascii() and text.isdecimal()):
        return None
    digits = text.lstrip("0")
    if not digits or len(digits) > len(str(count)):  # which may be more than is read as a number
        return None
    return int(digits) - 1 if int(digits) <= count else None
