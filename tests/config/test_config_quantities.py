import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.config.quantities import Duration, Size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30.0), ("5m", 300.0), ("2h", 7_200.0), ("200ms", 0.2), ("1h30m", 5_400.0), ("1.5h", 5_400.0), ("0", 0.0)],
)
def test_a_duration_is_read_as_the_go_program_read_it(text: str, seconds: float) -> None:
    assert Duration.parse(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "30", "s", "5 minutes", "-1s", "1s2", "9" * 400 + "s", "200000d", "²s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|century"):
        Duration.parse(text)


@given(st.integers(0, 10_000_000))
def test_a_duration_of_whole_seconds_survives_being_written(seconds: int) -> None:
    assert Duration.parse(str(Duration(seconds))) == Duration(seconds)


@pytest.mark.parametrize(
    ("text", "count"),
    [("10MB", 10 * 1024**2), ("1GB", 1024**3), ("512", 512), ("1.5 KiB", 1_536), ("2tb", 2 * 1024**4), ("0B", 0)],
)
def test_a_size_counts_in_units_of_1024(text: str, count: int) -> None:
    assert Size.parse(text) == count


@pytest.mark.parametrize("text", ["", "MB", "10XB", "-1MB", "1e3KB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="size"):
        Size.parse(text)


@given(st.integers(0, 2**50))
def test_a_size_survives_being_written(count: int) -> None:
    assert Size.parse(str(Size(count))) == count
