"""`event list | remind | change | cancel | notice`: a person's deeds on an event, from the command line."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlmodel import Session, col, select

from console.opening import House
from console.posts import find, instant, told
from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import NotFound, WrongOption
from core.why import Why
from scheduler import events, posts, wall
from scheduler.models import Event, Post

HOURS = ("starts_at", "ends_at")
UNITS = {"d": 86_400, "h": 3600, "m": 60}


def listed(house: House, *, over: bool) -> dict[str, Any]:
    """Events that are not over (`over`: all), by their beginning, with what belongs to them."""
    query = select(Event).order_by(col(Event.starts_at), col(Event.post_id))
    with house.db.read() as session:
        found = session.exec(query if over else query.where(col(Event.ends_at) > now())).all()
        return {"events": [_shown(session, event) for event in found]}


def remind(house: House, actor: Actor, number: int, before: Sequence[str], *, seen: int | None) -> dict[str, Any]:
    """These reminders of the event and no others."""
    seconds = [_seconds(one) for one in before]

    def chosen(session: Session, post: Post) -> None:
        posts.remind(session, actor, post, seconds, seen_version=seen)

    return _done(house, number, chosen)


def change(house: House, actor: Actor, number: int, given: Mapping[str, str | None], *, seen: int | None) -> dict[str, Any]:
    """The event is otherwise than it was, in what was `given`; all else stays."""
    facts: dict[str, Any] = {name: value for name, value in given.items() if value is not None}

    def changed(session: Session, post: Post) -> posts.Consequences:
        old = events.facts_of(_event(session, post))
        zone = str(wall.zone_of(facts.get("zone") or old.zone))
        hours = {name: instant(f"--{name.removesuffix('_at')}", facts[name], zone) for name in HOURS if name in facts}
        return posts.change_event(session, actor, post, replace(old, **facts | hours), seen_version=seen)

    return _done(house, number, changed)


def cancel(house: House, actor: Actor, number: int, why: str, *, seen: int | None) -> dict[str, Any]:
    """The event does not take place."""

    def cancelled(session: Session, post: Post) -> posts.Consequences:
        return posts.cancel_event(session, actor, post, why, seen_version=seen)

    return _done(house, number, cancelled)


def notice(house: House, actor: Actor, number: int, *, seen: int | None) -> dict[str, Any]:
    """What the public does not know yet is told by another notice."""
    return _done(house, number, lambda session, post: posts.tell_anew(session, actor, post, seen_version=seen))


def _done(house: House, number: int, deed: Callable[[Session, Post], posts.Consequences | None]) -> dict[str, Any]:
    with house.db.write() as session:
        post = find(session, number)
        _event(session, post)
        became = deed(session, post)
        session.flush()
        value = _shown(session, _event(session, post)) | (asdict(became) if became else {})
    audit.seal(house.db)
    return value


def _event(session: Session, post: Post) -> Event:
    event = session.get(Event, post.id)
    if event is None:
        raise NotFound(thing="event", id=post.id)
    return event


def _shown(session: Session, event: Event) -> dict[str, Any]:
    of_it = select(Post).where(col(Post.about_id) == event.post_id, col(Post.role).in_(events.ABOUT))
    facts = asdict(events.facts_of(event))
    parts = [told(session, post) | {"before_s": post.before_s} for post in session.exec(of_it.order_by(col(Post.at), col(Post.id)))]
    own = {"uid": event.uid, "sequence": event.sequence, "cancelled_at": event.cancelled_at, "cancel_why": event.cancel_why}
    return {**own, "facts": facts, "post": told(session, session.get_one(Post, event.post_id)), "about": parts}


def _seconds(typed: str) -> int:
    found = re.fullmatch(r"(\d{1,5})([dhm])", typed.strip())
    if found is None:
        raise WrongOption(name="BEFORE", why=Why("span_form"))
    return int(found[1]) * UNITS[found[2]]
