"""What may be read."""

from pathlib import Path

import pytest

from aircher.domain.tools import Reads
from aircher.permissions.policy import Decision, Policy

POLICY = Policy(roots=(Path("/work/project"), Path("/extra")))


@pytest.mark.parametrize(
    ("path", "allowed", "rule"),
    [
        ("/work/project/src/a.py", True, "read(workspace)"),
        ("/work/project", True, "read(workspace)"),
        ("/extra/notes.md", True, "read(workspace)"),
        ("/work/project-2/a.py", False, "read(/work/project-2/a.py) is outside the workspace"),
        ("/etc/passwd", False, "read(/etc/passwd) is outside the workspace"),
        ("/work/project/.env", False, "read(.env) may hold keys"),
        ("/work/project/deploy/.ENV.production", False, "read(.ENV.production) may hold keys"),
        ("/work/project/.env.example", True, "read(workspace)"),
        ("/work/project/id_rsa", False, "read(id_rsa) may hold keys"),
        ("/work/project/id_rsa.pub", True, "read(workspace)"),
        ("/work/project/.git/config", False, "read(config) may hold keys"),
        ("/work/project/config", True, "read(workspace)"),
    ],
)
def test_reads_are_judged_by_place_and_name(path: str, *, allowed: bool, rule: str) -> None:
    assert POLICY.decide([Reads(path=Path(path))]) == Decision(allowed=allowed, rule=rule)


def test_one_refused_effect_refuses_the_call() -> None:
    inside, outside = Reads(path=Path("/extra/a")), Reads(path=Path("/b"))
    assert POLICY.decide([inside, outside, inside]) == Decision(allowed=False, rule="read(/b) is outside the workspace")
    assert POLICY.decide([]) == Decision(allowed=True, rule="no effects")


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("read(docs/plan.md)", "docs/plan.md"),
        ("read_file(docs/plan.md)", "docs/plan.md"),
        ("Read( docs/*.md )", "docs/plan.md"),
        ("read(DOCS/Plan.md)", "docs/plan.md"),
        ("read(./docs/**)", "docs/a/b/plan.md"),
        ("read(docs/**)", "docs"),
        ("read(docs)", "docs/a/plan.md"),
        ("read(inner/)", "docs/inner/plan.md"),
        ("read(*.md)", "docs/plan.md"),
        ("read(**/plan.md)", "plan.md"),
        ("read(**/inner/**/*.md)", "docs/inner/a/b/plan.md"),
        ("read(docs/**/plan.md)", "docs/plan.md"),
        ("read(docs/p?an.[a-m]d)", "docs/plan.md"),
        ("read(/docs/plan.md)", "docs/plan.md"),
        ("read(/work/project/docs/**)", "docs/plan.md"),
        ("read(**)", "a"),
        ("read(odd (1).md)", "odd (1).md"),
    ],
)
@pytest.mark.parametrize("root", POLICY.roots)
def test_a_deny_rule_refuses_what_it_names_in_every_root(root: Path, rule: str, path: str) -> None:
    policy = Policy(roots=POLICY.roots, deny=["shell(rm *)", rule])
    target = root / path
    if rule.startswith("read(/work") and not target.is_relative_to("/work"):
        assert policy.decide([Reads(path=target)]).allowed
    else:
        text = f"read({target.name}) is refused by security.deny: {rule}"
        assert policy.decide([Reads(path=target)]) == Decision(allowed=False, rule=text)


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("read(docs/*.md)", "docs/a/plan.md"),
        ("read(docs/*.md)", "a/docs/plan.md"),
        ("read(plan)", "docs/plan.md"),
        ("read(docs/**/a/plan.md)", "docs/plan.md"),
        ("read(docs/plan.md/x)", "docs/plan.md"),
        ("write(docs/**)", "docs/plan.md"),
        ("read()", "docs/plan.md"),
        ("read(docs", "docs/plan.md"),
    ],
)
def test_a_deny_rule_refuses_nothing_else(rule: str, path: str) -> None:
    policy = Policy(roots=POLICY.roots, deny=[rule])
    assert policy.decide([Reads(path=POLICY.roots[0] / path)]) == Decision(allowed=True, rule="read(workspace)")


def test_deny_beats_what_makes_a_file_readable_and_names_itself_where_others_would_refuse_too() -> None:
    policy = Policy(roots=POLICY.roots, deny=["read(*.example)", "read(/etc/**)"])
    for path, rule in (("/extra/.env.example", "read(*.example)"), ("/etc/passwd", "read(/etc/**)")):
        name = Path(path).name
        text = f"read({name}) is refused by security.deny: {rule}"
        assert policy.decide([Reads(path=Path(path))]) == Decision(allowed=False, rule=text)


def test_a_rule_of_many_stars_is_judged_at_once() -> None:
    policy = Policy(roots=(Path("/r"),), deny=["read(" + "**/a/" * 40 + "b)"])
    assert policy.decide([Reads(path=Path("/r" + "/a" * 900))]).allowed
