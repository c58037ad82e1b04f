"""How long the public waited for its first answer, and who still waits: by channel, and within and outside working hours.

Read from counters alone. Times are minutes of the wall clock from what was said to its first answer, and err by 1 % at most. What
waits is counted: a median of the answered alone flatters, so `median_of_all` takes whoever waits as not answered yet.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from inbox import tally
from inbox.figures import quantile

#: the counters of all that was said, and of what was said while the office was open
ALL = ("received", "waiting", "answered", "answer_minutes")
OPEN = ("received_in", "waiting_in", "answered_in", "answer_in")


@dataclass(slots=True)
class Waits:
    """Of so many things said: answered, waiting still; the rest needed no answer. Quantiles are None where nothing was answered."""

    received: int = 0
    waiting: int = 0
    answered: int = 0
    buckets: Counter[int] = field(default_factory=Counter)

    @property
    def median(self) -> float | None:
        return quantile(self.buckets, 0.5)

    @property
    def p90(self) -> float | None:
        return quantile(self.buckets, 0.9)

    @property
    def median_of_all(self) -> float | None:
        """Within how many minutes half of what is answered or waits had its answer; None while that half has none."""
        reached = (self.answered + self.waiting) / 2
        return quantile(self.buckets, reached / self.answered) if 0 < reached <= self.answered else None

    @property
    def share(self) -> float | None:
        """Answered of what was answered or waits, 0…1."""
        asked = self.answered + self.waiting
        return self.answered / asked if asked else None

    @property
    def needless(self) -> int:
        """What was closed without an answer: hidden, gone, or nothing to say."""
        return max(self.received - self.answered - self.waiting, 0)

    def without(self, part: "Waits") -> "Waits":
        """What is left when a part is taken out."""
        left = Counter(self.buckets)
        left.subtract(part.buckets)
        rest = (self.received - part.received, self.waiting - part.waiting, self.answered - part.answered)
        return Waits(*rest, Counter({bucket: count for bucket, count in left.items() if count > 0}))


@dataclass(frozen=True, slots=True)
class Response:
    """All that was said in a period, what of it was said while the office was open and while it was shut, and each channel."""

    all: Waits
    inside: Waits
    outside: Waits
    channels: dict[int, Waits]


def response(session: Session, first: date, last: date) -> Response:
    """Of what was said from `first` to `last`, both included. `channels` is by account id, those that were written to."""
    whole, inside, channels = Waits(), Waits(), dict[int, Waits]()
    for account_id, name, value, count in tally.summed(session, (*ALL, *OPEN), first, last, "account_id", "name", "value"):
        if name in OPEN:
            _put(inside, ALL[OPEN.index(name)], value, count)
            continue
        for one in (whole, channels.setdefault(account_id, Waits())):
            _put(one, name, value, count)
    return Response(whole, inside, whole.without(inside), channels)


def _put(waits: Waits, name: str, value: str, count: int) -> None:
    if name == "answer_minutes":
        waits.buckets[int(value)] += count
    else:
        setattr(waits, name, getattr(waits, name) + count)
