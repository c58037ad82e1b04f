"""Moderation in figures: what was flagged and became of it, who decided, and what was overturned on the day it was decided."""

from datetime import timedelta
from typing import Any

from core.actors import Actor
from core.clock import Hands
from core.db import Database
from inbox import moderate, transparency, work
from inbox.models import Item
from inbox.tally import today
from inbox.transparency import Clause
from outbox.models import Delivery

INSULT = "يا كلاب يا حمير"


def settle(db: Database, delivery_id: int | None) -> None:
    """The platform did it."""
    with db.write() as session:
        delivery = session.get_one(Delivery, delivery_id)
        delivery.state = "published"
        session.add(delivery)
        moderate._settled(session, delivery)


def found(db: Database) -> dict[str, Clause]:
    with db.read() as session:
        return {one.clause: one for one in transparency.by_clause(session, today() - timedelta(days=1), today())}


def test_what_was_flagged_is_hidden_let_stand_or_undecided(db: Database, desk: Any, say: Any, agent: Actor) -> None:
    ids = desk.take(*(say(f"c{n}", INSULT) for n in range(3))).new_ids
    before = found(db)["abuse"]
    with db.write() as session:
        one = session.get_one(Item, ids[0])
        decision = moderate.hide(session, agent, one, "abuse", "إهانة") if not _hiding(session, one) else None
        work.mark(session, agent, session.get_one(Item, ids[1]), "closed")
        delivery = decision.delivery_id if decision else _hiding(session, one)
    settle(db, delivery)
    told = found(db)["abuse"]
    assert (before.flagged, before.waits, before.precision) == (3, 3, None)
    assert (told.hidden, told.stands, told.waits, told.precision) == (1, 1, 1, 0.5)


def _hiding(session: Any, item: Item) -> int | None:
    """The delivery of a hide the machine has queued already."""
    last = moderate._last(session, item, ("hide",))
    return last.delivery_id if last else None


def test_a_decision_that_is_overturned_counts_on_its_own_day(db: Database, desk: Any, say: Any, agent: Actor, hands: Hands) -> None:
    (item_id,) = desk.take(say("c1", "كلام جارح لا تذكره السياسة")).new_ids
    with db.write() as session:
        decision = moderate.hide(session, agent, session.get_one(Item, item_id), "abuse", "إهانة")
    settle(db, decision.delivery_id)
    assert (found(db)["abuse"].by_people, found(db)["abuse"].overturned) == (1, 0)
    hands.forward(days=1)
    with db.write() as session:
        again = moderate.unhide(session, agent, session.get_one(Item, item_id), "أخطأنا")
    settle(db, again.delivery_id)
    told = found(db)["abuse"]
    assert (told.by_people, told.people_overturned, told.overturn_rate) == (1, 1, 1.0)
    hands.forward(days=1)
    assert "abuse" not in found(db)


def test_all_clauses_together_are_their_sum() -> None:
    both = transparency.whole([Clause("a", hidden=1, stands=2, by_machine=3), Clause("b", waits=4, deleted=1, people_overturned=1)])
    assert (both.flagged, both.decided, both.overturned) == (7, 4, 1)
    assert transparency.whole([]).overturn_rate is None
