"""Waves: punctual posts of one second go side by side, ever more of them while all goes well; everything else in its order."""

import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Lock
from typing import Any

import pytest
from sqlalchemy.exc import DataError, NoResultFound

from core.clock import Hands
from outbox import wave
from outbox.models import Delivery
from outbox.reconcile import orphans
from outbox.wave import WIDEST, Lane, Rush, beside
from tests.conftest import START
from tests.outbox.outbox_wall import Desk

SECOND = timedelta(seconds=1)


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(WIDEST) as threads:
        yield threads


def lane(desk: Desk, pool: Executor) -> Lane:
    return Lane(desk.db, lambda _: desk.connector, desk.worker, desk.account.id or 0, desk.settings, pool, Rush())


def delivery(number: int, kind: str = "post", after: float = 0) -> Delivery:
    return Delivery(id=number, kind=kind, account_id=1, scheduled_at=START + timedelta(seconds=after))


@pytest.mark.parametrize(
    ("given", "late", "together"),
    [
        ([], 0, []),
        ([delivery(1), delivery(2), delivery(3, after=0.9), delivery(4, after=1)], 2, [1, 2, 3]),
        ([delivery(1), delivery(2, kind="reply"), delivery(3)], 2, [1]),
        ([delivery(1, kind="hide"), delivery(2, kind="unhide")], 2, [1]),
        ([delivery(1), delivery(2)], 61, [1]),
    ],
)
def test_punctual_posts_of_one_second_go_together(given: list[Delivery], late: float, together: list[int]) -> None:
    assert [one.id for one in beside(given, START + timedelta(seconds=late))] == together


def test_a_lane_begins_with_one_call_and_widens_while_all_is_confirmed(desk: Desk, pool: Executor) -> None:
    at_once, most, lock = [0], [0], Lock()
    widths = iter((1, 2, 4, WIDEST))
    gates = [Barrier(width) for width in widths]
    passed = [0]

    def meet() -> None:
        with lock:
            gate = gates[0 if passed[0] < 1 else 1 if passed[0] < 3 else 2 if passed[0] < 7 else 3]
            passed[0] += 1
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        try:
            gate.wait(20)  # all of a wave are on their way at once
        except BrokenBarrierError:
            raise AssertionError("it went alone") from None
        with lock:
            at_once[0] -= 1

    desk.connector.before = meet
    for n in range(1 + 2 + 4 + WIDEST):
        desk.queue(f"post {n:02}")
    assert lane(desk, pool).drain(lambda: True) == 15
    assert desk.wall.texts() == [f"post {n:02}" for n in range(15)]
    assert most == [WIDEST]


def test_what_is_late_keeps_its_order_one_after_the_other(desk: Desk, pool: Executor, hands: Hands) -> None:
    for n in range(6):
        desk.queue(f"post {n}")
    hands.forward(minutes=5)
    lane(desk, pool).drain(lambda: True)
    assert [post["text"] for post in desk.wall.posts()] == [f"post {n}" for n in range(6)]


def test_an_account_that_is_limited_or_shut_is_asked_once(desk: Desk, pool: Executor) -> None:
    for n in range(5):
        desk.queue(f"post {n}")
    desk.connector.faults.append("limited")
    assert lane(desk, pool).drain(lambda: True) == 1
    assert desk.connector.calls == ["send"]
    assert desk.wall.posts() == []


@pytest.mark.parametrize("defect", [KeyError(), NoResultFound(), DataError("SELECT 1", {}, Exception("out of range"))])
def test_one_whose_check_fails_does_not_take_the_others_with_it(
    desk: Desk, pool: Executor, registries: None, defect: Exception
) -> None:
    broken(defect)
    ids = [desk.queue(f"post {n}", guard="broken" if n == 2 else "") for n in range(4)]
    lane(desk, pool).drain(lambda: True)
    assert [desk.state(i) for i in ids] == [
        ("published", ""),
        ("published", ""),
        ("held", f"unexpected:{type(defect).__name__}"),
        ("published", ""),
    ]


def broken(defect: Exception) -> None:
    """A guard with a defect, of another room."""
    from outbox.guards import GUARDS

    def fails(*_: object) -> str:
        raise defect

    GUARDS["broken"] = fails


class DiesAfter(Executor):
    """Runs `waves` calls, and then the process is no more."""

    def __init__(self, calls: int) -> None:
        self._left = calls

    def submit(self, call: Any, /, *args: Any, **more: Any) -> Future[Any]:
        self._left -= 1
        if self._left < 0:
            raise SystemExit
        done: Future[Any] = Future()
        done.set_result(call(*args, **more))
        return done


def test_what_the_platform_confirmed_is_known_after_a_death_without_reading_back(
    desk: Desk, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wave, "KEEP_S", 0.0)  # noted with every wave, not twice a second
    ids = [desk.queue(f"post {n}") for n in range(4)]
    dying = lane(desk, DiesAfter(3))
    monkeypatch.setattr(dying, "_write", lambda *_: None)  # a dead process writes nothing
    with pytest.raises(SystemExit):
        dying.drain(lambda: True)
    assert [desk.get(i).state for i in ids] == ["sending"] * 4
    hands.forward(minutes=10)
    assert orphans(desk.db, desk.settings) == [ids[3]], "only of what was not confirmed nobody knows"
    assert [desk.get(i).state for i in ids] == ["published"] * 3 + ["uncertain"]
    by_text = {post["text"]: post["id"] for post in desk.wall.posts()}
    assert [desk.get(i).external_id for i in ids[:3]] == [by_text[f"post {n}"] for n in range(3)]
    assert [desk.attempts(i) for i in ids] == [[(1, "published")]] * 3 + [[(1, "uncertain")]]
    assert "find" not in desk.connector.calls


def test_of_letters_which_nobody_can_read_back_only_the_one_on_its_way_is_unknown_after_a_death(
    desk: Desk, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wave, "KEEP_S", 3600.0)
    ids = [desk.queue(f"letter {n}", kind="mail", target_id="7") for n in range(4)]
    dying = lane(desk, DiesAfter(3))
    monkeypatch.setattr(dying, "_kept", time.monotonic())
    monkeypatch.setattr(dying, "_write", lambda *_: None)  # a dead process writes nothing
    with pytest.raises(SystemExit):
        dying.drain(lambda: True)
    hands.forward(minutes=10)
    assert orphans(desk.db, desk.settings) == [ids[3]]
    assert [desk.get(i).state for i in ids] == ["published"] * 3 + ["uncertain"]


def test_what_was_confirmed_is_known_although_the_check_of_the_next_fails(
    desk: Desk, registries: None, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wave, "KEEP_S", 0.0)
    broken(KeyError())
    ids = [desk.queue(f"post {n}", guard="broken" if n == 1 else "") for n in range(3)]
    dying = lane(desk, DiesAfter(1))
    monkeypatch.setattr(dying, "_write", lambda *_: None)
    with pytest.raises(SystemExit):
        dying.drain(lambda: True)
    hands.forward(minutes=10)
    assert ids[0] not in orphans(desk.db, desk.settings)
