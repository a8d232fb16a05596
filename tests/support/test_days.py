"""Days and months as the user counts them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.support.days import day_of, day_start, month_start, next_day

BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.integers(946_684_800, 2_114_380_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))  # to 2037
ZONES = ["UTC", "Europe/Berlin", "America/Havana", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Apia", "America/Asuncion"]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    assert day_start(next_day(day), BERLIN) - day_start(day, BERLIN) == timedelta(hours=hours)


def test_a_month_begins_with_its_first_day_where_the_user_is() -> None:
    assert month_start(date(2026, 4, 17), BERLIN) == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert month_start(date(2026, 1, 1), BERLIN) == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_where_clocks_skip_midnight_the_day_begins_with_the_change() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    start = day_start(date(2026, 4, 24), cairo)
    assert start.astimezone(cairo).strftime("%H:%M") == "01:00"
    assert day_of(start, cairo) == date(2026, 4, 24)
    assert day_of(start - timedelta(microseconds=1), cairo) == date(2026, 4, 23)


@given(moment=MOMENTS, zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_every_moment_lies_in_its_day(moment: datetime, zone: ZoneInfo) -> None:
    day = day_of(moment, zone)
    assert day_start(day, zone) <= moment < day_start(next_day(day), zone)


@given(moment=MOMENTS)
def test_the_systems_own_zone_is_a_zone_too(moment: datetime) -> None:
    day = day_of(moment)
    assert day_start(day) <= moment < day_start(next_day(day))
