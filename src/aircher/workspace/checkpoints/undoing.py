"""Undo and redo of what a session did: which steps are meant, and what came of it.

Invariant: all or nothing. An undo is itself a step in the journal, so it survives the process and can be taken back.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

from aircher.domain.changes import FileChange
from aircher.domain.errors import UsageError
from aircher.domain.records import dataclass
from aircher.support.ids import new_id
from aircher.workspace.checkpoints.describing import described
from aircher.workspace.checkpoints.journal import History, Step
from aircher.workspace.checkpoints.merge import diff
from aircher.workspace.checkpoints.plan import Plan, Planner, Problem, Stage
from aircher.workspace.checkpoints.recorder import Recorder
from aircher.workspace.checkpoints.states import Change, is_of_files, shown
from aircher.workspace.checkpoints.transaction import Recovered, Transactions
from aircher.workspace.checkpoints.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """What to undo: the last ``steps`` calls, or everything from checkpoint ``to`` on; neither = the last turn.

    Attributes:
        turns: Everything that calls of these turns did, and all that came after the first of it.
    """

    steps: int | None = None
    to: int | None = None
    turns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an undo or a redo did, or would do.

    Attributes:
        session_id: Whose work.
        numbers: The checkpoints whose calls are taken back, or done again.
        labels: What those calls did.
        changes: The files that change.
        diffs: A unified diff for each of ``changes``, where asked for.
        merged: Paths whose new content keeps what other hands changed, too.
        left_alone: What is not restored, and why.
        conflicts: What keeps all of it from being done, and why.
        is_done: Whether it was done: not if there are conflicts, and not if it was only to be shown.
        recovered: An earlier undo that a crash had cut off and that was completed first.
    """

    session_id: str
    numbers: tuple[int, ...]
    labels: tuple[str, ...]
    changes: tuple[FileChange, ...]
    diffs: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    left_alone: tuple[Problem, ...] = ()
    conflicts: tuple[Problem, ...] = ()
    is_done: bool = False
    recovered: Recovered | None = None


class Undoing:
    """Takes back what sessions did in one workspace. Every method blocks."""

    def __init__(self, recorder: Recorder, tree: Tree) -> None:
        self._recorder = recorder
        self._place = recorder.place
        self._objects = recorder.objects
        self._tree = tree
        self._transactions = Transactions(self._place, tree, self._objects)

    def last_session(self) -> str | None:
        """Return the session that changed files last and was not wholly undone; ``None`` = there is none."""
        for journal in self._place.journals():
            history = journal.read()
            if history.standing or any(step.changes is None for step in history.steps):
                return journal.session_id
        return None

    def last_undone(self) -> str | None:
        """Return the session of the last undo that a redo would take back."""
        return next((journal.session_id for journal in self._place.journals() if journal.read().redoable), None)

    def undo(self, session_id: str, which: Which, *, is_forced: bool = False, is_shown_only: bool = False) -> Outcome:
        """Take back what the session did.

        Args:
            session_id: The session.
            which: How much of it.
            is_forced: Whether the recorded old content wins where other hands were at work since.
            is_shown_only: Whether to tell what would happen and do nothing.

        Raises:
            UsageError: There is nothing to undo, or a call is running.
            StorageError: The disk refuses; nothing was changed.
        """
        with self._alone(session_id) as (recovered, history):
            steps = _chosen(history, which)
            stages = [Stage(changes=step.changes or (), is_uncertain=step.is_uncertain) for step in steps]
            plan = Planner(self._tree, self._objects, is_forced=is_forced).take_back(stages)
            record = {"kind": "undo", "id": new_id(), "steps": [step.number for step in steps]}
            return self._carried_out(history, steps, plan, record, recovered, is_shown_only=is_shown_only)

    def redo(self, session_id: str, *, is_forced: bool = False, is_shown_only: bool = False) -> Outcome:
        """Take back the session's last undo; arguments and errors as of `undo`."""
        with self._alone(session_id) as (recovered, history):
            undo = history.redoable
            if undo is None:
                raise UsageError(
                    f"session {session_id} has no undo to take back, or has gone on since",
                    hint="aircher checkpoints list",
                    code="usage.nothing_to_redo",
                )
            plan = Planner(self._tree, self._objects, is_forced=is_forced).take_back([Stage(changes=undo.changes)])
            steps = [step for step in history.steps if step.number in undo.numbers]
            record = {"kind": "redo", "id": new_id(), "undo": undo.undo_id}
            return self._carried_out(history, steps, plan, record, recovered, is_shown_only=is_shown_only)

    @contextmanager
    def _alone(self, session_id: str) -> Iterator[tuple[Recovered | None, History]]:
        with self._place.alone_in_workspace() as is_alone:
            if not is_alone:
                raise UsageError(
                    "a tool call is changing this workspace right now",
                    hint="try again when it is done, or interrupt it",
                    code="usage.undo_busy",
                )
            recovered = self._transactions.recover()
            journal = self._place.journal(session_id)
            history = journal.read()
            if self._recorder.close_interrupted(history, Event()):
                history = journal.read()
            yield recovered, history

    def _carried_out(
        self,
        history: History,
        steps: Sequence[Step],
        plan: Plan,
        record: dict[str, Any],
        recovered: Recovered | None,
        *,
        is_shown_only: bool,
    ) -> Outcome:
        is_done = not plan.conflicts and not is_shown_only
        changes = described(plan.moves, self._objects)
        diffs = tuple(self._diff(move) for move in plan.moves if is_of_files(move)) if is_shown_only else ()
        if is_done:
            self._transactions.run(history.session_id, plan.moves, record)
        return Outcome(
            session_id=history.session_id,
            numbers=tuple(step.number for step in steps),
            labels=tuple(step.label for step in steps),
            changes=changes,
            diffs=diffs,
            merged=tuple(map(shown, plan.merged)),
            left_alone=tuple(Problem(shown(path), reason) for path, reason in plan.left_alone),
            conflicts=tuple(Problem(shown(path), reason) for path, reason in plan.conflicts),
            is_done=is_done,
            recovered=recovered,
        )

    def _diff(self, move: Change) -> str:
        return diff(self._objects.content(move.before), self._objects.content(move.after))


def _chosen(history: History, which: Which) -> list[Step]:
    """Return the standing steps that are meant, in their order."""
    standing = history.standing
    if not standing:
        raise _nothing(history)
    if which.to is not None:
        if history.step(which.to) is None:
            raise UsageError(
                f"session {history.session_id} has no checkpoint {which.to}",
                hint=f"aircher checkpoints list --session {history.session_id}",
                code="usage.checkpoint_unknown",
            )
        chosen = [step for step in standing if step.number >= which.to]
        if not chosen:
            raise _nothing(history, f" from checkpoint {which.to} on")
        return chosen
    if which.turns:
        first = next((at for at, step in enumerate(standing) if step.turn_id in which.turns), None)
        if first is None:
            raise _nothing(history, " in these turns")
        return standing[first:]
    if which.steps is not None:
        return standing[-which.steps :]
    chosen = []
    for step in reversed(standing):
        if step.turn_id != standing[-1].turn_id:
            break
        chosen.insert(0, step)
    return chosen


def _nothing(history: History, where: str = "") -> UsageError:
    return UsageError(
        f"session {history.session_id} has changed nothing{where} that was not undone already",
        hint="aircher checkpoints list",
        code="usage.nothing_to_undo",
    )
