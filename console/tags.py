"""`tag list | add`: what stands in the list of tags."""

from typing import Any

from console.opening import House
from core import audit
from core.actors import Actor
from inbox import tagging
from inbox.models import Tag


def listed(house: House) -> dict[str, Any]:
    """All tags."""
    with house.db.read() as session:
        return {"tags": [_tag(one) for one in tagging.listed(session)]}


def keep(house: House, actor: Actor, code: str, name_ar: str, name_en: str, *, active: bool) -> dict[str, Any]:
    """Enter a tag, or change it."""
    with house.db.write() as session:
        value = _tag(tagging.keep(session, actor, code, name_ar, name_en, active=active))
    audit.seal(house.db)
    return value


def _tag(one: Tag) -> dict[str, Any]:
    return {"code": one.code, "name_ar": one.name_ar, "name_en": one.name_en, "active": one.active}
