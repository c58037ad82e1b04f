"""Rate windows: what waits for one to end is not tried, and what is counted apart goes on meanwhile.

X counts each kind of call by itself (docs.x.com, rate limits), so that a full window of direct messages says nothing of posts, nor
a full reading window of either. Meta counts a page's calls together. A window is known from a refusal or, before it comes to that,
from what the answers tell (connectors.gauge); what one process learned every other heeds.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Table, and_, bindparam, delete, or_, select, tuple_, update
from sqlmodel import Session, col

from connectors.contract import Connector
from connectors.gauge import EVERY, POSTS, READ
from core import audit
from core.actors import WORKER
from core.bulk import insert_new
from core.clock import now, rfc3339
from core.models import Account
from outbox.models import ACTING, PRIVATE, Delivery, Window

WINDOWS: Table = Window.__table__  # type: ignore[attr-defined] # SQLModel sets it

#: platforms that count calls of each kind apart
PER_ENDPOINT = frozenset({"x"})
#: windows that keep something from leaving
WRITING = frozenset({EVERY, POSTS, "public", "direct", "hide", "delete"})
#: an account's windows that are used up: made once, for it is asked before every call
_SHUT = select(WINDOWS.c.way, WINDOWS.c.retry_at).where(
    WINDOWS.c.account_id == bindparam("account"), WINDOWS.c.retry_at > bindparam("moment")
)
#: the way of a window that every call of the account waits for
ALL = EVERY
#: that of one that no platform tells: reading was refused for want of money, and rests
CREDIT = "credit"


def way_of(kind: str, *, private: bool) -> str:
    """The kind of call by which a delivery leaves: `public` or `direct` words, `hide` (and unhide), `delete`."""
    if kind in ACTING:
        return "delete" if kind == "delete" else "hide"
    return "direct" if private or kind in PRIVATE else "public"


def account_first(session: Session, account_id: int | None) -> None:
    """Hold the account's row until the transaction ends, so that nobody else writes to it. Whoever writes to the account's windows,
    channel or meter holds it before them: in any other order two of these would wait for each other. What only points to the
    account does not wait."""
    session.connection().execute(select(col(Account.id)).where(col(Account.id) == account_id).with_for_update(key_share=True))


def shut(session: Session, account: Account, way: str, until: datetime, *, window: str | None = None) -> None:
    """The platform takes no more calls of this way (of any, where it counts them together) before `until`; with `window` (POSTS)
    none of that alone."""
    keep(session, account, {window or (way if account.platform in PER_ENDPOINT else ALL): until})


def keep(session: Session, account: Account, shut: Mapping[str, datetime]) -> None:
    """These windows of the account are used up until then, by the names its connector gives them. One that keeps something from
    leaving is told to the audit once, when it shuts."""
    account_first(session, account.id)
    shut = dict(sorted(shut.items()))  # rows are locked in one order, whoever keeps them
    open_ = shut.keys() & WRITING - known(session, account).keys()
    for way in sorted(open_):
        facts = {"account": account.key, "way": way or "every", "until": rfc3339(shut[way])}
        audit.record(session, WORKER, "account.limit", f"account:{account.id}", **facts)
    rows = [{"account_id": account.id, "way": way, "retry_at": until} for way, until in shut.items()]
    insert_new(session, WINDOWS, rows, unique=("account_id", "way"))
    for way, until in shut.items():
        this = and_(col(Window.account_id) == account.id, col(Window.way) == way, col(Window.retry_at) != until)
        session.connection().execute(update(Window).where(this).values(retry_at=until))


def known(session: Session, account: Account) -> dict[str, datetime]:
    """The account's windows that are used up now, and when each opens again."""
    return {row.way: row.retry_at for row in session.connection().execute(_SHUT, {"account": account.id, "moment": now()})}


def heed(session: Session, account: Account, connector: Connector) -> Mapping[str, datetime]:
    """Tell the connector what any process learned of the account's windows, before it makes a call; returns that."""
    shut = known(session, account)
    connector.heed(shut)
    return shut


def reading_rests(session: Session, account: Account) -> datetime | None:
    """When the account may be read again, while no list of it may be or money is wanted; None when some may."""
    shut = known(session, account)
    of_all = None if account.platform in PER_ENDPOINT else account.retry_at
    return max(
        (end for end in (shut.get(ALL), shut.get(READ), shut.get(CREDIT), of_all) if end is not None and end > now()), default=None
    )


def reopen(session: Session, account: Account) -> None:
    """Forget the account's windows: it is another one now, as far as the platform counts."""
    account_first(session, account.id)
    session.connection().execute(delete(Window).where(col(Window.account_id) == account.id))


def paid(session: Session, account: Account) -> bool:
    """Reading rests no more for want of money. True where it was refused for it since this was asked before."""
    account_first(session, account.id)
    refused = delete(Window).where(col(Window.account_id) == account.id, col(Window.way) == CREDIT)
    return session.connection().execute(refused).rowcount == 1


def may_leave(moment: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """SQL condition on deliveries: no window is in their way, so that nothing is claimed only to be put back."""
    every = select(col(Window.account_id)).where(col(Window.retry_at) > moment, col(Window.way) == ALL)
    apart = select(col(Window.account_id), col(Window.way)).where(col(Window.retry_at) > moment, col(Window.way) != ALL)
    reading = select(col(Account.id)).where(col(Account.retry_at) > moment, col(Account.platform).not_in(PER_ENDPOINT))
    posts = select(col(Window.account_id)).where(col(Window.retry_at) > moment, col(Window.way) == POSTS)
    account, a_post = col(Delivery.account_id), and_(col(Delivery.kind) == "post", col(Delivery.account_id).in_(posts))
    return ~or_(account.in_(every), tuple_(account, col(Delivery.way)).in_(apart), account.in_(reading), a_post)


def ends(session: Session, moment: datetime) -> Mapping[tuple[int, str], datetime]:
    """(account id, way) -> when its window ends, of all windows that are shut at `moment`."""
    shut_now = select(col(Window.account_id), col(Window.way), col(Window.retry_at)).where(col(Window.retry_at) > moment)
    return {(account_id, way): until for account_id, way, until in session.connection().execute(shut_now)}


def until(ends: Mapping[tuple[int, str], datetime], delivery: Delivery, account: Account, moment: datetime) -> datetime | None:
    """When no window is in this delivery's way any more; None when none is."""
    of_reading = None if account.platform in PER_ENDPOINT else account.retry_at
    of_posts = ends.get((delivery.account_id, POSTS)) if delivery.kind == "post" else None
    found = (ends.get((delivery.account_id, ALL)), ends.get((delivery.account_id, delivery.way)), of_posts, of_reading)
    return max((end for end in found if end is not None and end > moment), default=None)
