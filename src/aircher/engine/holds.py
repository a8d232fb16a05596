"""What a call under way may cost, shown to every other process until the call has ended.

Invariant: others see at least what the call has cost and its next piece may cost, so that all of them together go
beyond a limit by no more than one piece. What could not be held is no reason to stop: the ledger has told it.
Not its job: the limits (`aircher.engine.spending`); where holds are kept (the port `Ledger`).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aircher.domain.errors import BudgetError
from aircher.domain.ports import Clock
from aircher.domain.spending import Hold
from aircher.engine.ports import Ledger
from aircher.engine.spending import OpenCall, Spending
from aircher.support.ids import new_id

RENEWED_EVERY_S = 5.0
"""How often a hold is renewed and others are looked at: also while nothing comes, when a model thinks for minutes."""


class SharedHold:
    """The hold of one call. Belongs to one event loop.

    Attributes:
        is_due: Whether `renew` has to be awaited before more of the answer is taken.
    """

    def __init__(self, *, ledger: Ledger, spending: Spending, clock: Clock, provider: str) -> None:
        self.is_due = False
        self._id = new_id()
        self._ledger = ledger
        self._spending = spending
        self._clock = clock
        self._provider = provider
        self._held_usd = 0.0
        self._needed_usd = 0.0

    async def begin(self, estimate_usd: float) -> OpenCall:
        """Return the call that may go out, seen by all others from now on.

        Raises:
            BudgetError: As `Spending.begin`; nothing is held.
        """
        self._held_usd = self._needed_usd = estimate_usd
        fits = self._spending.fits(provider=self._provider, estimate_usd=estimate_usd)
        try:
            self._spending.renew(await self._ledger.hold(self._hold(), fits=fits))
            return self._spending.begin(provider=self._provider, estimate_usd=estimate_usd)
        except BaseException:
            self.release(is_noted=False)  # cancelled, it may have been written all the same
            raise

    def cover(self, needed_usd: float) -> None:
        """Take what the call has cost and its next piece may cost; `is_due` tells whether that is more than is held."""
        self._needed_usd = needed_usd
        if needed_usd > self._held_usd:
            self.is_due = True

    async def renew(self, call: OpenCall) -> None:
        """Hold what is needed now, and take over what others spend and hold.

        Raises:
            BudgetError: Others have used up what this answer needs.
        """
        self.is_due = False
        self._held_usd = max(self._held_usd, self._needed_usd)
        self._spending.renew(await self._ledger.hold(self._hold()))
        call.check_again()

    @asynccontextmanager
    async def kept(self, call: OpenCall) -> AsyncIterator[None]:
        """Renew the hold every few seconds; on leaving nothing renews it any more."""
        renewing = asyncio.create_task(self._keep(call))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
        if not renewing.cancelled():
            renewing.result()  # a bug

    def release(self, *, is_noted: bool) -> None:
        """Let go of what is held, together with the next note if that is the call's."""
        self._ledger.release(self._id, is_noted=is_noted)

    async def _keep(self, call: OpenCall) -> None:
        while True:
            await self._clock.sleep(RENEWED_EVERY_S)
            try:
                await self.renew(call)
            except BudgetError:
                self.is_due = True  # whoever takes the answer finds the same and stops it

    def _hold(self) -> Hold:
        return Hold(id=self._id, provider=self._provider, held_usd=self._held_usd)
