"""Departments: who in the ministry works on which topics."""

import re
from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.display import clean_name
from core.errors import Invalid, NotFound
from core.why import Why, none_of
from inbox.models import Department
from policies.verdict import TOPICS

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
NAME_MOST = 120


def keep(
    session: Session, actor: Actor, code: str, name_ar: str, name_en: str, topics: Sequence[str] = (), *, active: bool = True
) -> Department:
    """Enter a department or change it; cases of its `topics` come to it by themselves while it is active.

    Invalid for a code that is none, a name that is missing in either language, an unknown topic, or one that comes to another
    department already.
    """
    actor.require("department.keep")
    if not CODE.fullmatch(code):
        raise Invalid(field="code", why=Why("code_form"))
    ar, en = _name("name_ar", name_ar), _name("name_en", name_en)
    for topic in topics:
        if topic not in TOPICS or topic == "none":
            raise Invalid(field="topics", why=none_of(topic, [one for one in TOPICS if one != "none"]))
        if active and (other := by_topic(session).get(topic, code)) != code:
            raise Invalid(field="topics", why=Why("topic_taken", topic=topic, code=other))
    department = session.get(Department, code, with_for_update=True) or Department(code=code, name_ar=ar, name_en=en)
    department.name_ar, department.name_en = ar, en
    department.topics, department.active = sorted(set(topics)), active
    session.add(department)
    session.flush()
    audit.record(session, actor, "department.keep", f"department:{code}", topics=department.topics, active=active)
    return department


def by_topic(session: Session) -> Mapping[str, str]:
    """topic -> code of the department it comes to."""
    found = session.exec(select(Department).where(col(Department.active)).order_by(col(Department.code)))
    return {topic: one.code for one in found for topic in one.topics}


def listed(session: Session) -> list[Department]:
    """All departments, those no longer active last."""
    return list(session.exec(select(Department).order_by(col(Department.active).desc(), col(Department.code))))


def active(session: Session, code: str) -> Department:
    """The department that cases may be given to; NotFound when there is none of that code, or it is no longer active."""
    found = session.get(Department, code)
    if found is None or not found.active:
        raise NotFound(thing="department", id=code)
    return found


def _name(field: str, text: str) -> str:
    name = clean_name(text)
    if not 0 < len(name) <= NAME_MOST:
        raise Invalid(field=field, why=Why("length", most=NAME_MOST))
    return name
