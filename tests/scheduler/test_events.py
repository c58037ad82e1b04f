"""What announces an event never goes out after it began."""

from datetime import timedelta

import pytest

from core.errors import Invalid
from scheduler import posts
from scheduler.events import EventFacts
from tests.scheduler.conftest import Office


def facts(office: Office, *, begins: float = 3, lasts: float = 2) -> EventFacts:
    start = office.hands.at + timedelta(hours=begins)
    return EventFacts("ورشة", start, start + timedelta(hours=lasts), "دبي")


def event(office: Office, **when: float) -> int:
    return office.scheduled("x", kind="event", event=facts(office, **when))


def test_a_reminder_goes_before_its_event(office: Office) -> None:
    post = event(office)
    office.hands.forward(hours=1)
    office.send()
    assert office.post(post).state == "published"


@pytest.mark.parametrize("late_s", [0, 1, 3600])
def test_a_reminder_never_goes_from_the_beginning_on(office: Office, late_s: int) -> None:
    post = event(office, begins=1.5)
    office.hands.forward(hours=1.5, seconds=late_s)
    office.send()
    assert office.wall.posts() == []
    assert office.post(post).state == "expired"


def test_a_reminder_behind_a_rate_window_expires_when_the_event_begins(office: Office) -> None:
    office.hands.at = office.hands.at.replace(hour=5)
    post = event(office, begins=1.1)
    office.connectors["x"].faults.append("limited")
    office.hands.forward(hours=1)
    office.send()
    assert office.deliveries(post) == [("scheduled", "rate_limited")]
    office.hands.forward(minutes=20)
    office.send()
    assert office.post(post).state == "expired"
    assert office.wall.posts() == []


def test_a_missed_reminder_is_not_offered_after_the_event(office: Office) -> None:
    post = office.scheduled("x", kind="event", event=facts(office, begins=5))
    office.hands.forward(hours=3)
    office.send()
    assert office.deliveries(post) == [("missed", "missed")]
    office.hands.forward(hours=2)
    office.send()
    assert office.deliveries(post) == [("expired", "too_late")]


def test_an_approval_after_the_beginning_expires_the_post(office: Office) -> None:
    post = office.draft("x", kind="event", event=facts(office, begins=1))
    office.do(posts.submit, post)
    office.hands.forward(hours=1)
    office.approve(post)
    assert office.post(post).state == "expired"


@pytest.mark.parametrize("late_s", [0, 3600])
def test_an_announcement_for_an_hour_at_which_the_event_has_begun_is_not_submitted(office: Office, late_s: int) -> None:
    begins = facts(office, begins=2)
    post = office.draft("x", kind="event", event=begins, at=begins.starts_at + timedelta(seconds=late_s))
    with pytest.raises(Invalid, match="has begun"):
        office.do(posts.submit, post)


def test_an_event_moved_to_later_is_announced_when_approved_again(office: Office) -> None:
    post = event(office, begins=1.5)
    office.do(posts.edit, post, event=facts(office, begins=30))
    office.do(posts.submit, post)
    office.approve(post)
    office.hands.forward(hours=1.5)
    office.send()
    assert office.post(post).state == "published"


def test_an_event_has_a_title_and_ends_after_it_begins(office: Office) -> None:
    start = office.hands.at + timedelta(hours=1)
    for wrong in (EventFacts(" ", start, start + timedelta(hours=1)), EventFacts("ورشة", start, start)):
        with pytest.raises(Invalid):
            office.draft("x", kind="event", event=wrong)


def test_a_time_without_a_zone_is_refused(office: Office) -> None:
    start = (office.hands.at + timedelta(hours=1)).replace(tzinfo=None)
    with pytest.raises(ValueError, match="without a zone"):
        office.draft("x", kind="event", event=EventFacts("ورشة", start, start + timedelta(hours=1)))
