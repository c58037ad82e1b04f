"""What a message is by a person's word: its kind, topic and language, where the machine took it for something else."""

from sqlmodel import Session

from core import audit
from core.actors import Actor
from core.errors import WrongState
from inbox import sorting, undo
from inbox.models import Item
from inbox.steps import case_of, one_of
from policies.verdict import KINDS, TOPICS

#: languages a person can name, the frequent ones first
LANGUAGES = ("ar", "en", "ur", "hi", "bn", "tl", "ml", "fa", "ar-Latn", "ur-Latn", "ml-Latn", "und")
#: field -> what it may be
FIELDS = {"kind": KINDS, "topic": TOPICS, "language": LANGUAGES}


def correct(session: Session, actor: Actor, item: Item, *, kind: str = "", topic: str = "", language: str = "") -> Item:
    """Another kind, topic or language ("": as it is). Its lists, counters and search follow, and it may be taken back.

    Kind and topic of what is in a case are the case's: they change there (sorting.rekind), for all that was said in it.
    Invalid for an unknown one; WrongState for our own words.
    """
    actor.require("item.work")
    given = {"kind": kind, "topic": topic, "language": language}
    for name, value in given.items():
        if value:
            one_of(name, value, FIELDS[name])
    case = case_of(session, item)
    if case is None:
        session.refresh(item, with_for_update=True)
    if item.own:
        raise WrongState(thing="item", state="own", wanted="corrected")
    was = {name: getattr(item, name) for name in given}
    new = {name: value for name, value in given.items() if value and value != was[name]}
    if case is not None and (kind or topic) and (kind or case.kind, topic or case.topic) != (case.kind, case.topic):
        sorting.rekind(session, actor, case, kind or case.kind, topic)
        session.refresh(item)
        new = {name: value for name, value in new.items() if getattr(item, name) != value}
    if new:
        undo.changing(session, actor, "correct", item, **new)
        audit.record(session, actor, "item.correct", f"item:{item.id}", was={name: was[name] for name in new}, now=new)
    return item
