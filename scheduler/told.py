"""What the public knows of our events: the facts as they were last approved, of those that have been announced.

Facts changed since are ours alone until another person approves a post that tells them (scheduler.notices).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, exists, select

from core.clock import now, parse, rfc3339
from outbox.models import Delivery
from scheduler import children, events, telling
from scheduler.events import EventFacts
from scheduler.models import Event, Post, PostText
from scheduler.standing import taken_back

#: how long an event that is over stays in the calendar
KEPT = timedelta(days=90)
MOST = 500
UID = r"[0-9a-f-]{36}"
#: roles of posts that say when and where the event is
TELLING = ("", "reminder", "notice")
MOMENTS = ("starts_at", "ends_at")


@dataclass(frozen=True, slots=True)
class Told:
    """One event as the public may know it. `approved_at`: when these facts were approved; `sequence` is iCalendar's."""

    uid: str
    facts: EventFacts
    sequence: int
    cancelled: bool
    approved_at: datetime

    def to_json(self) -> dict[str, Any]:
        """As `Event.approved` keeps it."""
        facts = {name: getattr(self.facts, name) for name in EventFacts.__dataclass_fields__}
        moments = {name: rfc3339(facts[name]) for name in MOMENTS}
        own = {"sequence": self.sequence, "cancelled": self.cancelled, "approved_at": rfc3339(self.approved_at)}
        return {**own, "facts": facts | moments}


def tell(session: Session, post: Post) -> None:
    """A step of approving a post: what it tells of its event is approved with it. A reminder in words of somebody's own need not
    tell what changed since the announcement: that is left to the notice."""
    event = events.of(session, post)
    if event is None or post.role not in TELLING:
        return
    if post.role == "reminder" and children.by_hand(session, post, telling.reminder(events.facts_of(event))):
        return
    told = Told(event.uid, events.facts_of(event), event.sequence, event.cancelled_at is not None, now())
    event.approved = told.to_json()
    session.add(event)


def calendar(session: Session) -> list[Told]:
    """Events to come and those over for less than KEPT, by their beginning; at most MOST, the latest ones."""
    latest = _announced().where(col(Event.ends_at) > now() - KEPT).order_by(col(Event.starts_at).desc(), col(Event.post_id).desc())
    known = _read(session.exec(latest.limit(MOST)).all())
    return sorted(known, key=lambda one: (one.facts.starts_at, one.uid))


def unknown(session: Session) -> list[Event]:
    """Announced events that are not over, of which the public knows something that is so no more: what changed first, first."""
    lately = _announced().where(col(Event.ends_at) > now()).order_by(col(Event.changed_at), col(Event.post_id))
    return [event for event in session.exec(lately) if not _is_known(event)]


def find(session: Session, uid: str) -> Told | None:
    """The event with this uid, however old; None for one that is not approved or not announced."""
    if not re.fullmatch(UID, uid):
        return None
    return next(iter(_read(session.exec(_announced().where(col(Event.uid) == uid)).all())), None)


def announced() -> Any:
    """A query: the posts that announce an event that takes place and of which everybody may speak (`_announced`)."""
    return _announced().with_only_columns(col(Event.post_id)).where(col(Event.cancelled_at).is_(None))


def _announced() -> Any:
    """Events whose announcement has gone out on an account and was not withdrawn: before its hour, or while it is held, nobody else
    speaks of it."""
    back = exists(select(Post.id).where(*taken_back(col(Event.post_id))))
    out = select(PostText.id).join(Delivery, col(Delivery.id) == col(PostText.delivery_id))
    carried = exists(out.where(col(PostText.post_id) == col(Event.post_id), col(Delivery.state) == "published"))
    return select(Event).where(carried, ~back)


def _is_known(event: Event) -> bool:
    known = read(event)
    return known is not None and (known.facts, known.cancelled) == (events.facts_of(event), event.cancelled_at is not None)


def _read(rows: Sequence[Event]) -> list[Told]:
    return [told for row in rows if (told := read(row)) is not None]


def read(event: Event) -> Told | None:
    """What was last approved of it; None when nothing was."""
    kept = event.approved
    if not kept:
        return None
    facts = EventFacts(**{**kept["facts"], **{name: parse(kept["facts"][name]) for name in MOMENTS}})
    return Told(event.uid, facts, kept["sequence"], kept["cancelled"], parse(kept["approved_at"]))
