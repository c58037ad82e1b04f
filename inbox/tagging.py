"""Tags: words of the house that items are marked with, so that they are found again and counted."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.display import clean_name
from core.errors import Forbidden, Invalid, NotFound
from core.why import Why
from inbox import undo
from inbox.departments import CODE
from inbox.models import Item, ItemTag, Tag

NAME_MOST = 80
#: made once: a page asks them whenever it is drawn
_LISTED = select(Tag).order_by(col(Tag.active).desc(), col(Tag.code))
_OF = col(ItemTag.item_id).in_(bindparam("ids", expanding=True))
_CARRIED = select(ItemTag.item_id, ItemTag.tag).where(_OF).order_by(col(ItemTag.tag))


def keep(session: Session, actor: Actor, code: str, name_ar: str, name_en: str, *, active: bool = True) -> Tag:
    """Enter a tag or change it. One that is no longer `active` is put on nothing more; what carries it still does.

    Invalid for a code that is none, or a name that is missing in either language.
    """
    actor.require("tag.keep")
    if not CODE.fullmatch(code):
        raise Invalid(field="code", why=Why("code_form"))
    ar, en = _name("name_ar", name_ar), _name("name_en", name_en)
    tag = session.get(Tag, code, with_for_update=True) or Tag(code=code, name_ar=ar, name_en=en)
    tag.name_ar, tag.name_en, tag.active = ar, en, active
    session.add(tag)
    session.flush()
    audit.record(session, actor, "tag.keep", f"tag:{code}", active=active)
    return tag


def put(session: Session, actor: Actor, item: Item, code: str) -> Item:
    """Mark an item with a tag; one it carries already stays. NotFound for a tag that is unknown or no longer active."""
    actor.require("item.work")
    tag = session.get(Tag, code)
    if tag is None or not tag.active:
        raise NotFound(thing="tag", id=code)
    session.refresh(item, with_for_update=True)
    if session.get(ItemTag, (item.id, code)) is None:
        session.add(ItemTag(item_id=item.id or 0, tag=code, said=item.said, by_id=_person(actor)))
        session.flush()
        undo.did(session, actor, "tag", [{"item": item.id, "tag": code, "on": True}])
        audit.record(session, actor, "item.tag", f"item:{item.id}", tag=code)
    return item


def take_off(session: Session, actor: Actor, item: Item, code: str) -> Item:
    """Take a tag off an item; one it does not carry is no matter."""
    actor.require("item.work")
    session.refresh(item, with_for_update=True)
    held = session.get(ItemTag, (item.id, code))
    if held is not None:
        session.delete(held)
        session.flush()
        undo.did(session, actor, "untag", [{"item": item.id, "tag": code, "on": False}])
        audit.record(session, actor, "item.untag", f"item:{item.id}", tag=code)
    return item


def set_all(session: Session, actor: Actor, item: Item, codes: Collection[str]) -> Item:
    """Make these the tags of an item; taken back as one. NotFound as `put`."""
    carried = set(of_items(session, [item.id or 0]).get(item.id or 0, ()))
    with undo.together(session, actor, "tag"):
        for code in sorted(carried - set(codes)):
            take_off(session, actor, item, code)
        for code in sorted(set(codes) - carried):
            put(session, actor, item, code)
    return item


def listed(session: Session) -> Sequence[Tag]:
    """All tags, those no longer in use last."""
    return session.exec(_LISTED).all()


def of_items(session: Session, ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The codes that each of these items carries; items without one are left out."""
    found: dict[int, tuple[str, ...]] = {}
    for item_id, tag in session.execute(_CARRIED, {"ids": list(ids)}) if ids else ():
        found[item_id] = (*found.get(item_id, ()), tag)
    return found


def _person(actor: Actor) -> int:
    """Tags are put by people: whoever has no account of his own here is told so."""
    if actor.user_id is None:
        raise Forbidden(ability="item.work", actor=actor.label)
    return actor.user_id


def _name(field: str, text: str) -> str:
    name = clean_name(text)
    if not 0 < len(name) <= NAME_MOST:
        raise Invalid(field=field, why=Why("length", most=NAME_MOST))
    return name
