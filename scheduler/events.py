"""An event: what, where, from when to when. What announces it expires when it begins."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.clock import aware
from core.errors import Invalid
from scheduler.models import Event, Post


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Times are aware; kept in UTC."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""


def keep(session: Session, post: Post, facts: EventFacts) -> Event:
    """Set or change the event of a post. Invalid when it ends before it begins or has no title."""
    if not facts.title.strip():
        raise Invalid(field="event.title", why="an event has a title")
    if aware(facts.ends_at) <= aware(facts.starts_at):
        raise Invalid(field="event.ends_at", why="an event ends after it begins")
    event = session.get(Event, post.id) or Event(post_id=post.id or 0, title="", starts_at=facts.starts_at, ends_at=facts.ends_at)
    event.title, event.place = facts.title.strip(), facts.place.strip()
    event.starts_at, event.ends_at = aware(facts.starts_at), aware(facts.ends_at)
    session.add(event)
    return event


def of(session: Session, post: Post) -> Event | None:
    """The event of a post of that kind, or None."""
    return session.get(Event, post.id) if post.kind == "event" else None
