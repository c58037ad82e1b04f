"""A month's budget of an account: reading gets slower before it stops, that is said once, and it goes on by itself.

Money and, on X, posts read count alike: whichever is nearer its end decides. The measure is the share of what is due by the end of
today (a month of 30 days gives a thirtieth a day), so that a month's money is not gone in its first week. Reading stops when all
of the month's is used, at the latest one call later. What people write leaves all the same unless MAJLIS_BUDGET_HOLDS_POSTS says
otherwise, and what may be on the platform already is read back. Months are those of UTC, as X counts days.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from core import audit
from core.actors import WORKER, Actor
from core.clock import now
from core.db import Database
from core.errors import BudgetReached, Invalid
from core.models import Account
from core.settings import Settings
from core.why import Why
from outbox.accounts import note_health
from outbox.channels import channel_of, release
from outbox.models import ARE_WAITING, Channel, Delivery, Spending

#: from this share of what is due by today readings come half as often, and again half as often for each further STEP
SLOW_FROM, STEP, SLOWEST = 0.7, 0.1, 64
#: from this factor on, reads of little worth (figures of our posts, look-ups of old items) are left out
POOR = 4
#: why a delivery is held whose account has used up its month
HELD = "budget"
USD = 1_000_000
#: no month of a ministry costs more, and the column holds it
MOST_USD = 1_000_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an account may use in a month; None: no limit of ours. `micros` in 1/1,000,000 USD, `posts` read."""

    micros: int | None = None
    posts: int | None = None

    @property
    def limited(self) -> bool:
        return self.micros is not None or self.posts is not None


@dataclass(frozen=True, slots=True)
class Used:
    """What an account used since a month began."""

    micros: int = 0
    posts: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How reading goes: `factor` times as long between two readings, 0 when it stops. `share` of the whole month's allowance is
    used, `due` of what is due by the end of today."""

    factor: int = 1
    share: float = 0.0
    due: float = 0.0

    @property
    def state(self) -> str:
        """slow | stop, or "" when the budget changes nothing."""
        return "stop" if self.factor == 0 else "slow" if self.factor > 1 else ""

    @property
    def poor(self) -> bool:
        """Whether reads of little worth are left out."""
        return self.factor == 0 or self.factor >= POOR


def allowance(account: Account, settings: Settings) -> Allowance:
    """Its own budget, else the setting's for X; on X also the monthly cap of posts read."""
    if account.platform != "x":
        return Allowance(account.budget_usd_micros)
    default = None if settings.x_budget_usd is None else round(settings.x_budget_usd * USD)
    return Allowance(default if account.budget_usd_micros is None else account.budget_usd_micros, settings.x_reads_month or None)


def used(session: Session, account: Account) -> Used:
    """Since this month began."""
    sums = select(func.sum(Spending.micros), func.sum(Spending.posts)).where(
        col(Spending.account_id) == account.id, col(Spending.day) >= now().date().replace(day=1)
    )
    micros, posts = session.connection().execute(sums).one()
    return Used(int(micros or 0), int(posts or 0))


def pace_of(allowed: Allowance, spent: Used, today: date) -> Pace:
    """The pace on `today` of an account that has used so much of its month."""
    parts = [(have, of) for have, of in ((spent.micros, allowed.micros), (spent.posts, allowed.posts)) if of is not None]
    if not parts:
        return Pace()
    share = max(have / of if of else 1.0 for have, of in parts)
    due = share * monthrange(today.year, today.month)[1] / today.day
    if share >= 1:
        return Pace(0, share, due)
    steps = int((due - SLOW_FROM) / STEP + 1e-9) + 1 if due >= SLOW_FROM else 0
    return Pace(min(2**steps, SLOWEST) if steps < SLOWEST else SLOWEST, share, due)


def pace(session: Session, account: Account, settings: Settings) -> Pace:
    """How the account is read now."""
    allowed = allowance(account, settings)
    return pace_of(allowed, used(session, account), now().date()) if allowed.limited else Pace()


def watch(db: Database, account_id: int, settings: Settings) -> Pace:
    """The account's pace now. What is new about it is said."""
    with db.read() as session:
        account = session.get_one(Account, account_id)
        found = pace(session, account, settings)
        channel = session.get(Channel, account_id)
    if found.state != (channel.budget if channel else ""):
        with db.write() as session:
            say(session, account, found)
    return found


def reached(account: Account) -> BudgetReached:
    """The error for whoever wants to read an account whose month is used up."""
    return BudgetReached(account=account.key, retry_at=next_month(now()))


def holds(session: Session, account: Account, settings: Settings) -> str:
    """Why nothing may leave the account for its budget's sake, or ""."""
    found = pace(session, account, settings) if settings.budget_holds_posts else Pace()
    if found.factor:
        return ""
    say(session, account, found)  # whoever holds says so: only what was said is taken back when the budget is free again
    return HELD


def say(session: Session, account: Account, found: Pace) -> bool:
    """Say once what the budget does to the account's reading now: an audit entry, the account's health; held deliveries are
    scheduled again when it is no longer used up. True when there was something new to say."""
    changed = (col(Channel.account_id) == account.id, col(Channel.budget) != found.state)
    before = channel_of(session, account.id or 0).budget
    if session.connection().execute(update(Channel).where(*changed).values(budget=found.state)).rowcount != 1:
        return False
    facts = {"account": account.key, "share": round(found.share, 3), "due": round(found.due, 3), "factor": found.factor}
    audit.record(session, WORKER, f"account.budget_{found.state or 'free'}", f"account:{account.id}", **facts)
    if found.state == "stop":
        note_health(session, account, reached(account))
    elif before == "stop":
        well = update(Account).where(col(Account.id) == account.id, col(Account.health) == BudgetReached.code)
        session.connection().execute(well.values(health="unknown", health_detail=""))
        release(session, WORKER, account, (HELD,))
    return True


def let_go(db: Database, settings: Settings) -> int:
    """Schedule again what a budget held and holds no more, whatever ended that: a setting, another month, more money. Returns how
    many deliveries that were."""
    kept = (ARE_WAITING, col(Delivery.account_id).in_(select(col(Account.id))), col(Delivery.state) == "held")
    with db.read() as session:
        ids = session.connection().execute(select(col(Delivery.account_id)).where(*kept, col(Delivery.reason) == HELD).distinct())
        held = [session.get_one(Account, id_) for id_ in sorted(ids.scalars())]
        free = [one for one in held if not settings.budget_holds_posts or pace(session, one, settings).factor]
    freed = 0
    for account in free:
        with db.write() as session:
            freed += release(session, WORKER, account, (HELD,))
    return freed


def set_budget(session: Session, actor: Actor, account: Account, usd: float | None, settings: Settings) -> Account:
    """Give the account a budget of its own for every month, in USD; None takes it away, so that the setting counts again.

    Reading that had stopped goes on at once when there is money again. Invalid for less than nothing and for more than anybody
    means."""
    actor.require("account.admin")
    if usd is not None and not 0 <= usd <= MOST_USD:
        raise Invalid(field="budget", why=Why("budget_range", most=f"{MOST_USD:,}"))
    account.budget_usd_micros = None if usd is None else round(usd * USD)
    session.add(account)
    session.flush()
    audit.record(session, actor, "account.budget", f"account:{account.id}", account=account.key, usd=usd)
    say(session, account, pace(session, account, settings))
    return account


def next_month(moment: datetime) -> datetime:
    """The instant (UTC) at which the next month begins."""
    return datetime(moment.year + moment.month // 12, moment.month % 12 + 1, 1, tzinfo=UTC)
