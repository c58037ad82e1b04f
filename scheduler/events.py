"""An event: what, where, from when to when. What announces it or reminds of it expires when it begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from core.clock import aware, now
from core.errors import Invalid, WrongState
from core.i18n import Lang
from core.why import Why
from scheduler.models import Event, Post
from scheduler.wall import ZONE, zone_of

NAME_MOST = 200
#: roles of posts that are about the event of another
ABOUT = ("reminder", "notice")
#: in these an announcement is approved, and goes or has gone
ANNOUNCED = ("scheduled", "published", "partly")


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Times are aware; `zone` is the one whose clocks tell them. A name given in one language only serves in both."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    title_en: str = ""
    place_en: str = ""
    zone: str = ZONE

    def called(self, lang: Lang) -> str:
        """Its title in that language."""
        return (self.title_en or self.title) if lang == "en" else (self.title or self.title_en)

    def where(self, lang: Lang) -> str:
        """Its place in that language; "" when none is known."""
        return (self.place_en or self.place) if lang == "en" else (self.place or self.place_en)


def keep(session: Session, post: Post, facts: EventFacts) -> Event:
    """Set or change the event of a post; a change raises its sequence.

    Invalid when it ends before it begins, has no title, or its zone is unknown; WrongState when it was cancelled.
    """
    given = checked(facts)
    event = session.get(Event, post.id)
    if event is None:
        event = Event(post_id=post.id or 0, uid=str(uuid4()), **_columns(given))
    elif event.cancelled_at is not None:
        raise WrongState(thing="event", state="cancelled", wanted="changed")
    elif facts_of(event) != given:
        for name, value in _columns(given).items():
            setattr(event, name, value)
        event.sequence += 1
        event.changed_at = now()
    session.add(event)
    session.flush()
    return event


def facts_of(event: Event) -> EventFacts:
    """What the event is now."""
    return EventFacts(event.title, event.starts_at, event.ends_at, event.place, event.title_en, event.place_en, event.zone)


def of(session: Session, post: Post) -> Event | None:
    """The event a post announces, reminds of or gives notice about, or None."""
    if post.kind != "event" and post.role not in ABOUT:
        return None
    own = session.get(Event, post.id)
    return own if own is not None or post.about_id is None else session.get(Event, post.about_id)


def deadline(session: Session, post: Post) -> datetime | None:
    """When nobody wants the post any more: what announces or reminds when the event begins, a notice of a change when it ends.

    None where there is no such hour: for other posts, and for what is said of a cancelled event or of a post already out.
    """
    event = of(session, post)
    if event is None or post.role in ("correction", "withdrawal"):
        return None
    if post.role == "notice":
        return None if event.cancelled_at else event.ends_at
    return event.starts_at


def hour_of(event: Event, before_s: int) -> datetime:
    """When a reminder goes that goes so many seconds before the event begins."""
    return event.starts_at - timedelta(seconds=before_s)


def ahead(moment: datetime) -> bool:
    """True for an hour that is still to come."""
    return moment > now()


def stands(session: Session, post: Post) -> str:
    """Why what announces an event, or reminds of it, must not go now: `event_cancelled`, `not_announced`; "" when it may."""
    event = of(session, post)
    if event is None or post.role not in ("", "reminder"):
        return ""
    if event.cancelled_at is not None:
        return "event_cancelled"
    announcement = session.get(Post, post.about_id) if post.role == "reminder" else None
    return "not_announced" if announcement is not None and announcement.state not in ANNOUNCED else ""


def checked(facts: EventFacts) -> EventFacts:
    """The facts without white space around their names, in UTC; Invalid as `keep` says."""
    named = {name: getattr(facts, name).strip() for name in ("title", "title_en", "place", "place_en")}
    if not named["title"] and not named["title_en"]:
        raise Invalid(field="event_title", why=Why("event_title"))
    for name, value in named.items():
        if len(value) > NAME_MOST:
            raise Invalid(field=f"event_{name}", why=Why("event_name_long", most=NAME_MOST))
    if aware(facts.ends_at) <= aware(facts.starts_at):
        raise Invalid(field="event_ends_at", why=Why("event_ends"))
    zone_of(facts.zone, field="event_zone")
    return EventFacts(starts_at=aware(facts.starts_at), ends_at=aware(facts.ends_at), zone=facts.zone, **named)


def _columns(facts: EventFacts) -> dict[str, Any]:
    names = ("title", "title_en", "place", "place_en", "starts_at", "ends_at", "zone")
    return {name: getattr(facts, name) for name in names}
