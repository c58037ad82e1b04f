"""What an account costs: the price of every call is added to its meter, whatever came of the call.

X charges for a thing once a day of UTC, however often it is read: what was charged today stands in a table of its own, so that
another process, and this one after a restart, does not count it again.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Table, delete, update
from sqlmodel import Session, col

from connectors.contract import Bill
from core.bulk import insert_new
from core.clock import now
from core.models import Account
from outbox import windows
from outbox.models import Charged, Spending

SPENDINGS: Table = Spending.__table__  # type: ignore[attr-defined] # SQLModel sets it
CHARGED: Table = Charged.__table__  # type: ignore[attr-defined] # SQLModel sets it


def spend(session: Session, account: Account, bill: Bill, *, price: int = 0) -> None:
    """Put on the account's meter what calls used, and keep what they told of its rate windows. `price`, in 1/1,000,000 USD, of a
    write whose answer told it apart from the bill.

    The account's row comes first: a transaction that wrote to it before, or spends twice, holds it, and whoever had taken a row of
    the meter before it would wait for that transaction, and it for him.
    """
    this, spent = col(Account.id) == account.id, col(Account.spent_usd_micros)
    if price:
        session.connection().execute(update(Account).where(this).values(spent_usd_micros=spent + price))
    else:
        windows.account_first(session, account.id)
    # among them is what the connector was told to heed; want of money no platform tells, and somebody may have paid meanwhile
    if told := {way: until for way, until in bill.shut.items() if way != windows.CREDIT}:
        windows.keep(session, account, told)
    today = now().date()
    fresh = _fresh(session, account, today, bill.things) if bill.things else {}
    cost = sum(fresh.values())
    if bill.reads or bill.things:
        posts = sum(thing.startswith("post:") for thing in fresh)
        _add(session, account, today, "read", micros=cost, calls=bill.reads, posts=posts)
    if bill.writes or price:
        _add(session, account, today, "write", micros=price, calls=bill.writes, posts=0)
    if cost:
        session.connection().execute(update(Account).where(this).values(spent_usd_micros=spent + cost))


def _fresh(session: Session, account: Account, today: date, things: Mapping[str, int]) -> dict[str, int]:
    """Those that were not charged today; they are from now on."""
    rows = [{"account_id": account.id, "thing": thing, "day": today} for thing in sorted(things)]
    new = insert_new(session, CHARGED, rows, unique=("account_id", "thing", "day"))
    return {row[1]: things[row[1]] for row in new}


def _add(session: Session, account: Account, today: date, what: str, **amounts: int) -> None:
    row = {"account_id": account.id, "day": today, "what": what, "micros": 0, "calls": 0, "posts": 0}
    if insert_new(session, SPENDINGS, [row], unique=("account_id", "day", "what")):
        gone = (col(Charged.account_id) == account.id, col(Charged.day) < today)  # a new day: yesterday's charges count no more
        session.connection().execute(delete(Charged).where(*gone))
    this = (col(Spending.account_id) == account.id, col(Spending.day) == today, col(Spending.what) == what)
    grown = {name: SPENDINGS.c[name] + amount for name, amount in amounts.items()}
    session.connection().execute(update(Spending).where(*this).values(grown))
