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
        chosen = _place(text, len(asked.choices))
        words = text if chosen is None else asked.choices[chosen]
        return AnswerQuestion(call_id=asked.call_id, text=words) if words else None
    choices = consents(asked)
    at = _place(number, len(choices))
    if at is None or (reason and at < len(choices) - 1):
        return None
    if at == len(choices) - 1:
        return AnswerPermission(call_id=asked.call_id, consent=Consent.NO, reason=reason.strip())
    return AnswerPermission(call_id=asked.call_id, consent=_CONSENTS[at])


def _place(text: str, count: int) -> int | None:
    """Return which of so many things a number names, counted from 0."""
    return int(text) - 1 if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= count else None
