"""Whether a call may run: policy first, then, if it says so, a person.

Invariant: nothing runs on a question that nobody answered, and every decision and answer is in the audit trail before
it has an effect. Not its job: what the rules mean (`aircher.permissions`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from aircher.domain.audit import AuditKind
from aircher.domain.display import DisplayBlock
from aircher.domain.effect_records import to_record
from aircher.domain.effects import Action
from aircher.domain.errors import ConfigError
from aircher.domain.events import Event, PermissionAsked, PermissionDecided, ToolRequested
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.levels import Mode
from aircher.domain.messages import JsonObject, JsonValue
from aircher.domain.operations import AnswerPermission, Consent
from aircher.domain.records import dataclass
from aircher.engine.desk import Desk
from aircher.engine.ports import RuleStore
from aircher.engine.trail import Trail
from aircher.permissions.decision import Decision, Verdict
from aircher.permissions.effects_text import effects_text
from aircher.permissions.policy import Policy

Publish: TypeAlias = Callable[[Event], Awaitable[None]]
Preview: TypeAlias = Callable[[], Awaitable[tuple[DisplayBlock, ...]]]

_KEPT_IN = {Consent.PROJECT: "project", Consent.ALWAYS: "user"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlace:
    """Where a call stands: its session and its turn.

    Attributes:
        within: The calls that it is done for, the outermost first; none = the turn itself made it.
    """

    session_id: SessionId
    turn_id: TurnId
    within: tuple[CallId, ...] = ()

    def name(self, call_id: CallId) -> CallId:
        """Return what tells the call from all others of the turn: subagents count theirs from anew."""
        return CallId("/".join((*self.within, call_id)))


def _allow_every_mode(mode: Mode) -> None:
    """Let every mode be had."""


async def nothing_to_show() -> tuple[DisplayBlock, ...]:
    """Show nothing of a call that is asked about."""
    return ()


@dataclass(slots=True, kw_only=True)
class Approvals:
    """The policy in force, and who is asked when it asks.

    Attributes:
        policy: Grows by the rules that a person's answers make.
        rules: Where such rules are kept beyond the session; ``None`` = nowhere.
        is_by_user: Whether the user wrote the calls, so that a question is answered already.
        check_mode: Raises if a mode cannot be had here; it may block.
    """

    policy: Policy
    desk: Desk
    trail: Trail
    rules: RuleStore | None = None
    is_by_user: bool = False
    check_mode: Callable[[Mode], None] = _allow_every_mode

    async def switch(self, mode: Mode) -> Mode:
        """Judge by another mode from now on; return the one in force, which the administrator may have bounded.

        Raises:
            PermissionRefused: The mode needs what is not to be had here, such as a sandbox; nothing was changed.
        """
        await asyncio.to_thread(self.check_mode, mode)
        self.set_mode(mode)
        return self.policy.mode

    def set_mode(self, mode: Mode) -> None:
        """Judge by another mode from now on."""
        self.policy = self.policy.with_mode(mode)

    async def judge(
        self,
        call: ToolRequested,
        actions: Sequence[Action],
        *,
        place: CallPlace,
        publish: Publish,
        preview: Preview = nothing_to_show,
    ) -> Decision:
        """Return whether the call may run; it is allowed or denied, never a question. The decision is published.

        Args:
            call: The call.
            actions: What it would do.
            place: Where it stands.
            publish: How its turn speaks.
            preview: Returns what a person who is asked may look at; nobody calls it where nobody is asked.

        Raises:
            StorageError: The audit trail cannot be written.
        """
        decision = self.policy.decide(actions)
        if decision.verdict is Verdict.ASK and self.is_by_user:
            decision = replace(decision, verdict=Verdict.ALLOW, rule="the user wrote it")
        if decision.verdict is Verdict.ASK and not self.desk.is_attended:
            remedy = f"; --allow {decision.suggestion!r} allows it" if decision.suggestion else ""
            rule = f"{decision.rule}, and nobody is here to ask{remedy}"
            decision = replace(decision, verdict=Verdict.DENY, rule=rule)
        elif decision.verdict is Verdict.ASK:
            decision = await self._ask(call, decision, await preview(), place=place, publish=publish)
        decided: dict[str, JsonValue] = {
            "verdict": decision.verdict.value,
            "rule": decision.rule,
            "mode": self.policy.mode,
            "arguments": dict(call.arguments),
            "actions": [to_record(action) for action in actions],
        }
        await self._note(AuditKind.DECIDED, decided, call, place)
        is_allowed = decision.verdict is Verdict.ALLOW
        await publish(PermissionDecided(call_id=place.name(call.call_id), allowed=is_allowed, rule=decision.rule))
        return decision

    async def _ask(
        self,
        call: ToolRequested,
        asked: Decision,
        display: tuple[DisplayBlock, ...],
        *,
        place: CallPlace,
        publish: Publish,
    ) -> Decision:
        effects = effects_text(asked.effects)
        data: JsonObject = {"question": asked.rule, "effects": list(effects), "suggestion": asked.suggestion}
        await self._note(AuditKind.ASKED, data, call, place)
        waiting = self.desk.open(place.name(call.call_id))
        await publish(
            PermissionAsked(
                call_id=place.name(call.call_id),
                name=call.name,
                effects=effects,
                rule=asked.rule,
                suggestion=asked.suggestion,
                display=display,
            )
        )
        answer = await waiting
        if not isinstance(answer, AnswerPermission):
            return replace(asked, verdict=Verdict.DENY, rule="the answer was to another question")
        decision = await self._answered(answer, asked)
        await self._note(AuditKind.ANSWERED, {"answer": answer.consent.value, "rule": decision.rule}, call, place)
        return decision

    async def _answered(self, answer: AnswerPermission, asked: Decision) -> Decision:
        """Return what the answer means, and keep the rule that it makes."""
        if answer.consent is Consent.NO:
            reason = f": {answer.reason}" if answer.reason else ""
            return replace(asked, verdict=Verdict.DENY, rule=f"the user said no{reason}")
        allowed = replace(asked, verdict=Verdict.ALLOW, rule="the user said yes")
        rule = answer.rule or asked.suggestion
        if answer.consent is Consent.ONCE or not asked.suggestion:
            return allowed
        try:
            self.policy = self.policy.with_rule(rule)
            scope = _KEPT_IN.get(answer.consent)
            if scope is not None and self.rules is not None:
                await self.rules.keep(rule, scope="project" if scope == "project" else "user")
        except ConfigError as exc:  # the yes holds, only for this once
            return replace(allowed, rule=f"the user said yes, but no rule was kept: {exc.message}")
        return replace(allowed, rule=f"the user said yes: {rule}")

    async def _note(self, kind: AuditKind, data: JsonObject, call: ToolRequested, place: CallPlace) -> None:
        call_id = place.name(call.call_id)
        await self.trail.note(
            kind, data, session_id=place.session_id, turn_id=place.turn_id, call_id=call_id, tool=call.name
        )
