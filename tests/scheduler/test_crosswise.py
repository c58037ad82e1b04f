"""Outcomes that two workers write at the same instant and that touch the same rows the other way round: both are written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlmodel import Session, col, select

from connectors.contract import Bill, Sent
from core import clock
from outbox.attempt import Ticket, begin_these, record, record_all
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from outbox.outcome import Outcome, published
from tests.scheduler.conftest import Office
from tests.scheduler.test_correcting import SAID, approved, withdrawn
from tests.scheduler.test_correcting import published as standing

Told = tuple[Ticket, Outcome, Bill]


def told(office: Office, platform: str, worker: str) -> list[Told]:
    """What waits on this account has left, and the platform took it."""
    mine = (col(Delivery.account_id) == office.accounts[platform].id, col(Delivery.state) == "scheduled")
    with office.db.write() as session:
        those = session.exec(select(Delivery).where(*mine).order_by(col(Delivery.id))).all()
        begun = begin_these(session, those, worker, office.connectors[platform], office.settings, clock.now(), claimed=False)
    return [(one, published(Sent("" if one.kind == "delete" else f"{platform}{one.delivery_id}")), Bill()) for one in begun]


def at_once(*deeds: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(deeds)) as pool:
        for done in [pool.submit(deed) for deed in deeds]:
            done.result()


def test_two_lanes_write_what_came_of_the_same_posts_in_whatever_order_it_came(office: Office) -> None:
    for _ in range(5):
        office.scheduled("facebook", "x", at=office.hands.at, **SAID)
    facebook, x, gate = told(office, "facebook", "w1"), told(office, "x", "w2"), Barrier(2)

    def write(those: list[Told], worker: str) -> None:
        gate.wait(20)
        record_all(office.db, those, worker, office.settings)

    at_once(lambda: write(facebook, "w1"), lambda: write(x[::-1], "w2"))
    assert {one.state for one in office.everything()} == {"published"}


def test_of_a_withdrawal_what_is_taken_down_and_what_is_said_of_it_are_written_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one has locked the account when it wants the post, the other the post when it wants the account."""
    approved(office, withdrawn(office, standing(office, "facebook"), notice=True))
    both, met = Barrier(2), set[int]()

    def meet(_: Session, delivery: Delivery) -> None:
        if office.db.dialect == "postgresql" and delivery.id not in met:  # on SQLite one writes at a time
            met.add(delivery.id or 0)
            both.wait(20)

    said, *after = ON_SETTLED["post"]
    monkeypatch.setitem(ON_SETTLED, "post", [said, meet, *after])
    monkeypatch.setitem(ON_SETTLED, "delete", [*ON_SETTLED["delete"], meet])
    one, other = told(office, "facebook", "w1")
    assert {one[0].kind, other[0].kind} == {"delete", "post"}
    at_once(*(lambda t=t, o=o, b=b: record(office.db, t, "w1", o, office.settings, b) for t, o, b in (one, other)))
    assert {one.state for one in office.everything()} == {"published"}
