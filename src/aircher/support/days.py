"""Days and months as the user counts them: in a time zone, where a day may have 23 or 25 hours.

``tz=None`` is the system's own zone, which the C library knows with its summer time; the fixed offset that
`datetime.astimezone` shows would be wrong for half of the year.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def day_of(moment: datetime, tz: tzinfo | None = None) -> date:
    """Return the day on which an aware time falls."""
    return moment.astimezone(tz).date()


def day_start(day: date, tz: tzinfo | None = None) -> datetime:
    """Return when a day begins, UTC; where clocks skip midnight, that is the moment of the change."""
    return datetime.combine(day, time.min, tzinfo=tz).astimezone(UTC)


def next_day(day: date) -> date:
    """Return the day after."""
    return day + timedelta(days=1)


def month_start(day: date, tz: tzinfo | None = None) -> datetime:
    """Return when the month of a day begins, UTC."""
    return day_start(day.replace(day=1), tz)
