"""What was done to people's words, clause by clause: flagged, hidden by the machine or by a person, let stand, overturned since.

Read from counters alone. What was flagged counts by the day it was said, what was decided by the day of the decision; each as it
stands now, so a decision that is overturned later changes the day it was taken on.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from inbox import tally
from inbox.casefile import OBJECTION
from inbox.models import CaseEvent

FLAGGED = ("flag_hidden", "flag_stands", "flag_waits")
DECIDED = ("hide_auto", "hide_user", "delete_user", "over_auto", "over_user")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in a period. Of what it flagged: `hidden` now, `stands` (dealt with, and left), `waits`. Of what was decided under
    it: hidden by the machine and by people, deleted by people, and how many of each were overturned."""

    clause: str
    hidden: int = 0
    stands: int = 0
    waits: int = 0
    by_machine: int = 0
    by_people: int = 0
    deleted: int = 0
    machine_overturned: int = 0
    people_overturned: int = 0

    @property
    def flagged(self) -> int:
        return self.hidden + self.stands + self.waits

    @property
    def precision(self) -> float | None:
        """Of what the clause flagged and is dealt with, how much is hidden: 0…1; None while nothing is dealt with."""
        done = self.hidden + self.stands
        return self.hidden / done if done else None

    @property
    def decided(self) -> int:
        return self.by_machine + self.by_people + self.deleted

    @property
    def overturned(self) -> int:
        return self.machine_overturned + self.people_overturned

    @property
    def overturn_rate(self) -> float | None:
        """Overturned of what was decided, 0…1."""
        return self.overturned / self.decided if self.decided else None


def by_clause(session: Session, first: date, last: date) -> list[Clause]:
    """A line a clause under which anything was flagged or decided, what was flagged most first."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, value, count in tally.summed(session, (*FLAGGED, *DECIDED), first, last, "name", "value"):
        sums[value][name] += count
    lines = [Clause(clause, *(max(counts[name], 0) for name in (*FLAGGED, *DECIDED))) for clause, counts in sums.items()]
    return sorted((line for line in lines if line.flagged or line.decided), key=lambda line: (-line.flagged, line.clause))


def whole(lines: list[Clause]) -> Clause:
    """All clauses together."""
    names = ("hidden", "stands", "waits", "by_machine", "by_people", "deleted", "machine_overturned", "people_overturned")
    return Clause("", *(sum(getattr(line, name) for line in lines) for name in names))


def objections(session: Session, since: datetime) -> dict[str, int]:
    """Objections lodged, upheld and declined since then (`appealed`, `appeal_upheld`, `appeal_declined`)."""
    step = select(CaseEvent.what, func.count()).where(text(OBJECTION), col(CaseEvent.at) >= since)
    return {what: int(count) for what, count in session.execute(step.group_by(col(CaseEvent.what)))}
