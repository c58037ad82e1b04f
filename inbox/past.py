"""What of a case's history its clock hangs on (inbox.due)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.worktime import Pause
from inbox.models import Case, CaseEvent

#: steps that end the waiting for an author who was asked something
GOES_ON = ("said", "in_progress", "waiting", "resolved", "withdrawn", "reopened", "merged")
#: an objection was lodged, and decided
LODGED, *DECIDED = ("appealed", "appeal_upheld", "appeal_declined")


@dataclass(frozen=True, slots=True)
class Past:
    """What of a case's history its clock hangs on. `begun`: it came in, or was taken up again. `pauses`: when it waited for its
    author; `still`: since when it does. `interims`: the times he was told since then that it takes longer. `lodged`: his newest
    objection; `decided`: what came of it."""

    begun: datetime
    pauses: tuple[Pause, ...]
    still: datetime | None
    interims: tuple[CaseEvent, ...]
    lodged: CaseEvent | None
    decided: CaseEvent | None


def past(session: Session, case: Case, opened_at: datetime, after: int = 0) -> Past:
    """What of its history its clock hangs on; `after`: of the steps after the one of that id alone."""
    steps = (
        col(CaseEvent.case_id) == case.id,
        col(CaseEvent.what).in_(("interim", "question", LODGED, *DECIDED, *GOES_ON)),
        col(CaseEvent.id) > after,
    )
    begun, asked, pauses, interims = opened_at, None, list[Pause](), list[CaseEvent]()
    lodged: CaseEvent | None = None
    decided: CaseEvent | None = None
    for event in session.exec(select(CaseEvent).where(*steps).order_by(col(CaseEvent.id))):
        if event.what == "reopened":
            begun, pauses, interims, asked = event.at, [], [], None
        elif event.what == LODGED:
            lodged, decided = event, None
        elif event.what in DECIDED:
            decided = event
        elif event.what == "interim":
            interims.append(event)
        elif event.what == "question":
            asked = asked or event.at
        elif asked is not None:
            pauses.append((asked, event.at))
            asked = None
    return Past(begun, tuple(pauses), asked if case.state == "waiting" else None, tuple(interims), lodged, decided)


def waited(before: Past, merged_at: datetime) -> bool:
    """Whether a case waited for its author when it went on in another."""
    return bool(before.pauses) and before.pauses[-1][1] >= merged_at


def and_since(before: Past, now_in: Past, merged_at: datetime, came: int) -> Past:
    """What a case's clock hung on until it went on in another, and since."""
    pauses = tuple((max(begun, merged_at), end) for begun, end in now_in.pauses if end > merged_at)
    interims = tuple(one for one in now_in.interims if (one.id or 0) > came)
    return Past(before.begun, (*before.pauses, *pauses), now_in.still, (*before.interims, *interims), None, None)
