"""A full rate window stops what the platform counts in it and nothing else, and no pass is silent about what waits behind it."""

from datetime import timedelta

import pytest

from connectors.gauge import READ
from core import errors
from core.actors import OPERATING, WORKER
from core.clock import Hands
from core.models import Account
from outbox.accounts import add_account, note_health
from outbox.batch import Order, enqueue_many
from outbox.body import Body
from outbox.channels import refuse_by
from outbox.due import lanes
from outbox.enqueue import enqueue
from outbox.recover import recover
from outbox.windows import way_of
from tests.outbox.outbox_wall import ACCOUNT, LATER, Desk

UNTIL = "2026-11-24T06:15:00Z"
#: what X takes at one address -> kinds of delivery that go there
X_WAYS = {
    "public": [("post", False), ("reply", False), ("receipt", False)],
    "direct": [("private_reply", False), ("reply", True), ("receipt", True)],
    "hide": [("hide", False), ("unhide", False)],
    "delete": [("delete", False)],
}
EVERYTHING = [(kind, private) for kinds in X_WAYS.values() for kind, private in kinds]


def queue(desk: Desk, account: Account, kind: str, private: bool) -> int:
    with desk.db.write() as session:
        body, target = Body(f"{kind} {private}", private=private), "" if kind == "post" else f"target of {kind} {private}"
        return enqueue(session, WORKER, kind=kind, account=account, body=body, target_id=target).id or 0


def limit(desk: Desk, account: Account, way: str) -> None:
    with desk.db.write() as session:
        refuse_by(session, account, errors.RateLimited(account=account.key, retry_at=LATER), way)


@pytest.mark.parametrize("way", X_WAYS)
def test_on_x_a_full_window_stops_its_own_kind_of_call_alone(desk: Desk, way: str) -> None:
    limit(desk, desk.account, way)
    queued = {(kind, private): queue(desk, desk.account, kind, private) for kind, private in EVERYTHING}
    desk.send()
    assert {key for key, i in queued.items() if desk.state(i)[0] == "scheduled"} == set(X_WAYS[way])
    assert {desk.state(i)[0] for key, i in queued.items() if key not in X_WAYS[way]} == {"published"}


def test_elsewhere_a_full_window_stops_every_call_of_the_account(desk: Desk) -> None:
    with desk.db.write() as session:
        page = add_account(session, OPERATING, "facebook", "2", {"token": "t"}, vault=desk.vault)
    limit(desk, page, "direct")
    queued = [queue(desk, page, kind, private) for kind, private in EVERYTHING]
    desk.send()
    assert {desk.state(i)[0] for i in queued} == {"scheduled"}
    assert desk.connector.calls == []


def test_while_listening_alone_rests_what_people_wrote_still_leaves(desk: Desk) -> None:
    with desk.db.write() as session:
        page = add_account(session, OPERATING, "facebook", "2", {"token": "t"}, vault=desk.vault)
        note_health(session, page, errors.RateLimited(account=page.key, detail="window", retry_at=LATER, window=READ))
    queued = queue(desk, page, "post", False)
    desk.send()
    assert desk.state(queued)[0] == "published"


def test_a_refusal_met_while_sending_shuts_the_window_of_that_call(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("limited")
    first, second = (queue(desk, desk.account, "private_reply", False) for _ in range(2))
    post = queue(desk, desk.account, "post", False)
    desk.send()
    assert [desk.state(i)[0] for i in (first, second, post)] == ["scheduled", "scheduled", "published"]
    assert desk.connector.calls == ["send", "send"], "the second message is not even tried"
    hands.forward(minutes=16)
    desk.send()
    assert [desk.state(i)[0] for i in (first, second)] == ["published", "published"]


def test_an_account_is_awake_while_only_some_of_its_windows_are_shut(desk: Desk) -> None:
    limit(desk, desk.account, "direct")
    queue(desk, desk.account, "private_reply", False)
    with desk.db.read() as session:
        assert lanes(session) == []
    queue(desk, desk.account, "post", False)
    with desk.db.read() as session:
        assert lanes(session) == [desk.account.id]


def test_a_batch_goes_by_the_same_ways_as_single_deliveries(desk: Desk) -> None:
    orders = [Order("receipt", f"receipt:{private}", "9", Body("شكرًا", private=private)) for private in (False, True)]
    with desk.db.write() as session:
        ids = enqueue_many(session, WORKER, desk.account, orders)
    assert {ref: desk.get(i).way for ref, i in ids.items()} == {"receipt:False": "public", "receipt:True": "direct"}


@pytest.mark.parametrize(("way", "kind", "private"), [(way, *one) for way, kinds in X_WAYS.items() for one in kinds])
def test_each_kind_has_its_way(way: str, kind: str, private: bool) -> None:
    assert way_of(kind, private=private) == way


def test_a_pass_names_what_waits_behind_a_window_again_and_again(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("limited")
    with desk.db.write() as session:
        body = Body("a")
        tried = enqueue(session, WORKER, kind="reply", account=desk.account, body=body, target_id="9", ref="import:n-1").id
    behind = desk.queue("b")
    later = desk.queue("c", at=hands.at + timedelta(minutes=5))
    line = {"account": ACCOUNT, "state": "scheduled", "reason": "rate_limited", "retry_at": UNTIL}
    lines = [{"delivery": tried, "ref": "n-1", "kind": "reply", **line}, {"delivery": behind, "ref": None, "kind": "post", **line}]
    first = desk.send()
    assert (first.to_json()["problems"], first.failed, first.touched) == (lines, True, 1)
    hands.forward(minutes=1)
    again = desk.send()
    assert (again.to_json()["problems"], again.failed, again.touched) == (lines, True, 0)
    hands.forward(minutes=5)
    assert [p.delivery for p in desk.send().problems] == [tried, behind, later]
    hands.forward(minutes=10)
    assert (desk.send().to_json(), desk.connector.calls) == ({"states": {"published": 3}, "problems": []}, ["send"] * 4)


def test_a_pass_names_what_waits_for_a_full_reading_window_where_both_are_counted_together(desk: Desk, hands: Hands) -> None:
    with desk.db.write() as session:
        page = add_account(session, OPERATING, "facebook", "2", {"token": "t"}, vault=desk.vault)
        page.retry_at = LATER
        session.add(page)
    delivery = desk.queue(account_id=page.id)
    (problem,) = desk.send().problems
    assert (problem.delivery, problem.account, problem.reason, problem.retry_at) == (delivery, page.key, "rate_limited", LATER)


def test_a_pass_names_what_could_not_reach_the_platform_a_moment_ago(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("refused_connection")
    delivery = desk.queue()
    desk.send()
    summary = desk.send()
    assert [(p.delivery, p.reason, p.retry_at) for p in summary.problems] == [
        (delivery, "unavailable:connect", hands.at + timedelta(seconds=5))
    ]
    assert summary.failed


def test_a_pass_names_what_a_blocked_account_holds(desk: Desk) -> None:
    desk.connector.faults.append("token")
    desk.connector.well = errors.TokenExpired(account=ACCOUNT)
    queued = [desk.queue(f"post {n}") for n in range(2)]
    desk.send()
    summary = desk.send()
    assert [(p.delivery, p.account, p.state, p.reason) for p in summary.problems] == [
        (i, ACCOUNT, "held", "token_expired") for i in queued
    ]
    assert (summary.failed, summary.touched) == (True, 0)


def test_what_another_worker_holds_or_is_not_due_is_no_problem(desk: Desk, hands: Hands) -> None:
    desk.queue(at=hands.at + timedelta(hours=1))
    held = desk.queue()
    limit(desk, desk.account, "public")
    with desk.db.write() as session:
        delivery = desk.get(held)
        delivery.worker, delivery.lease_until = "w2", hands.at + timedelta(minutes=1)
        session.add(delivery)
    assert desk.send().to_json() == {"states": {}, "problems": []}


def test_an_account_that_is_well_again_is_still_behind_its_window(desk: Desk) -> None:
    delivery = desk.queue()
    limit(desk, desk.account, "public")
    with desk.db.write() as session:
        refuse_by(session, desk.account, errors.TokenExpired(account=desk.account.key), "hide")
    assert recover(desk.db, lambda _: desk.connector, every=timedelta(0)) == 1
    desk.send()
    assert desk.state(delivery)[0] == "scheduled"
    assert desk.connector.calls.count("send") == 0


def test_new_credentials_open_every_window(desk: Desk) -> None:
    limit(desk, desk.account, "public")
    delivery = desk.queue()
    with desk.db.write() as session:
        add_account(session, OPERATING, "x", "1", {"access_token": "new"}, vault=desk.vault)
    desk.send()
    assert desk.state(delivery)[0] == "published"
