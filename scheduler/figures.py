"""Figures about what we published, post by post. scheduler.engagement sums them up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.models import Account
from inbox.models import Item
from outbox.models import Delivery
from scheduler.models import Metric, Watched

#: what counts as somebody doing something with a post (not merely seeing it)
DOING = ("likes", "comments", "shares", "quotes", "saves", "clicks")


@dataclass(frozen=True, slots=True)
class PostFigures:
    """One thing of ours and its newest reading. `text` is what we sent, else what the platform shows; "" before it was read.

    `engagement` is the sum of DOING. `withdrawn_at`: when it was taken down; the numbers are those read last before.
    """

    account: str
    platform: str
    native_id: str
    published_at: datetime
    text: str
    permalink: str
    read_at: datetime | None
    values: Mapping[str, int]
    withdrawn_at: datetime | None = None

    @property
    def engagement(self) -> int:
        return sum(self.values.get(name, 0) for name in DOING)


def newest(session: Session, *, limit: int = 20, since: datetime | None = None) -> list[PostFigures]:
    """The latest posts with their numbers, newest first."""
    query = (
        select(Watched, Account, Delivery, Item)
        .join(Account, col(Account.id) == col(Watched.account_id))
        .join(
            Delivery,
            (col(Delivery.account_id) == col(Watched.account_id)) & (col(Delivery.external_id) == col(Watched.native_id)),
            isouter=True,
        )
        .join(
            Item, (col(Item.account_id) == col(Watched.account_id)) & (col(Item.native_id) == col(Watched.native_id)), isouter=True
        )
        .order_by(col(Watched.published_at).desc(), col(Watched.id).desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(col(Watched.published_at) >= since)
    return [_figures(*row) for row in session.exec(query)]


def _figures(watched: Watched, account: Account, delivery: Delivery | None, item: Item | None) -> PostFigures:
    return PostFigures(
        account.key,
        account.platform,
        watched.native_id,
        watched.published_at,
        (str(delivery.body.get("text", "")) if delivery else "") or (item.text if item else ""),
        (delivery.permalink if delivery else "") or (item.permalink if item else ""),
        watched.read_at,
        watched.values,
        watched.gone_at,
    )


def series(session: Session, account_id: int, native_id: str, name: str) -> list[tuple[datetime, int]]:
    """All readings of one number of one post, oldest first."""
    query = select(Metric.at, Metric.value).where(
        col(Metric.account_id) == account_id, col(Metric.native_id) == native_id, col(Metric.name) == name
    )
    return [(at, value) for at, value in session.exec(query.order_by(col(Metric.at)))]
