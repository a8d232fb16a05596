"""What a session keeps count of: the transcript, what was used of the limits, the ledger, the order of its turns."""

from collections.abc import Sequence

from aircher.domain.errors import UsageError
from aircher.domain.events import Published, TurnsRewound, TurnStarted, UsageUpdated
from aircher.domain.ids import ProjectId, TurnId
from aircher.domain.records import dataclass
from aircher.domain.spending import UsageEntry
from aircher.domain.transcript import Transcript
from aircher.engine.budgets import Budget
from aircher.engine.ports import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose calls are noted in the ledger; ``None`` = nothing is."""

    ledger: Ledger | None
    project_id: ProjectId
    project_path: str


class Books:
    """The books of one session; a listener of its bus.

    Attributes:
        transcript: The conversation so far.
        budget: What was used since the session was opened.
    """

    def __init__(self, budget: Budget, owner: Owner, history: Sequence[Published]) -> None:
        self.transcript = Transcript()
        self.budget = budget
        self._owner = owner
        self._turns: list[tuple[TurnId, int]] = []
        for published in history:
            self._follow(published)

    @property
    def turn_ids(self) -> tuple[TurnId, ...]:
        """The turns of the conversation, oldest first, without those that were dropped."""
        return tuple(turn_id for turn_id, _ in self._turns)

    def take(self, published: Published) -> None:
        """Take an event into account."""
        self._follow(published)
        event = published.event
        if isinstance(event, UsageUpdated):
            self.budget.charge(event.usage)
            self._note(published, event)

    def rewound_to(self, turn_id: TurnId) -> TurnsRewound:
        """Return the event that drops a turn and all after it.

        Raises:
            UsageError: The conversation has no such turn (any more).
        """
        for at, (known, seq) in enumerate(self._turns):
            if known == turn_id:
                return TurnsRewound(first_turn_id=turn_id, first_seq=seq, turns=len(self._turns) - at)
        raise UsageError(
            f"the conversation has no turn {turn_id}", hint="/rewind lists its turns", code="usage.turn_unknown"
        )

    def _follow(self, published: Published) -> None:
        event = published.event
        self.transcript.apply(event)
        if isinstance(event, TurnStarted) and published.turn_id is not None:
            self._turns.append((published.turn_id, published.seq))
        elif isinstance(event, TurnsRewound):
            del self._turns[max(len(self._turns) - event.turns, 0) :]

    def _note(self, published: Published, event: UsageUpdated) -> None:
        owner = self._owner
        if owner.ledger is not None and event.usage.total_tokens:
            owner.ledger.note(
                UsageEntry(
                    at=published.at,
                    project_id=owner.project_id,
                    project_path=owner.project_path,
                    session_id=published.session_id,
                    turn_id=published.turn_id,
                    provider=event.provider,
                    model=event.model,
                    usage=event.usage,
                    cost_usd=event.cost_usd,
                    is_estimated=event.is_estimated,
                )
            )
