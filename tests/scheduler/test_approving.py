"""Who says yes to a post: others, step by step, in time, for one version, and still there when it goes out."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from console import passes
from console.opening import House
from core import auth, staff
from core.actors import OPERATING, WORKER, Actor
from core.errors import ConfigurationError, Conflict, Forbidden, Invalid, OwnAct, WrongState
from core.settings import load
from outbox.guards import Refusal, objections
from outbox.models import Delivery
from outbox.problems import board
from scheduler import approval, history, posts, queueing, steps
from scheduler.approving import NotAsked, SaidAlready
from scheduler.models import Approval, Post
from tests.scheduler.conftest import Office, person

TWO = {"MAJLIS_APPROVAL_STEPS": "any; all:mariam,salem"}


@pytest.fixture
def people(office: Office) -> dict[str, Actor]:
    """Everybody who may approve, by name."""
    with office.db.write() as session:
        more = {name: person(session, name, "approver") for name in ("mariam", "salem", "huda")}
    return {"khalid": office.approver, **more}


def submitted(office: Office, *, env: Mapping[str, str] | None = None, by: Actor | None = None, **more: Any) -> int:
    with office.db.write() as session:
        given = {"kind": "news", "title": "خبر", "texts": {office.ids("x")[0]: "خبر"}, "pair_why": "خبر قصير", **more}
        post = posts.draft(session, by or office.author, **given).id or 0
    office.do(posts.submit, post, by=by, settings=load(**(env or {})))
    return post


def yes(office: Office, post: int, by: Actor, **more: Any) -> str:
    office.do(posts.approve, post, by=by, settings=office.settings, **more)
    return office.post(post).state


def standing(office: Office, post: int) -> steps.Progress:
    with office.db.read() as session:
        return steps.progress(session, session.get_one(Post, post))


def said(office: Office, post: int) -> list[tuple[int, int, int, bool]]:
    with office.db.read() as session:
        rows = session.exec(select(Approval).where(col(Approval.post_id) == post).order_by(col(Approval.id)))
        return [(row.version, row.step, row.user_id, row.yes) for row in rows]


def test_one_of_several_is_enough_where_the_step_says_so(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env={"MAJLIS_APPROVAL_STEPS": "any:mariam,salem"})
    with pytest.raises(NotAsked):
        yes(office, post, people["khalid"])
    assert yes(office, post, people["salem"]) == "scheduled"
    office.send()
    assert len(office.wall.posts()) == 1


def test_all_of_several_are_needed_where_the_step_says_so(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env=TWO)
    assert yes(office, post, people["huda"]) == "submitted"
    assert yes(office, post, people["mariam"]) == "submitted"
    assert office.everything() == []
    current = standing(office, post).current
    assert current is not None
    assert (current.number, current.yes, current.wanting) == (2, (people["mariam"].user_id,), (people["salem"].user_id,))
    assert yes(office, post, people["salem"]) == "scheduled"
    assert office.post(post).approved_by == people["salem"].user_id
    assert office.audit(f"post:{post}").count("post.approve") == 3


def test_steps_are_taken_in_their_order(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env=TWO)
    with pytest.raises(NotAsked):
        yes(office, post, people["mariam"])
    assert said(office, post) == []


def test_a_person_is_shown_what_waits_for_his_yes_and_nothing_else(office: Office, people: dict[str, Actor]) -> None:
    later = submitted(office, env=TWO, at=office.hands.at + timedelta(hours=2))
    soon = submitted(office, env=TWO, at=office.hands.at + timedelta(hours=1))
    own = submitted(office, env={"MAJLIS_APPROVAL_STEPS": "any"}, by=people["khalid"])
    yes(office, soon, people["huda"])

    def asked(name: str) -> list[int | None]:
        with office.db.read() as session:
            return [post.id for post in steps.asked_of(session, people[name].user_id)]

    assert asked("khalid") == [later]
    assert asked("huda") == [later, own]
    assert asked("salem") == [soon, own]


def test_nobody_fills_two_steps(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env={"MAJLIS_APPROVAL_STEPS": "any;any"})
    assert yes(office, post, people["huda"]) == "submitted"
    with pytest.raises(SaidAlready):
        yes(office, post, people["huda"])
    assert yes(office, post, people["khalid"]) == "scheduled"


def test_nobody_is_used_up_whom_a_later_step_can_not_do_without(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env={"MAJLIS_APPROVAL_STEPS": "any:khalid,salem;any:salem"})
    with pytest.raises(NotAsked):
        yes(office, post, people["salem"])
    assert yes(office, post, people["khalid"]) == "submitted"
    assert yes(office, post, people["salem"]) == "scheduled"


def test_further_steps_come_after_those_of_the_house(office: Office, people: dict[str, Actor]) -> None:
    post = office.draft("x", pair_why="خبر قصير")
    office.do(posts.submit, post, also=[("all", [people["huda"].user_id])])
    assert office.post(post).steps == [{"need": "any", "users": []}, {"need": "all", "users": [people["huda"].user_id]}]
    assert yes(office, post, people["salem"]) == "submitted"
    assert yes(office, post, people["huda"]) == "scheduled"


@pytest.mark.parametrize("also", [[("all", [])], [("some", [1])], [("any", [4711])]])
def test_a_step_nobody_could_take_is_refused(office: Office, also: Any) -> None:
    post = office.draft("x", pair_why="خبر قصير")
    with pytest.raises(Invalid):
        office.do(posts.submit, post, also=also)


@pytest.mark.parametrize("name", ["nobody", "noura"])
def test_a_setting_that_names_somebody_who_may_not_approve_says_whom(office: Office, name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        submitted(office, env={"MAJLIS_APPROVAL_STEPS": f"all:khalid,{name}"})
    assert name in caught.value.words("ar")
    assert "khalid" not in caught.value.words("en")


@pytest.mark.parametrize("written", ["some", "all", "all:", "any:a,,b", "all:a;all:a", "any:a:b"])
def test_steps_that_make_no_sense_are_refused_at_the_start(written: str) -> None:
    with pytest.raises(ConfigurationError):
        load(MAJLIS_APPROVAL_STEPS=written)


def test_whoever_wrote_any_part_of_it_does_not_approve_it(office: Office, people: dict[str, Actor]) -> None:
    post = office.draft("x", pair_why="خبر قصير")
    office.do(posts.edit, post, by=people["huda"], title="من هدى")
    office.do(posts.edit, post, by=office.author, at=office.hands.at + timedelta(hours=1))
    office.do(posts.submit, post)
    with pytest.raises(OwnAct):
        yes(office, post, people["huda"])
    assert yes(office, post, people["salem"]) == "scheduled"


def test_two_roles_in_one_hand_are_still_one_hand(office: Office) -> None:
    with office.db.write() as session:
        both = person(session, "rashid", "author", "approver")
    post = submitted(office, by=both)
    with pytest.raises(OwnAct):
        yes(office, post, both)


def test_one_of_all_who_wrote_it_himself_is_not_asked_and_the_others_are(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env={"MAJLIS_APPROVAL_STEPS": "all:mariam,salem"}, by=people["mariam"])
    with pytest.raises(OwnAct):
        yes(office, post, people["mariam"])
    assert yes(office, post, people["salem"]) == "scheduled"


def test_a_step_for_its_writer_alone_is_never_complete(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env={"MAJLIS_APPROVAL_STEPS": "all:mariam"}, by=people["mariam"])
    for name in ("mariam", "salem"):
        with pytest.raises(Forbidden):
            yes(office, post, people[name])
    current = standing(office, post).current
    assert current is not None
    assert current.wanting == ()


@pytest.mark.parametrize("verb", ["edit", "approve", "send_back"])
def test_the_operator_neither_edits_nor_decides(office: Office, verb: str) -> None:
    post = submitted(office)
    given: dict[str, tuple[Any, ...]] = {"send_back": ("لا",)}
    more: dict[str, Any] = {"title": "آخر"} if verb == "edit" else {}
    with pytest.raises(Forbidden):
        office.do(getattr(posts, verb), post, *given.get(verb, ()), by=OPERATING, **more)
    assert (office.post(post).state, office.post(post).version) == ("submitted", 1)


def test_an_edit_between_two_steps_makes_the_first_one_history(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env=TWO)
    yes(office, post, people["huda"])
    office.do(posts.edit, post, title="آخر")
    office.do(posts.submit, post, settings=load(**TWO))
    current = standing(office, post).current
    assert current is not None
    assert (current.number, current.yes) == (1, ())
    assert said(office, post) == [(1, 1, people["huda"].user_id, True)]


def test_what_comes_back_unchanged_is_asked_about_anew(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env=TWO)
    yes(office, post, people["huda"])
    office.do(posts.send_back, post, "ليس اليوم", by=people["salem"])
    office.do(posts.submit, post, settings=load(**TWO))
    assert office.post(post).version == 2
    current = standing(office, post).current
    assert current is not None
    assert (current.number, current.yes) == (1, ())
    with pytest.raises(Conflict):
        yes(office, post, people["huda"], seen_version=1)
    assert yes(office, post, people["huda"], seen_version=2) == "submitted"


def test_who_said_yes_may_still_say_no_while_it_waits(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env=TWO)
    yes(office, post, people["huda"])
    yes(office, post, people["salem"])
    office.do(posts.send_back, post, "رأيت خطأ", by=people["salem"])
    assert office.post(post).state == "draft"
    assert said(office, post)[-1] == (1, 2, people["salem"].user_id, False)


def test_the_setting_changes_no_post_that_waits(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env=TWO)
    office.do(posts.approve, post, by=people["huda"], settings=load(MAJLIS_APPROVAL_STEPS="any"))
    assert office.post(post).state == "submitted"


LATE: dict[str, dict[str, Any]] = {
    "of the last step": {},
    "of a post that recurs": {"repeat": {"every": "week", "step": 1, "until": "2027-03-01"}},
}


@pytest.mark.parametrize("what", LATE)
def test_a_late_yes_expires_it(office: Office, people: dict[str, Actor], what: str) -> None:
    post = submitted(office, env={"MAJLIS_APPROVAL_STEPS": "any;any"}, at=office.hands.at + timedelta(minutes=30))
    with office.db.write() as session:
        session.get_one(Post, post).repeat = LATE[what].get("repeat")
    yes(office, post, people["huda"])
    office.hands.forward(minutes=30, seconds=1)
    assert yes(office, post, people["salem"]) == "expired"
    office.send()
    assert (office.everything(), office.wall.posts()) == ([], [])
    with pytest.raises(WrongState):
        yes(office, post, people["khalid"])


def test_a_yes_after_the_event_has_begun_expires_what_announces_it_and_what_reminds_of_it(office: Office) -> None:
    facts = posts.EventFacts("معرض", office.hands.at + timedelta(hours=2), office.hands.at + timedelta(hours=4))
    event = submitted(office, kind="event", event=facts)
    reminder = submitted(office)
    with office.db.write() as session:
        row = session.get_one(Post, reminder)
        row.kind, row.about_id, row.role = "event", event, "reminder"
    office.hands.forward(hours=2)
    assert [yes(office, post, office.approver) for post in (event, reminder)] == ["expired", "expired"]
    assert office.everything() == []


def test_a_post_without_an_hour_does_not_wait_for_ever(office: Office) -> None:
    post = submitted(office)
    office.hands.forward(days=29)
    assert posts.expire_unapproved(office.db, WORKER) == 0
    office.hands.forward(days=2)
    assert posts.expire_unapproved(office.db, WORKER) == 1
    assert office.post(post).state == "expired"


def test_a_yes_of_somebody_who_has_gone_holds_the_post_until_another_takes_his_place(
    office: Office, people: dict[str, Actor]
) -> None:
    post = submitted(office, at=office.hands.at + timedelta(hours=1))
    yes(office, post, people["huda"])
    with office.db.write() as session:
        assert steps.resting_on(session, people["huda"].user_id or 0) == []
        auth.dismiss(session, OPERATING, "huda")
        assert [row.id for row in steps.resting_on(session, people["huda"].user_id or 0)] == [post]
    assert not standing(office, post).complete
    office.hands.forward(hours=1)
    office.send()
    assert (office.deliveries(post), office.wall.posts()) == ([("held", "approver_gone")], [])
    with office.db.read() as session:
        (trouble,) = board(session).rows
        assert (trouble.owner, trouble.may, trouble.why("ar")) == (
            "post.approve",
            ("approve", "give_up"),
            "من اعتمده لم يعد معتمِدًا؛ يلزم اعتماد زميل آخر",
        )
    assert yes(office, post, people["salem"]) == "scheduled"
    office.send()
    assert (office.post(post).state, len(office.wall.posts())) == ("published", 1)
    with pytest.raises(WrongState):
        yes(office, post, people["khalid"])


def test_what_is_asked_of_somebody_is_found_in_as_few_questions_however_much_waits(
    office: Office, people: dict[str, Actor]
) -> None:
    def asked() -> tuple[int, int]:
        said: list[str] = []
        with office.db.read() as session:
            event.listen(session.connection(), "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement))
            return len(steps.asked_of(session, people["mariam"].user_id)), len(said)

    submitted(office)
    one, questions = asked()
    for _ in range(4):
        submitted(office)
    assert (one, asked()) == (1, (5, questions))


def test_what_was_held_for_an_approver_who_had_gone_goes_on_once_he_is_back(office: Office, people: dict[str, Actor]) -> None:
    """As one who forgot his password and, at the hour of the post, had not chosen another."""
    at = office.hands.at + timedelta(hours=1)
    back, gone = submitted(office, at=at), submitted(office, at=at)
    yes(office, back, people["huda"])
    yes(office, gone, people["salem"])
    with office.db.write() as session:
        staff.reset(session, OPERATING, people["huda"].user_id or 0)
        auth.dismiss(session, OPERATING, "salem")
    office.hands.forward(hours=1)
    office.send()
    assert approval.whole_again(office.db) == 0
    assert [office.deliveries(one) for one in (back, gone)] == [[("held", "approver_gone")]] * 2
    with office.db.write() as session:
        auth.renew_password(session, OPERATING, "huda", "one of her own")
    assert approval.whole_again(office.db) == 1
    office.send()
    assert (office.post(back).state, office.deliveries(gone)) == ("published", [("held", "approver_gone")])


def test_without_a_worker_the_operators_pass_does_all_that_one_does_before_it_sends(
    office: Office, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(House, "connect", property(lambda _: office.connect))
    house = House(office.settings, office.db, office.vault)
    at = office.hands.at + timedelta(hours=1)
    back, unasked = submitted(office, at=at), submitted(office, at=at)
    yes(office, back, people["huda"])
    with office.db.write() as session:
        staff.reset(session, OPERATING, people["huda"].user_id or 0)
    office.hands.forward(hours=1, seconds=1)
    passes.publish(house)
    assert [office.post(one).state for one in (back, unasked)] == ["scheduled", "expired"]
    with office.db.write() as session:
        auth.renew_password(session, OPERATING, "huda", "one of her own")
    passes.publish(house)
    assert office.post(back).state == "published"


def test_of_posts_that_leave_together_each_is_asked_about_its_own_approval(office: Office, people: dict[str, Actor]) -> None:
    at = office.hands.at + timedelta(hours=1)
    good, void, gone, ended, other = (submitted(office, title=f"{n}", at=at) for n in range(5))
    for post in (good, void, ended, other):
        yes(office, post, people["khalid"])
    yes(office, gone, people["huda"])
    with office.db.write() as session:
        auth.dismiss(session, OPERATING, "huda")
        session.get_one(Post, void).version += 1  # as an edit that commits at this very instant
        session.get_one(Post, ended).state = "expired"
    office.hands.forward(hours=1)
    with office.db.read() as session:
        due = list(session.exec(select(Delivery).order_by(col(Delivery.id))))
        refused = {queueing.post_of(one.ref or "")[0]: objections(session, due).get(one.id or 0) for one in due}
    assert refused == {
        good: None,
        void: Refusal("cancelled", "approval_void"),
        gone: Refusal("held", "approver_gone"),
        ended: Refusal("cancelled", "post_withdrawn"),
        other: None,
    }


def test_of_two_who_were_needed_the_one_who_stays_is_not_enough(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office, env={"MAJLIS_APPROVAL_STEPS": "all:mariam,salem"}, at=office.hands.at + timedelta(hours=1))
    yes(office, post, people["mariam"])
    yes(office, post, people["salem"])
    with office.db.write() as session:
        auth.dismiss(session, OPERATING, "salem")
    office.hands.forward(hours=1)
    office.send()
    assert office.deliveries(post) == [("held", "approver_gone")]
    office.do(posts.edit, post, at=office.hands.at + timedelta(hours=1))
    office.do(posts.submit, post, settings=load(MAJLIS_APPROVAL_STEPS="any"))
    assert yes(office, post, people["huda"]) == "scheduled"


def test_a_yes_may_come_with_words(office: Office, people: dict[str, Actor]) -> None:
    post = submitted(office)
    yes(office, post, people["huda"], comment="أحسنتم")
    with office.db.read() as session:
        assert [row.comment for row in session.exec(select(Approval))] == ["أحسنتم"]
        assert history.writers(session, session.get_one(Post, post)) == {office.author.user_id}


def test_two_who_say_yes_at_the_same_instant_send_it_once(office: Office, people: dict[str, Actor]) -> None:
    for _ in range(3):
        post, together = submitted(office), Barrier(2, timeout=30)

        def say(by: Actor, post: int = post, together: Barrier = together) -> str:
            together.wait()
            try:
                return yes(office, post, by)
            except WrongState:
                return "too late"

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(say, (people["huda"], people["salem"])))
        assert sorted(answers) == ["scheduled", "too late"]
        assert len(said(office, post)) == 1
    assert len(office.everything()) == 3


def test_a_yes_and_an_edit_at_the_same_instant_never_send_what_nobody_read(office: Office, people: dict[str, Actor]) -> None:
    for _ in range(3):
        post, together = submitted(office), Barrier(2, timeout=30)

        def approve(post: int = post, together: Barrier = together) -> None:
            together.wait()
            with suppress(Conflict, WrongState):
                yes(office, post, people["huda"], seen_version=1)

        def edit(post: int = post, together: Barrier = together) -> None:
            together.wait()
            office.do(posts.edit, post, texts={office.ids("x")[0]: "لم يقرأه أحد"})

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(approve), pool.submit(edit)]:
                done.result()
        assert (office.post(post).state, office.post(post).version) == ("draft", 2)
    office.send()
    assert office.wall.posts() == []
