"""A case as its author may see it: his own words, what we answered, every step, and what he may do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from connectors.contract import Surface
from core.actors import CITIZEN
from core.i18n import Lang, lang_of, t
from core.settings import settings
from inbox.due import answer_by, promised
from inbox.models import Case, CaseEvent, Department, Item, Reply
from inbox.moved import Moved, read
from inbox.steps import live
from policies.masking import masked

#: steps by which a clerk tells its author something on the page of the case itself, and what that is
TELLING = {"told": "answer", "question": "question", "interim": "interim"}
HIS = CITIZEN.label
ORDER = (col(CaseEvent.at), col(CaseEvent.id))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a case's history in the reader's language. `moved`: of a step by which dates moved. `his`: its author did it."""

    at: datetime
    what: str
    words: str
    note: str
    moved: Moved | None = None
    id: int = 0
    his: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said in the case. `ours`: by us, `what` being answer, question or interim; else its author's words, `what` "".
    `platform`: where. `language`: "" where unknown. `attachments`: what hung from his words, then maybe none (inbox.hung)."""

    at: datetime
    text: str
    ours: bool
    platform: str
    item_id: int
    language: str = ""
    what: str = ""
    attachments: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the author of a case may see: no staff names, no inner notes, nothing said in a private message.

    `text`: the words it began with. `answers`: what we said to him, oldest first. `talk`: both sides, every channel, oldest first.
    `number` is the one he holds, also where his case goes on in another.
    """

    number: str
    kind: str
    topic: str
    state: str
    state_words: str
    lang: Lang
    opened_at: datetime
    due_at: datetime | None
    resolved_at: datetime | None
    outcome: str
    outcome_reason: str
    steps: tuple[Step, ...]
    answers: tuple[Said, ...]
    text: str
    talk: tuple[Said, ...] = ()
    answer_by: datetime | None = None
    first_due_at: datetime | None = None
    next_due_at: datetime | None = None
    first_reply_at: datetime | None = None
    grade: str = "ordinary"
    department: str = ""
    edition: str = ""
    reopened: int = 0
    rating: int | None = None
    rated_at: datetime | None = None


def public_view(session: Session, case: Case, lang: str) -> CaseView:
    """The case for its author, in `lang`. What was said in a private message, by either side, stays there: links get forwarded.

    What came by our own forms is shown: this page is where it is answered. He reads his own words as he wrote them; numbers and
    addresses in what we wrote to it are masked, for they may be another's.
    """
    tongue, ours, held = lang_of(lang), settings().office_contacts, case
    case = live(session, case)
    whole = [case.id, *session.exec(select(Case.id).where(col(Case.merged_into_id) == case.id))]
    events = session.exec(select(CaseEvent).where(col(CaseEvent.case_id).in_(whole), col(CaseEvent.public)).order_by(*ORDER))
    steps = tuple(
        Step(e.at, e.what, t(f"case.event.{e.what}", tongue), masked(_note(case, e), ours), read(e), e.id or 0, e.actor == HIS)
        for e in events
    )
    told = [Said(one.at, one.note, True, "portal", 0, what=TELLING[one.what]) for one in steps if one.what in TELLING and one.note]
    talk = tuple(sorted([*_talk(session, case), *told], key=lambda said: said.at))
    first = next((said.text for said in talk if said.item_id == case.item_id and not said.ours), "")
    department = session.get(Department, case.department) if case.department else None
    return CaseView(
        number=held.number,
        kind=case.kind,
        topic=case.topic,
        state=case.state,
        state_words=t(f"case.state.{case.state}", tongue),
        lang=tongue,
        opened_at=held.opened_at,
        due_at=promised(case),
        resolved_at=case.resolved_at,
        outcome=case.outcome,
        outcome_reason=masked(case.outcome_reason, ours),
        steps=steps,
        answers=tuple(said for said in talk if said.ours),
        text=first,
        talk=talk,
        answer_by=answer_by(case),
        first_due_at=case.first_due_at,
        next_due_at=case.next_due_at,
        first_reply_at=case.first_reply_at,
        grade=case.grade,
        department=(department.name_ar if tongue == "ar" else department.name_en) if department else "",
        edition=case.edition,
        reopened=case.reopened,
        rating=case.rating,
        rated_at=case.rated_at,
    )


def _note(case: Case, event: CaseEvent) -> str:
    return case.rating_note if event.what == "rated" and event.case_id == case.id else event.note


def items_of(session: Session, case: Case) -> list[Item]:
    """All that was said in a case by its author, on whatever channel, oldest first."""
    return list(session.exec(select(Item).where(col(Item.case_id) == case.id).order_by(col(Item.said), col(Item.id))))


def parted(session: Session, case: Case, steps: Sequence[Step]) -> list[Case]:
    """What was split off from it by these steps and is worked on by itself, of the same author as the case whose number he holds:
    its link is his too."""
    named = [one.note for one in steps if one.what == "split"]
    his = (col(Case.account_id) == case.account_id, col(Case.author_id) == case.author_id, col(Case.author_id) != "")
    found = session.exec(select(Case).where(col(Case.number).in_(named), *his).order_by(col(Case.id))).all() if named else []
    return [one for one in found if live(session, one).id != live(session, case).id]


def _talk(session: Session, case: Case) -> tuple[Said, ...]:
    items = [item for item in items_of(session, case) if not item.own and item.surface != Surface.DIRECT]
    shown = [i for i in items if (i.text or i.attachments) and not i.deleted]
    said = [Said(i.created_at, i.text, False, i.platform, i.id or 0, i.language, attachments=i.attachments) for i in shown]
    of_item = {item.id: item for item in items}
    sent = (col(Reply.item_id).in_(sorted(id_ for id_ in of_item if id_)), col(Reply.state) == "sent")
    for reply in session.exec(select(Reply).where(*sent).order_by(col(Reply.id))) if items else ():
        item = of_item[reply.item_id]
        if not reply.private or item.surface == Surface.FORM:
            said.append(Said(reply.updated_at, reply.text, True, item.platform, item.id or 0, what="answer"))
    return tuple(sorted(said, key=lambda one: one.at))
