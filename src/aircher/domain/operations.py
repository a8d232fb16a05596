"""What a frontend may submit to a session. Interrupting is not among it: that is `Session.interrupt`."""

from enum import StrEnum
from typing import TypeAlias

from aircher.domain.ids import CallId
from aircher.domain.messages import PromptPart
from aircher.domain.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPrompt:
    """Start a turn with what the user wrote."""

    parts: tuple[PromptPart, ...]


class Consent(StrEnum):
    """How far a person's yes reaches."""

    ONCE = "once"
    SESSION = "session"
    PROJECT = "project"
    ALWAYS = "always"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPermission:
    """Answer a `PermissionAsked`.

    Attributes:
        consent: ``SESSION``, ``PROJECT`` and ``ALWAYS`` also keep a rule.
        rule: The rule to keep, perhaps edited; empty = the one that was suggested.
        reason: With ``NO``: what to tell the model.
    """

    call_id: CallId
    consent: Consent
    rule: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion:
    """Answer a `QuestionAsked` in words."""

    call_id: CallId
    text: str


Operation: TypeAlias = SendPrompt
Answer: TypeAlias = AnswerPermission | AnswerQuestion
