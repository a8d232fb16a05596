"""What a frontend may submit to a session. Interrupting is not among it: that is `Session.interrupt`."""

from dataclasses import dataclass
from typing import TypeAlias

from aircher.domain.messages import PromptPart


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPrompt:
    """Start a turn with what the user wrote."""

    parts: tuple[PromptPart, ...]


Operation: TypeAlias = SendPrompt
