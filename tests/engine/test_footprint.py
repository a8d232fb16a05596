"""Which calls may change something, and which must not run side by side."""

from pathlib import Path

import pytest

from aircher.domain.effects import Action, Connects, Reads, Unknown, Writes
from aircher.engine.footprint import footprint

A, B, ABOVE = Path("/w/a"), Path("/w/b"), Path("/w")


def write(path: Path) -> Action:
    return Action(tool="write", effects=(Writes(path=path),))


def read(path: Path) -> Action:
    return Action(tool="read", effects=(Reads(path=path),))


def shell(text: str, *effects: Reads | Writes | Unknown) -> Action:
    return Action(tool="shell", text=text, effects=effects)


ANYTHING = shell("make", Unknown(reason="may do anything"))


@pytest.mark.parametrize(
    ("one", "other", "do_collide"),
    [
        (write(A), write(B), False),
        (write(A), write(A), True),
        (write(ABOVE), read(A), True),
        (read(ABOVE), write(A), True),
        (read(A), read(A), False),
        (ANYTHING, read(A), True),
        (ANYTHING, Action(tool="net", effects=(Connects(host="example.org"),)), False),
        (shell("cd a", Reads(path=A)), shell("cat b", Reads(path=B)), True),
        (shell("cd a", Reads(path=A)), shell("echo hi"), True),
        (shell("cd a", Reads(path=A)), read(B), False),
        (shell("cdrecord a", Reads(path=A)), shell("cat b", Reads(path=B)), False),
    ],
)
def test_calls_collide_if_their_order_could_matter(one: Action, other: Action, do_collide: bool) -> None:
    assert footprint([one]).collides(footprint([other])) is do_collide
    assert footprint([other]).collides(footprint([one])) is do_collide


def test_only_tools_that_name_their_files_are_exact() -> None:
    named, command, nothing = footprint([write(A)]), footprint([shell("touch a", Writes(path=A))]), footprint([])
    assert (named.may_write, named.is_exact) == (True, True)
    assert (command.may_write, command.is_exact) == (True, False)
    assert (nothing.may_write, nothing.is_exact) == (False, True)
    assert footprint([ANYTHING]).may_write
