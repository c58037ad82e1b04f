"""`saved list | add | change | retire | take-up`: the saved replies of the house."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from console.opening import House
from console.posts import names
from core import audit
from core.actors import Actor
from core.errors import Invalid, NotFound, WrongOption
from core.models import User
from core.why import Why, none_of
from inbox import saved
from inbox.models import SavedReply
from policies.verdict import TOPICS

AT_ONCE = 200


def listed(house: House, *, standing: str, topic: str, text: str) -> dict[str, Any]:
    """Saved replies by name; those that stand so, of this topic, in which this stands."""
    for option, value, known in (("--standing", standing, saved.STANDINGS), ("--topic", topic, TOPICS)):
        if value and value not in known:
            raise WrongOption(name=option, why=none_of(value, known))
    found: list[SavedReply] = []
    with house.db.read() as session:
        while page := saved.page(
            session, after=found[-1].name if found else "", text=text, standing=standing, topic=topic, limit=AT_ONCE
        ):
            found += page
        return {"saved": [_told(session, one) for one in found]}


def add(house: House, actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    """Enter one of what was given."""
    with house.db.write() as session:
        until = given["until"]
        if until is None:
            raise Invalid(field="review_by", why=Why("review_within", days=saved.LONGEST.days))
        told = {field: given[field] or "" for field in ("name", "ar", "en", "source")}
        content = saved.Content(**told, review_by=_day(until), topic=given["topic"] or "none")
        value = _told(session, saved.keep(session, actor, content, owner_id=_owner(session, given["owner"])))
    audit.seal(house.db)
    return value


def change(house: House, actor: Actor, number: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """Change what was given of one; all else stays."""
    with house.db.write() as session:
        one = saved.of(session, number, lock=True)
        standing = {"name": one.name, "ar": one.text_ar, "en": one.text_en, "source": one.source, "topic": one.topic}
        told = {field: value if given[field] is None else given[field] for field, value in standing.items()}
        content = saved.Content(**told, review_by=one.review_by if given["until"] is None else _day(given["until"]))
        value = _told(session, saved.keep(session, actor, content, owner_id=_owner(session, given["owner"]), saved_id=number))
    audit.seal(house.db)
    return value


def use(house: House, actor: Actor, number: int, *, active: bool) -> dict[str, Any]:
    """End its use, or take it up again."""
    with house.db.write() as session:
        value = _told(session, saved.use(session, actor, number, active=active))
    audit.seal(house.db)
    return value


def _day(typed: datetime) -> date:
    return typed.date()


def _owner(session: Session, username: str | None) -> int | None:
    """The id of that user; None where nobody was named."""
    if not username:
        return None
    user = session.exec(select(User).where(User.username == username)).first()
    if user is None:
        raise NotFound(thing="user", id=username)
    return user.id


def _told(session: Session, one: SavedReply) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "ar": one.text_ar or None,
        "en": one.text_en or None,
        "topic": one.topic,
        "source": one.source,
        "owner": names(session).get(one.owner_id, str(one.owner_id)),
        "review_by": str(one.review_by),
        "standing": saved.standing(one),
        "used": one.used,
    }
