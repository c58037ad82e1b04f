"""`case open | move | resolve | merge …`, `department keep`: a person's deeds on cases, from the command line."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session, col, select

from console.casefiles import find, told
from console.opening import House
from console.posts import instant
from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import User
from inbox import acknowledge, cases, departments, merging, privately, reply, results, speaking
from inbox.models import Case, Department, Item, Result

Deed = Callable[[Session, Case], Case]


def done(house: House, number: str, deed: Deed) -> dict[str, Any]:
    """The case after the deed."""
    with house.db.write() as session:
        case = deed(session, find(session, number))
        session.flush()
        value = told(session, case)
    audit.seal(house.db)
    return value


def opened(house: House, actor: Actor, item_id: int, kind: str, topic: str, grade: str, department: str) -> dict[str, Any]:
    """Make a case of an item and queue its receipt."""
    with house.db.write() as session:
        item = item_of(session, item_id)
        case = cases.open_case(session, actor, item, kind, topic, key_id=house.vault.current, grade=grade, department=department)
        if item.platform != speaking.PORTAL and case.receipt_delivery_id is None and not case.receipt_owed:
            acknowledge.received(session, actor, case, item, house.settings)
        value = told(session, case)
    audit.seal(house.db)
    return value


def assign(house: House, actor: Actor, number: str, username: str) -> dict[str, Any]:
    """Give the case to a user; "" back to everybody. NotFound for an unknown one."""

    def given(session: Session, case: Case) -> Case:
        user = session.exec(select(User).where(col(User.username) == username)).first() if username else None
        if username and user is None:
            raise NotFound(thing="user", id=username)
        return cases.assign(session, actor, case, user.id if user else None)

    return done(house, number, given)


def interim(house: House, actor: Actor, number: str, words: str, until: str) -> dict[str, Any]:
    """Tell its author that it takes longer, and until when."""
    at = instant("--until", until) if until else None
    return done(house, number, lambda session, case: cases.interim(session, actor, case, words, until=at))


def merge(house: House, actor: Actor, number: str, into: str, because: str) -> dict[str, Any]:
    """Let a case go on in another; the one that goes on."""
    return done(house, number, lambda session, case: merging.merge(session, actor, case, find(session, into), because))


def split(house: House, actor: Actor, number: str, items: Sequence[int], kind: str, topic: str, because: str) -> dict[str, Any]:
    """Take messages out of a case; the case they are in now."""

    def parted(session: Session, case: Case) -> Case:
        return merging.split(session, actor, case, items, kind, because, topic=topic, key_id=house.vault.current)

    return done(house, number, parted)


def join(house: House, actor: Actor, number: str, item_id: int, because: str) -> dict[str, Any]:
    """Bring what was said on another channel to the case."""
    return done(house, number, lambda session, case: merging.join(session, actor, case, item_of(session, item_id), because))


def take_private(house: House, actor: Actor, item_id: int, kind: str) -> dict[str, Any]:
    """Ask on the thread to go on in private."""
    with house.db.write() as session:
        item = item_of(session, item_id)
        case = privately.take_private(
            session,
            actor,
            item_id,
            seen_version=reply.thread_version(session, item),
            nonce=f"private:{item_id}",
            settings=house.settings,
            kind=kind,
            key_id=house.vault.current,
        )
        session.flush()
        value = told(session, case)
    audit.seal(house.db)
    return value


def publish(house: House, actor: Actor, number: str, words: Sequence[str], outcome: str) -> dict[str, Any]:
    """Publish what came of a case; `words`: said, decided, because, each in Arabic and English. `result` is its uid."""
    said, decided, because = (results.Words(*words[place : place + 2]) for place in (0, 2, 4))
    uid = ""

    def put_out(session: Session, case: Case) -> Case:
        nonlocal uid
        uid = results.publish(session, actor, case, said=said, decided=decided, because=because, outcome=outcome).uid
        return case

    return done(house, number, put_out) | {"result": uid}


def unpublish(house: House, actor: Actor, uid: str, reason: str) -> dict[str, Any]:
    """Take a published result back."""
    with house.db.write() as session:
        result = session.exec(select(Result).where(col(Result.uid) == uid)).first()
        if result is None:
            raise NotFound(thing="result", id=uid)
        results.withdraw(session, actor, result, reason)
    audit.seal(house.db)
    return {"result": uid, "withdrawn": True}


def keep_department(
    house: House, actor: Actor, code: str, name_ar: str, name_en: str, topics: Sequence[str], *, active: bool
) -> dict[str, Any]:
    """Enter a department, or change it."""
    with house.db.write() as session:
        value = _department(departments.keep(session, actor, code, name_ar, name_en, topics, active=active))
    audit.seal(house.db)
    return value


def listed_departments(house: House) -> dict[str, Any]:
    """All departments and the topics that come to them."""
    with house.db.read() as session:
        return {"departments": [_department(one) for one in departments.listed(session)]}


def _department(one: Department) -> dict[str, Any]:
    return {"code": one.code, "name_ar": one.name_ar, "name_en": one.name_en, "topics": one.topics, "active": one.active}


def item_of(session: Session, item_id: int) -> Item:
    """The message of that number; NotFound where there is none."""
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound(thing="item", id=item_id)
    return item
