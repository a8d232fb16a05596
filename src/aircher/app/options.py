"""What the user wants of a session, as the command line or an interface says it."""

from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.domain.levels import Mode, Thinking
from aircher.domain.records import dataclass
from aircher.engine.budgets import Limits

if TYPE_CHECKING:  # the interface knows what is wanted before it loads the engine
    from aircher.domain.messages import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """What the user wants of a session; ``None`` = as configured.

    Attributes:
        is_attended: Whether somebody is there to answer questions; where not, a question is a refusal.
    """

    cwd: Path
    provider: str | None = None
    model: str | None = None
    thinking: Thinking | None = None
    add_dirs: Sequence[Path] = ()
    ephemeral: bool = False
    resume: str | None = None
    continue_last: bool = False
    fork: bool = False
    max_cost_usd: float | None = None
    mode: Mode | None = None
    allow: Sequence[str] = ()
    deny: Sequence[str] = ()
    is_attended: bool = False
    output_schema: "JsonObject | None" = None
    limits: Limits = field(default_factory=Limits)
