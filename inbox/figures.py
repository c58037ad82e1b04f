"""What the desk's charts and the public's figures are read from: counters only, never a scan (DESIGN §2.14).

Days are Dubai days, those on which something was said.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from core.clock import now
from core.models import Account
from inbox import tally
from inbox.models import Stream
from inbox.tally import TALLIES
from outbox.accounts import active


@dataclass(frozen=True, slots=True)
class Day:
    """What the public said on one day on one account, and how much of it is answered by now."""

    day: date
    platform: str
    account: str
    received: int
    answered: int


def by_day(session: Session, first: date, last: date) -> list[Day]:
    """A line for each day (both ends included) and account on which something was said, in order of day and account."""
    sums: dict[tuple[date, int], dict[str, int]] = {}
    for day, account_id, name, count in tally.summed(session, ("received", "answered"), first, last, "day", "account_id", "name"):
        sums.setdefault((day, account_id), {})[name] = count
    known = {account.id: account for account in session.execute(select(Account)).scalars()}
    return [
        Day(day, known[a].platform, known[a].key, counts.get("received", 0), counts.get("answered", 0))
        for (day, a), counts in sorted(sums.items())
    ]


def quantile(buckets: Counter[int], share: float) -> float | None:
    """The waiting time in minutes that `share` of the answers kept to; None without answers."""
    total = sum(buckets.values())
    if total <= 0:
        return None
    reached = 0
    for bucket in sorted(buckets):
        reached += buckets[bucket]
        if reached >= share * total:
            return tally.minutes(bucket)
    raise AssertionError("the buckets sum to their total")


def split(session: Session, name: str, first: date, last: date) -> dict[str, int]:
    """Value -> count of one daily counter (`kind`, `topic`, `language`, `hour`, `action`, `clause`, `case` …) in a period."""
    return dict(tally.summed(session, (name,), first, last, "value"))


@dataclass(frozen=True, slots=True)
class Channel:
    """How well we hear an account. `shown`: messages the platform has shown us, repeats too; each of them is stored
    (`stored`) or was stored already (`again`), so shown = stored + again or something is lost.

    `streams_whole` of `streams` were read to their end within three reading intervals; `problems` says why not.
    """

    account: str
    name: str
    health: str
    heard_at: datetime | None
    shown: int
    stored: int
    again: int
    streams: int
    streams_whole: int
    problems: dict[str, str]

    @property
    def completeness(self) -> float | None:
        """Share of streams read whole and in time, 0…1; None before the first reading."""
        return self.streams_whole / self.streams if self.streams else None

    @property
    def lost(self) -> int:
        """Messages shown but not stored: 0, or a fault to be looked into."""
        return self.shown - self.stored - self.again


def channels(session: Session, poll_s: int) -> list[Channel]:
    """One line an account that is read, in the order they were connected."""
    totals = _totals(session)
    fresh = now() - timedelta(seconds=3 * poll_s)
    lines = []
    for account in active(session):
        streams = session.execute(select(Stream).where(col(Stream.account_id) == account.id)).scalars().all()
        read = [stream for stream in streams if not stream.name.startswith("recheck")]
        whole = [s for s in read if not s.problem and s.read_at is not None and s.read_at >= fresh]
        key = account.id or 0
        lines.append(
            Channel(
                account=account.key,
                name=account.name,
                health=account.health,
                heard_at=account.heard_at,
                shown=totals.get((key, "shown"), 0),
                stored=totals.get((key, "platform"), 0),
                again=totals.get((key, "again"), 0),
                streams=len(read),
                streams_whole=len(whole),
                problems={s.name: s.problem for s in streams if s.problem},
            )
        )
    return lines


def _totals(session: Session) -> dict[tuple[int, str], int]:
    c = TALLIES.c
    step = (
        select(c.account_id, c.name, func.sum(c.count))
        .where(c.day == tally.EVER, c.name.in_(("shown", "again", "platform")))
        .group_by(c.account_id, c.name)
    )
    return {(account_id, name): int(count) for account_id, name, count in session.connection().execute(step)}
