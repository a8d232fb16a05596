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
