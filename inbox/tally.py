"""Counters kept with every change, so that counts and charts never scan (DESIGN §2.14).

A row is (day, account, name, value). Days are Dubai days. Rows of the day EVER hold totals of all items as they stand now; names
there are the columns one may filter by, `view` (inbox.views) and `assignee`. Rows of real days count what the public said, by the
day it was said: received, kind, topic, language, sentiment, action, clause, case, public (the kind of what stands in public: not
private, hidden or deleted), hour (of a Dubai wall clock), waiting (neither answered nor closed), answered, answer_minutes (a log
bucket, see inbox.figures), flag_hidden, flag_stands and flag_waits (the clause of what the policy flagged, by what became of it).
Of these, received_in, waiting_in, answered_in and answer_in count what was said while the office was open. By the day it was
decided, with the clause: hide_auto, hide_user, delete_user (carried out), over_auto, over_user (overturned since; inbox.notices).
By the day it happened: receipt, auto_hide, shown, again.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Table, bindparam, cast, func, select
from sqlmodel import Session, col

from core.bulk import add_up
from core.clock import in_dubai, now
from core.models import Account
from inbox import views
from inbox.facets import WAITING
from inbox.models import Tally

EVER = date(1970, 1, 1)
TALLIES: Table = Tally.__table__  # type: ignore[attr-defined]  # SQLModel sets it
ACCOUNTS: Table = Account.__table__  # type: ignore[attr-defined]  # SQLModel sets it

#: (day, account id, name, value)
Mark = tuple[date, int, str, str]

_EVER = (
    "platform", "account_id", "surface", "kind", "topic", "language", "sentiment", "state", "clause", "action", "hidden", "private",
    "own",
)  # fmt: skip
#: width of a bucket of waiting times, on the scale of ln(1 + minutes)
_STEP = math.log(1.02)
_DAILY = ("kind", "topic", "language", "sentiment", "action")


def day_of(moment: datetime) -> date:
    """The day on a Dubai wall clock."""
    return in_dubai(moment).date()


def today() -> date:
    return day_of(now())


def standing(row: Mapping[str, Any]) -> list[Mark]:
    """The totals one item counts in, as it stands."""
    account = row["account_id"]
    marks = [(EVER, account, name, str(row[name])) for name in _EVER]
    marks += [(EVER, account, "view", name) for name in views.of(row)]
    if row["assignee_id"] is not None and row["state"] == "open":
        marks.append((EVER, account, "assignee", str(row["assignee_id"])))
    return marks


def said(row: Mapping[str, Any], day: date) -> list[Mark]:
    """The daily counters of one thing the public said; none for our own words and bare shares."""
    if row["state"] == "none":
        return []
    account = row["account_id"]
    marks = [(day, account, "received", "")]
    marks += [(day, account, name, row[name]) for name in _DAILY]
    marks.append((day, account, "hour", f"{in_dubai(row['created_at']).hour:02d}"))
    if row["clause"]:
        marks.append((day, account, "clause", row["clause"]))
        marks += [(day, account, _flag(row), row["clause"])] if row["action"] != "allow" else []
    if not (row["private"] or row["hidden"] or row["deleted"]):
        marks.append((day, account, "public", row["kind"]))
    if row["case_id"] is not None:
        marks.append((day, account, "case", row["kind"]))
    office = ("", "_in") if row["in_hours"] else ("",)
    if row["in_hours"]:
        marks.append((day, account, "received_in", ""))
    if row["state"] in WAITING:
        marks += [(day, account, f"waiting{part}", "") for part in office]
    if row["answered_at"] is not None:
        waited = str(bucket((row["answered_at"] - row["created_at"]).total_seconds()))
        marks += [(day, account, f"answered{part}", "") for part in office]
        marks += [(day, account, "answer_in" if part else "answer_minutes", waited) for part in office]
    return marks


def _flag(row: Mapping[str, Any]) -> str:
    """What became of something the policy flagged: hidden now, let stand by whoever dealt with it, or nobody has yet."""
    return "flag_hidden" if row["hidden"] else "flag_waits" if row["state"] in WAITING else "flag_stands"


def bucket(seconds: float) -> int:
    """The logarithmic bucket of a waiting time; neighbours are 2 % apart, so a quantile read from them errs by 1 % at most."""
    return round(math.log1p(max(seconds, 0.0) / 60) / _STEP)


def minutes(bucket: int) -> float:
    """The waiting time in the middle of a bucket, in minutes."""
    return math.expm1(bucket * _STEP)


def add(session: Session, marks: Mapping[Mark, int] | Counter[Mark]) -> None:
    """Add to the counters, in the caller's transaction. Rows are taken in one order by everybody, so nobody waits in a circle."""
    rows = [
        {"day": day, "account_id": account, "name": name, "value": value[:40], "count": count}
        for (day, account, name, value), count in sorted(marks.items())
        if count
    ]
    add_up(session, TALLIES, rows, unique=("day", "account_id", "name", "value"), counter="count")


def count(session: Session, name: str, value: str = "", *, day: date = EVER, account_id: int | None = None) -> int:
    """One counter, over all accounts unless one is named."""
    where = [col(Tally.day) == day, col(Tally.name) == name, col(Tally.value) == value[:40]]
    if account_id is not None:
        where.append(col(Tally.account_id) == account_id)
    return int(session.connection().execute(select(func.coalesce(func.sum(TALLIES.c.count), 0)).where(*where)).scalar_one())


def summed(session: Session, names: Iterable[str], first: date, last: date, *by: str, every: int = 1) -> list[tuple[Any, ...]]:
    """The named counters added up from `first` to `last`, both included: (*by, count) for each that is not 0; `by` are columns
    (`day`, `account_id`, `name`, `value`). `every`: only each so many days from the first one on.

    Days, accounts and names are all named in the query, so that no other counter of these days is walked over.
    """
    days = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, every)]
    accounts = session.connection().execute(select(ACCOUNTS.c.id)).scalars().all()
    columns, total = [TALLIES.c[name] for name in by], func.sum(TALLIES.c.count)
    step = select(*columns, cast(total, BigInteger))
    step = step.where(TALLIES.c.day.in_(days), TALLIES.c.account_id.in_(accounts), TALLIES.c.name.in_(list(names)))
    return [tuple(row) for row in session.connection().execute(step.group_by(*columns).having(total != 0))]


#: made once: every page of the inbox asks it
_COUNTS = (
    select(TALLIES.c.name, TALLIES.c.value, func.sum(TALLIES.c.count))
    .where(TALLIES.c.day == bindparam("day"), TALLIES.c.name.in_(bindparam("names", expanding=True)))
    .group_by(TALLIES.c.name, TALLIES.c.value)
)


def counts(session: Session, names: Iterable[str], *, day: date = EVER) -> dict[tuple[str, str], int]:
    """{(name, value): count} over all accounts for several names at once."""
    rows = session.connection().execute(_COUNTS, {"day": day, "names": list(names)})
    return {(name, value): int(total) for name, value, total in rows}
