"""Whoever left no address is told beneath his own words that it takes longer, or that his date has moved: the number and the new
day, nothing else. Where that can't be said there, or reaches nobody, a clerk owes it (inbox.telling).

The day is filled in as it leaves: should it move again until then, that is the one he reads.
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

from core.actors import Actor
from core.bulk import among
from core.clock import now
from core.models import Account
from core.settings import Settings
from inbox import places, receipts, tally, telling
from inbox.due import OPEN, answer_by, promised
from inbox.models import Case, CaseEvent, Item
from inbox.steps import LATER, live
from inbox.tongues import say, tongue_of
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.guards import FILLERS, GUARDS, ON_SETTLED, Refusal
from outbox.models import Delivery


def beneath(session: Session, actor: Actor, case: Case, settings: Settings) -> Delivery | None:
    """Queue the notice beneath the newest words of his that take an answer, under the brake and budget of receipts; None where
    there is no such place, or no more may leave today: a clerk owes it then. A step of the calling verb."""
    told = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what) == "interim")
    ref = f"interim:{case.id}:{len(session.exec(select(CaseEvent.id).where(*told)).all())}"
    return _queue(session, actor, case, "interim", ref, now(), settings)


def moved(session: Session, actor: Actor, case: Case, at: datetime, settings: Settings) -> Delivery | None:
    """The same of a date that has moved, to leave at `at`, once a person and day whatever else of his moves."""
    day = tally.day_of(at)
    if _told_moved(session, case, day):
        return None
    return _queue(session, actor, case, "moved", f"moved:{case.id}:{day}", at, settings)


def _queue(session: Session, actor: Actor, case: Case, about: str, ref: str, at: datetime, settings: Settings) -> Delivery | None:
    day, item = tally.day_of(at), places.beneath(session, case)
    account = _free(session, case, item, day, about, settings)
    if item is None or account is None:
        return None
    words = f"{say(f'mail.{about}.subject', tongue_of(case.lang), number=case.number)}. {{answer_by}}"
    tally.add(session, {(day, account.id or 0, "receipt", ""): 1})
    return enqueue(
        session,
        actor,
        kind="receipt",
        account=account,
        body=Body(words, root_id=item.root_id, to_author=item.author_id, private=item.private, fill="later"),
        target_id=item.native_id,
        ref=ref,
        at=at,
        guard="later_wanted",
        guard_arg={"item": item.id, "case": case.id, "about": about},
    )


def _free(session: Session, case: Case, item: Item | None, day: date, about: str, settings: Settings) -> Account | None:
    """The account, locked, if one more may leave it on that day; else a clerk owes it, where there is a way to him."""
    account = session.get_one(Account, item.account_id) if item is not None else None
    why = places.full(session, account, day, settings) if account is not None else telling.by_hand(session, case)
    if why:
        places.owe(session, case, about, why)
    return None if why else account


def _told_moved(session: Session, case: Case, day: date) -> Delivery | None:
    """What its author is told, or was, on that day of dates that moved, in any case of his on the account."""
    his = (col(Case.account_id) == case.account_id, col(Case.author_id) == case.author_id, col(Case.author_id) != "")
    ids = {case.id, *session.exec(select(Case.id).where(*his, col(Case.state).in_(OPEN)))}
    refs = [f"moved:{id_}:{day}" for id_ in ids]
    told = (among(session, col(Delivery.ref), refs), col(Delivery.state).not_in(receipts.LOST))
    return session.exec(select(Delivery).where(*told)).first()


def _date(session: Session, delivery: Delivery) -> tuple[Case, datetime | None]:
    case = live(session, session.get_one(Case, int(delivery.guard_arg["case"])))
    return case, answer_by(case) or (promised(case) if case.state in OPEN else None)


def _fill(session: Session, delivery: Delivery, settings: Settings) -> Mapping[str, str]:
    """The day that he is promised at the moment of sending."""
    case, at = _date(session, delivery)
    return {"answer_by": receipts.as_it_left(session, delivery, " ".join(receipts.also(tongue_of(case.lang), "", at)))}


def _wanted(session: Session, delivery: Delivery) -> str | Refusal:
    """The last-moment check: he waits still, and all that holds for a receipt."""
    if _date(session, delivery)[1] is None:
        return Refusal("cancelled", "case_ended")
    return GUARDS["receipt_wanted"](session, delivery)


def _settled(session: Session, delivery: Delivery) -> None:
    """It reached him, or a clerk owes it now."""
    if delivery.guard != "later_wanted" or delivery.state == "needs_decision":
        return
    case = live(session, session.get_one(Case, int(delivery.guard_arg["case"])))
    if delivery.state != "published":
        telling.owe(session, case, delivery, receipts.lost_by(delivery))
    elif telling.owed(case)[0] in LATER:
        case.told_owed = ""
        session.add(case)


FILLERS["later"] = _fill
GUARDS["later_wanted"] = _wanted
ON_SETTLED.setdefault("receipt", []).append(_settled)
