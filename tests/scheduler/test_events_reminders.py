"""Reminders ride with their announcement: its words, its accounts, its approval; and none goes once the event has begun."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from core.errors import Forbidden, Invalid, WrongState
from scheduler import posts
from scheduler.models import Approval, Event, Post, PostMedia
from tests.scheduler.conftest import Office, person
from tests.scheduler.events_desk import DAY, HOUR, EventsDesk


@pytest.fixture
def desk(office: Office) -> EventsDesk:
    return EventsDesk(office)


def test_a_new_event_without_words_says_its_facts_in_both_languages(desk: EventsDesk) -> None:
    post = desk.office.post(desk.draft())
    assert post.ar.startswith("ورشة\n")
    assert post.en.startswith("Workshop\n")
    assert post.en.endswith("\nPlace: Dubai")
    assert desk.words(post.id or 0) == [f"{post.ar}\n\n{post.en}"]


def test_an_event_whose_accounts_all_have_words_of_their_own_keeps_no_others(desk: EventsDesk) -> None:
    event = desk.draft(texts={desk.office.ids("x")[0]: "تعالوا إلى الورشة"}, pair_why="للاختبار", remind=(DAY,))
    assert (desk.office.post(event).ar, desk.office.post(event).en) == ("", "")
    assert desk.words(desk.children(event)[0].id or 0) == [desk.children(event)[0].ar]


def test_a_reminder_waits_for_its_hour_before_the_event_in_words_from_its_facts(desk: EventsDesk) -> None:
    event = desk.draft(remind=(HOUR, DAY))
    day, hour = desk.children(event)
    starts = desk.event(event).starts_at
    assert (day.at, hour.at) == (starts - timedelta(days=1), starts - timedelta(hours=1))
    assert (day.role, day.about_id, day.before_s, day.state) == ("reminder", event, DAY, "draft")
    assert day.ar.startswith("تذكير: ورشة\n")
    assert day.en.startswith("Reminder: Workshop\n")
    assert desk.words(day.id or 0) == [f"{day.ar}\n\n{day.en}"]


def test_the_approval_of_an_event_covers_its_reminders_and_they_go_at_their_hours(desk: EventsDesk) -> None:
    office, event = desk.office, desk.approved("facebook", "x", remind=(DAY, HOUR))
    assert desk.states(event) == ["scheduled", "scheduled"]
    office.send()
    assert len(office.wall.posts()) == 2
    office.hands.forward(hours=48)
    office.send()
    assert Counter(text.partition("\n")[0] for text in office.wall.texts()) == {"ورشة": 2, "تذكير: ورشة": 2}
    office.hands.forward(hours=23)
    office.send()
    assert desk.states(event) == ["published", "published"]
    assert len(office.wall.posts()) == 6
    day = desk.children(event)[0]
    assert office.audit(f"post:{day.id}") == ["post.draft", "post.submit", "post.approve", "post.published"]


def test_without_approval_no_reminder_goes(desk: EventsDesk) -> None:
    event = desk.draft(remind=(DAY,))
    desk.office.do(posts.submit, event)
    desk.office.hands.forward(hours=49)
    desk.office.send()
    assert desk.office.wall.posts() == []
    desk.office.approve(event)
    assert desk.states(event) == ["expired"]


def test_sent_back_the_event_takes_its_reminders_back_and_brings_them_again(desk: EventsDesk) -> None:
    event = desk.draft(remind=(DAY,))
    desk.office.do(posts.submit, event)
    assert desk.states(event) == ["submitted"]
    desk.office.do(posts.send_back, event, "أقصر", by=desk.office.approver)
    assert desk.states(event) == ["draft"]
    desk.office.do(posts.submit, event)
    desk.office.approve(event)
    assert desk.states(event) == ["scheduled"]


def test_an_edit_of_the_event_takes_its_reminders_back_too(desk: EventsDesk) -> None:
    event = desk.approved(at=desk.office.hands.at + timedelta(hours=2), remind=(DAY,))
    desk.office.do(posts.edit, event, title="أخرى")
    assert desk.states(event) == ["draft"]
    assert {(d.state, d.reason) for d in desk.office.everything()} == {("cancelled", "edited")}


def test_a_reminder_changed_after_it_was_submitted_is_not_covered(desk: EventsDesk) -> None:
    event = desk.draft(remind=(DAY, HOUR))
    desk.office.do(posts.submit, event)
    desk.office.do(posts.edit, desk.children(event)[0].id or 0, en="Come!")
    desk.office.approve(event)
    assert desk.states(event) == ["draft", "scheduled"]


def test_a_reminder_changed_and_submitted_by_itself_waits_for_its_own_yes(desk: EventsDesk) -> None:
    office, event = desk.office, desk.draft(remind=(DAY, HOUR))
    office.do(posts.submit, event)
    read, reminder = office.post(event).version, desk.children(event)[0].id or 0
    office.do(posts.edit, reminder, en="words nobody has read")
    office.do(posts.submit, reminder)
    office.approve(event, seen_version=read)
    assert desk.states(event) == ["submitted", "scheduled"]
    office.approve(reminder)
    assert desk.states(event) == ["scheduled", "scheduled"]


def test_a_yes_to_an_event_is_no_yes_to_what_a_reminder_of_it_said_later(desk: EventsDesk) -> None:
    office, event = desk.office, desk.draft(remind=(DAY,))
    with office.db.write() as session:
        huda = person(session, "huda", "approver")
    office.do(posts.submit, event, also=[("any", [huda.user_id])])
    office.approve(event)
    reminder = desk.children(event)[0].id or 0
    office.do(posts.edit, reminder, en="words Khalid has not read")
    office.do(posts.submit, reminder)
    office.do(posts.approve, event, by=huda, settings=office.settings)
    assert (office.post(event).state, desk.states(event)) == ("scheduled", ["submitted"])
    with office.db.read() as session:
        assert session.exec(select(Approval).where(col(Approval.post_id) == reminder)).all() == []


def test_a_reminder_sent_back_alone_and_submitted_again_goes_its_own_way(desk: EventsDesk) -> None:
    office, event = desk.office, desk.draft(remind=(DAY,))
    office.do(posts.submit, event)
    reminder = desk.children(event)[0].id or 0
    office.do(posts.send_back, reminder, "أقصر", by=office.approver)
    office.do(posts.submit, reminder)
    office.approve(event)
    assert desk.states(event) == ["submitted"]


def test_nobody_approves_with_an_event_the_reminder_he_wrote_himself(desk: EventsDesk) -> None:
    office, event = desk.office, desk.draft(remind=(DAY,))
    reminder = desk.children(event)[0].id or 0
    office.do(posts.edit, reminder, by=office.approver, en="Reminder: come, all of you")
    office.do(posts.submit, event)
    office.approve(event)
    assert desk.states(event) == ["submitted"]
    with office.db.write() as session:
        other = person(session, "salma", "approver")
    office.do(posts.approve, reminder, by=other, settings=office.settings)
    assert desk.states(event) == ["scheduled"]


def test_what_each_person_said_of_the_event_is_kept_with_its_reminders(desk: EventsDesk) -> None:
    event = desk.approved(remind=(DAY,))
    with desk.office.db.read() as session:
        of_child = select(Approval).where(col(Approval.post_id) == desk.children(event)[0].id)
        assert [(one.user_id, one.yes) for one in session.exec(of_child)] == [(desk.office.approver.user_id, True)]


def test_the_preview_of_an_event_shows_its_reminders_as_they_will_go(desk: EventsDesk) -> None:
    office, event = desk.office, desk.draft("facebook", "x", remind=(HOUR, DAY))
    with office.db.read() as session:
        shown = posts.reminders(session, session.get_one(Post, event), office.real(), office.settings)
    assert [one.before_s for one in shown] == [DAY, HOUR]
    seen = {(p.account, p.text) for one in shown for p in one.previews}
    office.do(posts.submit, event)
    office.approve(event)
    office.hands.forward(hours=71)
    office.send()
    assert {(p["account"], p["text"]) for p in office.wall.posts()} >= {(a, t) for a, t in seen if t.startswith("تذكير")}


def test_a_reminder_an_account_cannot_take_is_named_before_approval(desk: EventsDesk) -> None:
    long = desk.facts(title="ورشة " + "طويلة " * 20, title_en="Workshop " + "long " * 20)
    event = desk.draft(facts=long, ar="ورشة", en="Workshop", remind=(DAY,))
    with pytest.raises(Invalid) as caught:
        desk.office.do(posts.submit, event, connect=desk.office.real())
    assert "x:1" in str(caught.value.details["why"])
    assert desk.states(event) == ["draft"]


def test_a_reminder_shows_the_pictures_of_its_announcement(desk: EventsDesk, picture: Path) -> None:
    event = desk.draft(remind=(DAY,))
    desk.office.do(posts.add_media, event, picture, "مبنى الوزارة", settings=desk.office.settings)
    desk.office.do(posts.submit, event)
    with desk.office.db.read() as session:
        shown = session.exec(select(PostMedia).where(col(PostMedia.post_id) == desk.children(event)[0].id)).all()
        assert [one.alt for one in shown] == ["مبنى الوزارة"]


def test_a_reminder_goes_where_its_announcement_goes(desk: EventsDesk) -> None:
    event = desk.draft("x", remind=(DAY,))
    desk.office.do(posts.edit, event, texts=dict.fromkeys(desk.office.ids("facebook", "instagram"), ""))
    assert len(desk.words(desk.children(event)[0].id or 0)) == 2


def test_one_may_choose_other_reminders(desk: EventsDesk) -> None:
    event = desk.draft(remind=(DAY, HOUR))
    desk.remind(event, HOUR, 2 * DAY)
    assert [(one.before_s, one.state) for one in desk.children(event)] == [
        (2 * DAY, "draft"),
        (DAY, "cancelled"),
        (HOUR, "draft"),
    ]


def test_other_reminders_are_an_edit_while_the_announcement_waits(desk: EventsDesk) -> None:
    event = desk.draft(remind=(DAY,))
    desk.office.do(posts.submit, event)
    desk.remind(event, DAY)
    assert desk.office.post(event).state == "submitted", "nothing changed"
    desk.remind(event, DAY, HOUR)
    assert desk.office.post(event).state == "draft"


def test_a_reminder_added_after_the_announcement_is_approved_by_itself(desk: EventsDesk) -> None:
    event = desk.announced(remind=(DAY,))
    desk.remind(event, DAY, HOUR)
    assert desk.states(event) == ["scheduled", "draft"]
    added = desk.children(event)[1].id or 0
    desk.office.do(posts.submit, added)
    desk.office.approve(added)
    assert desk.states(event) == ["scheduled", "scheduled"]


def test_a_reminder_that_has_gone_is_not_made_again(desk: EventsDesk) -> None:
    event = desk.announced(remind=(DAY,))
    desk.office.hands.forward(hours=49)
    desk.office.send()
    desk.remind(event, DAY, HOUR)
    assert desk.states(event) == ["published", "draft"]


WRONG: dict[str, tuple[int, ...]] = {
    "too soon before": (60,),
    "too long before": (61 * DAY,),
    "too many": tuple(HOUR * n for n in range(1, 8)),
    "over": (4 * DAY,),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_reminder_that_cannot_be_is_refused_in_words(desk: EventsDesk, what: str) -> None:
    event = desk.draft()
    with pytest.raises(Invalid) as caught:
        desk.remind(event, *WRONG[what])
    assert caught.value.words("ar") != caught.value.words("en")
    assert desk.children(event) == []


def test_a_reminder_before_the_announcement_itself_is_refused(desk: EventsDesk) -> None:
    event = desk.draft(at=desk.office.hands.at + timedelta(hours=60))
    with pytest.raises(Invalid, match="before the announcement"):
        desk.remind(event, DAY)


def test_only_an_event_is_reminded_of(desk: EventsDesk) -> None:
    with pytest.raises(Invalid):
        desk.remind(desk.office.draft("x"), HOUR)


def test_a_reminder_is_given_no_event_of_its_own(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced(remind=(DAY,))
    reminder = desk.children(event)[0]
    with pytest.raises(Invalid, match="at its announcement") as caught:
        office.do(posts.edit, reminder.id or 0, event=desk.facts(begins=24 * 30))
    assert caught.value.words("ar") != caught.value.words("en")
    assert office.post(reminder.id or 0).version == reminder.version
    with office.db.read() as session:
        assert [one.post_id for one in session.exec(select(Event))] == [event]


def test_news_has_no_event(desk: EventsDesk) -> None:
    news = desk.office.draft("x")
    with pytest.raises(Invalid, match="choose the kind"):
        desk.office.draft("x", event=desk.facts())
    with pytest.raises(Invalid, match="choose the kind"):
        desk.office.do(posts.edit, news, event=desk.facts())


def test_whoever_may_not_write_sets_no_reminder(desk: EventsDesk) -> None:
    event = desk.draft()
    with desk.office.db.write() as session:
        reader = person(session, "sara", "auditor")
    with pytest.raises(Forbidden):
        desk.office.do(posts.remind, event, (HOUR,), by=reader)


def test_cancelled_the_announcement_takes_its_reminders_along(desk: EventsDesk) -> None:
    event = desk.approved(at=desk.office.hands.at + timedelta(hours=1), remind=(DAY, HOUR))
    desk.office.do(posts.cancel, event)
    assert desk.states(event) == ["cancelled", "cancelled"]
    with pytest.raises(WrongState):
        desk.office.do(posts.submit, desk.children(event)[0].id or 0)


LATE: dict[str, Callable[[Office], object]] = {
    "the worker slept": lambda office: office.hands.forward(hours=72),
    "a second before": lambda office: (office.hands.forward(hours=71.9), office.hands.forward(hours=0.1)),
    "a year later": lambda office: office.hands.forward(days=365),
}


@pytest.mark.parametrize("how", LATE)
def test_no_reminder_goes_once_the_event_has_begun(desk: EventsDesk, how: str) -> None:
    office = desk.office
    office.hands.at = office.hands.at.replace(second=0, microsecond=0)
    event = desk.announced(remind=(HOUR,))
    LATE[how](office)
    office.send()
    assert desk.states(event) == ["expired"]
    assert len(office.wall.posts()) == 1


def test_a_reminder_of_an_event_nobody_announced_does_not_go(desk: EventsDesk) -> None:
    office, event = desk.office, desk.draft(at=desk.office.hands.at + timedelta(hours=1), remind=(DAY,))
    office.do(posts.submit, event)
    office.do(posts.approve, desk.children(event)[0].id or 0, by=office.approver, settings=office.settings)
    office.hands.forward(hours=48)
    office.send()
    assert desk.states(event) == ["cancelled"]
    assert office.wall.posts() == []
