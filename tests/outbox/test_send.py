"""Claim, call, record: what is due leaves once, by turns, and never after its lease."""

from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from core.actors import WORKER, Actor
from core.clock import Hands
from core.models import Account
from outbox import attempt, decide, guards
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.memory import LeaseLostError, Memory
from outbox.models import Delivery
from outbox.send import send_next, take
from outbox.states import move
from tests.outbox.outbox_wall import Desk


def test_what_is_due_is_published_and_its_ids_kept(desk: Desk) -> None:
    desk.connector.costs = 15_000
    delivery = desk.queue(ref="post:1")
    summary = desk.send()
    row = desk.get(delivery)
    assert (row.state, row.attempts, row.cost_micros) == ("published", 1, 15_000)
    assert row.external_id == desk.wall.posts()[0]["id"]
    assert desk.attempts(delivery) == [(1, "published")]
    assert desk.audit(f"delivery:{delivery}") == ["delivery.queue", "delivery.published"]
    assert (summary.states, summary.failed) == ({"published": 1}, False)
    with desk.db.read() as session:
        assert session.get_one(Account, desk.account.id).spent_usd_micros == 15_000


def test_what_is_planned_for_later_stays(desk: Desk, hands: Hands) -> None:
    delivery = desk.queue(at=hands.at + timedelta(minutes=1))
    desk.send()
    assert desk.state(delivery)[0] == "scheduled"
    hands.forward(minutes=1)
    desk.send()
    assert desk.state(delivery)[0] == "published"


def test_people_go_before_moderation_and_receipts_and_each_in_its_order(desk: Desk, hands: Hands) -> None:
    desk.queue("receipt", kind="receipt", target_id="c1")
    desk.queue("", kind="hide", target_id="c2")
    desk.queue("second", at=hands.at - timedelta(seconds=1))
    desk.queue("first", at=hands.at - timedelta(seconds=2))
    desk.send()
    assert [p["text"] for p in desk.wall.posts()] == ["first", "second", "receipt"]
    assert desk.connector.calls == ["send", "send", "hide c2", "send"]


def test_the_same_ref_twice_is_one_delivery(desk: Desk) -> None:
    assert desk.queue("one", ref="import:7") == desk.queue("changed", ref="import:7")
    desk.send()
    assert desk.wall.texts() == ["one"]


def test_no_transaction_is_open_while_the_platform_answers(desk: Desk) -> None:
    other = []

    def someone_writes() -> None:
        with desk.db.write() as session:  # on SQLite this waits for ever if we hold the write lock
            other.append(session.exec(select(func.count()).select_from(Delivery).where(Delivery.state == "sending")).one())

    desk.connector.before = someone_writes
    desk.queue()
    desk.send()
    assert other == [1]


def test_a_worker_that_wakes_after_its_lease_does_not_send(desk: Desk, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = desk.queue()
    begin = attempt.begin

    def slow(*args: Any) -> attempt.Ticket | None:
        ticket = begin(*args)
        hands.forward(seconds=desk.settings.lease_s)
        return ticket

    monkeypatch.setattr("outbox.send.begin", slow)
    send_next(desk.db, lambda _: desk.connector, "w1", settings=desk.settings)
    assert desk.wall.posts() == []
    assert desk.state(delivery) == ("scheduled", "lease_over")


def test_a_try_that_is_read_back_or_followed_by_another_keeps_no_step(desk: Desk) -> None:
    delivery = desk.queue()
    take(desk.db, "w1", None, desk.settings)
    ticket = attempt.begin(desk.db, delivery, "w1", desk.connector, desk.settings)
    assert ticket is not None
    memory = Memory(desk.db, delivery, "w1", timedelta(minutes=1), ticket.steps, ticket.attempt)
    memory.keep("media:0", "1")
    for other in ({"state": "uncertain"}, {"attempts": 2}):  # by the same worker: its threads share a name
        with desk.db.write() as session:
            row = session.get_one(Delivery, delivery)
            before = {name: getattr(row, name) for name in other}
            row.sqlmodel_update(other)
        with pytest.raises(LeaseLostError):
            memory.keep("media:1", "2")
        with desk.db.write() as session:
            session.get_one(Delivery, delivery).sqlmodel_update(before)
    assert desk.get(delivery).steps == {"media:0": "1"}


def test_a_row_taken_over_after_its_lease_is_begun_by_one_worker_only(desk: Desk, hands: Hands) -> None:
    delivery = desk.queue()
    assert take(desk.db, "w1", None, desk.settings) == delivery
    assert take(desk.db, "w2", None, desk.settings) is None
    hands.forward(seconds=desk.settings.lease_s + 1)
    assert take(desk.db, "w2", None, desk.settings) == delivery
    assert attempt.begin(desk.db, delivery, "w1", desk.connector, desk.settings) is None
    assert attempt.begin(desk.db, delivery, "w2", desk.connector, desk.settings) is not None


def test_an_answer_that_comes_after_the_lease_still_counts(desk: Desk, hands: Hands) -> None:
    def slow() -> None:
        hands.forward(seconds=desk.settings.lease_s + 1)
        desk.reconcile()

    desk.connector.before = slow
    delivery = desk.queue()
    desk.send()
    assert desk.state(delivery)[0] == "published"
    assert len(desk.wall.posts()) == 1
    assert desk.audit(f"delivery:{delivery}") == ["delivery.queue", "delivery.uncertain", "delivery.published"]


@pytest.mark.parametrize("then", ["scheduled", "held"])
def test_an_answer_that_comes_after_a_person_said_again_spares_the_second_try(
    desk: Desk, hands: Hands, manager: Actor, then: str
) -> None:
    delivery = desk.queue("one")

    def frozen() -> None:
        desk.connector.before = lambda: None
        for _ in range(20):
            hands.forward(seconds=desk.settings.lease_s + 60)
            desk.reconcile()
        with desk.db.write() as session:
            decide.publish_again(session, manager, session.get_one(Delivery, delivery))
        if then == "held":
            with desk.db.write() as session:
                move(session, manager, delivery, ("scheduled",), "held", reason="inactive")

    desk.connector.before = frozen
    desk.send()
    assert desk.state(delivery)[0] == "published"
    desk.send()
    assert desk.wall.texts() == ["one"]


def asked_for_again(desk: Desk, hands: Hands, manager: Actor, delivery: int) -> None:
    """Nobody heard of the try that is under way; it is not found, and a person says that it may go again."""
    for _ in range(20):
        hands.forward(seconds=desk.settings.lease_s + 60)
        desk.reconcile()
    with desk.db.write() as session:
        decide.publish_again(session, manager, session.get_one(Delivery, delivery))


def once_more(desk: Desk, fault: str) -> None:
    """The second try, in the hands of another worker."""
    desk.connector.faults.append(fault)
    assert send_next(desk.db, lambda _: desk.connector, "w2", settings=desk.settings) is not None


def is_there_once(desk: Desk, hands: Hands, delivery: int) -> None:
    desk.connector.before = lambda: None
    hands.forward(hours=12)
    desk.send()
    (post,) = desk.wall.posts()
    assert (desk.state(delivery)[0], desk.get(delivery).external_id) == ("published", post["id"])


@pytest.mark.parametrize("fault", ["limited", "refused_connection", "token"])
def test_an_answer_that_comes_after_a_second_try_that_did_not_leave_spares_a_third(
    desk: Desk, hands: Hands, manager: Actor, fault: str
) -> None:
    delivery = desk.queue("one")

    def frozen() -> None:
        desk.connector.before = lambda: None
        asked_for_again(desk, hands, manager, delivery)
        once_more(desk, fault)

    desk.connector.before = frozen
    send_next(desk.db, lambda _: desk.connector, "w1", settings=desk.settings)
    is_there_once(desk, hands, delivery)


@pytest.mark.parametrize("fault", ["limited", "token", "rejected"])
def test_an_answer_that_comes_while_the_second_try_is_under_way_counts_when_that_comes_to_nothing(
    desk: Desk, hands: Hands, manager: Actor, fault: str
) -> None:
    delivery, frozen, woken = desk.queue("one"), Event(), Event()
    first = Thread(
        target=send_next, args=(desk.db, lambda _: desk.connector, "w1"), kwargs={"settings": desk.settings}, daemon=True
    )

    def overtaken() -> None:
        faults = list(desk.connector.faults)
        desk.connector.faults.clear()
        desk.connector.before = lambda: None
        woken.set()
        first.join(30)
        desk.connector.faults.extend(faults)

    def freeze() -> None:
        desk.connector.before = overtaken
        frozen.set()
        assert woken.wait(30)

    desk.connector.before = freeze
    first.start()
    assert frozen.wait(30)
    asked_for_again(desk, hands, manager, delivery)
    once_more(desk, fault)
    is_there_once(desk, hands, delivery)
    assert [outcome for _, outcome in desk.attempts(delivery)] == ["published", "refused" if fault == "rejected" else "not_sent"]


def test_an_id_the_platform_gave_twice_is_not_believed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.connector.wall, "write", lambda *_: "same-id")
    first, second = desk.queue("one"), desk.queue("two")
    desk.send()
    assert (desk.state(first)[0], desk.state(second)) == ("published", ("uncertain", "id_taken"))


def test_a_guard_decides_at_the_last_moment(desk: Desk, registries: None) -> None:
    guards.GUARDS["thread"] = lambda _, delivery: (
        guards.Refusal("cancelled", "thread_changed") if delivery.guard_arg["moved"] else ""
    )
    moved = desk.queue("one", guard="thread", guard_arg={"moved": True})
    still = desk.queue("two", guard="thread", guard_arg={"moved": False})
    nobody = desk.queue("three", guard="not_there")
    desk.send()
    assert [desk.state(d) for d in (moved, still, nobody)] == [
        ("cancelled", "thread_changed"),
        ("published", ""),
        ("held", "guard_unknown"),
    ]
    assert desk.wall.texts() == ["two"]


def test_a_filler_completes_the_text_and_leaves_no_secret_in_the_ledger(desk: Desk, registries: None) -> None:
    guards.FILLERS["case_link"] = lambda session, delivery, settings: {"link": "https://majlis.example/track#s3cret"}
    with desk.db.write() as session:
        enqueue(session, WORKER, kind="post", account=desk.account, body=Body("Follow it: {link} {sic}", fill="case_link"))
    desk.send()
    assert desk.wall.texts() == ["Follow it: https://majlis.example/track#s3cret {sic}"]
    with desk.db.read() as session:
        assert "s3cret" not in str(session.exec(select(Delivery.body)).one())


def test_what_a_filler_notes_is_noted_of_a_row_that_nobody_else_takes_meanwhile(desk: Desk, registries: None) -> None:
    free: list[Any] = []

    def fill(session: Any, delivery: Any, settings: Any) -> dict[str, str]:
        with desk.db.engine.connect() as other:
            free.extend(other.execute(select(Delivery.id).with_for_update(skip_locked=True)).scalars())
        return {}

    guards.FILLERS["case_link"] = fill
    with desk.db.write() as session:
        made = enqueue(session, WORKER, kind="post", account=desk.account, body=Body("one", fill="case_link"))
    send_next(desk.db, desk.connect, "w1", settings=desk.settings)
    assert desk.wall.texts() == ["one"]
    assert free == ([] if desk.db.dialect == "postgresql" else [made.id])  # on SQLite one writes at a time


def test_the_room_that_queued_it_learns_where_it_ended(desk: Desk, registries: None) -> None:
    seen = []
    guards.ON_SETTLED["reply"] = [lambda _, delivery: seen.append((delivery.kind, delivery.state))]
    desk.queue("ok", kind="reply", target_id="c1")
    desk.send()
    desk.connector.faults.append("rejected")
    desk.queue("no", kind="reply", target_id="c1")
    desk.send()
    assert seen == [("reply", "published"), ("reply", "refused")]


def test_the_newest_wish_for_a_comment_wins(desk: Desk) -> None:
    hide = desk.queue("", kind="hide", target_id="c1")
    show = desk.queue("", kind="unhide", target_id="c1")
    desk.send()
    assert desk.state(hide) == ("cancelled", "superseded")
    assert desk.state(show)[0] == "published"
    assert desk.connector.calls == ["unhide c1"]


def test_an_unhide_waits_for_a_hide_of_unknown_outcome(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("cut_after")
    hide = desk.queue("", kind="hide", target_id="c1")
    desk.send()
    show = desk.queue("", kind="unhide", target_id="c1")
    desk.send()
    assert (desk.state(hide)[0], desk.state(show)) == ("uncertain", ("scheduled", "waits_for_earlier"))
    hands.forward(seconds=5)
    desk.reconcile()
    desk.send()
    assert desk.state(hide) == ("cancelled", "superseded")
    assert desk.state(show)[0] == "published"
