"""What is counted for the open data, from the columns named in columns.toml and no other."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from connectors import platform_of
from core.clock import in_dubai
from core.models import Account
from inbox.cases import OUTCOMES
from inbox.data.periods import bounds
from inbox.data.suppress import Figures, Sum
from inbox.models import Case, Tally
from inbox.tally import EVER
from policies.verdict import KINDS, TOPICS

PROMISES = ("in_time", "late", "undated")
RATINGS = ("1", "2", "3", "4", "5")
#: of a case that came in by no account of ours
NO_CHANNEL = "none"


def first_day(session: Session) -> date | None:
    """The first day on which something stood in public."""
    found: date | None = session.execute(
        select(func.min(col(Tally.day))).where(col(Tally.name) == "public", col(Tally.day) > EVER)
    ).scalar()
    return found


def first_case(session: Session) -> date | None:
    """The day on which the first case was opened."""
    found: datetime | None = session.execute(select(func.min(col(Case.opened_at)))).scalar()
    return in_dubai(found).date() if found else None


def platforms(session: Session) -> tuple[str, ...]:
    """Every platform an account was ever connected of, in order of name."""
    return tuple(session.execute(select(col(Account.platform)).distinct().order_by(col(Account.platform))).scalars())


def participation(session: Session, day: date) -> dict[str, Sum]:
    """Platform -> what stands there in public of a day, by kind."""
    query = (
        select(col(Account.platform), col(Tally.value), func.sum(col(Tally.count)))
        .join(Account, col(Account.id) == col(Tally.account_id))
        .where(col(Tally.day) == day, col(Tally.name) == "public", col(Tally.value).in_(KINDS))
        .group_by(col(Account.platform), col(Tally.value))
        .having(func.sum(col(Tally.count)) > 0)
    )
    found = Counter({(platform, kind): int(n) for platform, kind, n in session.execute(query)})
    parts = {}
    open_to_all = [platform for platform in platforms(session) if platform_of(platform).public]
    for platform in grid(open_to_all, (platform for platform, _ in found)):
        parts[platform] = summed("participation", leaves(KINDS, Counter({kind: found[platform, kind] for kind in KINDS})))
    return parts


def cases(session: Session, month: date) -> dict[str, Sum]:
    """Kind -> cases opened in a month, by topic and by channel."""
    rows = _grouped(session, month, col(Case.opened_at), col(Case.kind), col(Case.topic), col(Account.platform))
    channels = grid((*platforms(session), NO_CHANNEL), ())
    parts = {}
    for kind in grid(KINDS, (row[0] for row in rows)):
        mine = [row for row in rows if row[0] == kind]
        topics, ways = Counter[str](), Counter[str]()
        for _, topic, channel, n in mine:
            topics[topic] += n
            ways[channel or NO_CHANNEL] += n
        splits = {"case_topics": leaves(TOPICS, topics), "case_channels": leaves(channels, ways)}
        parts[kind] = Sum(sum(topics.values()), splits=splits)
    return parts


def endings(session: Session, month: date) -> dict[str, Sum]:
    """Kind -> cases resolved in a month, by outcome."""
    rows = _grouped(session, month, col(Case.resolved_at), col(Case.kind), col(Case.outcome))
    parts = {}
    for kind in grid(KINDS, (row[0] for row in rows)):
        outcomes = Counter({outcome or "none": n for of, outcome, n in rows if of == kind})
        parts[kind] = summed("outcomes", leaves((*OUTCOMES, "none"), outcomes))
    return parts


def answers(session: Session, month: date) -> Sum:
    """First answers of a month: by kind, and each kind by whether the promise was kept; and by channel. With waiting times in hours
    of the wall clock."""
    waits: dict[tuple[str, str], list[float]] = defaultdict(list)
    kept: dict[str, Counter[str]] = defaultdict(Counter)
    total = 0
    columns: tuple[Any, ...] = (
        col(Case.kind),
        col(Account.platform),
        col(Case.opened_at),
        col(Case.first_reply_at),
        col(Case.first_due_at),
    )
    query = _of(month, col(Case.first_reply_at), select(*columns)).execution_options(yield_per=1000)
    for kind, platform, opened, replied, due in session.execute(query):
        hours = max((replied - opened).total_seconds() / 3600, 0.0)
        waits["kind", kind].append(hours)
        waits["channel", platform or NO_CHANNEL].append(hours)
        kept[kind]["undated" if due is None else "in_time" if replied <= due else "late"] += 1
        total += 1
    kinds, channels = (
        {
            code: Sum(len(waits[by, code]), _times(waits[by, code]), _promises(kept[code]) if by == "kind" else {})
            for code in grid(known, (seen for way, seen in [*waits] if way == by))
        }
        for by, known in (("kind", KINDS), ("channel", (*platforms(session), NO_CHANNEL)))
    )
    return Sum(total, splits={"answers": kinds, "answer_channels": channels})


def ratings(session: Session, month: date) -> Sum:
    """What those served said in a month, one to five."""
    rows = _grouped(session, month, col(Case.rated_at), col(Case.rating))
    return summed("ratings", leaves(RATINGS, Counter({str(rating): n for rating, n in rows if rating is not None})))


def grid(known: Collection[str], seen: Iterable[str]) -> tuple[str, ...]:
    """The codes a table has a line for, whether or not there is one to count: which are missing then tells nothing."""
    return (*known, *sorted(set(seen) - set(known)))


def leaves(known: Collection[str], counts: Counter[str]) -> dict[str, Sum]:
    """Code -> its count, of all that are known."""
    return {code: Sum(counts[code]) for code in grid(known, counts)}


def summed(split: str, parts: Mapping[str, Sum]) -> Sum:
    """The sum of its parts."""
    return Sum(sum(part.count for part in parts.values()), splits={split: parts})


def _grouped(session: Session, month: date, when: Any, *by: Any) -> list[Any]:
    """A line for each of what stands in the columns `by`, and how many cases `when` fell into the month."""
    return list(session.execute(_of(month, when, select(*by, func.count())).group_by(*by)))


def _of(month: date, when: Any, query: Select[Any]) -> Select[Any]:
    """The query over cases of a month with their accounts. What was merged into another goes on as that one."""
    begin, end = bounds(month)
    joined = query.select_from(Case).outerjoin(Account, col(Account.id) == col(Case.account_id))
    return joined.where(when >= begin, when < end, col(Case.merged_into_id).is_(None))


def _promises(kept: Counter[str]) -> dict[str, dict[str, Sum]]:
    return {"answer_promises": leaves(PROMISES, kept)}


def _times(hours: list[float]) -> Figures:
    """Half and nine tenths of them came within so many hours."""
    if not hours:
        return (None, None)
    ordered = sorted(hours)
    return (round(median(ordered), 1), round(ordered[-(-9 * len(ordered) // 10) - 1], 1))
