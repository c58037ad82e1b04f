"""An event that moves or does not take place: what has not gone follows or stays, what has gone is told of by a notice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from core.actors import Actor, abilities_of
from core.errors import Conflict, Forbidden, Invalid, OwnAct, WrongState
from outbox import decide
from scheduler import events, posts, queueing, telling, told
from scheduler.models import Event, Post
from scheduler.steps import asked_of
from tests.scheduler.conftest import Office, person
from tests.scheduler.events_desk import DAY, HOUR, EventsDesk

MANAGER = Actor("user:99", abilities_of(["manager"]), 99, "Maryam")


@pytest.fixture
def desk(office: Office) -> EventsDesk:
    return EventsDesk(office)


def later(desk: EventsDesk, event: int, hours: float) -> dict[str, object]:
    """The event's hours, moved."""
    now = desk.event(event)
    return {"starts_at": now.starts_at + timedelta(hours=hours), "ends_at": now.ends_at + timedelta(hours=hours)}


def known(desk: EventsDesk, event: int) -> told.Told | None:
    with desk.office.db.read() as session:
        return told.find(session, session.get_one(Event, event).uid)


def to(desk: EventsDesk, post: int | None) -> list[int]:
    """The accounts it would go to."""
    with desk.office.db.read() as session:
        return [row.account_id for row in queueing.texts(session, session.get_one(Post, post))]


# before anything has gone


def test_what_has_not_gone_is_rewritten_and_asks_again(desk: EventsDesk) -> None:
    office, event = desk.office, desk.approved(at=desk.office.hands.at + timedelta(hours=2), remind=(DAY, HOUR))
    done = desk.change(event, place="أبوظبي", place_en="Abu Dhabi", **later(desk, event, 24))
    day, hour = desk.children(event)
    assert sorted(done.rewritten) == [event, day.id, hour.id]
    assert (done.look, done.ended, done.notice) == ((), (), None)
    assert office.post(event).state == "draft"
    assert office.post(event).en.endswith("Place: Abu Dhabi")
    assert desk.states(event) == ["draft", "draft"]
    assert day.at == desk.event(event).starts_at - timedelta(days=1)
    assert "Abu Dhabi" in desk.words(day.id or 0)[0]
    assert {(d.state, d.reason) for d in office.everything()} == {("cancelled", "edited")}


def test_an_event_is_not_moved_to_where_it_would_be_over(desk: EventsDesk) -> None:
    event = desk.approved(at=desk.office.hands.at + timedelta(hours=2), remind=(DAY,))
    with pytest.raises(Invalid) as caught:  # a slip of the year, and it could neither be moved back nor cancelled
        desk.change(event, **later(desk, event, -365 * 24))
    assert caught.value.details["field"] == "event_ends_at"
    assert desk.office.post(event).state == "scheduled"


def test_approved_again_it_goes_as_it_is_now_and_once(desk: EventsDesk) -> None:
    office, event = desk.office, desk.approved(at=desk.office.hands.at + timedelta(hours=2), remind=(DAY,))
    desk.change(event, **later(desk, event, 24))
    office.do(posts.submit, event)
    office.approve(event)
    office.hands.forward(hours=2)
    office.send()
    office.hands.forward(hours=46)
    office.send()
    assert len(office.wall.posts()) == 1, "the old hour of the reminder"
    office.hands.forward(hours=24)
    office.send()
    assert len(office.wall.posts()) == 2
    assert telling.day(desk.event(event).starts_at + timedelta(hours=4), "en") in office.wall.texts()[-1] + office.wall.texts()[0]


def test_a_change_raises_the_sequence_under_the_same_uid(desk: EventsDesk) -> None:
    event = desk.draft()
    before = desk.event(event)
    desk.change(event, place="أبوظبي")
    desk.change(event, place="العين")
    after = desk.event(event)
    assert (after.uid, after.sequence) == (before.uid, before.sequence + 2)


def test_a_change_to_what_it_is_already_changes_nothing(desk: EventsDesk) -> None:
    event = desk.approved(at=desk.office.hands.at + timedelta(hours=2), remind=(DAY,))
    done = desk.change(event, title=" ورشة ")
    assert done == posts.Consequences()
    assert (desk.office.post(event).state, desk.event(event).sequence) == ("scheduled", 0)


def test_words_written_by_hand_stay_and_ask_to_be_read(desk: EventsDesk) -> None:
    event = desk.draft(remind=(DAY,))
    reminder = desk.children(event)[0].id or 0
    desk.office.do(posts.edit, event, ar="تعالوا")
    desk.office.do(posts.edit, reminder, en="Come at ten!")
    done = desk.change(event, **later(desk, event, 3))
    assert sorted(done.look) == [event, reminder]
    assert desk.office.post(event).ar == "تعالوا"
    assert "Workshop" in desk.office.post(event).en
    assert desk.office.post(reminder).en == "Come at ten!"
    assert all("راجعه" in desk.office.post(one).comment and "Check" in desk.office.post(one).comment for one in done.look)
    desk.office.do(posts.edit, reminder, en="Come at one!")
    assert desk.office.post(reminder).comment == ""


def test_a_reminder_whose_new_hour_is_over_does_not_go(desk: EventsDesk) -> None:
    event = desk.draft(remind=(2 * DAY, HOUR))
    done = desk.change(event, **later(desk, event, -60))
    assert desk.states(event) == ["cancelled", "draft"]
    assert done.ended == (desk.children(event)[0].id,)


def test_an_edit_that_changes_the_facts_moves_the_reminders_too(desk: EventsDesk) -> None:
    event = desk.draft(remind=(DAY,))
    moved = replace(events.facts_of(desk.event(event)), place_en="Al Ain")
    desk.office.do(posts.edit, event, event=moved)
    assert "Al Ain" in desk.words(desk.children(event)[0].id or 0)[0]


# after the announcement has gone


def test_a_new_hour_moves_the_reminders_and_proposes_a_notice(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced("facebook", "x", remind=(DAY, HOUR))
    done = desk.change(event, **later(desk, event, 5))
    (notice,) = desk.children(event, "notice")
    assert (notice.id, notice.state, notice.role, notice.about_id) == (done.notice, "draft", "notice", event)
    assert notice.ar.startswith("تغيّر الموعد: ورشة\nالموعد الجديد: ")
    assert notice.en.startswith("New time: Workshop\nNow: ")
    assert len(desk.words(notice.id or 0)) == 2
    assert desk.states(event) == ["draft", "draft"]
    assert office.post(event).state == "published"
    office.hands.forward(hours=72)
    office.send()
    assert len(office.wall.posts()) == 2, "nothing of the old hour"


def test_the_approval_of_the_notice_covers_the_moved_reminders_and_changes_the_public_calendar(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced(remind=(DAY,))
    before = known(desk, event)
    notice = desk.change(event, **later(desk, event, 5)).notice or 0
    assert known(desk, event) == before
    office.do(posts.submit, notice)
    assert desk.states(event) == ["submitted"]
    office.approve(notice)
    assert desk.states(event) == ["scheduled"]
    after = known(desk, event)
    assert before is not None
    assert after is not None
    assert (after.facts.starts_at, after.sequence) == (before.facts.starts_at + timedelta(hours=5), 1)
    office.send()
    assert office.post(notice).state == "published"
    office.hands.forward(hours=53)
    office.send()
    assert desk.states(event) == ["published"]


def test_a_new_place_is_said_as_such(desk: EventsDesk) -> None:
    event = desk.announced()
    desk.change(event, place="أبوظبي", place_en="Abu Dhabi")
    assert desk.children(event, "notice")[0].en.startswith("New place: Workshop\nNow at: Abu Dhabi\nStill on: ")


def test_a_new_end_alone_leaves_approved_reminders_as_they_are(desk: EventsDesk) -> None:
    event = desk.announced(remind=(DAY,))
    done = desk.change(event, ends_at=desk.event(event).ends_at + timedelta(hours=1))
    assert desk.states(event) == ["scheduled"]
    assert done.rewritten == ()
    assert done.notice is not None


def test_a_draft_of_a_reminder_whose_hour_is_over_is_in_nobodys_way_who_moves_the_end(desk: EventsDesk) -> None:
    event = desk.announced()
    desk.remind(event, DAY)
    desk.office.hands.forward(hours=49)
    done = desk.change(event, ends_at=desk.event(event).ends_at + timedelta(hours=1))
    assert desk.states(event) == ["cancelled"]
    assert (done.rewritten, done.ended) == ((), (desk.children(event)[0].id,))


def test_a_notice_does_not_wait_for_a_reminder_whose_hour_is_over(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced(remind=(DAY, HOUR * 6))
    notice = desk.change(event, place="أبوظبي", place_en="Abu Dhabi").notice or 0
    office.hands.forward(hours=49)
    office.do(posts.submit, notice)
    assert desk.states(event) == ["cancelled", "submitted"]
    office.approve(notice)
    office.send()
    assert office.post(notice).state == "published"


def test_whoever_changed_the_event_approves_no_reminder_that_tells_his_change(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced()
    desk.remind(event, DAY)
    reminder = desk.children(event)[0].id or 0
    office.do(posts.change_event, event, desk.facts(place="أبوظبي", place_en="Abu Dhabi"), by=office.approver)
    office.do(posts.submit, reminder)
    with pytest.raises(OwnAct):
        office.approve(reminder)


def test_whoever_edited_an_announcement_approves_no_reminder_that_followed_it(desk: EventsDesk) -> None:
    office, event = desk.office, desk.draft(remind=(DAY,))
    moved = replace(events.facts_of(desk.event(event)), place="أبوظبي", place_en="Abu Dhabi")
    office.do(posts.edit, event, by=office.approver, event=moved)
    reminder = desk.children(event)[0].id or 0
    assert "Abu Dhabi" in desk.words(reminder)[0]
    office.do(posts.submit, reminder)
    with pytest.raises(OwnAct):
        office.approve(reminder)


@pytest.mark.parametrize("what", ["change", "cancel"])
def test_whoever_changed_an_event_approves_no_notice_of_it_that_somebody_else_proposed(desk: EventsDesk, what: str) -> None:
    office, event = desk.office, desk.announced()
    with office.db.write() as session:
        huda = person(session, "huda", "approver")
    if what == "change":
        office.do(posts.change_event, event, desk.facts(place="العين"), by=office.approver)
    else:
        office.do(posts.cancel_event, event, "عاصفة", by=office.approver)
    office.do(posts.cancel, desk.children(event, "notice")[0].id or 0)
    office.do(posts.tell_anew, event)
    notice = desk.children(event, "notice")[-1].id or 0
    office.do(posts.submit, notice)
    with office.db.read() as session:
        assert [len(asked_of(session, one.user_id)) for one in (office.approver, huda)] == [0, 1]
    with pytest.raises(OwnAct):
        office.approve(notice)
    office.do(posts.approve, notice, by=huda, settings=office.settings)
    office.send()
    assert office.post(notice).state == "published"


def test_nobody_approves_his_own_change_because_somebody_else_changed_the_event_after_him(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced()
    office.do(posts.change_event, event, desk.facts(place="العين"), by=office.approver)
    notice = desk.change(event, **later(desk, event, 5)).notice or 0
    office.do(posts.submit, notice)
    with pytest.raises(OwnAct):
        office.approve(notice)


def test_a_second_change_takes_the_place_of_a_notice_that_has_not_gone(desk: EventsDesk) -> None:
    event = desk.announced()
    first = desk.change(event, **later(desk, event, 5)).notice
    second = desk.change(event, place="أبوظبي", place_en="Abu Dhabi").notice
    states = {one.id: (one.state, one.en.partition(":")[0]) for one in desk.children(event, "notice")}
    assert states == {first: ("cancelled", "New time"), second: ("draft", "Update")}


def test_changed_back_before_anybody_was_told_there_is_nothing_to_tell(desk: EventsDesk) -> None:
    event = desk.announced(remind=(DAY,))
    desk.change(event, **later(desk, event, 5))
    done = desk.change(event, **later(desk, event, -5))
    assert done.notice is None
    assert desk.states(event, "notice") == ["cancelled"]
    assert desk.states(event) == ["draft"], "its approval is gone all the same"


def test_what_is_out_on_one_account_only_goes_no_further_and_the_notice_goes_there_alone(desk: EventsDesk) -> None:
    office = desk.office
    office.hands.at = office.hands.at.replace(minute=10)
    event = desk.approved("facebook", "x")
    office.connectors["x"].faults.append("limited")
    office.send()
    assert office.deliveries(event) == [("published", ""), ("scheduled", "rate_limited")]
    notice = desk.change(event, **later(desk, event, 5)).notice
    assert office.deliveries(event) == [("published", ""), ("cancelled", "event_changed")]
    assert office.post(event).state == "partly"
    assert to(desk, notice) == office.ids("facebook")


@pytest.mark.parametrize("what", ["change", "cancel"])
def test_a_notice_goes_where_a_reminder_stands_or_may_stand_though_the_announcement_was_refused(
    desk: EventsDesk, what: str
) -> None:
    office, event = desk.office, desk.approved("facebook", "x", "instagram", remind=(DAY,))
    for platform in ("x", "instagram"):
        office.connectors[platform].faults.append("rejected")
    office.send()
    office.connectors["x"].faults.append("cut")
    office.connectors["instagram"].faults.append("rejected")
    office.hands.forward(hours=48.1)
    office.send()
    done = desk.change(event, **later(desk, event, 5)) if what == "change" else desk.cancel(event)
    assert to(desk, done.notice) == office.ids("facebook", "x")


def test_nobody_is_told_of_what_was_taken_down_everywhere(desk: EventsDesk) -> None:
    event = desk.announced("facebook", "x")
    taken_back(desk, event)
    assert desk.cancel(event).notice is None


def test_a_notice_of_a_change_still_goes_after_the_new_beginning_but_not_after_the_end(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced(facts=desk.facts(begins=3, lasts=2))
    notice = desk.change(event, place_en="Abu Dhabi").notice or 0
    office.do(posts.submit, notice)
    office.hands.forward(hours=4)
    office.approve(notice)
    assert office.post(notice).state == "scheduled"
    office.hands.forward(hours=1.5)
    office.send()
    assert office.post(notice).state == "expired"


def test_a_delivery_whose_end_is_unknown_is_not_sent_again_with_the_old_hour(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced(remind=(DAY,))
    reminder = desk.children(event)[0].id or 0
    office.connectors["x"].faults.append("cut")
    office.hands.forward(hours=48.1)
    office.send()
    assert office.deliveries(reminder)[0][0] == "uncertain"
    desk.change(event, **later(desk, event, 5))
    with office.db.write() as session:
        (delivery,) = queueing.deliveries(session, session.get_one(Post, reminder))
        delivery.state = "needs_decision"
        session.add(delivery)
        session.flush()
        decide.publish_again(session, MANAGER, delivery)
    sent = len(office.wall.posts())
    office.send()
    assert office.deliveries(reminder) == [("cancelled", "approval_void")]
    assert len(office.wall.posts()) == sent


# it does not take place


def test_cancelled_before_it_was_announced_nothing_of_it_ever_goes(desk: EventsDesk) -> None:
    office, event = desk.office, desk.approved(at=desk.office.hands.at + timedelta(hours=2), remind=(DAY, HOUR))
    done = desk.cancel(event)
    assert (done.notice, len(done.ended)) == (None, 3)
    assert (office.post(event).state, desk.states(event)) == ("cancelled", ["cancelled"] * 2)
    office.hands.forward(hours=73)
    office.send()
    assert office.wall.posts() == []


def test_cancelled_after_it_was_announced_a_notice_is_proposed_and_reminders_are_withdrawn(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced("facebook", "x", remind=(DAY,))
    done = desk.cancel(event)
    (notice,) = desk.children(event, "notice")
    assert done.notice == notice.id
    assert notice.ar.startswith("إلغاء: ورشة\n")
    assert notice.en.startswith("Cancelled: Workshop\n")
    assert "عاصفة" not in notice.ar, "the reason is for staff"
    assert desk.states(event) == ["cancelled"]
    office.do(posts.submit, notice.id or 0)
    office.approve(notice.id or 0)
    office.hands.forward(hours=1)
    office.send()
    assert office.post(notice.id or 0).state == "published"
    shown = known(desk, event)
    assert shown is not None
    assert (shown.cancelled, shown.sequence) == (True, 1)


def test_a_cancellation_may_be_told_after_the_hour_it_was_planned_for(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced(facts=desk.facts(begins=1, lasts=2))
    notice = desk.cancel(event).notice or 0
    office.do(posts.submit, notice)
    office.hands.forward(hours=2)
    office.approve(notice)
    office.send()
    assert office.post(notice).state == "published"


def test_a_cancellation_takes_the_place_of_a_notice_of_change(desk: EventsDesk) -> None:
    event = desk.announced()
    first = desk.change(event, **later(desk, event, 5)).notice
    second = desk.cancel(event).notice
    assert {one.id: one.state for one in desk.children(event, "notice")} == {first: "cancelled", second: "draft"}


def test_a_cancelled_event_is_neither_changed_nor_cancelled_nor_reminded_of(desk: EventsDesk) -> None:
    event = desk.announced()
    desk.cancel(event)
    with pytest.raises(WrongState):
        desk.change(event, place="العين")
    with pytest.raises(WrongState):
        desk.cancel(event)
    with pytest.raises(WrongState):
        desk.remind(event, HOUR)


def test_an_event_that_is_over_is_not_changed_any_more(desk: EventsDesk) -> None:
    event = desk.announced(facts=desk.facts(begins=1, lasts=1))
    desk.office.hands.forward(hours=3)
    with pytest.raises(WrongState):
        desk.change(event, place="العين")
    with pytest.raises(WrongState):
        desk.cancel(event)


def test_a_cancellation_has_a_reason(desk: EventsDesk) -> None:
    event = desk.announced()
    with pytest.raises(Invalid):
        desk.cancel(event, " ")
    assert desk.office.audit(f"post:{event}")[-1] == "post.published"


def test_two_people_do_not_change_an_event_over_each_other(desk: EventsDesk) -> None:
    event = desk.draft()
    facts = desk.facts(place="العين")
    desk.office.do(posts.change_event, event, facts, seen_version=1)
    with pytest.raises(Conflict):
        desk.office.do(posts.change_event, event, desk.facts(place="دبا"), seen_version=1)


def test_whoever_may_not_write_changes_no_event(desk: EventsDesk) -> None:
    event = desk.draft()
    with desk.office.db.write() as session:
        reader = person(session, "sara", "auditor")
    with pytest.raises(Forbidden):
        desk.office.do(posts.change_event, event, desk.facts(place="العين"), by=reader)
    with pytest.raises(Forbidden):
        desk.office.do(posts.cancel_event, event, "عاصفة", by=reader)


def test_what_was_done_to_an_event_is_audited(desk: EventsDesk) -> None:
    event = desk.announced()
    desk.change(event, place="العين")
    desk.cancel(event)
    assert desk.office.audit(f"post:{event}")[-2:] == ["event.change", "event.cancel"]


# at the same instant


def test_an_approval_and_a_change_at_the_same_instant_lock_nobody_out(desk: EventsDesk) -> None:
    office = desk.office
    for n in range(4):
        event = desk.announced(facts=desk.facts(begins=72, title=f"ورشة {n}"))
        desk.remind(event, DAY, HOUR)
        added = [one.id or 0 for one in desk.children(event)]
        for one in added:
            office.do(posts.submit, one)
        together = Barrier(3, timeout=30)

        def change(event: int = event, together: Barrier = together) -> None:
            together.wait()
            desk.change(event, **later(desk, event, 5))

        def approve(one: int, together: Barrier = together) -> None:
            together.wait()
            try:
                office.approve(one)
            except WrongState:
                return  # the change was faster

        with ThreadPoolExecutor(3) as pool:
            for done in [pool.submit(change), *(pool.submit(approve, one) for one in added)]:
                done.result()
        assert desk.states(event) == ["draft", "draft"], "whoever was first, nothing of the old hour is approved"


@pytest.mark.parametrize("what", ["change", "cancel"])
def test_a_reminder_due_while_its_event_changes_goes_whole_or_not_at_all(desk: EventsDesk, what: str) -> None:
    office = desk.office
    for n in range(4):
        event = desk.announced(facts=desk.facts(begins=72, title=f"ورشة {n}", title_en=f"Workshop {n}"), remind=(DAY,))
        office.hands.forward(hours=48.1)
        together = Barrier(2, timeout=30)

        def act(event: int = event, together: Barrier = together) -> None:
            together.wait()
            desk.change(event, **later(desk, event, 5)) if what == "change" else desk.cancel(event)

        def send(together: Barrier = together) -> None:
            together.wait()
            office.send()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(act), pool.submit(send)]:
                done.result()
        office.send()
        out = [text for text in office.wall.texts() if text.startswith(f"تذكير: ورشة {n}\n")]
        (reminder,) = desk.children(event)
        if out:
            assert (len(out), reminder.state) == (1, "published")
        else:
            assert reminder.state == ("draft" if what == "change" else "cancelled")
        assert desk.states(event, "notice") == ["draft"]


def test_an_event_whose_announcement_was_withdrawn_leaves_the_calendar(desk: EventsDesk) -> None:
    office, post = desk.office, desk.announced()

    def listed() -> int:
        with office.db.read() as session:
            return len(told.calendar(session))

    with office.db.write() as session:
        child = posts.withdraw(session, office.author, session.get_one(Post, post), ar="أُعلن قبل أوانه.", en="Announced too early.")
        withdrawal = child.id or 0
    assert listed() == 1, "nobody has agreed to it yet"
    office.do(posts.submit, withdrawal)
    office.approve(withdrawal)
    assert listed() == 0


def taken_back(desk: EventsDesk, event: int) -> None:
    office = desk.office
    with office.db.write() as session:
        child = posts.withdraw(session, office.author, session.get_one(Post, event), ar="أُعلن قبل أوانه.", en="Too early.")
        withdrawal = child.id or 0
    standing = desk.states(event)
    office.do(posts.submit, withdrawal)
    assert desk.states(event) == standing, "nobody has agreed to it yet"
    office.approve(withdrawal)
    office.send()


def test_an_event_whose_announcement_was_withdrawn_is_reminded_of_no_more(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced(remind=(DAY, HOUR))
    desk.remind(event, 2 * DAY, DAY)
    assert desk.states(event) == ["draft", "scheduled", "cancelled"]
    taken_back(desk, event)
    assert desk.states(event) == ["cancelled"] * 3
    office.hands.forward(hours=71)
    office.send()
    assert not any("تذكير" in text for text in office.wall.texts())


def test_a_reminder_made_after_the_announcement_was_withdrawn_does_not_go(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced()
    taken_back(desk, event)
    desk.remind(event, DAY)
    reminder = desk.children(event)[0].id or 0
    office.do(posts.submit, reminder)
    office.approve(reminder)
    office.hands.forward(hours=48)
    office.send()
    assert office.deliveries(reminder) == [("cancelled", "announcement_withdrawn")]
    assert not any("تذكير" in text for text in office.wall.texts())
