"""What a session is made of."""

from collections.abc import Callable, Sequence
from dataclasses import field

from aircher.domain.events import Published
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.ports import Clock
from aircher.domain.records import dataclass
from aircher.engine.budgets import Limits
from aircher.engine.ports import Ledger, Recorder, WaitingPrompts
from aircher.engine.retry import RetryPolicy
from aircher.engine.spending import SpendingLimits
from aircher.engine.tool_runner import ToolRunner
from aircher.engine.turn import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionParts:
    """Everything a session is made of; `aircher.app.compose` fills it in.

    Attributes:
        waiting_prompts: Where prompts that wait outlive the process; ``None`` = nowhere.
    """

    session_id: SessionId
    cwd: str
    voice: Voice
    tool_runner: ToolRunner
    recorder: Recorder
    clock: Clock
    limits: Limits = field(default_factory=Limits)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    spending: SpendingLimits = field(default_factory=SpendingLimits)
    ledger: Ledger | None = None
    project_id: ProjectId = field(default_factory=lambda: ProjectId(""))
    history: Sequence[Published] = ()
    listeners: Sequence[Callable[[Published], None]] = ()
    waiting_prompts: WaitingPrompts | None = None
    tell: Callable[[str], None] = field(default=lambda _: None)
