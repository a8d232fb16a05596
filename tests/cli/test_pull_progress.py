import io

import pytest

from aircher.cli.pull_progress import PullDisplay, PullMeter, amount
from aircher.providers._ollama_pull import PullProgress
from aircher.testing.manual_clock import ManualClock


class Screen(io.StringIO):
    """A terminal that keeps what was written to it."""

    def isatty(self) -> bool:
        return True


def layer(name: str, done: int, total: int) -> PullProgress:
    return PullProgress(f"pulling {name}", name, total, done)


@pytest.mark.parametrize(
    ("count_bytes", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (999_600, "1.0 MB"), (5_200_000_000, "5.2 GB"), (2e13, "20.0 TB")],
)
def test_amounts_are_decimal(count_bytes: float, text: str) -> None:
    assert amount(count_bytes) == text


def test_files_are_added_up_and_what_was_there_before_is_no_speed() -> None:
    meter = PullMeter()
    meter.add(PullProgress("pulling manifest"), now_s=0)
    assert (meter.done_bytes, meter.total_bytes, meter.speed()) == (0, 0, None)
    meter.add(layer("a", 900, 1000), now_s=0)
    meter.add(layer("b", 0, 500), now_s=1)
    meter.add(layer("b", 300, 500), now_s=2)
    assert (meter.done_bytes, meter.total_bytes, meter.speed()) == (1200, 1500, 150)


def test_speed_is_that_of_the_last_seconds() -> None:
    meter = PullMeter()
    for second in range(10):
        meter.add(layer("a", 1000 * second, 100_000), now_s=second)
    for second in range(10, 20):
        meter.add(layer("a", 9000 + 10 * (second - 9), 100_000), now_s=second)
    assert meter.speed() == 10


async def test_the_line_is_repainted_ten_times_a_second_at_most_and_fits_the_window() -> None:
    screen, clock = Screen(), ManualClock()
    display = PullDisplay(screen, clock.monotonic_s, lambda: 40)
    display.show(PullProgress("pulling manifest"))
    for done in range(0, 10_000_000, 1000):
        await clock.advance(0.001)
        display.show(layer("a", done, 50_000_000))
    display.close()
    display.close()

    lines = screen.getvalue().removesuffix("\n").split("\r\x1b[2K")[1:]
    assert lines[0] == "pulling manifest"
    assert 95 <= len(lines) <= 105
    assert max(map(len, lines)) == 39
    assert screen.getvalue().count("\n") == 1


async def test_speed_and_rest_are_told() -> None:
    screen, clock = Screen(), ManualClock()
    display = PullDisplay(screen, clock.monotonic_s, lambda: 100)
    display.show(layer("a", 0, 90_000_000))
    await clock.advance(1.0)
    display.show(layer("a", 1_000_000, 90_000_000))
    assert screen.getvalue().endswith("  1% [........................] 1.0 MB of 90.0 MB 1.0 MB/s 1 min 29 s left")
