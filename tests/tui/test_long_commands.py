"""Slash commands that take long: they are told, can be stopped, and hold nobody up who leaves."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.tui.pilot import Place, flying
from tests.tui.zoo import ANSWERS, BEGUN


class Slow:
    """A subcommand that ends when the test says so."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.has_ended = threading.Event()

    def __call__(self, words: Sequence[str]) -> str:
        self.may_end.wait()
        self.has_ended.set()
        return f"{words[0]} has ended"


@contextmanager
def slow() -> Iterator[Slow]:
    subcommand = Slow()
    try:
        yield subcommand
    finally:
        subcommand.may_end.set()


async def test_a_command_that_takes_long_is_told_until_it_is_over(place: Place) -> None:
    with slow() as subcommand:
        async with flying(place, *ANSWERS, subcommand=subcommand) as ui:
            ui.type("/doctor")
            ui.press("enter")
            await ui.until("/doctor runs: Esc stops it")
            subcommand.may_end.set()
            await ui.until("doctor has ended", without="/doctor runs")


async def test_a_command_that_takes_long_is_stopped_and_its_answer_is_not_shown(place: Place) -> None:
    with slow() as subcommand:
        async with flying(place, *ANSWERS, subcommand=subcommand) as ui:
            ui.type("/doctor")
            ui.press("enter")
            await ui.until("/doctor runs: Esc stops it")
            ui.press("escape")
            await ui.until("/doctor is not waited for any more")
            subcommand.may_end.set()
            await ui.until(subcommand.has_ended.is_set)
            await ui.ask("zoo", "It is a zoo.")
            assert "doctor has ended" not in ui.text


async def test_a_turn_is_interrupted_before_a_command_is_stopped(place: Place) -> None:
    with slow() as subcommand:
        async with flying(place, *ANSWERS, subcommand=subcommand) as ui:
            await ui.begin("begin", BEGUN)
            ui.type("/doctor")
            ui.press("enter")
            await ui.until("works, /doctor runs")
            ui.press("escape")
            await ui.until("/doctor runs: Esc stops it")


async def test_leaving_does_not_wait_for_a_command_that_takes_long(place: Place) -> None:
    with slow() as subcommand:
        async with flying(place, *ANSWERS, subcommand=subcommand) as ui:
            ui.type("/doctor")
            ui.press("enter")
            await ui.until("/doctor runs: Esc stops it")
            ui.press("ctrl+d")
            await ui.until_left()
            assert not subcommand.has_ended.is_set()
