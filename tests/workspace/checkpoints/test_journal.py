"""The journal of a session, whole and damaged."""

from pathlib import Path

from aircher.workspace.checkpoints.journal import Journal
from aircher.workspace.checkpoints.states import Change, State

BEFORE = {
    "kind": "before", "at": 1, "n": 1, "turn": "t", "call": "c", "label": "x", "base": "", "delta": {},
    "watched": {"caf\udce9": None}, "outside": [], "uncovered": [],
}  # fmt: skip
CHANGE = Change("caf\udce9", None, State("f", 0o644, "ab", 3))


def test_a_torn_line_is_passed_over_and_spoils_no_other(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "s1.jsonl")
    journal.append(BEFORE)
    with journal.path.open("ab") as file:
        file.write(b'{"kind":"after","n":1,"at":2,"chan')
    journal.append({"kind": "after", "at": 3, "n": 1, "changes": [CHANGE]})
    journal.append({"kind": "of a newer version", "at": 4})
    (step,) = journal.read().steps
    assert (step.changes, step.watched) == ((CHANGE,), {"caf\udce9": None})


def test_a_journal_of_nonsense_is_empty(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "s1.jsonl")
    journal.path.write_bytes(b'\xff\n[]\n3\n{"kind":"redo","at":1,"changes":[]}\n{"kind":"after","at":1,"n":9}\nnull\n')
    history = journal.read()
    assert (history.steps, history.undos, history.standing, history.redoable) == ([], [], [], None)
