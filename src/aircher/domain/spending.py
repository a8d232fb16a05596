"""What was spent: one model call as it is noted, sums of many, and how far a limit is used.

Not its job: keeping a limit, which is the engine's, and keeping the numbers, which is the storage's.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime

from aircher.domain.ids import ProjectId, SessionId, TurnId
from aircher.domain.records import dataclass
from aircher.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageEntry:
    """One model call.

    Attributes:
        at: When it ended.
        project_path: The project's root, to be shown; ``project_id`` is what is compared.
        turn_id: ``None`` for a call that no prompt led to.
        provider: Name of its section.
        cost_usd: ``None`` = the price is unknown; a model that is free costs 0.
        is_estimated: The server did not report the usage, or the call was cut off: the numbers are ours.
    """

    at: datetime
    project_id: ProjectId
    project_path: str
    session_id: SessionId
    turn_id: TurnId | None = None
    provider: str
    model: str
    usage: Usage
    cost_usd: float | None
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A sum of money: ``cost_usd`` of the calls whose price is known, and the number of those that it leaves out."""

    cost_usd: float = 0.0
    unpriced_calls: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        """The sum of both."""
        return Spent(cost_usd=self.cost_usd + other.cost_usd, unpriced_calls=self.unpriced_calls + other.unpriced_calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpentElsewhere:
    """What everybody but one session has spent, as of ``day``: its own earlier runs count as somebody else.

    Attributes:
        day: Today in the user's time zone; the month is the one it lies in.
        providers_today: By name of the provider's section.
        held_usd: What their calls under way may cost, by name of the provider's section; not spent yet.
    """

    day: date
    today: Spent = Spent()
    month: Spent = Spent()
    providers_today: Mapping[str, Spent] = field(default_factory=dict)
    held_usd: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What a call under way may cost, as other processes see it.

    Attributes:
        provider: Name of its section.
    """

    id: str
    provider: str
    held_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitState:
    """One limit and how far it is used.

    Attributes:
        name: For people: ``the session``, ``the day``, ``the month``, ``the day at PROVIDER``.
        raised_by: The flag or key that allows more.
        period: What the spending belongs to; another one starts from nothing.
        provider: The only one whose calls count; ``None`` = all do.
        is_chosen: Whether the user set it.
        held_elsewhere_usd: What calls of other sessions may still cost, under way now.
    """

    name: str
    allowed_usd: float
    spent: Spent
    raised_by: str
    period: str = ""
    provider: str | None = None
    is_chosen: bool = True
    held_elsewhere_usd: float = 0.0
