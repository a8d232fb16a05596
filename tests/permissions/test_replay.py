"""What was judged, judged again."""

from datetime import UTC, datetime
from pathlib import Path

from aircher.domain.audit import AuditEntry, AuditKind
from aircher.domain.effect_records import to_record
from aircher.domain.effects import Action, Unknown
from aircher.domain.ids import SessionId
from aircher.domain.messages import JsonObject
from aircher.permissions.decision import Decision, Verdict
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.permissions.replay import Replayed, replay

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
ACTION = Action(tool="shell", text="make", effects=(Unknown(reason="may do anything"),))
POLICY = Policy(places=Places(roots=(Path("/work"),), home=Path("/home/user")))


def entry(data: JsonObject, kind: AuditKind = AuditKind.DECIDED) -> AuditEntry:
    return AuditEntry(at=AT, session_id=SessionId("s"), kind=kind, tool="shell", data=data)


def judged(verdict: str) -> AuditEntry:
    return entry({"verdict": verdict, "rule": "the user said yes", "actions": [to_record(ACTION)]})


def test_a_call_is_judged_again_by_the_policy_of_now() -> None:
    [asked] = replay([judged("allow")], POLICY)
    assert asked == Replayed(
        at=AT,
        tool="shell",
        actions=(ACTION,),
        verdict=Verdict.ALLOW,
        rule="the user said yes",
        now=Decision(verdict=Verdict.ASK, rule="it may do anything", effects=ACTION.effects, suggestion="shell(make)"),
    )
    assert asked.has_changed
    [allowed] = replay([judged("allow")], POLICY.with_rule("shell(make)"))
    assert not allowed.has_changed


def test_what_is_no_decision_or_of_another_version_is_left_out() -> None:
    strange: list[JsonObject] = [
        {},
        {"verdict": "allow"},
        {"verdict": "perhaps", "actions": []},
        {"verdict": "allow", "actions": [{"tool": "shell", "effects": [{"type": "telepathy"}]}]},
        {"verdict": "allow", "actions": [{"effects": 3}]},
    ]
    entries = [*map(entry, strange), entry({}, AuditKind.ASKED), judged("deny")]
    assert [found.verdict for found in replay(entries, POLICY)] == [Verdict.DENY]
