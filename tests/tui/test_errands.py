"""What becomes of failures and bugs: in errands, and in what the loop calls."""

import asyncio

from aircher.domain.errors import AircherError, UsageError
from aircher.tui.errands import Errands


def raising(problem: Exception) -> None:
    raise problem


async def test_what_a_callback_raises_is_shown_or_ends_the_program_as_with_an_errand() -> None:
    loop = asyncio.get_running_loop()
    failed: list[AircherError] = []
    broke = asyncio.Event()
    errands = Errands(failed.append, broke.set)
    errands.guard(loop)
    try:
        wrong, bug = UsageError("wrong"), LookupError("ours")
        loop.call_soon(raising, wrong)
        loop.call_soon(raising, bug)
        await broke.wait()
        assert failed == [wrong]
        assert errands.defect is bug
    finally:
        loop.set_exception_handler(None)
