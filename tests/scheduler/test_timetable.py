"""The timetable is one list whose ticks only take rows; a slow or failing account holds up nobody but itself."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import wait
from datetime import datetime, timedelta
from threading import Event, Semaphore, Timer
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import select

from connectors.contract import Connector, Page
from core.actors import OPERATING, WORKER
from core.errors import Unavailable
from core.models import Account
from inbox import index
from inbox.models import Stream
from outbox import wave
from outbox.accounts import add_account
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.wave import Rush
from scheduler import timetable
from scheduler.lanes import Lanes
from scheduler.models import Turn
from scheduler.timetable import LANE, TICKS, Shift, drain
from scheduler.turns import hold
from tests.outbox.outbox_wall import WallConnector
from tests.scheduler.conftest import Office


@pytest.fixture
def shift(office: Office) -> Iterator[Shift]:
    made = Shift(office.settings, office.db, office.connect, "w1")
    yield made
    made.stopping.set()
    assert all(lanes.close(30) for lanes in (made.lanes, made.senders, made.readers))


def finish(shift: Shift) -> None:
    """Wait for the lanes that were started."""
    for lanes in (shift.lanes, shift.readers):
        for running in list(lanes._busy.values()):
            running.result(30)


def due(office: Office, *platforms: str, count: int = 1) -> None:
    for n in range(count):
        office.scheduled(*platforms, text=f"خبر {n}")
    office.hands.forward(hours=1)


def test_every_tick_has_a_name_of_its_own_and_none_sleeps_longer_than_a_quarter_minute() -> None:
    assert len({tick.name for tick in TICKS}) == len(TICKS)
    names = {"pull", "send", "reconcile", "webhooks", "seal", "recover", "late", "almanac", "metrics"}
    names |= {"cases", "report", "teamwork", "release", "retention", "reread"}
    assert {tick.name for tick in TICKS} == names
    assert max(tick.every_s for tick in TICKS) <= 15


def test_any_tick_may_run_twice_and_nothing_happens_twice(office: Office, shift: Shift) -> None:
    due(office, "facebook", "x")
    for _ in range(2):
        for tick in TICKS:
            tick.run(shift)
            finish(shift)
    assert Counter(p["account"] for p in office.wall.posts()) == {"facebook:1": 1, "x:1": 1}


def test_posts_of_one_account_go_in_the_order_of_their_hours(office: Office, shift: Shift) -> None:
    for n in range(5):
        office.scheduled("x", text=f"خبر {n}", at=office.hands.at + timedelta(seconds=50 + n))
    office.hands.forward(minutes=1)
    assert drain(shift, office.ids("x")[0]) == 5
    assert [p["text"] for p in office.wall.posts()] == [f"خبر {n}" for n in range(5)]


def nearly_due(office: Office) -> None:
    """Something is due in a second, by a clock that stands still."""
    office.scheduled("x", at=office.hands.at + timedelta(seconds=50))
    office.hands.forward(seconds=49)


def test_what_is_due_a_moment_after_the_look_leaves_without_another_tick(office: Office, shift: Shift) -> None:
    nearly_due(office)
    Timer(0.2, lambda: office.hands.forward(seconds=1)).start()
    timetable.send(shift)
    finish(shift)
    assert len(office.wall.posts()) == 1


def test_looking_ahead_ends_for_the_heartbeat(office: Office, shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timetable, "LONGEST_S", 0.1)
    nearly_due(office)
    timetable.send(shift)
    assert office.wall.posts() == []


def test_looking_ahead_ends_at_once_for_whoever_stops_the_worker(
    office: Office, shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REACH_S", "LONGEST_S", "SEND_S"):
        monkeypatch.setattr(timetable, name, 3600.0)
    office.scheduled("x", at=office.hands.at + timedelta(minutes=5))
    Timer(0.2, shift.stopping.set).start()
    began = time.monotonic()
    timetable.send(shift)
    assert time.monotonic() - began < 60, "the five minutes were not waited for"


def test_a_slow_account_holds_up_nobody_but_itself(office: Office, shift: Shift) -> None:
    answered = Event()

    def slow() -> None:
        assert answered.wait(30)

    office.connectors["facebook"].before = slow
    due(office, "facebook", "x", "instagram")
    timetable.send(shift)
    for platform in ("x", "instagram"):
        shift.lanes._busy[office.ids(platform)[0]].result(30)
    assert {p["account"] for p in office.wall.posts()} == {"x:1", "instagram:1"}
    answered.set()
    finish(shift)
    assert len(office.wall.posts()) == 3


def test_with_more_accounts_than_lanes_none_waits_for_what_another_has_only_to_write(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as anybody calls, writing can wait: here that is for ever."""
    count, sent, served = 8, Semaphore(0), Event()
    monkeypatch.setattr(Rush, "others", lambda *_: not served.is_set())
    monkeypatch.setattr(wave, "LATEST_S", 3600.0)
    with office.db.write() as session:
        accounts = [add_account(session, OPERATING, "x", f"7{n}", {"access_token": "t"}, vault=office.vault) for n in range(count)]
        for one in accounts:
            enqueue(session, WORKER, kind="post", account=one, body=Body("خبر"))
    settings = office.settings.model_copy(update={"lease_s": 86_400})
    shift = Shift(settings, office.db, office.connect, "w1", lanes=Lanes("send", 2))
    office.connectors["x"].before = sent.release
    timetable.start_lanes(shift, [one.id or 0 for one in accounts])
    try:
        assert all(sent.acquire(timeout=30) for _ in accounts)
    finally:
        served.set()
        finish(shift)
        assert all(lanes.close(30) for lanes in (shift.lanes, shift.senders))
    assert {(one.state, one.attempts) for one in office.everything()} == {("published", 1)}


def test_writing_waits_while_another_worker_has_something_to_begin(
    office: Office, shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one may write at a time, what is due comes before what only has to be written, whoever it falls to."""
    due(office, "facebook", "x")
    other = Shift(office.settings, office.db, office.connect, "w2")
    mine, theirs = office.ids("facebook", "x")
    hold(office.db, f"send:{theirs}", LANE, "w2")
    states = list[set[str]]()

    def meanwhile(_: float) -> None:
        states.append({one.state for one in office.everything() if one.account_id == mine})
        assert drain(other, theirs) == 1
        other.senders.close(30)

    monkeypatch.setattr(wave, "LATEST_S", 3600.0)
    monkeypatch.setattr("outbox.wave.time.sleep", meanwhile)
    assert drain(shift, mine) == 1
    assert states == [{"sending"}]
    assert {one.state for one in office.everything()} == {"published"}


def test_a_failing_account_leaves_the_others_working(office: Office, shift: Shift) -> None:
    office.connectors["facebook"].faults.append("token")
    due(office, "facebook", "x", "instagram")
    timetable.send(shift)
    finish(shift)
    states = {d.account_id: (d.state, d.reason) for d in office.everything()}
    fine = ("published", "")
    assert [states[i] for i in office.ids("facebook", "x", "instagram")] == [("held", "token_expired"), fine, fine]


def test_an_account_that_cannot_even_be_opened_leaves_the_others_working(office: Office) -> None:
    def connect(account: Account) -> Connector:
        if account.platform == "facebook":
            raise RuntimeError("a defect in opening")
        return office.connect(account)

    shift = Shift(office.settings, office.db, connect, "w1")
    due(office, "facebook", "x")
    timetable.send(shift)
    for running in list(shift.lanes._busy.values()):
        running.result(30)
    shift.lanes.close(5)
    assert [p["account"] for p in office.wall.posts()] == ["x:1"]


def test_two_workers_call_an_account_one_at_a_time(office: Office, shift: Shift) -> None:
    second = Shift(office.settings, office.db, office.connect, "w2")
    tried: list[int] = []
    office.connectors["x"].before = lambda: tried.append(drain(second, office.ids("x")[0]))
    due(office, "x", count=3)
    assert drain(shift, office.ids("x")[0]) == 3
    assert tried == [0, 0, 0]
    office.connectors["x"].before = lambda: None
    office.scheduled("x", at=office.hands.at)
    assert drain(second, office.ids("x")[0]) == 1, "the lane was let go"


def test_the_lane_of_a_dead_worker_is_taken_over(office: Office, shift: Shift) -> None:
    due(office, "x")
    with office.db.write() as session:
        session.add(Turn(name=f"send:{office.ids('x')[0]}", at=office.hands.at, worker="dead"))
    assert drain(shift, office.ids("x")[0]) == 0
    office.hands.at += LANE
    assert drain(shift, office.ids("x")[0]) == 1


def test_a_call_that_takes_long_keeps_its_lane(office: Office, shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    second, tried = Shift(office.settings, office.db, office.connect, "w2"), list[int]()

    def long(calls: Any, **how: Any) -> Any:
        if len(tried) == 4:
            return wait(calls, **how)
        office.hands.at += LANE / 2
        tried.append(drain(second, office.ids("x")[0]))
        return set(), calls

    monkeypatch.setattr("outbox.wave.wait", long)
    monkeypatch.setattr(timetable, "HELD_S", 0)
    due(office, "x", count=2)
    assert drain(shift, office.ids("x")[0]) == 2
    assert tried == [0, 0, 0, 0]


def test_whose_lane_is_another_workers_now_begins_no_further_call(
    office: Office, shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He was told so in the middle of a wave, a moment before its end."""
    account_id, seconds = office.ids("x")[0], [0.0]

    def lost() -> None:
        seconds[0] += 2 * timetable.HELD_S
        with office.db.write() as session:
            session.get_one(Turn, f"send:{account_id}").worker = "w2"

    monkeypatch.setattr(timetable, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    office.connectors["x"].before = lost
    due(office, "x", count=3)
    assert drain(shift, account_id) == 1


def test_a_limited_account_is_asked_once_not_once_a_worker(office: Office, shift: Shift) -> None:
    office.hands.at -= timedelta(hours=1)  # the wall's window ends at 6:15
    office.connectors["x"].faults.append("limited")
    due(office, "x", count=4)
    for worker in ("w1", "w2", "w3"):
        drain(Shift(office.settings, office.db, office.connect, worker), office.ids("x")[0])
    assert office.connectors["x"].calls == ["send"]


def test_after_the_signal_no_further_row_is_taken(office: Office, shift: Shift) -> None:
    due(office, "x", count=5)
    office.connectors["x"].before = shift.stopping.set
    drain(shift, office.ids("x")[0])
    assert Counter(d.state for d in office.everything()) == {"published": 1, "scheduled": 4}


class Counting(WallConnector):
    """Counts how often its one stream is read: on X each reading costs money."""

    def streams(self) -> tuple[str, ...]:
        return ("posts",)

    def fetch(self, stream: str, cursor: str | None, *, not_before: datetime | None = None) -> Page:
        self.calls.append("read")
        return super().fetch(stream, cursor, not_before=not_before)


def test_many_workers_read_a_paid_account_as_often_as_one_would(office: Office) -> None:
    office.connectors = {p: Counting(office.wall, f"{p}:1") for p in office.connectors}
    shifts = [Shift(office.settings, office.db, office.connect, f"w{n}") for n in range(4)]
    for _ in range(3):
        for shift in shifts:
            timetable.pull(shift)
            finish(shift)
        office.hands.forward(seconds=office.settings.poll_s)
    for shift in shifts:
        shift.readers.close(5)
    assert [c.calls.count("read") for c in office.connectors.values()] == [3, 3, 3]
    with office.db.read() as session:
        assert {stream.problem for stream in session.exec(select(Stream))} == {""}


def test_an_unreadable_account_leaves_the_others_read(office: Office, shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise Unavailable(account="facebook:1")

    office.connectors = {p: Counting(office.wall, f"{p}:1") for p in office.connectors}
    monkeypatch.setattr(office.connectors["facebook"], "fetch", broken)
    timetable.pull(shift)
    finish(shift)
    with office.db.read() as session:
        problems = {stream.account_id: stream.problem for stream in session.exec(select(Stream))}
    assert [problems[i] for i in office.ids("facebook", "x", "instagram")] == ["unavailable", "", ""]


def test_a_lane_is_busy_until_its_work_ends_and_survives_what_it_raises() -> None:
    lanes, gate = Lanes("t", 2), Event()
    assert lanes.start(1, lambda: gate.wait(30))
    assert not lanes.start(1, lambda: None)
    assert not lanes.full()
    assert lanes.start(2, lambda: 1 / 0)
    lanes._busy[2].result(30)
    assert lanes.start(2, lambda: None)
    assert not lanes.close(0.05)
    gate.set()
    assert lanes.close(30)
    assert not lanes.start(3, lambda: None)


def test_work_that_never_began_does_not_keep_the_lanes_from_closing() -> None:
    lanes, gate, began = Lanes("t", 1), Event(), list[int]()
    assert lanes.start(1, lambda: gate.wait(30))
    assert lanes.start(2, lambda: began.append(2))
    Timer(0.1, gate.set).start()
    assert lanes.close(30)
    assert began == []


def test_what_was_erased_leaves_the_files_at_a_later_tick_where_it_could_not_now(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = [False, False, True]
    monkeypatch.setattr(index, "clear", lambda *_: ends.pop(0))
    for _ in range(5):
        timetable.forget(shift)
    assert ends == []
