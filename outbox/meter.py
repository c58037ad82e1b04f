"""The meter: what an account has cost this month, by day, and what it will have cost at the month's end.

The forecast is what was spent so far, and for the days that are left what reading and answers cost a day on average over the last
seven whole days (fewer when there were fewer; the account's very first day, whose reading goes far back, only when there is no
other), and the price of every post that waits for its hour. A slower pace ahead is not foreseen: it is what the budget would spend
if nobody slowed it. Days are those of UTC, as X counts them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.clock import now
from core.models import Account
from core.settings import Settings
from outbox import budget, windows
from outbox.budget import Allowance, Pace
from outbox.models import Delivery, Spending

#: whole days a forecast rests on at most: a week holds each day of it once
RESTS_ON = 7
#: states of a post that still means to leave
PLANNED = ("scheduled", "held", "missed", "sending", "uncertain", "needs_decision")


@dataclass(frozen=True, slots=True)
class Day:
    """One day of UTC, in 1/1,000,000 USD and calls; `posts` charged as read."""

    day: date
    read_micros: int = 0
    write_micros: int = 0
    reads: int = 0
    writes: int = 0
    posts: int = 0

    @property
    def micros(self) -> int:
        return self.read_micros + self.write_micros


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the month will have cost. `days` whole days it rests on (0: only the hours of today so far), from `since` on;
    `reading_micros` and `answers_micros` a day; `planned_micros` of `planned` posts that are still to leave this month."""

    micros: int
    days: int
    since: date
    reading_micros: int
    answers_micros: int
    planned: int
    planned_micros: int


@dataclass(frozen=True, slots=True)
class Meter:
    """An account's month. `shut`: rate windows that are used up, and when each opens again."""

    account: str
    month: date
    days: tuple[Day, ...]
    allowed: Allowance
    pace: Pace
    forecast: Forecast
    shut: Mapping[str, datetime]

    @property
    def total(self) -> Day:
        """The month so far, as if it were one day."""
        rows = self.days
        return Day(
            self.month,
            sum(d.read_micros for d in rows),
            sum(d.write_micros for d in rows),
            sum(d.reads for d in rows),
            sum(d.writes for d in rows),
            sum(d.posts for d in rows),
        )

    @property
    def exceeds(self) -> bool:
        """Whether the month will cost more than its budget."""
        return self.allowed.micros is not None and self.forecast.micros > self.allowed.micros


def meter(
    session: Session, account: Account, settings: Settings, price: Callable[[str], int], unapproved: Sequence[str] = ()
) -> Meter:
    """The account's month as it stands now. `price` of a post with these words (its connector's); `unapproved`: words of posts that
    are planned for this month and not in the ledger yet."""
    moment = now()
    today, month = moment.date(), moment.date().replace(day=1)
    first = session.exec(select(func.min(Spending.day)).where(col(Spending.account_id) == account.id)).one()
    days = _days(session, account, min(month, today - timedelta(days=RESTS_ON)))
    planned = [price(text) for text in (*_queued(session, account, budget.next_month(moment)), *unapproved)]
    since, whole = rests_on(first or today, today)
    posted = _posted(session, account, since, today) if whole else 0
    return Meter(
        account.key,
        month,
        tuple(days[day] for day in sorted(days) if day >= month),
        budget.allowance(account, settings),
        budget.pace(session, account, settings),
        forecast(days, moment, since, whole, posted, planned),
        windows.known(session, account),
    )


def rests_on(first: date, today: date) -> tuple[date, int]:
    """(since, how many): the whole days before today that tell what a day costs, for an account metered since `first`."""
    since = max(first, today - timedelta(days=RESTS_ON))
    if since == first and (today - first).days > 1:
        since += timedelta(days=1)
    return since, (today - since).days


def forecast(days: Mapping[date, Day], moment: datetime, since: date, whole: int, posted: int, planned: Sequence[int]) -> Forecast:
    """See the module. `posted`: what posts cost on the days it rests on, which is no cost of answers."""
    today, empty = moment.date(), Day(moment.date())
    now_, spent = days.get(today, empty), sum(d.micros for d in days.values() if d.day >= today.replace(day=1))
    gone = (moment - datetime.combine(today, time(), UTC)) / timedelta(days=1)
    counted = [days.get(since + timedelta(days=n), empty) for n in range(whole)]
    if counted:
        reading = sum(d.read_micros for d in counted) // whole
        answers = max(sum(d.write_micros for d in counted) - posted, 0) // whole
    else:  # no whole day yet: the hours of today so far, never taken for less than one
        reading, answers = int(now_.read_micros / max(gone, 1 / 24)), 0
    left = (budget.next_month(moment).date() - today).days - 1
    rest = reading * left + max(reading - now_.read_micros, 0) + int(answers * (left + 1 - gone))
    cost = sum(planned)
    return Forecast(spent + rest + cost, whole, since, reading, answers, len(planned), cost)


def _days(session: Session, account: Account, since: date) -> dict[date, Day]:
    rows = session.exec(select(Spending).where(col(Spending.account_id) == account.id, col(Spending.day) >= since))
    found: dict[date, dict[str, int]] = {}
    for row in rows:
        amounts = {f"{row.what}_micros": row.micros, f"{row.what}s": row.calls} | ({"posts": row.posts} if row.posts else {})
        found.setdefault(row.day, {}).update(amounts)
    return {day: Day(day, **amounts) for day, amounts in found.items()}


def _queued(session: Session, account: Account, until: datetime) -> list[str]:
    """The words of posts in the ledger that mean to leave before `until`."""
    planned = select(Delivery).where(
        col(Delivery.account_id) == account.id,
        col(Delivery.kind) == "post",
        col(Delivery.state).in_(PLANNED),
        col(Delivery.scheduled_at) < until,
    )
    return [str(delivery.body.get("text", "")) for delivery in session.exec(planned)]


def _posted(session: Session, account: Account, since: date, until: date) -> int:
    """What posts cost that left on these days."""
    begin, end = (datetime.combine(day, time(), UTC) for day in (since, until))
    left = select(func.sum(Delivery.cost_micros)).where(
        col(Delivery.account_id) == account.id,
        col(Delivery.kind) == "post",
        col(Delivery.published_at) >= begin,
        col(Delivery.published_at) < end,
    )
    return int(session.exec(left).one() or 0)
