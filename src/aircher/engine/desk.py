"""Questions to a person that wait for an answer.

Invariant: a question is answered once, by whoever comes first; an answer to no question is told to be one.
"""

import asyncio

from aircher.domain.ids import CallId
from aircher.domain.operations import Answer, AnswerPermission, Consent


class Desk:
    """The open questions of a session, one a call.

    Attributes:
        is_attended: Whether somebody is there to answer; a one-shot run has nobody.
    """

    def __init__(self, *, is_attended: bool) -> None:
        self.is_attended = is_attended
        self._open: dict[CallId, asyncio.Future[Answer]] = {}

    def open(self, call_id: CallId) -> asyncio.Future[Answer]:
        """Return where the answer will be. Cancelling it takes the question back."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._open[call_id] = future
        future.add_done_callback(lambda _: self._open.pop(call_id, None))
        return future

    @property
    def open_count(self) -> int:
        """How many questions wait."""
        return len(self._open)

    def leave(self) -> None:
        """Note that nobody is there any more: open questions are answered with no, later ones are not asked."""
        self.is_attended = False
        for call_id, future in list(self._open.items()):
            if not future.done():
                reason = "nobody is there any more"
                future.set_result(AnswerPermission(call_id=call_id, consent=Consent.NO, reason=reason))

    def answer(self, answer: Answer) -> bool:
        """Hand in an answer; ``False`` = the question is not open (any more)."""
        future = self._open.get(answer.call_id)
        if future is None or future.done():
            return False
        future.set_result(answer)
        return True
