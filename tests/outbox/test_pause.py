"""The crisis pause: nothing leaves after the press, and nothing bursts out after it is lifted (FIELD §G 5)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from typing import Any

import pytest
from sqlmodel import col, select

from core.actors import OPERATING, WORKER, Actor
from core.clock import Hands
from core.errors import Forbidden, Invalid, NotFound, WrongState
from core.models import Account, AuditEntry, User
from outbox import decide, pause
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.models import Delivery
from outbox.standing import Standing, standing
from outbox.wave import WIDEST, Lane, Rush
from tests.outbox.outbox_wall import Desk


def press(desk: Desk, actor: Actor, reason: str = "mourning", **more: Any) -> pause.Pressed:
    with desk.db.write() as session:
        return pause.press(session, actor, reason, **more)


def lift(desk: Desk, actor: Actor, **more: Any) -> None:
    with desk.db.write() as session:
        pause.lift(session, actor, **more)


def confirm(desk: Desk, actor: Actor, *ids: int, **more: Any) -> None:
    with desk.db.write() as session:
        decide.confirm(session, actor, ids, **more)


def told(desk: Desk) -> Standing:
    with desk.db.read() as session:
        return standing(session)


def held(desk: Desk, *ids: int) -> bool:
    return {desk.state(d) for d in ids} == {("held", "paused")}


def test_nothing_goes_after_the_press_and_each_is_confirmed_after_the_lift(desk: Desk, manager: Actor) -> None:
    queued = [desk.queue(f"post {n}") for n in range(20)]
    press(desk, manager)
    desk.send()
    assert held(desk, *queued)
    lift(desk, manager)
    desk.send()
    assert desk.wall.posts() == []
    with desk.db.write() as session:
        decide.release(session, manager, session.get_one(Delivery, queued[3]))
    desk.send()
    assert desk.wall.texts() == ["post 3"]


def test_what_came_due_during_the_pause_and_was_never_tried_does_not_burst_out_at_its_end(
    desk: Desk, hands: Hands, manager: Actor
) -> None:
    queued = [desk.queue(f"post {n}", at=hands.at + timedelta(minutes=n)) for n in range(1, 6)]
    later = desk.queue("tomorrow", at=hands.at + timedelta(days=1))
    press(desk, manager)
    hands.forward(minutes=10)
    lift(desk, manager)
    desk.send()
    assert held(desk, *queued)
    hands.forward(days=1)
    desk.send()
    assert (desk.wall.texts(), desk.state(later)[0]) == (["tomorrow"], "published")


def test_an_end_that_passes_by_itself_lets_nothing_go_that_came_due_before_it(desk: Desk, hands: Hands, manager: Actor) -> None:
    tried = desk.queue("tried")
    press(desk, manager, ends_at=hands.at + timedelta(hours=3))
    desk.send()
    during = desk.queue("queued during it")
    untried = desk.queue("came due while no worker was awake", at=hands.at + timedelta(hours=2))
    hands.forward(hours=3)
    assert not told(desk).in_force
    fresh = desk.queue("after")
    desk.send()
    assert held(desk, tried, during, untried)
    assert (desk.wall.texts(), desk.state(fresh)[0]) == (["after"], "published")


def test_what_waited_behind_a_rate_window_during_the_pause_is_confirmed_too(desk: Desk, hands: Hands, manager: Actor) -> None:
    desk.connector.faults.append("limited")
    delivery = desk.queue()
    desk.send()
    press(desk, manager)
    hands.forward(minutes=5)
    lift(desk, manager)
    hands.forward(minutes=30)
    desk.send()
    assert held(desk, delivery)


def test_what_comes_due_minutes_after_the_end_waits_where_that_was_asked_for(desk: Desk, hands: Hands, manager: Actor) -> None:
    soon = desk.queue("ten minutes after", at=hands.at + timedelta(minutes=70))
    later = desk.queue("an hour after", at=hands.at + timedelta(minutes=120))
    press(desk, manager, ends_at=hands.at + timedelta(hours=1), after=timedelta(minutes=30))
    hands.forward(minutes=70)
    desk.send()
    assert held(desk, soon)
    hands.forward(minutes=50)
    desk.send()
    assert (desk.wall.texts(), desk.state(later)[0]) == (["an hour after"], "published")


def test_who_lifts_it_sees_what_waits_and_what_comes_next(desk: Desk, hands: Hands, manager: Actor) -> None:
    waits = desk.queue("waits")
    soon = desk.queue("soon", at=hands.at + timedelta(minutes=10))
    desk.queue("tomorrow", at=hands.at + timedelta(days=1))
    press(desk, manager)
    desk.send()
    lift(desk, manager)
    shown = told(desk)
    assert (shown.held, [w.delivery for w in shown.waiting], [w.delivery for w in shown.soon]) == (1, [waits], [soon])
    hands.forward(minutes=10)
    desk.send()
    assert desk.state(soon)[0] == "published", "its hour came after the end, and nobody asked for more"


def test_what_was_in_flight_is_named_and_reported_as_it_ends(desk: Desk, manager: Actor) -> None:
    pressed: list[pause.Pressed] = []
    fates: list[str] = []

    def during() -> None:
        if not pressed:
            pressed.append(press(desk, manager))
            fates.extend(fate.fate for fate in told(desk).in_flight)

    desk.connector.before = during
    delivery, other = desk.queue("on its way"), desk.queue("not yet")
    desk.send()
    assert pressed[0].in_flight == (delivery,)
    assert [desk.state(delivery)[0], desk.state(other)] == ["published", ("held", "paused")]
    assert (fates, [(f.delivery, f.fate) for f in told(desk).in_flight]) == (["under_way"], [(delivery, "left")])


def test_between_two_steps_the_next_one_does_not_leave(desk: Desk, manager: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.connector.two_steps = True
    delivery = desk.queue()
    keep = desk.connector._make

    def made_then_pressed(steps: Any) -> None:
        keep(steps)
        if len(desk.connector.calls) == 2:
            press(desk, manager)

    monkeypatch.setattr(desk.connector, "_make", made_then_pressed)
    desk.send()
    assert (desk.wall.posts(), desk.state(delivery)) == ([], ("held", "paused"))
    assert (desk.attempts(delivery), [f.fate for f in told(desk).in_flight]) == ([(1, "not_sent")], ["stopped"])
    lift(desk, manager)
    desk.send()
    assert desk.wall.posts() == []
    confirm(desk, manager, delivery)
    desk.send()
    assert (desk.wall.texts(), desk.connector.calls.count("make")) == (["Good news"], 1)


def test_what_nobody_could_know_at_the_press_is_read_back_but_not_sent_again(desk: Desk, hands: Hands, manager: Actor) -> None:
    desk.connector.faults.append("cut_before")
    desk.connector.resumable = True
    delivery = desk.queue()
    desk.send()
    hands.forward(seconds=1)
    press(desk, manager)
    lift(desk, manager)
    hands.forward(seconds=10)
    desk.reconcile()
    hands.forward(seconds=10)
    desk.send()
    assert (desk.wall.posts(), desk.state(delivery)) == ([], ("held", "paused"))


def test_kinds_people_posts_and_single_deliveries_on_the_list_may_still_speak(desk: Desk, hands: Hands, manager: Actor) -> None:
    with desk.db.write() as session:
        spokesman = User(username="spokesman", display_name="S", password_hash="", roles=["manager"])
        session.add(spokesman)
        session.flush()
        said = Actor(f"user:{spokesman.id}", frozenset(), spokesman.id)
        account = session.get_one(Account, desk.account.id)
        before = enqueue(session, said, kind="reply", account=account, body=Body("good wishes"), target_id="c1").id or 0
        about = {"post": 12, "version": 1}
        statement = enqueue(session, WORKER, kind="post", account=account, body=Body("statement"), guard_arg=about).id or 0
    single, festival = desk.queue("this one"), desk.queue("festival")
    receipt = desk.queue("got it", kind="receipt", target_id="c2")
    hands.forward(seconds=1)
    press(desk, manager, allow=["receipt", said.label, "post:12", f"delivery:{single}"])
    with desk.db.write() as session:
        account = session.get_one(Account, desk.account.id)
        own = enqueue(session, said, kind="reply", account=account, body=Body("condolences"), target_id="c1").id or 0
    desk.send()
    assert {desk.state(d)[0] for d in (own, statement, single, receipt)} == {"published"}
    assert held(desk, festival, before)  # what he had said before whatever happened is not let through with him


@pytest.mark.parametrize("word", ["recept", "user:", "user:x", "post:0", "account:1", ""])
def test_a_word_that_allows_nothing_is_refused(desk: Desk, manager: Actor, word: str) -> None:
    with pytest.raises(Invalid):
        press(desk, manager, allow=[word])


@pytest.mark.parametrize("word", ["user:77", "delivery:77"])
def test_a_person_or_delivery_that_is_not_there_is_named(desk: Desk, manager: Actor, word: str) -> None:
    with pytest.raises(NotFound):
        press(desk, manager, allow=[word])


def test_a_statement_written_during_the_crisis_is_let_through_without_lifting(desk: Desk, manager: Actor) -> None:
    press(desk, manager)
    statement, other = desk.queue("statement"), desk.queue("festival")
    desk.send()
    with pytest.raises(WrongState):
        confirm(desk, manager, statement)
    with desk.db.write() as session:
        pause.permit(session, manager, f"delivery:{statement}")
        pause.permit(session, manager, f"delivery:{statement}")
    confirm(desk, manager, statement)
    desk.send()
    assert (desk.wall.texts(), held(desk, other)) == (["statement"], True)
    assert desk.audit("pause:1") == ["pause.press", "pause.permit"]


def test_what_is_permitted_after_it_was_held_waits_before_all_else(desk: Desk, hands: Hands, manager: Actor) -> None:
    with desk.db.write() as session:
        session.add(User(username="huda", display_name="Huda", password_hash="x"))
    said = Actor("user:1", frozenset({"post.approve"}), 1)
    before = desk.queue("festival")
    hands.forward(seconds=1)
    press(desk, manager)
    hands.forward(seconds=1)
    queued = {"receipt": desk.queue("received", kind="receipt", target_id="c1"), "post:12": desk.queue("statement")}
    with desk.db.write() as session:
        session.get_one(Delivery, queued["post:12"]).guard_arg = {"post": 12}
        account = session.get_one(Account, desk.account.id)
        queued["user:1"] = enqueue(session, said, kind="reply", account=account, body=Body("x"), target_id="c1").id or 0
    queued[f"delivery:{before}"] = before
    desk.send()
    assert [one.permitted for one in told(desk).waiting] == [False] * 4
    for word, delivery in queued.items():
        with desk.db.write() as session:
            running = pause.permit(session, manager, word)
        first, *others = told(desk).waiting
        assert ((first.delivery, first.permitted), {one.permitted for one in others}) == ((delivery, True), {False})
        with desk.db.write() as session:
            session.get_one(type(running), running.id).allow = []


def test_several_chosen_go_one_after_the_other_and_the_rest_stays(desk: Desk, hands: Hands, manager: Actor) -> None:
    queued = [desk.queue(f"post {n}") for n in range(6)]
    press(desk, manager)
    desk.send()
    lift(desk, manager)
    confirm(desk, manager, *queued[:4], every=timedelta(minutes=2))
    counts = []
    for _ in range(5):
        desk.send()
        counts.append(len(desk.wall.posts()))
        hands.forward(minutes=2)
    assert counts == [1, 2, 3, 4, 4]
    assert held(desk, *queued[4:])


def test_pacing_does_not_make_the_last_ones_miss_their_hour(desk: Desk, hands: Hands, manager: Actor) -> None:
    queued = [desk.queue(f"post {n}", grace_s=60) for n in range(3)]
    press(desk, manager)
    desk.send()
    lift(desk, manager)
    confirm(desk, manager, *queued, every=timedelta(hours=1))
    for _ in range(3):
        desk.send()
        hands.forward(hours=1)
    assert len(desk.wall.posts()) == 3


def test_of_several_chosen_all_go_or_none(desk: Desk, manager: Actor) -> None:
    first, second = desk.queue("one"), desk.queue("two")
    press(desk, manager)
    desk.send()
    lift(desk, manager)
    with desk.db.write() as session:
        decide.give_up(session, manager, session.get_one(Delivery, second), "no")
    for ids, error in (((first, second), WrongState), ((first, 999), Invalid), ((), Invalid), (tuple(range(1, 300)), Invalid)):
        with pytest.raises(error):
            confirm(desk, manager, *ids)
    assert held(desk, first)


def test_a_second_pause_holds_what_was_confirmed_after_the_first(desk: Desk, hands: Hands, manager: Actor) -> None:
    delivery = desk.queue()
    press(desk, manager)
    desk.send()
    lift(desk, manager)
    hands.forward(minutes=1)
    confirm(desk, manager, delivery)
    press(desk, manager, "again")
    hands.forward(minutes=1)
    desk.send()
    assert held(desk, delivery)


def test_only_those_who_may_press_it_and_only_with_a_reason(desk: Desk, hands: Hands, manager: Actor) -> None:
    with pytest.raises(Forbidden):
        press(desk, OPERATING)
    for given in ({"reason": " "}, {"ends_at": hands.at}, {"after": timedelta(days=30)}, {"after": -timedelta(minutes=1)}):
        with pytest.raises(Invalid):
            press(desk, manager, **given)
    press(desk, manager)
    with pytest.raises(WrongState):
        press(desk, manager)
    assert desk.audit("pause:1") == ["pause.press"]


def test_press_and_lift_stand_in_the_audit_with_what_they_said(desk: Desk, hands: Hands, manager: Actor) -> None:
    press(desk, manager, allow=["receipt"], ends_at=hands.at + timedelta(hours=1))
    lift(desk, manager, after=timedelta(minutes=5))
    with desk.db.read() as session:
        rows = session.exec(select(AuditEntry).where(col(AuditEntry.subject) == "pause:1").order_by(col(AuditEntry.id))).all()
    assert [(row.action, row.actor) for row in rows] == [("pause.press", manager.label), ("pause.lift", manager.label)]
    assert rows[0].detail == {"allow": ["receipt"], "in_flight": [], "ends_at": "2026-11-24T07:00:00Z", "after_s": 0}
    assert rows[1].detail == {"after_s": 300}
    with desk.db.write() as session, pytest.raises(WrongState):
        pause.lift(session, manager)


def test_what_is_too_late_by_the_end_of_the_pause_is_not_let_go(desk: Desk, hands: Hands, manager: Actor) -> None:
    reminder = desk.queue("before the event", expires_at=hands.at + timedelta(hours=1))
    press(desk, manager)
    desk.send()
    hands.forward(hours=2)
    lift(desk, manager)
    desk.send()
    assert desk.state(reminder) == ("expired", "too_late")


def test_a_press_in_the_midst_of_a_wave_stops_what_has_not_left_of_it(desk: Desk, manager: Actor) -> None:
    ids, lock, passed = [desk.queue(f"post {n:02}") for n in range(15)], Lock(), [0]
    pressed: list[tuple[pause.Pressed, set[str]]] = []

    def in_the_third_wave() -> None:
        with lock:
            passed[0] += 1
            if passed[0] == 5:
                pressed.append((press(desk, manager), set(desk.wall.texts())))

    desk.connector.before = in_the_third_wave
    with ThreadPoolExecutor(WIDEST) as pool:
        Lane(desk.db, lambda _: desk.connector, "w1", desk.account.id or 0, desk.settings, pool, Rush()).drain(lambda: True)
    ((pause_, before),) = pressed
    flying = {desk.get(i).body["text"] for i in pause_.in_flight}
    on_wall = set(desk.wall.texts())
    assert on_wall - before <= flying
    assert {desk.state(i)[0] for i in ids} == {"published", "held"}
    assert {desk.get(i).body["text"] for i in ids if desk.state(i)[0] == "published"} == on_wall
    assert {f.fate for f in told(desk).in_flight} <= {"left", "stopped"}
