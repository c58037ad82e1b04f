"""A post from its first draft to its hour: approved by another person, void after an edit, never late, never in a burst."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from PIL import Image
from sqlmodel import col, select

from core.actors import OPERATING, WORKER, Actor, abilities_of
from core.errors import Conflict, Forbidden, Invalid, WrongState
from outbox import decide, pause
from outbox.media import folder
from outbox.models import Delivery
from outbox.states import move
from scheduler import posts, queueing
from scheduler.models import Post, PostMedia
from scheduler.states import outcome
from tests.scheduler.conftest import Office

MANAGER = Actor("user:99", abilities_of(["manager"]), 99, "Maryam")


def test_an_approved_post_goes_out_at_its_hour_on_every_account(office: Office) -> None:
    post = office.scheduled("facebook", "x", text="افتتاح مركز جديد")
    office.send()
    assert office.wall.posts() == []
    office.hands.forward(hours=1)
    office.send()
    assert sorted(p["account"] for p in office.wall.posts()) == ["facebook:1", "x:1"]
    assert office.wall.texts() == ["افتتاح مركز جديد"] * 2
    assert office.post(post).state == "published"
    assert office.audit(f"post:{post}") == ["post.draft", "post.one_language", "post.submit", "post.approve", "post.published"]


def test_a_post_without_an_hour_goes_as_soon_as_it_is_approved(office: Office) -> None:
    post = office.draft()
    office.do(posts.submit, post)
    office.send()
    assert office.wall.posts() == []
    office.approve(post)
    office.send()
    assert len(office.wall.posts()) == 2


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", {"title": "x" * 201}),
        ("title", {"title": "a\x00b"}),
        ("ar", {"ar": "a\x00b"}),
        ("texts", {"text": "a\ud800b"}),
        ("poll", {"poll": posts.Poll(("a", "b\x00"), 60)}),
    ],
)
def test_words_that_no_database_could_keep_are_refused(office: Office, field: str, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        office.draft("x", **given)
    assert refused.value.details["field"] == field
    assert refused.value.words("ar") != refused.value.words("en")


def test_its_author_may_not_approve_it_although_he_has_the_right(office: Office) -> None:
    with office.db.write() as session:
        texts = {office.ids("x")[0]: "خبر\nNews"}
        own = posts.draft(session, office.approver, kind="news", title="t", texts=texts).id or 0
    office.do(posts.submit, own, by=office.approver)
    with pytest.raises(Forbidden):
        office.approve(own)
    assert office.post(own).state == "submitted"
    assert office.everything() == []


def test_whoever_changed_it_last_may_not_approve_it(office: Office) -> None:
    post = office.draft()
    office.do(posts.edit, post, by=office.approver, title="أفضل")
    office.do(posts.submit, post)
    with pytest.raises(Forbidden):
        office.approve(post)


@pytest.mark.parametrize("actor", [OPERATING, WORKER], ids=["operator", "worker"])
def test_neither_the_operator_nor_the_machine_approves(office: Office, actor: Actor) -> None:
    post = office.draft()
    office.do(posts.submit, post)
    with pytest.raises(Forbidden):
        office.do(posts.approve, post, by=actor)


def test_only_a_person_writes(office: Office) -> None:
    with office.db.write() as session, pytest.raises(Forbidden):
        posts.draft(session, OPERATING, kind="news", title="t", texts={office.ids("x")[0]: "t"})


def test_what_was_not_submitted_is_not_approved(office: Office) -> None:
    post = office.draft()
    with pytest.raises(WrongState):
        office.approve(post)


CHANGES: dict[str, Callable[[Office], dict[str, Any]]] = {
    "text": lambda office: {"texts": {office.ids("x")[0]: "آخر"}},
    "title": lambda office: {"title": "آخر"},
    "hour": lambda office: {"at": office.hands.at + timedelta(hours=9)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_edit_voids_the_approval_and_takes_back_what_was_queued(office: Office, change: str) -> None:
    post = office.scheduled("facebook", "x")
    office.do(posts.edit, post, **CHANGES[change](office))
    row = office.post(post)
    assert (row.state, row.version, row.approved_by, row.approved_version) == ("draft", 2, None, None)
    assert {(d.state, d.reason) for d in office.everything()} == {("cancelled", "edited")}
    office.hands.forward(hours=10)
    office.send()
    assert office.wall.posts() == []


def test_an_edited_post_goes_out_once_in_its_new_words_when_approved_again(office: Office) -> None:
    post = office.scheduled("x", text="قديم")
    office.do(posts.edit, post, texts={office.ids("x")[0]: "جديد"})
    office.do(posts.submit, post)
    office.approve(post)
    office.hands.forward(hours=1)
    office.send()
    assert office.wall.texts() == ["جديد"]
    assert office.post(post).state == "published"


def test_a_delivery_whose_approval_was_lost_does_not_leave(office: Office) -> None:
    post = office.scheduled("x")
    with office.db.write() as session:  # as if the edit had come between the claim and the last-moment check
        session.get_one(Post, post).version += 1
    office.hands.forward(hours=1)
    office.send()
    assert [(d.state, d.reason) for d in office.everything()] == [("cancelled", "approval_void")]
    assert office.wall.posts() == []


def test_two_editors_do_not_overwrite_each_other(office: Office) -> None:
    post = office.draft()
    office.do(posts.edit, post, seen_version=1, title="الأول")
    with pytest.raises(Conflict) as caught:
        office.do(posts.edit, post, seen_version=1, title="الثاني")
    assert caught.value.details["their_name"] == "Noura"
    assert office.post(post).title == "الأول"


def test_an_approval_of_a_version_that_is_no_longer_there_is_refused(office: Office) -> None:
    post = office.draft()
    office.do(posts.submit, post)
    office.do(posts.edit, post, title="تغير")
    office.do(posts.submit, post)
    with pytest.raises(Conflict):
        office.approve(post, seen_version=1)
    assert office.post(post).state == "submitted"


def test_sent_back_it_returns_to_its_author_with_the_reason(office: Office) -> None:
    post = office.draft()
    office.do(posts.submit, post)
    with pytest.raises(Invalid):
        office.do(posts.send_back, post, " ", by=office.approver)
    office.do(posts.send_back, post, "أضف التاريخ", by=office.approver)
    assert (office.post(post).state, office.post(post).comment) == ("draft", "أضف التاريخ")


def test_what_has_left_can_no_longer_be_edited(office: Office) -> None:
    post = office.scheduled("facebook", "x")
    office.connectors["x"].faults.append("limited")
    office.hands.at = office.hands.at.replace(hour=6, minute=10)
    office.do(posts.edit, post, at=office.hands.at)
    office.do(posts.submit, post)
    office.approve(post)
    office.send()
    assert office.deliveries(post) == [("published", ""), ("scheduled", "rate_limited")]
    with pytest.raises(WrongState):
        office.do(posts.edit, post, title="متأخر")
    assert office.deliveries(post)[1][0] == "scheduled", "a refused edit takes nothing back"


def test_cancelled_it_never_goes(office: Office) -> None:
    post = office.scheduled()
    office.do(posts.cancel, post, "لم يعد مناسبًا")
    office.hands.forward(hours=2)
    office.send()
    assert office.post(post).state == "cancelled"
    assert office.wall.posts() == []
    with pytest.raises(WrongState):
        office.do(posts.cancel, post)


def test_cancelled_half_way_it_says_that_a_part_is_out(office: Office) -> None:
    post = office.scheduled("facebook", "x")
    office.connectors["x"].faults.append("token")
    office.hands.forward(hours=1)
    office.send()
    office.do(posts.cancel, post)
    assert office.post(post).state == "partly"
    assert [p["account"] for p in office.wall.posts()] == ["facebook:1"]


def test_a_late_approval_expires_the_post_instead_of_sending_it_late(office: Office) -> None:
    post = office.draft(at=office.hands.at + timedelta(minutes=30))
    office.do(posts.submit, post)
    office.hands.forward(minutes=31)
    office.approve(post)
    assert office.post(post).state == "expired"
    assert office.everything() == []


def test_what_nobody_approved_expires_at_its_hour(office: Office) -> None:
    waits = office.draft(at=office.hands.at + timedelta(minutes=30))
    later = office.draft(at=office.hands.at + timedelta(hours=30))
    for post in (waits, later):
        office.do(posts.submit, post)
    office.hands.forward(minutes=31)
    assert posts.expire_unapproved(office.db, WORKER) == 1
    assert [office.post(p).state for p in (waits, later)] == ["expired", "submitted"]


def test_a_worker_that_comes_back_after_the_grace_asks_instead_of_sending(office: Office) -> None:
    post = office.scheduled("x")
    office.hands.forward(hours=1, seconds=office.settings.grace_s + 1)
    office.send()
    assert office.deliveries(post) == [("missed", "missed")]
    assert office.wall.posts() == []
    assert office.post(post).state == "scheduled"
    with office.db.write() as session:
        decide.publish_again(session, MANAGER, queueing.deliveries(session, session.get_one(Post, post))[0])
    office.send()
    assert (office.post(post).state, len(office.wall.posts())) == ("published", 1)


def test_a_worker_that_comes_back_within_the_grace_sends_late_but_once(office: Office) -> None:
    post = office.scheduled("x")
    office.hands.forward(hours=1, seconds=office.settings.grace_s - 60)
    office.send()
    office.send()
    assert (office.post(post).state, len(office.wall.posts())) == ("published", 1)


def test_a_crisis_pause_holds_everything_and_nothing_bursts_out_after_it(office: Office) -> None:
    planned = [office.scheduled("x", text=f"خبر {n}", at=office.hands.at + timedelta(minutes=10 * n + 10)) for n in range(6)]
    with office.db.write() as session:
        pause.press(session, MANAGER, "حداد")
    office.hands.forward(minutes=65)
    office.send()
    assert office.wall.posts() == []
    with office.db.write() as session:
        pause.lift(session, MANAGER)
    office.send()
    assert office.wall.posts() == [], "a burst"
    assert {office.deliveries(p)[0] for p in planned} == {("held", "paused")}
    with office.db.write() as session:
        decide.release(session, MANAGER, queueing.deliveries(session, session.get_one(Post, planned[4]))[0])
    office.send()
    assert office.wall.texts() == ["خبر 4"]


def test_a_post_may_be_edited_and_cancelled_while_the_pause_holds_it(office: Office) -> None:
    edited, cancelled = office.scheduled("x"), office.scheduled("x")
    with office.db.write() as session:
        pause.press(session, MANAGER, "حداد")
    office.hands.forward(hours=1)
    office.send()
    office.do(posts.edit, edited, title="آخر", at=office.hands.at + timedelta(hours=1))
    office.do(posts.cancel, cancelled)
    assert [office.post(p).state for p in (edited, cancelled)] == ["draft", "cancelled"]


WANTING: dict[str, tuple[dict[str, Any], str]] = {
    "no account": ({"texts": {}}, "texts"),
    "an hour that is over": ({"at": timedelta(hours=-1)}, "at"),
    "an event without its facts": ({"kind": "event"}, "event"),
}


@pytest.mark.parametrize("what", WANTING)
def test_what_is_incomplete_is_not_submitted(office: Office, what: str) -> None:
    given, field = WANTING[what]
    if "at" in given:
        given = {"at": office.hands.at + given["at"]}
    post = office.draft(**given)
    with pytest.raises(Invalid) as caught:
        office.do(posts.submit, post)
    assert caught.value.details["field"] == field


def test_what_an_account_cannot_take_is_not_submitted(office: Office) -> None:
    post = office.draft("facebook", "x", text="ب" * 281)
    with pytest.raises(Invalid) as caught:
        office.do(posts.submit, post, connect=office.real())
    assert str(caught.value.details["why"]) == "x:1 can't take it: the text is too long (281, the platform takes 280)"


def test_an_unknown_or_switched_off_account_is_refused(office: Office) -> None:
    with pytest.raises(Invalid):
        office.draft(texts={4711: "t"})
    with office.db.write() as session:
        account = session.merge(office.accounts["x"])
        account.active = False
        session.add(account)
    with pytest.raises(Invalid):
        office.draft("x")


@pytest.mark.parametrize("alt", ["", "  ", "ب" * 1001])
def test_a_picture_needs_words_for_those_who_cannot_see_it(office: Office, picture: Path, alt: str) -> None:
    post = office.draft()
    with pytest.raises(Invalid):
        office.do(posts.add_media, post, picture, alt, settings=office.settings)


def test_a_picture_is_kept_once_without_the_cameras_notes_and_counts_as_an_edit(office: Office, picture: Path) -> None:
    first, second = office.scheduled("x"), office.draft()
    for post in (first, second):
        office.do(posts.add_media, post, picture, "مبنى الوزارة", settings=office.settings)
    assert office.post(first).state == "draft"
    (stored,) = folder(office.settings.var_dir).iterdir()
    with Image.open(stored) as kept:
        assert not kept.getexif()
    with office.db.read() as session:
        assert {p.sha256 for p in session.exec(select(PostMedia))} == {stored.stem}


def test_a_picture_taken_out_again_is_not_sent(office: Office, picture: Path) -> None:
    post = office.draft("x")
    office.do(posts.add_media, post, picture, "مبنى", settings=office.settings)
    with office.db.write() as session:
        shown = session.exec(select(PostMedia).where(col(PostMedia.post_id) == post)).one()
        posts.remove_media(session, office.author, session.get_one(Post, post), shown)
    office.do(posts.submit, post)
    office.approve(post)
    assert office.everything()[0].body["media"] == []


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"published": 2}, "published"),
        ({"published": 1, "refused": 1}, "partly"),
        ({"published": 1, "cancelled": 1}, "partly"),
        ({"refused": 1, "cancelled": 1}, "refused"),
        ({"expired": 1, "cancelled": 1}, "expired"),
        ({"cancelled": 2}, "cancelled"),
        ({"published": 1, "uncertain": 1}, ""),
        ({"published": 1, "held": 1}, ""),
        ({}, ""),
    ],
)
def test_a_post_is_what_its_deliveries_make_of_it(states: dict[str, int], expected: str) -> None:
    assert outcome(Counter(states)) == expected


def test_deliveries_that_settle_at_the_same_instant_still_finish_the_post(office: Office) -> None:
    post = office.scheduled("facebook", "x", "instagram")
    ids = [d.id or 0 for d in office.everything()]
    together = Barrier(3, timeout=30)

    def settle(delivery_id: int) -> None:
        with office.db.write() as session:
            move(session, WORKER, delivery_id, ("scheduled",), "sending")
        together.wait()
        with office.db.write() as session:
            move(session, WORKER, delivery_id, ("sending",), "published", external_id=str(delivery_id))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(settle, ids))
    assert office.post(post).state == "published"


def test_cancelling_while_a_worker_settles_ends_in_one_of_the_two_and_locks_nobody_out(office: Office) -> None:
    for _ in range(5):
        post = office.scheduled("facebook", "x")
        ids = [d.id or 0 for d in office.everything()][-2:]
        together = Barrier(2, timeout=30)

        def cancel(post: int = post, together: Barrier = together) -> None:
            together.wait()
            office.do(posts.cancel, post)

        def publish(delivery_id: int = ids[1], together: Barrier = together) -> None:
            together.wait()
            with office.db.write() as session:
                move(session, WORKER, delivery_id, ("scheduled",), "sending")
                move(session, WORKER, delivery_id, ("sending",), "published", external_id=str(delivery_id))

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(cancel), pool.submit(publish)]:
                done.result()
        states = Counter(d.state for d in office.everything() if d.id in ids)
        assert office.post(post).state == ("partly" if states["published"] else "cancelled")


def test_a_delivery_nobody_carries_any_more_moves_no_post(office: Office) -> None:
    post = office.scheduled("x")
    office.do(posts.edit, post, title="آخر")
    with office.db.read() as session:
        assert session.exec(select(Delivery.state)).all() == ["cancelled"]
    assert office.post(post).state == "draft"
