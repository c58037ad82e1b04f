"""An event: what, where, from when to when. What announces it or reminds of it expires when it begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core.clock import aware, now
from core.errors import Invalid, WrongState
from core.i18n import Lang
from core.why import Why
from scheduler.models import Event, Post
from scheduler.standing import withdrawn_of
from scheduler.wall import ZONE, in_years, kept, zone_of

NAME_MOST = 200
#: roles of posts that are about the event of another
ABOUT = ("reminder", "notice")
#: in these an announcement is approved, and goes or has gone
ANNOUNCED = ("scheduled", "published", "partly")
#: made once, for they are asked before anything leaves
_EVENTS = select(Event).where(col(Event.post_id).in_(bindparam("ids", expanding=True)))
_UNANNOUNCED = select(Post.id).where(col(Post.id).in_(bindparam("ids", expanding=True)), col(Post.state).not_in(ANNOUNCED))


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


def in_the_way(session: Session, posts: Sequence[Post]) -> dict[int, str]:
    """Why those of these that announce an event, or remind of it, must not go now, by post id: `event_cancelled`, `not_announced`,
    `announcement_withdrawn`; what may go is not among them. Three questions, however many they are."""
    telling = [post for post in posts if post.role == "reminder" or (post.kind == "event" and not post.role)]
    if not telling:
        return {}
    about = sorted({post.about_id for post in telling if post.role == "reminder" and post.about_id is not None})
    of_posts = {"ids": [*about, *(post.id for post in telling)]}
    known = {event.post_id: event for event in session.exec(_EVENTS, params=of_posts)}
    unannounced = set(session.exec(_UNANNOUNCED, params={"ids": about})) if about else set()
    taken_back = withdrawn_of(session, about) if about else frozenset()
    found = {}
    for post in telling:
        event = known.get(post.id or 0) or known.get(post.about_id or 0)
        if event is not None and event.cancelled_at is not None:
            found[post.id or 0] = "event_cancelled"
        elif event is not None and post.role == "reminder" and post.about_id in unannounced:
            found[post.id or 0] = "not_announced"
        elif event is not None and post.role == "reminder" and post.about_id in taken_back:
            found[post.id or 0] = "announcement_withdrawn"
    return found


def checked(facts: EventFacts) -> EventFacts:
    """The facts without white space around their names, in UTC; Invalid as `keep` says."""
    named = {name: getattr(facts, name).strip() for name in ("title", "title_en", "place", "place_en")}
    if not named["title"] and not named["title_en"]:
        raise Invalid(field="event_title", why=Why("event_title"))
    for name, value in named.items():
        if len(value) > NAME_MOST:
            raise Invalid(field=f"event_{name}", why=Why("event_name_long", most=NAME_MOST))
    for name in ("starts_at", "ends_at"):
        in_years(getattr(facts, name), f"event_{name}")
    if aware(facts.ends_at) <= aware(facts.starts_at):
        raise Invalid(field="event_ends_at", why=Why("event_ends"))
    zone_of(facts.zone, field="event_zone")
    return EventFacts(starts_at=aware(facts.starts_at), ends_at=aware(facts.ends_at), zone=facts.zone, **named)


def _columns(facts: EventFacts) -> dict[str, Any]:
    names = ("title", "title_en", "place", "place_en", "starts_at", "ends_at", "zone")
    walls = {"starts_wall": kept(facts.starts_at, facts.zone), "ends_wall": kept(facts.ends_at, facts.zone)}
    return {name: getattr(facts, name) for name in names} | walls
