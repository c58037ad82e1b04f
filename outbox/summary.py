"""What a pass did, for the operator's door."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from core.clock import rfc3339
from core.db import Database
from core.models import Account
from outbox.models import Delivery
from outbox.refs import shown

#: states that are no trouble to anyone
QUIET = ("published", "cancelled")
#: reasons that are part of the way, no failure of the pass
ON_THE_WAY = ("not_found_yet", "resumed", "waits_for_earlier")
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """One delivery that did not simply go: where it is and why. `retry_at`: when it is tried again by itself, if it is and that is
    known; `ref` as its importer gave it."""

    delivery: int
    ref: str | None
    account: str
    kind: str
    state: str
    reason: str
    retry_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """For a command's output."""
        return asdict(self) | {"retry_at": rfc3339(self.retry_at) if self.retry_at else None}


def problem_of(delivery: Delivery, account: Account, *, reason: str | None = None, retry_at: datetime | None = None) -> Problem:
    """The delivery as a problem, under `reason` (its own when None)."""
    why = delivery.reason if reason is None else reason
    return Problem(delivery.id or 0, shown(delivery.ref), account.key, delivery.kind, delivery.state, why, retry_at)


@dataclass(frozen=True, slots=True)
class Summary:
    """`states`: how many of the deliveries touched are now in which state; `problems`: those a person may want to know of, also
    those that are due and could not be touched. `unconfirmed`: how many a pause holds, in force or over, until a person lets each
    go: no failure of a pass, and never passed over in silence."""

    states: Mapping[str, int]
    problems: tuple[Problem, ...] = ()
    unconfirmed: int = 0

    @property
    def touched(self) -> int:
        return sum(self.states.values())

    @property
    def failed(self) -> bool:
        """True when a delivery did not go where it should, for whatever reason the platform or an account gave."""
        return any(problem.reason not in ON_THE_WAY for problem in self.problems)

    def to_json(self) -> dict[str, Any]:
        """For a command's output."""
        told = {"states": dict(self.states), "problems": [problem.to_json() for problem in self.problems]}
        return told | ({"unconfirmed": self.unconfirmed} if self.unconfirmed else {})

    def with_waiting(self, waiting: Iterable[Problem], unconfirmed: int = 0) -> "Summary":
        """The same with what could not be touched; of a delivery that was, the newer word counts."""
        known = {problem.delivery: problem for problem in (*self.problems, *waiting)}
        return Summary(self.states, tuple(known[i] for i in sorted(known)), unconfirmed)


def summary_of(db: Database, ids: Iterable[int]) -> Summary:
    """Where these deliveries are now; each is counted once, however often it was touched."""
    wanted = sorted(set(ids))
    states: Counter[str] = Counter()
    problems: list[Problem] = []
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        query = select(Delivery, Account).join(Account).where(col(Delivery.id).in_(part)).order_by(col(Delivery.id))
        with db.read() as session:
            for delivery, account in session.exec(query):
                states[delivery.state] += 1
                if delivery.state not in QUIET:
                    problems.append(problem_of(delivery, account))
    return Summary(dict(states), tuple(problems))
