"""Judges again what was judged before: what a change of mode or rules would have done.

Invariant: pure; nothing is asked and nothing runs.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from aircher.domain.audit import AuditEntry, AuditKind
from aircher.domain.effect_records import from_record
from aircher.domain.effects import Action
from aircher.domain.records import dataclass
from aircher.permissions.decision import Decision, Verdict
from aircher.permissions.policy import Policy


class AuditedDecisions(Protocol):
    """Where decisions are kept."""

    def decisions(self, since: datetime | None = None) -> Iterator[AuditEntry]:
        """Yield what policy decided from ``since`` on, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One call, judged then and now.

    Attributes:
        at: When it was judged.
        tool: The tool's name.
        actions: What it would do.
        verdict: Of then; a question counts as what was answered.
        rule: What decided then.
        now: What this policy says.
    """

    at: datetime
    tool: str
    actions: tuple[Action, ...]
    verdict: Verdict
    rule: str
    now: Decision

    @property
    def has_changed(self) -> bool:
        """Whether it would not go as it went."""
        return self.verdict is not self.now.verdict


def replay(entries: Iterable[AuditEntry], policy: Policy) -> Iterator[Replayed]:
    """Yield every call that was judged, in the order of the entries; what cannot be read is left out."""
    for entry in entries:
        if entry.kind is not AuditKind.DECIDED:
            continue
        try:
            actions = _actions(entry)
            verdict = Verdict(str(entry.data.get("verdict")))
        except ValueError:
            continue
        yield Replayed(
            at=entry.at,
            tool=entry.tool,
            actions=actions,
            verdict=verdict,
            rule=str(entry.data.get("rule", "")),
            now=policy.decide(actions),
        )


def _actions(entry: AuditEntry) -> tuple[Action, ...]:
    records = entry.data.get("actions")
    if not isinstance(records, list):
        raise ValueError("no list of actions")  # noqa: TRY004 - the value is wrong, not our use of it
    return tuple(from_record(record) for record in records if isinstance(record, dict))
