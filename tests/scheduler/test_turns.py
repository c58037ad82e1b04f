"""Of any number of workers one takes a turn; one holds a lane, and another succeeds it when it is silent."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from core.clock import Hands
from core.db import Database
from scheduler.turns import hold, let_go, since, take_turn

MINUTE = timedelta(minutes=1)


def at_once(ask: Callable[[str], bool], names: list[str]) -> list[str]:
    """Those who were told yes when all asked at the same instant."""
    together = Barrier(len(names), timeout=30)

    def one(name: str) -> bool:
        together.wait()
        return ask(name)

    with ThreadPoolExecutor(len(names)) as pool:
        return [name for name, yes in zip(names, pool.map(one, names), strict=True) if yes]


def test_one_of_many_takes_the_first_turn_and_every_later_one(db: Database, hands: Hands) -> None:
    workers = ["w1", "w2", "w3", "w4"]
    for _ in range(4):
        assert len(at_once(lambda w: take_turn(db, "pull:1", MINUTE, w), workers)) == 1
        hands.forward(minutes=1)


def test_nobody_takes_a_turn_before_its_time(db: Database, hands: Hands) -> None:
    assert take_turn(db, "pull:1", MINUTE, "w1")
    hands.forward(seconds=59)
    assert not take_turn(db, "pull:1", MINUTE, "w2")
    assert take_turn(db, "pull:2", MINUTE, "w2"), "another account's turn is another turn"
    hands.forward(seconds=1)
    assert take_turn(db, "pull:1", MINUTE, "w2")


def test_a_lane_is_held_by_one_as_long_as_he_says_so(db: Database, hands: Hands) -> None:
    (holder,) = at_once(lambda w: hold(db, "send:1", MINUTE, w), ["w1", "w2", "w3"])
    other = next(w for w in ("w1", "w2") if w != holder)
    for _ in range(5):
        hands.forward(seconds=40)
        assert hold(db, "send:1", MINUTE, holder)
        assert not hold(db, "send:1", MINUTE, other)


def test_who_falls_silent_is_succeeded_by_one(db: Database, hands: Hands) -> None:
    assert hold(db, "send:1", MINUTE, "dead")
    hands.forward(seconds=59)
    assert not hold(db, "send:1", MINUTE, "w1")
    hands.forward(seconds=1)
    assert len(at_once(lambda w: hold(db, "send:1", MINUTE, w), ["w1", "w2", "w3"])) == 1
    assert not hold(db, "send:1", MINUTE, "dead")


def test_a_lane_let_go_is_free_at_once_and_only_its_holder_lets_it_go(db: Database, hands: Hands) -> None:
    assert hold(db, "send:1", MINUTE, "w1")
    let_go(db, "send:1", "w2")
    assert not hold(db, "send:1", MINUTE, "w2")
    let_go(db, "send:1", "w1")
    assert hold(db, "send:1", MINUTE, "w2")


def test_a_clock_that_stood_a_day_ahead_and_was_put_right_keeps_nobody_waiting(db: Database, hands: Hands) -> None:
    assert take_turn(db, "pull:1", MINUTE, "w1")
    assert hold(db, "send:1", MINUTE, "dead")
    hands.at -= timedelta(days=1)
    with db.read() as session:
        assert since(session, hands.at - MINUTE) == set()
    assert take_turn(db, "pull:1", MINUTE, "w2")
    assert hold(db, "send:1", MINUTE, "w2")
    assert not take_turn(db, "pull:1", MINUTE, "w1")
    assert not hold(db, "send:1", MINUTE, "w1")


def test_another_hosts_clock_may_go_a_little_ahead(db: Database, hands: Hands) -> None:
    assert take_turn(db, "pull:1", MINUTE, "w1")
    assert hold(db, "send:1", MINUTE, "w1")
    hands.at -= timedelta(minutes=1)
    assert not take_turn(db, "pull:1", MINUTE, "w2")
    assert not hold(db, "send:1", MINUTE, "w2")
