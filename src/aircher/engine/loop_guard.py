"""Notices a model that goes round in a circle with its tools.

Invariant: pure. A call is the same if its tool, its arguments and its result are; whatever changes files breaks the
circle: the same test may fail as often as something was tried in between. Calls of one answer that are the same count
once: the model has not seen what came of the first.
"""

import json
from hashlib import sha256

from aircher.domain.errors import BudgetError
from aircher.domain.events import ToolFinished, ToolRequested

MOST_REPEATS = 3  # the first may be chance, the second a retry, the third is a circle


class LoopGuard:
    """Counts the calls of one turn."""

    def __init__(self) -> None:
        self._counts: dict[bytes, int] = {}
        self._of_this_answer: set[bytes] = set()

    def next_answer(self) -> None:
        """Take note that what follows are the calls of another answer."""
        self._of_this_answer.clear()

    def note(self, call: ToolRequested, finished: ToolFinished) -> None:
        """Take a call and its result.

        Raises:
            BudgetError: It is the third of its kind and nothing was changed meanwhile.
        """
        if finished.changes:
            self._counts.clear()
            return
        text = json.dumps([call.name, call.arguments, finished.content], sort_keys=True, default=str)
        key = sha256(text.encode("utf-8", "replace")).digest()
        if key in self._of_this_answer:
            return
        self._of_this_answer.add(key)
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] >= MOST_REPEATS:
            raise BudgetError(
                f"the model called {call.name} {MOST_REPEATS} times with the same arguments and the same result",
                hint="say what it should do instead, or choose another model with --model",
                code="budget.loop",
            )
