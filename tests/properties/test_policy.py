"""What holds of every policy, whatever its rules and whatever is done."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.effects import Action, Connects, Deletes, Effect, Reads, Runs, SetsVariable, Unknown, Writes
from aircher.domain.levels import MODES
from aircher.permissions.decision import Verdict
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.permissions.rules import Rule, Scope, read_rule

STRICTNESS = {Verdict.ALLOW: 0, Verdict.ASK: 1, Verdict.DENY: 2}
PLACES = Places(roots=(Path("/w/p"),), home=Path("/home/u"))

names = st.sampled_from(["a", "b.py", ".env", ".git", "docs", "*", "*.py", ".e*", "..x", "k?y.pem"])
paths = st.builds(
    lambda start, below: Path(start, *below),
    st.sampled_from(["/w/p", "/w", "/home/u", "/etc"]),
    st.lists(names, max_size=3),
)
flags = st.booleans()
effects: st.SearchStrategy[Effect] = st.one_of(
    st.builds(Reads, path=paths, is_listing=flags, is_pattern=flags, is_recursive=flags),
    st.builds(Writes, path=paths, is_pattern=flags),
    st.builds(Deletes, path=paths, is_pattern=flags),
    st.builds(Connects, host=st.sampled_from(["a.org", "b.a.org", "*"]), port=st.sampled_from([None, 80])),
    st.builds(Runs, program=st.sampled_from(["git", "ls"])),
    st.builds(SetsVariable, name=st.just("PATH")),
    st.builds(Unknown, reason=st.just("may do anything")),
)
actions = st.builds(
    Action,
    tool=st.sampled_from(["shell", "read", "write", "net", "mcp"]),
    text=st.sampled_from(["", "git push", "git status -s", "ls *", "s:t"]),
    effects=st.lists(effects, max_size=3).map(tuple),
)
calls = st.lists(actions, max_size=3)
texts = st.one_of(
    st.sampled_from(
        ["shell", "read", "write", "net", "mcp", "unknown", "delete", "shell(git*)", "shell(* -s)", "shell(ls \\*)"]
    ),
    st.sampled_from(["net(a.org)", "net(*.a.org)", "net(a.org:80)", "net(*)", "mcp(s:*)"]),
    st.builds(
        "{}({})".format,
        st.sampled_from(["read", "write", "delete"]),
        st.sampled_from(["docs/**", ".env", "*.py", "/w/p/a", "/etc/**", "**", "~/a", ".git", "a/*", "**/b.py"]),
    ),
)


def rules(
    *, scopes: Sequence[Scope] = tuple(Scope), verdicts: Sequence[Verdict] = tuple(Verdict)
) -> st.SearchStrategy[Rule]:
    return st.builds(
        lambda text, verdict, scope: read_rule(text, verdict, scope=scope, origin="here"),
        texts,
        st.sampled_from(verdicts),
        st.sampled_from(scopes),
    )


policies = st.builds(
    lambda mode, made: Policy(places=PLACES, mode=mode, rules=made),
    st.sampled_from(MODES),
    st.lists(rules(), max_size=4).map(tuple),
)


def with_rules(policy: Policy, more: Sequence[Rule]) -> Policy:
    return replace(policy, rules=(*policy.rules, *more))


@given(policies, calls)
def test_the_same_question_has_the_same_answer(policy: Policy, call: list[Action]) -> None:
    assert policy.decide(call) == policy.decide(list(call))


@given(policies, calls, st.lists(rules(verdicts=[Verdict.DENY, Verdict.ASK]), max_size=3))
def test_a_rule_that_refuses_or_asks_lets_nothing_pass(policy: Policy, call: list[Action], more: list[Rule]) -> None:
    before, after = policy.decide(call).verdict, with_rules(policy, more).decide(call).verdict
    assert STRICTNESS[after] >= STRICTNESS[before]


@given(policies, calls, st.lists(rules(verdicts=[Verdict.ALLOW]), max_size=3))
def test_a_rule_that_allows_refuses_nothing(policy: Policy, call: list[Action], more: list[Rule]) -> None:
    before, after = policy.decide(call).verdict, with_rules(policy, more).decide(call).verdict
    assert STRICTNESS[after] <= STRICTNESS[before]


@given(
    st.sampled_from(MODES),
    st.lists(rules(scopes=[Scope.ADMINISTRATOR], verdicts=[Verdict.DENY, Verdict.ASK]), min_size=1, max_size=3),
    st.lists(rules(scopes=[Scope.SESSION, Scope.PROJECT, Scope.USER]), max_size=5),
    calls,
)
def test_nothing_below_weakens_the_administrator(
    mode: str, administrative: list[Rule], more: list[Rule], call: list[Action]
) -> None:
    [known] = [one for one in MODES if one == mode]
    policy = Policy(places=PLACES, mode=known, rules=tuple(administrative))
    before = policy.decide(call)
    after = with_rules(policy, more).decide(call)
    if "(administrator, " in before.rule:
        assert STRICTNESS[after.verdict] >= STRICTNESS[before.verdict]


@given(policies, calls)
def test_what_passes_in_plan_mode_passes_in_ask_mode_and_that_in_edit_mode(policy: Policy, call: list[Action]) -> None:
    passes = [policy.with_mode(mode).decide(call).verdict is Verdict.ALLOW for mode in ("plan", "ask", "edit")]
    assert passes == sorted(passes)


@given(policies, calls)
def test_the_order_of_rules_does_not_matter(policy: Policy, call: list[Action]) -> None:
    backwards = replace(policy, rules=tuple(reversed(policy.rules)))
    assert policy.decide(call).verdict is backwards.decide(call).verdict


@given(policies, calls)
def test_what_always_would_write_is_enough_and_needed(policy: Policy, call: list[Action]) -> None:
    decision = policy.decide(call)
    if decision.suggestion:
        assert decision.verdict is not Verdict.ALLOW
        assert policy.with_rule(decision.suggestion).decide(call).verdict is Verdict.ALLOW


@given(policies, calls)
def test_auto_mode_never_asks(policy: Policy, call: list[Action]) -> None:
    assert policy.with_mode("auto").decide(call).verdict is not Verdict.ASK


@given(policies, paths)
def test_nothing_writes_into_git_unasked(policy: Policy, path: Path) -> None:
    if ".git" in path.parts:
        call = (Action(tool="shell", text="git push", effects=(Writes(path=path),)),)
        assert policy.decide(call).verdict is not Verdict.ALLOW
