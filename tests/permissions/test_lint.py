"""What is odd about rules."""

import datetime as dt
from pathlib import Path

import pytest

from aircher.config.rules import RuleTable
from aircher.permissions.decision import Verdict
from aircher.permissions.lint import lint, without_effect
from aircher.permissions.places import Places
from aircher.permissions.rules import Rule, Scope, read_rule

PLACES = Places(roots=(Path("/work/project"),), home=Path("/home/user"))
TODAY = dt.date(2026, 11, 27)


def rule(text: str, scope: Scope = Scope.USER, expires: dt.date | None = None) -> Rule:
    """Return the rule of a text such as ``deny read(docs)``."""
    verdict, _, written = text.partition(" ")
    return read_rule(RuleTable(rule=written, expires=expires), Verdict(verdict), scope=scope, origin="here")


def remarks(*rules: Rule) -> list[tuple[str, str]]:
    return [(remark.kind, remark.text) for remark in lint(rules, places=PLACES, today=TODAY)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("deny raed(x)", "unknown tool", "names no tool of Aircher itself; did you mean read?"),
        ("deny frobnicate", "unknown tool", "names no tool of Aircher itself"),
        ("allow shell(git:*)", "never matches", "never matches: for all that begins so, write shell(git*)"),
        (
            "deny shell(a && b)",
            "never matches",
            "never matches: a rule is held against each simple command of a line, not against the line",
        ),
        (
            "allow mcp(github)",
            "never matches",
            "never matches: write mcp(github:TOOL), or mcp(github:*) for all tools of the server",
        ),
        (
            "deny net(https://a.org/x)",
            "never matches",
            "never matches: it takes a host, such as net(docs.python.org), not an address",
        ),
        ("allow write(.git/**)", "never matches", "has no effect: this place is protected, and asks each time"),
        ("allow write(~/.bashrc)", "never matches", "has no effect: this place is protected, and asks each time"),
        ("allow delete(.env)", "never matches", "has no effect: this place is protected, and asks each time"),
    ],
)
def test_a_rule_that_does_not_do_what_it_seems_to_is_remarked(text: str, kind: str, words: str) -> None:
    assert remarks(rule(text)) == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "shell",
        "shell(*)",
        "shell(* --help)",
        "shell(bash*)",
        "shell(/usr/bin/bash *)",
        "shell(python*)",
        "shell(python3.12 *)",
        "shell(sudo *)",
        "shell(npx *)",
        "read",
        "read(**)",
        "read(/**)",
        "read(~/**)",
        "write(**/*)",
        "net",
        "net(*)",
        "unknown",
        "env",
        "env(*)",
    ],
)
def test_a_rule_that_lets_pass_whatever_comes_is_the_users_alone(text: str) -> None:
    assert remarks(rule(f"allow {text}")) == [("too broad", "lets pass what nobody can foresee")]
    of_project = rule(f"allow {text}", Scope.PROJECT)
    assert ("too broad", "is too broad for a project, and has no effect") in remarks(of_project)
    assert len(without_effect([of_project], places=PLACES, today=TODAY)) >= 1
    assert not rule(f"deny {text}").is_too_broad


@pytest.mark.parametrize(
    "text",
    [
        "allow shell(git status*)",
        "allow shell(npm test)",
        "allow shell(python -m pytest*)",
        "allow shell(python tools/x.py)",
        "allow read(/usr/include/**)",
        "allow read(.env)",
        "allow write(docs/**)",
        "deny write(.git/**)",
        "ask shell(bash*)",
        "deny read(**)",
        "allow net(*.python.org)",
        "allow env(CI)",
        "allow mcp(github:create_issue)",
        "deny task",
    ],
)
def test_an_everyday_rule_is_not_worth_a_remark(text: str) -> None:
    assert remarks(rule(text)) == []


def test_no_project_may_let_keys_be_read() -> None:
    words = "has no effect: no project may let keys be read"
    assert remarks(rule("allow read(.env)", Scope.PROJECT)) == [("never matches", words)]


def test_an_expired_rule_is_remarked_and_shadows_nothing() -> None:
    old = rule("deny shell", expires=dt.date(2026, 11, 26))
    assert remarks(old, rule("allow shell(ls)"), rule("deny net", expires=TODAY)) == [
        ("expired", "expired on 2026-11-26")
    ]


@pytest.mark.parametrize(
    ("wide", "narrow", "is_shadowed"),
    [
        ("deny shell(git*)", "allow shell(git status*)", True),
        ("deny shell(git*)", "deny shell(git push)", True),
        ("ask shell", "allow shell(ls)", True),
        ("allow shell(git*)", "deny shell(git push)", False),
        ("allow shell(git*)", "ask shell(git push)", False),
        ("deny shell(git p*)", "allow shell(git*)", False),
        ("deny read(docs/**)", "allow read(docs/a.md)", True),
        ("deny read(docs)", "allow read(docs/a.md)", True),
        ("deny read(docs/*.txt)", "allow read(docs/*.md)", False),
        ("deny read(*.md)", "allow read(docs/*.md)", True),
        ("deny read(docs/a.md)", "allow read(docs/**)", False),
        ("deny read", "allow write(docs)", False),
        ("deny write(docs)", "allow delete(docs/a)", True),
        ("deny net(*.a.org)", "allow net(b.a.org)", True),
        ("deny net(b.a.org)", "allow net(*.a.org)", False),
    ],
)
def test_a_rule_that_another_always_beats_is_shadowed(wide: str, narrow: str, *, is_shadowed: bool) -> None:
    found = [text for kind, text in remarks(rule(narrow), rule(wide)) if kind == "shadowed"]
    assert found == ([f"is shadowed by {wide} (user, here)"] if is_shadowed else [])


def test_of_two_rules_that_say_the_same_the_later_is_remarked() -> None:
    first, second = rule("deny net(a.org)"), rule("deny net(a.org)", Scope.PROJECT)
    assert [(remark.rule, remark.text) for remark in lint([first, second], places=PLACES, today=TODAY)] == [
        (second, "is the same as deny net(a.org) (user, here)")
    ]
