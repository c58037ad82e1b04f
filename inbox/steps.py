"""Steps of a case: what happened, in words its author may read, and since when he waits for an answer."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import Session

from core.actors import CITIZEN
from core.errors import Invalid, WrongState
from core.why import Why, none_of
from inbox.due import follow
from inbox.models import Case, CaseEvent, Item

LONGEST = 2000
JOINERS = "\u200c\u200d"
#: what is told of dates (inbox.longer): that it takes longer, that one has moved
LATER = ("interim", "moved")
#: a case is followed through so many merges
FARTHEST = 20
#: steps after which other dates may hold
DATED = frozenset(
    {"received", "answered", "told", "question", "interim", "said", "in_progress", "waiting", "resolved", "withdrawn", "reopened"}
    | {"classed", "kind", "merged", "took_in", "split", "split_off", "appealed", "appeal_upheld", "appeal_declined"}
)


def step(session: Session, case: Case, what: str, by: str, note: str = "", *, public: bool = True, **data: Any) -> CaseEvent:
    """Write a step down (words: `case.event.<what>`), and the dates that follow from it. `by` is an actor's label; `data` are
    values for its words. Invalid for a note longer than LONGEST."""
    event = CaseEvent(case_id=case.id or 0, actor=by, what=what, note=whole(note), public=public, data=data)
    session.add(event)
    if by == CITIZEN.label:
        case.told_owed = ""  # he has the page of his case before him
    if what in DATED:
        session.flush()
        follow(session, case)
        if case.next_due_at is None and case.told_owed.partition(":")[0] in LATER:
            case.told_owed = ""  # no date is ahead of him that could be another
    return event


def spoke(session: Session, case: Case, at: datetime) -> None:
    """Its author said something at that instant: he waits for an answer since the first of his words that has none."""
    case.waiting_since = min(case.waiting_since or at, at)
    session.add(case)


def answered(session: Session, case: Case, by: str, at: datetime, what: str = "answered", words: str = "") -> None:
    """Its author was answered at that instant, by the step `what`. What he said after it still waits.

    An answer that was given before we had read what it answers counts from then on.
    """
    at = max(at, case.opened_at)
    case.first_reply_at = min(case.first_reply_at or at, at)
    if case.waiting_since is not None and case.waiting_since <= at:
        case.waiting_since = None
    if case.told_owed.partition(":")[0] in LATER:
        case.told_owed = ""  # he has what he waited for
    session.add(case)
    step(session, case, what, by, words).at = at


def lock(session: Session, case: Case) -> None:
    """The case as it stands, ours until our transaction ends; what this transaction changed of it stays."""
    session.flush()  # reading it anew would undo what was not written yet
    session.refresh(case, with_for_update=True)


def case_of(session: Session, item: Item) -> Case | None:
    """The case these words are in, ours until our transaction ends: held before its item, as whoever merges or splits it does."""
    while item.case_id is not None:
        case = session.get_one(Case, item.case_id)
        lock(session, case)
        session.refresh(item)
        if item.case_id == case.id:  # nobody moved them while we waited
            return case
    return None


def hold(session: Session, case: Case) -> None:
    """Nobody else changes the case until our transaction ends. WrongState for one that goes on in another."""
    lock(session, case)
    if case.merged_into_id is not None:
        raise WrongState(thing="case", state="merged", wanted="open")


def live(session: Session, case: Case) -> Case:
    """The case in which this one goes on: itself, unless it was merged."""
    for _ in range(FARTHEST):
        if case.merged_into_id is None:
            return case
        case = session.get_one(Case, case.merged_into_id)
    raise LookupError(f"case {case.id} is merged in a circle")


def one_of(field: str, value: str, allowed: Collection[str]) -> None:
    """Invalid unless `value` is one of those."""
    if value not in allowed:
        raise Invalid(field=field, why=none_of(value, allowed))


def whole(words: str) -> str:
    """Words as `tidy` leaves them, none cut off: Invalid for more than LONGEST."""
    kept = tidy(words, LONGEST + 1)
    if len(kept) > LONGEST:
        raise Invalid(field="words", why=Why("length", most=LONGEST))
    return kept


def tidy(words: str, most: int = LONGEST) -> str:
    """Words as a step keeps them: what no database holds and what nobody can see is left out, the end is cut at `most`.

    The joiners that Indic scripts, Urdu and Persian are spelled with stay; words of nothing else are none.
    """
    kept = "".join(c for c in words.replace("\t", " ") if c == "\n" or c in JOINERS or c.isprintable()).strip()[:most]
    return kept if any(c not in JOINERS and not c.isspace() for c in kept) else ""
