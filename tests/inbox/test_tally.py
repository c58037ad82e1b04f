"""Counters equal a recount, whatever was done and in whatever order."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from connectors.contract import Message, Surface
from core.actors import Actor
from core.clock import Hands
from core.db import Database
from core.errors import MajlisError
from inbox import cases, moderate, snooze, tally, undo, work
from inbox.models import Deed, Item, Snooze, Tally
from inbox.search import counts
from inbox.views import PERSONAL, VIEWS
from outbox.models import Delivery

TEXTS = (
    "أشتكي من الشركة، لم أستلم راتبي منذ شهرين",
    "شكرا لكم على سرعة الإنجاز",
    "متى موعد تجديد تصريح العمل؟",
    "أقترح إضافة خيار الدفع بالتقسيط",
    "My employer has not paid my salary for two months",
    "يا كلاب يا حمير",
)
#: counted by the day something happened, not by what stands now
HAPPENED = ("shown", "again", "receipt", "auto_hide", "hide_auto", "hide_user", "delete_user", "over_auto", "over_user")
STEPS = 45


def recount(session: Session) -> Counter[tally.Mark]:
    """Every counter from the items themselves."""
    marks: Counter[tally.Mark] = Counter()
    for item in session.exec(select(Item)):
        row = item.model_dump()
        marks.update(tally.standing(row))
        marks.update(tally.said(row, tally.day_of(item.created_at)))
    return marks


def kept(session: Session) -> Counter[tally.Mark]:
    rows = session.exec(select(Tally).where(col(Tally.name).not_in(HAPPENED), col(Tally.count) != 0))
    return Counter({(row.day, row.account_id, row.name, row.value): row.count for row in rows})


class Life:
    """An inbox that lives: each step is a verb drawn at random; one that is refused changes nothing."""

    def __init__(self, desk: Any, say: Any, agent: Actor, hands: Hands, chance: random.Random) -> None:
        self.desk, self.say, self.agent, self.hands, self.chance = desk, say, agent, hands, chance
        self.told: list[Message] = []
        self.steps: list[Callable[[], object]] = [
            self.speak, self.speak, self.repeat, self.edit, self.vanish, self.answer_elsewhere, self.assign, self.mark, self.case,
            self.hide, self.put_off, self.wake, self.take_back,
        ]  # fmt: skip

    def step(self) -> None:
        self.hands.forward(minutes=self.chance.randrange(1, 300))
        self.chance.choice(self.steps if self.told else [self.speak])()

    def speak(self) -> None:
        made: list[Message] = []
        for _ in range(self.chance.randrange(1, 5)):
            surface = self.chance.choice((Surface.COMMENT, Surface.COMMENT, Surface.DIRECT, Surface.SHARE))
            at = self.hands() - timedelta(minutes=self.chance.randrange(4000))
            n = len(self.told) + len(made)
            made.append(self.say(f"c{n}", self.chance.choice(TEXTS), surface=surface, created_at=at))
        self.told += made
        self.desk.take(*made)

    def repeat(self) -> None:
        self.desk.take(*self.chance.choices(self.told, k=3))

    def edit(self) -> None:
        at = self.chance.randrange(len(self.told))
        self.told[at] = replace(self.told[at], text=self.chance.choice(TEXTS), edited=True, edited_at=self.hands())
        self.desk.take(self.told[at])

    def vanish(self) -> None:
        self.desk.take(replace(self.chance.choice(self.told), deleted=True))

    def answer_elsewhere(self) -> None:
        asked = self.chance.choice(self.told)
        n = len(self.told)
        self.desk.take(self.say(f"own{n}{self.hands():%d%H%M}", "أهلا بك", own=True, parent_id=asked.native_id, author_id="100"))

    def _act(self, verb: Callable[[Session, Item], object]) -> None:
        try:
            with self.desk.db.write() as session:
                items = session.exec(select(Item).order_by(col(Item.id))).all()
                verb(session, self.chance.choice(items))
        except MajlisError:
            return

    def assign(self) -> None:
        to = self.chance.choice((self.agent.user_id, None))
        self._act(lambda session, item: work.assign(session, self.agent, item, to))

    def mark(self) -> None:
        state = self.chance.choice(("open", "answered", "closed"))
        self._act(lambda session, item: work.mark(session, self.agent, item, state))

    def put_off(self) -> None:
        until = self.hands() + timedelta(hours=self.chance.randrange(1, 50))
        self._act(lambda session, item: snooze.snooze(session, self.agent, item, until))

    def wake(self) -> None:
        snooze.wake_due(self.desk.db)

    def take_back(self) -> None:
        def undone(session: Session, _item: Item) -> None:
            if (
                deed := session.exec(select(Deed).where(col(Deed.undone_at).is_(None)).order_by(col(Deed.id).desc())).first()
            ) is not None:
                undo.undo(session, self.agent, deed.id or 0)

        self._act(undone)

    def case(self) -> None:
        kind = self.chance.choice(("complaint", "suggestion", "inquiry"))
        self._act(lambda session, item: cases.open_case(session, self.agent, item, kind))

    def hide(self) -> None:
        def hidden(session: Session, item: Item) -> None:
            decision = moderate.hide(session, self.agent, item, "abuse", "إهانة")
            delivery = session.get_one(Delivery, decision.delivery_id)
            delivery.state = "published"
            session.add(delivery)
            moderate._settled(session, delivery)

        self._act(hidden)


@pytest.mark.parametrize("seed", range(4))
def test_after_every_verb_the_counters_equal_a_recount(
    db: Database, desk: Any, say: Any, agent: Actor, hands: Hands, seed: int
) -> None:
    life = Life(desk, say, agent, hands, random.Random(seed))
    for _ in range(STEPS):
        life.step()
        with db.read() as session:
            assert kept(session) == recount(session)
            asleep = set(session.exec(select(Item.id).where(Item.state == "snoozed")))
            assert set(session.exec(select(Snooze.item_id))) == asleep
    with db.read() as session:
        shown = counts(session, agent.user_id)
        for view, wanted in ((name, wanted) for name, wanted in VIEWS.items() if name not in PERSONAL):
            columns = {name: value for name, value in wanted.items() if name not in ("assigned", "flagged")}
            where = [getattr(Item, name) == value for name, value in columns.items()]
            if "assigned" in wanted:
                mine = col(Item.assignee_id) == agent.user_id
                where.append(mine if wanted["assigned"] else col(Item.assignee_id).is_(None))
            if "flagged" in wanted:
                where.append(col(Item.action) != "allow")
            assert shown[view] == session.exec(select(func.count()).select_from(Item).where(*where)).one(), view


def test_two_changes_at_once_are_both_counted(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    desk.take(*(say(f"c{n}") for n in range(8)))

    def close(item_id: int) -> None:
        with db.write() as session:
            work.mark(session, agent, session.get_one(Item, item_id), "closed")

    with db.read() as session:
        ids = list(session.exec(select(Item.id)))
    with ThreadPoolExecutor(4) as clerks:
        list(clerks.map(close, [id_ or 0 for id_ in ids]))
    with db.read() as session:
        assert kept(session) == recount(session)
        assert tally.count(session, "state", "closed") == 8


def test_a_waiting_time_is_kept_within_one_percent() -> None:
    for minutes in (1, 7, 45, 600, 9000):
        assert tally.minutes(tally.bucket(minutes * 60)) == pytest.approx(minutes, rel=0.011, abs=0.02)
