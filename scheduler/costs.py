"""Every account's meter, with the posts that are planned but not in the ledger yet: those that wait for an approval."""

from collections.abc import Callable

from sqlmodel import Session, col, or_, select

from core.clock import now
from core.errors import MajlisError
from core.models import Account
from core.settings import Settings
from outbox import accounts
from outbox.accounts import Connect
from outbox.budget import next_month
from outbox.meter import Meter, meter
from scheduler import queueing, row
from scheduler.models import Post, PostText


def meters(session: Session, settings: Settings, connect: Connect) -> list[Meter]:
    """The meter of every account in use, in the order they were connected. Calls no platform; posts of an account that can't be
    opened count as if they were free."""
    return [meter_of(session, account, settings, connect) for account in accounts.active(session)]


def meter_of(session: Session, account: Account, settings: Settings, connect: Connect) -> Meter:
    """The meter of one account."""
    try:
        price: Callable[[str], int] = connect(account).price
    except MajlisError:
        price = _free
    return meter(session, account, settings, price, unapproved(session, account))


def unapproved(session: Session, account: Account) -> list[str]:
    """The words of this account's versions of posts that were submitted and may leave this month: of one that recurs as often as
    it would."""
    until = next_month(now())
    this_month = or_(col(Post.at).is_(None), col(Post.at) < until)
    waiting = (
        select(Post, PostText)
        .join(PostText, col(PostText.post_id) == col(Post.id))
        .where(col(PostText.account_id) == account.id, col(Post.state) == "submitted", this_month)
    )
    found: list[str] = []
    for post, text in session.exec(waiting.order_by(col(PostText.id))):
        days = sum(one.at < until for one in row.dates(post)) if post.repeat else 1
        found += [queueing.body_of(session, post, text).text] * days
    return found


def _free(_text: str) -> int:
    return 0
