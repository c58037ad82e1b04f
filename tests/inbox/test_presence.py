"""Colleagues see who is at an item and what he opened before stays his own matter: unread is what he never saw as it is now."""

from datetime import timedelta
from typing import Any

import pytest

from core.actors import OPERATING, Actor
from core.auth import dismiss
from core.clock import Hands
from core.db import Database
from core.errors import Forbidden
from inbox import presence, seen, work
from inbox.models import Item
from inbox.presence import READING, REPLYING, Present


@pytest.fixture
def ids(desk: Any, say: Any) -> tuple[int, ...]:
    return tuple(desk.take(say("c1"), say("c2")).new_ids)


def come(db: Database, who: Actor, item_id: int, doing: str = READING) -> None:
    with db.write() as session:
        presence.here(session, who, item_id, doing)


def told(db: Database, who: Actor, *item_ids: int) -> dict[int, tuple[Present, ...]]:
    with db.read() as session:
        return presence.others(session, who, item_ids)


def test_a_colleague_is_told_by_name_and_what_he_does_but_not_to_himself(
    db: Database, ids: tuple[int, ...], agent: Actor, colleague: Actor
) -> None:
    come(db, colleague, ids[0])
    assert told(db, agent, *ids) == {ids[0]: (Present(colleague.user_id or 0, "Khalid", READING),)}
    come(db, colleague, ids[0], REPLYING)
    assert [one.doing for one in told(db, agent, *ids)[ids[0]]] == [REPLYING]
    assert told(db, colleague, *ids) == {}


def test_whoever_opens_another_has_left_the_first(db: Database, ids: tuple[int, ...], agent: Actor, colleague: Actor) -> None:
    come(db, colleague, ids[0])
    come(db, colleague, ids[1])
    assert list(told(db, agent, *ids)) == [ids[1]]
    with db.write() as session:
        presence.left(session, colleague)
    assert told(db, agent, *ids) == {}


def test_whoever_says_nothing_more_has_gone(
    db: Database, ids: tuple[int, ...], agent: Actor, colleague: Actor, hands: Hands
) -> None:
    come(db, colleague, ids[0])
    hands.forward(seconds=44)
    assert told(db, agent, *ids)
    hands.forward(seconds=1)
    assert told(db, agent, *ids) == {}


def test_it_need_not_be_said_again_for_nearly_as_long_as_a_page_rests(
    db: Database, ids: tuple[int, ...], agent: Actor, hands: Hands
) -> None:
    with db.write() as session:
        assert presence.here(session, agent, ids[0]) == hands() + timedelta(seconds=19)


def test_somebody_dismissed_is_nowhere(db: Database, ids: tuple[int, ...], agent: Actor, colleague: Actor) -> None:
    come(db, colleague, ids[0])
    with db.write() as session:
        dismiss(session, OPERATING, "khalid")
    assert told(db, agent, *ids) == {}


def test_what_waits_is_unread_until_one_opens_it_oneself(
    db: Database, ids: tuple[int, ...], agent: Actor, colleague: Actor
) -> None:
    def unread(who: Actor) -> frozenset[int]:
        with db.read() as session:
            return seen.unread(session, who, [session.get_one(Item, item_id) for item_id in ids])

    with db.write() as session:
        seen.opened(session, agent, ids[0])
    assert unread(agent) == {ids[1]}
    assert unread(colleague) == set(ids)
    with db.write() as session:
        work.mark(session, agent, session.get_one(Item, ids[1]), "closed")
    assert unread(agent) == set()


def test_what_its_author_changed_is_unread_again(db: Database, desk: Any, say: Any, agent: Actor, hands: Hands) -> None:
    (item_id,) = desk.take(say("c1")).new_ids
    with db.write() as session:
        seen.opened(session, agent, item_id)
    hands.forward(minutes=1)
    desk.take(say("c1", "كلام آخر", edited=True, edited_at=hands()))
    with db.read() as session:
        assert seen.unread(session, agent, [session.get_one(Item, item_id)]) == {item_id}
    hands.forward(minutes=1)
    with db.write() as session:
        seen.opened(session, agent, item_id)
        assert seen.unread(session, agent, [session.get_one(Item, item_id)]) == set()


def test_whoever_reads_no_items_is_at_none(db: Database, ids: tuple[int, ...]) -> None:
    for verb in (presence.here, seen.opened):
        with pytest.raises(Forbidden), db.write() as session:
            verb(session, Actor("user:1", frozenset(), 1), ids[0])
