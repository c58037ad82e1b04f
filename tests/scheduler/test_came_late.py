"""What turns out to stand after its withdrawal was agreed to is taken down too, and the public log says how that stands."""

from datetime import datetime, timedelta

from core.actors import WORKER, Actor
from outbox import decide, pause
from outbox.reconcile import reconcile_due
from outbox.states import move
from scheduler import posts, queueing
from scheduler.models import Post
from tests.scheduler.conftest import Office
from tests.scheduler.test_correcting import SAID, approved, carried, corrected, log, published, stands, withdrawn

MANAGER = Actor("user:9", frozenset({"delivery.decide", "pause.press"}), 9)


def looked(office: Office, times: int = 1) -> None:
    for _ in range(times):
        office.hands.forward(minutes=5)
        reconcile_due(office.db, office.connect, "w1", settings=office.settings)


def half_known(office: Office, at: datetime | None = None) -> tuple[int, int]:
    """A post that stands on Facebook and, which nobody knows yet, on X; and its withdrawal, which was agreed to."""
    post_id = office.scheduled("facebook", "x", at=office.hands.at, **SAID)
    office.connectors["x"].faults.append("cut_after")
    office.connectors["x"].lag = timedelta(days=1)
    office.send()
    looked(office, 5)
    child = withdrawn(office, post_id, at=at)
    approved(office, child)
    return post_id, child


def found(office: Office) -> None:
    office.connectors["x"].lag = timedelta(0)
    office.hands.forward(hours=2)
    looked(office)


def test_what_comes_late_is_taken_down_also_where_all_else_of_the_withdrawal_was_refused(office: Office) -> None:
    post_id, child = half_known(office)
    office.connectors["facebook"].faults.append("not_possible")
    office.send()
    assert office.post(child).state == "refused"
    told = [one.what for one in log(office)]
    found(office)
    told += [one.what for one in log(office)]
    office.send()
    assert {p: d.state for p, d in carried(office, child).items()} == {"facebook": "refused", "x": "published"}
    assert (office.post(child).state, stands(office, post_id)) == ("partly", ["facebook"])
    assert [*told, *(one.what for one in log(office))] == ["not_withdrawn", "withdrawing", "withdrawal"]


def test_what_comes_late_is_taken_down_also_where_the_time_of_all_else_was_over(office: Office) -> None:
    post_id, child = half_known(office)
    with office.db.write() as session:
        move(session, WORKER, carried(office, child)["facebook"].id or 0, ("scheduled",), "expired", reason="too_late")
    assert office.post(child).state == "expired"
    found(office)
    office.send()
    assert (office.post(child).state, stands(office, post_id)) == ("partly", ["facebook"])


def test_what_comes_late_is_taken_down_also_long_after_the_hour_of_its_withdrawal(office: Office) -> None:
    post_id, child = half_known(office, at=office.hands.at + timedelta(hours=1))
    office.hands.forward(hours=1)
    office.send()
    assert stands(office, post_id) == []
    office.hands.forward(days=2)
    found(office)
    office.send()
    assert {p: d.state for p, d in carried(office, child).items()} == {"facebook": "published", "x": "published"}


def test_a_withdrawal_is_partly_done_when_what_comes_late_is_refused(office: Office) -> None:
    post_id, child = half_known(office)
    office.send()
    assert office.post(child).state == "published"
    found(office)
    office.connectors["x"].faults.append("not_possible")
    office.send()
    assert (office.post(child).state, stands(office, post_id)) == ("partly", ["x"])


def test_what_is_still_being_taken_down_is_not_told_as_kept(office: Office) -> None:
    post_id = published(office, "facebook", "x")
    child = withdrawn(office, post_id)
    approved(office, child)
    office.connectors["facebook"].faults.append("not_possible")
    office.connectors["x"].faults.append("limited")
    office.send()
    assert {p: d.state for p, d in carried(office, child).items()} == {"facebook": "refused", "x": "scheduled"}
    (entry,) = log(office)
    assert (entry.what, {p.platform: p.state for p in entry.places}) == ("withdrawing", {"facebook": "kept", "x": "still"})
    office.hands.forward(hours=1)
    office.send()
    (entry,) = log(office)
    assert (entry.what, {p.platform: p.state for p in entry.places}) == ("withdrawal", {"facebook": "kept", "x": "gone"})


def unseen(office: Office) -> tuple[int, int]:
    """The correction of a post, which turns out to stand once that was withdrawn; and the withdrawal."""
    post_id = published(office, "facebook")
    correction, there = corrected(office, post_id), office.connectors["facebook"]
    approved(office, correction)
    there.lag = timedelta(days=1)
    there.faults.append("cut_after")
    office.send()
    looked(office, 5)
    with office.db.write() as session:
        (asked,) = queueing.deliveries(session, session.get_one(Post, correction))
        decide.publish_again(session, MANAGER, asked)
        pause.press(session, MANAGER, "mourning")
    office.send()
    assert office.deliveries(correction) == [("held", "paused")]
    withdrawal = withdrawn(office, post_id)
    approved(office, withdrawal)
    with office.db.write() as session:
        pause.lift(session, MANAGER)
    office.send()
    assert stands(office, post_id) == []
    there.lag = timedelta(0)
    looked(office)
    post = office.post(correction)
    assert (post.state, post.approved_version) == ("published", post.version)
    return correction, withdrawal


def test_a_correction_that_stands_after_all_is_taken_down_with_what_it_corrected(office: Office) -> None:
    correction, _ = unseen(office)
    office.send()
    (late,) = carried(office, correction).values()
    assert (office.connectors["facebook"].calls[-1], stands(office, correction)) == (f"delete {late.external_id}", [])
    assert [(one.role, one.what, one.words.en, len(one.places)) for one in log(office)] == [
        ("withdrawal", "withdrawal", "It was published before it was approved.", 1),
        ("correction", "correction", "", 0),
    ]


def test_a_correction_that_a_platform_keeps_is_part_of_the_withdrawal(office: Office) -> None:
    correction, withdrawal = unseen(office)
    office.connectors["facebook"].faults.append("not_possible")
    office.send()
    assert (office.post(withdrawal).state, stands(office, correction)) == ("partly", ["facebook"])


def test_a_correction_of_what_a_platform_kept_stands(office: Office) -> None:
    post_id = published(office, "facebook", "x")
    child = corrected(office, post_id)
    approved(office, withdrawn(office, post_id))
    office.connectors["x"].faults.append("not_possible")
    office.send()
    office.do(posts.edit, child, texts=dict.fromkeys(office.ids("x"), ""))
    approved(office, child)
    office.send()
    office.hands.forward(hours=1)
    office.send()
    assert stands(office, child) == ["x"]
