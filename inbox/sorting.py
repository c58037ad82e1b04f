"""What a case is: its kind and topic, its class, the department it is with. Clerks correct what its first words led to."""

from sqlmodel import Session

from core import audit
from core.actors import Actor
from core.errors import Invalid
from core.why import Why
from inbox import departments, moved, priority
from inbox.change import change
from inbox.models import Case, Item
from inbox.steps import hold, one_of, step, tidy
from policies.clauses import GRADES as GRADES
from policies.verdict import KINDS, TOPICS

#: what a suggestion may come to: "solved" says nothing of one
OF_SUGGESTIONS = ("accepted", "partly", "declined", "not_ours", "withdrawn")


def classify(session: Session, actor: Actor, case: Case, grade: str, reason: str) -> Case:
    """Another class (GRADES), with the reason why, for staff. Invalid for an unknown one or no reason. What was confidential stays
    among few where it becomes urgent."""
    actor.require("case.manage")
    one_of("grade", grade, GRADES)
    if not tidy(reason):
        raise Invalid(field="reason", why=Why("say_why"))
    hold(session, case)
    dates = moved.told(case)
    was, case.grade = case.grade, grade
    case.priority_why = [] if (was, grade) == ("confidential", "ordinary") else case.priority_why
    priority.reweigh(session, case)
    step(session, case, "classed", actor.label, reason, public=False, was=was, grade=grade)
    moved.tell(session, actor, case, dates, "class")
    audit.record(session, actor, "case.class", f"case:{case.id}", was=was, grade=grade)
    return case


def hand(session: Session, actor: Actor, case: Case, department: str, note: str = "") -> Case:
    """Give a case to another department ("" takes it from any); whoever worked on it does no more. NotFound for an unknown one."""
    actor.require("case.manage")
    if department:
        departments.active(session, department)
    hold(session, case)
    was, case.department, case.owner_id = case.department, department, None
    session.add(case)
    step(session, case, "handed", actor.label, note, public=False, was=was, department=department)
    audit.record(session, actor, "case.department", f"case:{case.id}", was=was, department=department)
    return case


def rekind(session: Session, actor: Actor, case: Case, kind: str, topic: str = "") -> Case:
    """Another kind, or (`topic`) another subject; its department follows while it was with the one its subject led to.

    What its author said is counted as what it is now. Invalid for an unknown one, and for a suggestion where it ended as none may.
    """
    actor.require("case.manage")
    hold(session, case)
    topic, dates = topic or case.topic, moved.told(case)
    one_of("kind", kind, KINDS)
    one_of("topic", topic, TOPICS)
    if kind == "suggestion" and case.outcome:
        one_of("outcome", case.outcome, OF_SUGGESTIONS)
    homes = departments.by_topic(session)
    if case.department == homes.get(case.topic, ""):
        case.department = homes.get(topic, "")
    was, case.kind, case.topic = [case.kind, case.topic], kind, topic
    priority.reweigh(session, case)
    if case.item_id is not None:
        change(session, session.get_one(Item, case.item_id), kind=kind, topic=topic)
    step(session, case, "kind", actor.label, public=False, was=was, now=[kind, topic])
    moved.tell(session, actor, case, dates, "kind")
    audit.record(session, actor, "case.kind", f"case:{case.id}", was=was, kind=kind, topic=topic)
    return case
