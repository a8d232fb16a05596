"""Effects in words."""

from pathlib import Path

import pytest

from aircher.domain.effects import Connects, Deletes, Effect, Reads, Runs, SetsVariable, Unknown, Writes
from aircher.permissions.effects_text import effects_text


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (Reads(path=Path("/a/b")), "reads /a/b"),
        (Reads(path=Path("/a"), is_listing=True), "lists /a"),
        (Reads(path=Path("/a"), is_recursive=True), "reads all of /a"),
        (Writes(path=Path("/a/b")), "writes /a/b"),
        (Deletes(path=Path("/a/b")), "deletes /a/b"),
        (Writes(path=Path("/a/x\n  reads /a")), r"writes '/a/x\n  reads /a'"),
        (Writes(path=Path("/a/\u202efdp.exe")), r"writes '/a/\u202efdp.exe'"),
        (Connects(host="a.org"), "connects to a.org"),
        (Connects(host="a.org", port=80), "connects to a.org, port 80"),
        (Connects(host="*"), "connects to a host that is not known"),
        (Runs(program="ls"), "runs ls"),
        (SetsVariable(name="PATH"), "sets PATH, which programs behave by"),
        (Unknown(reason="runs npm, which may do anything"), "runs npm, which may do anything"),
    ],
)
def test_each_effect_is_a_few_words_on_one_line(effect: Effect, words: str) -> None:
    assert effects_text([effect, effect]) == (words,)
