"""What failed is not sent again once it was changed, corrected or cancelled; and who sends again waits for no other account."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.errors import TokenExpired
from core.i18n import t
from desk import refusals
from outbox.problems import board
from scheduler import again, posts
from scheduler.again import NotAgain
from scheduler.models import Post
from tests.outbox.conftest import MANAGER
from tests.scheduler.conftest import Office
from tests.scheduler.events_desk import DAY, HOUR, EventsDesk


@pytest.fixture
def desk(office: Office) -> EventsDesk:
    return EventsDesk(office)


def hold_on_x(office: Office) -> None:
    office.connectors["x"].faults.append("token")
    office.connectors["x"].well = TokenExpired(account="x:1")


def refused_on_facebook_and_held_on_x(office: Office) -> int:
    post = office.scheduled("facebook", "x")
    office.connectors["facebook"].faults.append("rejected")
    hold_on_x(office)
    office.hands.forward(hours=1)
    office.send()
    assert [state for state, _ in office.deliveries(post)] == ["refused", "held"]
    return post


def half_announced(desk: EventsDesk, **more: object) -> int:
    """Out on Facebook, refused by X."""
    event = desk.approved("facebook", "x", **more)
    desk.office.connectors["x"].faults.append("rejected")
    desk.office.send()
    assert desk.office.post(event).state == "partly"
    return event


def moved(desk: EventsDesk, event: int) -> int | None:
    now = desk.event(event)
    return desk.change(event, starts_at=now.starts_at + timedelta(days=3), ends_at=now.ends_at + timedelta(days=3)).notice


def not_again(office: Office, post: int) -> None:
    """It is refused in words of its own, the desk offers no button, and nothing leaves."""
    before = len(office.wall.posts())
    with pytest.raises(NotAgain) as refused:
        office.do(posts.retry, post, by=MANAGER)
    assert refusals.told(refused.value, "ar") == t("error.not_again", "ar")
    with office.db.read() as session:
        assert again.failing(session, session.get_one(Post, post)) == []
    office.send()
    assert len(office.wall.posts()) == before


def offered(office: Office) -> list[tuple[str, ...]]:
    """What the problems board says can be done about what was refused."""
    with office.db.read() as session:
        return [tuple(row.may) for row in board(session).rows if row.state == "refused"]


def test_the_old_hour_of_an_event_is_not_announced_where_it_was_refused(desk: EventsDesk) -> None:
    event = half_announced(desk)
    assert offered(desk.office) == [("retry", "write_anew")]
    moved(desk, event)
    not_again(desk.office, event)
    assert offered(desk.office) == [("write_anew",)]


def test_what_was_refused_while_another_account_waited_is_not_sent_with_the_old_hour(desk: EventsDesk) -> None:
    office, event = desk.office, desk.approved("facebook", "x")
    office.connectors["facebook"].faults.append("rejected")
    hold_on_x(office)
    office.send()
    moved(desk, event)
    not_again(office, event)


def refused_reminder(desk: EventsDesk, event: int) -> int:
    desk.office.connectors["x"].faults.append("rejected")
    desk.office.hands.forward(hours=48.1)
    desk.office.send()
    reminder = desk.children(event)[0]
    assert reminder.state == "refused"
    return reminder.id or 0


@pytest.mark.parametrize(
    "what",
    [moved, lambda desk, event: desk.cancel(event)],
    ids=["moved", "cancelled"],
)
def test_a_refused_reminder_is_not_sent_after_its_event_changed(desk: EventsDesk, what: Callable[[EventsDesk, int], None]) -> None:
    event = desk.announced("x", remind=(DAY, HOUR))
    reminder = refused_reminder(desk, event)
    what(desk, event)
    not_again(desk.office, reminder)


def test_a_refused_reminder_that_says_what_is_still_so_may_be_sent_again(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced("x", remind=(DAY, HOUR))
    reminder = refused_reminder(desk, event)
    desk.change(event, ends_at=desk.event(event).ends_at + timedelta(hours=1))
    office.do(posts.retry, reminder, by=MANAGER)
    office.send()
    assert office.post(reminder).state == "published"


def test_a_refused_notice_is_not_sent_after_the_next_change(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced("x")
    notice = moved(desk, event) or 0
    office.do(posts.submit, notice)
    office.approve(notice)
    office.connectors["x"].faults.append("rejected")
    office.send()
    assert office.post(notice).state == "refused"
    moved(desk, event)
    not_again(office, notice)


def test_uncorrected_words_are_not_sent_unless_the_correction_is_given_up(office: Office) -> None:
    post = office.scheduled("facebook", "x", text="السعر 5")
    office.connectors["x"].faults.append("rejected")
    office.hands.forward(hours=1)
    office.send()
    with office.db.write() as session:
        correction = posts.correct(session, office.author, session.get_one(Post, post), ar="السعر 7", en="price 7").id or 0
    not_again(office, post)
    assert offered(office) == [("write_anew",)]
    office.do(posts.cancel, correction)
    assert offered(office) == [("retry", "write_anew")]
    office.do(posts.retry, post, by=MANAGER)
    office.send()
    assert office.post(post).state == "published"


def test_what_expired_as_its_event_began_is_not_sent_again(desk: EventsDesk) -> None:
    office, event = desk.office, desk.approved("facebook", "x")
    hold_on_x(office)
    office.send()
    office.hands.forward(hours=73)
    office.send()
    assert (office.post(event).state, [state for state, _ in office.deliveries(event)]) == ("partly", ["published", "expired"])
    not_again(office, event)


def test_what_was_refused_and_then_cancelled_is_not_sent_again(office: Office) -> None:
    post = refused_on_facebook_and_held_on_x(office)
    office.do(posts.cancel, post)
    not_again(office, post)


def test_of_an_announcement_cancelled_half_out_no_reminder_goes(desk: EventsDesk) -> None:
    office, event = desk.office, desk.approved("facebook", "x", remind=(DAY, HOUR))
    hold_on_x(office)
    office.send()
    assert [state for state, _ in office.deliveries(event)] == ["published", "held"]
    office.do(posts.cancel, event)
    assert (office.post(event).state, desk.states(event)) == ("partly", ["cancelled", "cancelled"])


def test_of_an_announcement_cancelled_half_out_no_refused_reminder_is_sent_again(desk: EventsDesk) -> None:
    office, event = desk.office, desk.approved("facebook", "x", remind=(DAY, HOUR))
    hold_on_x(office)
    office.send()
    office.connectors["facebook"].faults.append("rejected")
    office.hands.forward(hours=48.1)
    office.send()
    reminder = desk.children(event)[0].id or 0
    assert [state for state, _ in office.deliveries(reminder)] == ["refused", "held"]
    office.do(posts.cancel, event)
    assert office.post(reminder).state == "refused"
    not_again(office, reminder)


def test_what_one_account_refused_is_sent_again_while_another_one_is_waited_for(office: Office) -> None:
    post = refused_on_facebook_and_held_on_x(office)
    office.do(posts.retry, post, by=MANAGER)
    office.send()
    assert [p["account"] for p in office.wall.posts()] == ["facebook:1"]
    assert (office.post(post).state, sorted(state for state, _ in office.deliveries(post))) == ("scheduled", ["held", "published"])
