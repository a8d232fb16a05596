"""Prompts that wait for their time: the lanes that a person sees beside a running turn."""

from enum import StrEnum

from aircher.domain.ids import PromptId
from aircher.domain.messages import PromptPart
from aircher.domain.records import dataclass


class Lane(StrEnum):
    """What a prompt waits for."""

    STEER = "steer"
    """The next boundary of the turn that runs: the model reads it there."""
    QUEUE = "queue"
    """The end of the turn: it becomes one of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPrompt:
    """A prompt that waits.

    Attributes:
        id: Its name; a turn that it becomes has the same.
    """

    id: PromptId
    lane: Lane
    prompt: tuple[PromptPart, ...]
