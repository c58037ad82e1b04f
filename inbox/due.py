"""By when a case is answered and ended, on the working calendar, and why (DESIGN §2.10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from core import calendar as almanac
from core.clock import in_dubai
from core.workdays import Calendar
from core.worktime import due
from inbox import targets


@dataclass(frozen=True, slots=True)
class Dates:
    """What a case is promised: `first` answer, `next` answer (while nobody has answered, the first one), and its outcome."""

    first: datetime
    next: datetime
    resolve: datetime

    def columns(self, since: datetime) -> Mapping[str, Any]:
        """As the columns of a case whose author waits since then."""
        return {"first_due_at": self.first, "next_due_at": self.next, "due_at": self.resolve, "waiting_since": since}


def calendar_from(session: Session, moment: datetime) -> Calendar:
    """The working calendar from that day on; read it once for many cases."""
    return almanac.onward(session, in_dubai(moment).date())


def dates(kind: str, grade: str, channel: str, opened_at: datetime, calendar: Calendar) -> Dates:
    """What a case that came in at `opened_at` is promised. `channel` is the platform it came by (`portal` for a form).

    Invalid when the calendar holds no work ahead.
    """
    target = targets.kept().of(kind, grade, channel)
    first = due(calendar, opened_at, target.first)
    return Dates(first, first, due(calendar, opened_at, target.resolve))
