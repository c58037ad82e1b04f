"""What stands on the platforms against what the ledger says: twice, lost, stuck, or decided too late."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.storm.blows import ACTS
from bench.storm.house import House, Wanted
from outbox.decide import ASKS
from outbox.models import Delivery
from outbox.states import FINAL


def copies(house: House, wanted: Wanted) -> list[str]:
    """Ids of what stands there for everybody (in private: for the one it is for) with these words; of an act: done or not."""
    world, doom = house.platforms.world, wanted.doom
    with world.lock:
        if doom.kind in ACTS:
            target = wanted.target
            assert target is not None
            done = {"hide": target.hidden, "unhide": not target.hidden, "delete": target.deleted}[doom.kind]
            return ["done"] if done else []
        if doom.kind == "private_reply":
            talks = world.conversations[doom.platform].values()  # type: ignore[index]  # a platform's name
            return [m.id for talk in talks for m in talk.messages if m.own and m.text == wanted.text]
        every = {id(e): e for e in world.entries[doom.platform].values()}  # type: ignore[index]  # a platform's name
        ours = [e for e in every.values() if e.own and e.published and not e.deleted]
        return [e.id for e in ours if wanted.text in (e.text, e.text[e.prefix :])]


@dataclass
class Verdict:
    """Counts, and the stories of what went wrong."""

    deliveries: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    longest_unknown: timedelta = timedelta(0)
    #: the most calls that one wave began together, as far as this process saw
    widest: int = 0

    @property
    def clean(self) -> bool:
        return not (self.duplicates or self.lost or self.stuck or self.late)

    def add(self, other: "Verdict") -> None:
        self.deliveries += other.deliveries
        self.asked += other.asked
        for mine, theirs in ((self.struck, other.struck), (self.ends, other.ends), (self.errors, other.errors)):
            mine.update(theirs)
        for name in ("duplicates", "lost", "stuck", "late"):
            getattr(self, name).extend(getattr(other, name))
        self.longest_unknown = max(self.longest_unknown, other.longest_unknown)
        self.widest = max(self.widest, other.widest)

    def killed(self) -> int:
        return sum(n for what, n in self.struck.items() if what.startswith("killed"))

    def faults(self) -> int:
        return sum(n for what, n in self.struck.items() if not what.startswith("killed"))


@dataclass
class Watch:
    """How long each delivery has been of unknown outcome: from the first sight of it to a settled state or a person."""

    most: timedelta
    since: dict[int, datetime] = field(default_factory=dict)
    longest: timedelta = timedelta(0)
    late: set[int] = field(default_factory=set)
    #: what a person was asked about
    asked: set[int] = field(default_factory=set)

    def look(self, rows: list[Delivery], moment: datetime) -> None:
        for row in rows:
            if row.state in ("sending", "uncertain"):
                known = self.since.setdefault(row.id or 0, moment)
                self.longest = max(self.longest, moment - known)
                if moment - known > self.most:
                    self.late.add(row.id or 0)
            else:
                self.asked |= {row.id or 0} if row.state in ASKS else set()
                self.since.pop(row.id or 0, None)


def judge(house: House, rows: list[Delivery]) -> Verdict:
    """The verdict over these rows: each stands there once and the ledger says so, or the platform refused it and it does not."""
    found = Verdict(deliveries=len(rows))
    for row in rows:
        wanted = house.wanted[row.id or 0]
        there = copies(house, wanted)
        story = (
            f"{row.id} {wanted.doom.platform} {row.kind} {row.state} {row.reason!r} there={there} try={row.attempts} {wanted.doom}"
        )
        found.ends[row.state] += 1
        if len(there) > 1:
            found.duplicates.append(story)
        if row.state not in FINAL:
            found.stuck.append(story)
        elif row.state == "published":
            if not there or (there != ["done"] and row.external_id not in there):
                found.lost.append(story)
        elif row.state != "refused" or not wanted.refusable or (there and row.kind not in ACTS):
            # an act that was done and is then refused when it is said again stays done; words that stand there were not refused
            found.lost.append(story)
    return found
