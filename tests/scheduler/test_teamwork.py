"""Once in a while what was put off is woken, and what is of no more use is forgotten, whichever worker it is."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core.actors import OPERATING, Actor
from core.auth import actor_of, add_user
from core.clock import Hands
from core.db import Database
from core.models import Account
from inbox import presence, seen, snooze, work
from inbox.models import Deed, Item, Opened, Presence, Snooze
from scheduler import teamwork


@pytest.fixture
def agent(db: Database) -> Actor:
    with db.write() as session:
        return actor_of(add_user(session, OPERATING, "noura", "long-enough-1", ["agent"], "Noura"))


@pytest.fixture
def item_id(db: Database, hands: Hands) -> int:
    with db.write() as session:
        page = Account(platform="facebook", native_id="100")
        session.add(page)
        session.flush()
        item = Item(account_id=page.id or 0, platform="facebook", native_id="c1", surface="comment", created_at=hands())
        session.add(item)
        session.flush()
        return item.id or 0


def test_what_was_put_off_is_back_within_a_tick(db: Database, agent: Actor, item_id: int, hands: Hands) -> None:
    with db.write() as session:
        snooze.snooze(session, agent, session.get_one(Item, item_id), hands() + timedelta(hours=1))
    teamwork.keep(db, "w1")
    hands.forward(hours=1)
    teamwork.keep(db, "w2")
    with db.read() as session:
        assert session.get_one(Item, item_id).state == "open"
        assert session.exec(select(Snooze)).all() == []


def test_what_nobody_needs_any_more_is_forgotten_each_in_its_time(db: Database, agent: Actor, item_id: int, hands: Hands) -> None:
    with db.write() as session:
        work.assign(session, agent, session.get_one(Item, item_id), agent.user_id)
        presence.here(session, agent, item_id)
        seen.opened(session, agent, item_id)

    def left() -> tuple[int, int, int]:
        teamwork.keep(db, "w1")
        with db.read() as session:
            return tuple(len(session.exec(select(kind)).all()) for kind in (Presence, Deed, Opened))  # type: ignore[return-value]  # of three

    assert left() == (1, 1, 1)
    hands.forward(hours=2)
    assert left() == (0, 1, 1)
    hands.forward(days=1)
    assert left() == (0, 0, 1)
    hands.forward(days=180)
    assert left() == (0, 0, 0)
