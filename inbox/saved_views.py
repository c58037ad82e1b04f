"""Views of one's own: what was chosen above the list of the inbox, kept under a name, shown to all where somebody shares it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, or_, select

from core import audit
from core.actors import Actor
from core.clock import DUBAI
from core.display import clean_name
from core.errors import Forbidden, Invalid, NotFound
from core.why import Why
from inbox.models import SavedView
from inbox.pressing import DUE
from inbox.search import Filter
from inbox.views import VIEWS

NAME_MOST, VALUE_MOST, MOST = 60, 200, 30
#: days that both databases and every clock of ours can hold
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
#: filters whose value is a code of its own column
PLAIN = ("platform", "kind", "topic", "language", "clause", "state", "tag")
#: days in Dubai on which it was said, both included
DAYS = ("since", "until")
#: what may be chosen above the list, as the address of the page has it. `owner` is `me`, `nobody` or a person's id.
CHOICES = ("view", *PLAIN, "owner", "due", *DAYS, "order", "q")


def filter_of(chosen: Mapping[str, str], me: int | None) -> Filter:
    """What the choices ask for, for the person `me`. What is none there (an old address, a typing error) is left out."""
    view = chosen.get("view", "")
    wanted: dict[str, Any] = {name: chosen.get(name) or None for name in PLAIN}
    owner = chosen.get("owner", "")
    if owner.isdecimal() and len(owner) < 19:
        wanted["assignee_id"] = int(owner)
    elif owner == "me" or view == "mine":
        wanted["assignee_id"] = me
    elif owner == "nobody":
        wanted["assigned"] = False
    if chosen.get("due") in DUE:
        wanted["due"] = chosen["due"]
    if view == "mentions":
        wanted["named_id"] = me
    since, until = days_of(chosen)
    wanted |= {"since": _midnight(since), "until": _midnight(until and until + timedelta(days=1))}
    return Filter(view=view if view in VIEWS else "open", text=chosen.get("q", ""), **wanted)


def days_of(chosen: Mapping[str, str]) -> tuple[date | None, date | None]:
    """The first and the last day that are asked for; None for one that is left out, or none."""
    since, until = (_day(chosen.get(name, "")) for name in DAYS)
    return since, until


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, DUBAI) if day else None


def keep(session: Session, actor: Actor, name: str, chosen: Mapping[str, str], *, shared: bool = False) -> SavedView:
    """Keep these choices under a name; one's own view of that name is changed. `shared` shows it to everybody: ability saved.keep.

    Invalid for no name, one that is too long, choices that are none, or too many views.
    """
    actor.require("item.read")
    if shared:
        actor.require("saved.keep")
    called = clean_name(name)
    if not 0 < len(called) <= NAME_MOST:
        raise Invalid(field="name", why=Why("length", most=NAME_MOST))
    wanted = {key: value for key, value in chosen.items() if key in CHOICES and 0 < len(value) <= VALUE_MOST}
    if not wanted:
        raise Invalid(field="view", why=Why("view_empty"))
    mine = select(SavedView).where(col(SavedView.user_id) == _person(actor))
    view = session.exec(mine.where(col(SavedView.name) == called)).first()
    if view is None:
        if len(session.exec(mine).all()) >= MOST:
            raise Invalid(field="view", why=Why("views_most", most=MOST))
        view = SavedView(user_id=_person(actor), name=called)
    view.wanted, view.shared = wanted, shared
    session.add(view)
    session.flush()
    audit.record(session, actor, "view.keep", f"view:{view.id}", shared=shared)
    return view


def drop(session: Session, actor: Actor, view_id: int) -> None:
    """Let go of a view of one's own, or of a shared one with the ability saved.keep. NotFound for any other."""
    actor.require("item.read")
    view = session.get(SavedView, view_id, with_for_update=True)
    if view is None or not (view.user_id == actor.user_id or (view.shared and actor.can("saved.keep"))):
        raise NotFound(thing="view", id=view_id)
    session.delete(view)
    audit.record(session, actor, "view.drop", f"view:{view_id}")


#: made once: every page of the inbox asks it
_SEEN = (
    select(SavedView)
    .where(or_(col(SavedView.user_id) == bindparam("me"), col(SavedView.shared)))
    .order_by(col(SavedView.name), col(SavedView.id))
)


def listed(session: Session, actor: Actor) -> Sequence[SavedView]:
    """One's own views, then those that others share, each by name."""
    found = session.exec(_SEEN, params={"me": actor.user_id}).all()
    return sorted(found, key=lambda view: view.user_id != actor.user_id)


def _person(actor: Actor) -> int:
    """Views are kept by people."""
    if actor.user_id is None:
        raise Forbidden(ability="item.read", actor=actor.label)
    return actor.user_id
