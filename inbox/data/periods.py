"""Which days and months are whole, and which of them a release publishes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.clock import DUBAI, in_dubai

#: A release is made from this hour on, in Dubai: by then what was said before midnight has been read.
HOUR = 6
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Through:
    """The last day and the first day of the last month that were published; None before the first release."""

    day: date | None = None
    month: date | None = None


def release_day(moment: datetime) -> date:
    """The day whose release is the newest there should be."""
    return (in_dubai(moment) - timedelta(hours=HOUR)).date()


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month + timedelta(days=32)).replace(day=1)


def days(after: date | None, first: date | None, before: date) -> Iterator[date]:
    """Days that follow `after` (from `first` on where there is none), up to the one before `before`."""
    day = after + timedelta(days=1) if after else first
    while day is not None and day < before:
        yield day
        day += timedelta(days=1)


def months(after: date | None, first: date | None, before: date) -> Iterator[date]:
    """Whole months that follow `after` (from that of `first` on), which ended before `before`."""
    month = next_month(after) if after else (month_of(first) if first else None)
    while month is not None and next_month(month) <= before:
        yield month
        month = next_month(month)


def bounds(month: date) -> tuple[datetime, datetime]:
    """The instants a month begins and ends at in Dubai, the second one no more part of it."""
    begin, end = (datetime.combine(day, time(), DUBAI).astimezone(UTC) for day in (month, next_month(month)))
    return begin, end
