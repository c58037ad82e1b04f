"""Events as they stand in the database once they were approved and announced."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from core.clock import now
from core.models import Account
from outbox.models import Delivery
from scheduler import events, told
from scheduler.events import EventFacts
from scheduler.models import Post, PostText

#: 10:00 to 12:30 in Dubai
STARTS, ENDS = datetime(2026, 12, 3, 6, tzinfo=UTC), datetime(2026, 12, 3, 8, 30, tzinfo=UTC)
WORKSHOP = EventFacts(
    "ورشة حماية الأجور", STARTS, ENDS, "مركز دبي التجاري، القاعة 2", "Wage protection workshop", "Dubai Trade Centre, hall 2"
)


def ahead(days: float = 1, **more: Any) -> EventFacts:
    """The workshop so many days from now, for two hours."""
    names = {name: getattr(WORKSHOP, name) for name in ("title", "place", "title_en", "place_en")}
    starts = now() + timedelta(days=days)
    return EventFacts(**{**names, "starts_at": starts, "ends_at": starts + timedelta(hours=2), **more})


def announced(session: Session, facts: EventFacts, *, approved: bool = True, state: str = "published") -> Post:
    """An event whose announcement is where `state` says."""
    account = session.exec(select(Account).order_by(col(Account.id))).first() or Account(platform="facebook", native_id="1")
    session.add(account)
    post = Post(kind="event", title=facts.title, state="published" if state == "published" else "scheduled")
    session.add(post)
    session.flush()
    delivery = Delivery(kind="post", account_id=account.id or 0, state=state)
    session.add(delivery)
    session.flush()
    session.add(PostText(post_id=post.id or 0, account_id=account.id or 0, delivery_id=delivery.id))
    events.keep(session, post, facts)
    if approved:
        told.tell(session, post)
    session.flush()
    return post
