"""What an event is and the public does not know yet is on the problems board, with whose turn it is, until it is told or over."""

import pytest

from core.errors import Forbidden, WrongState
from outbox.problems import Trouble, board
from scheduler import posts, told
from scheduler.models import Event
from tests.scheduler.conftest import Office, person
from tests.scheduler.events_desk import DAY, HOUR, EventsDesk


@pytest.fixture
def desk(office: Office) -> EventsDesk:
    return EventsDesk(office)


def rows(desk: EventsDesk) -> list[Trouble]:
    with desk.office.db.read() as session:
        return [row for row in board(session, settings=desk.office.settings).rows if row.state == "untold"]


def turn(desk: EventsDesk) -> tuple[str, str, str, tuple[str, ...]]:
    (row,) = rows(desk)
    return row.reason, row.about, row.owner, row.may


def cancelled(desk: EventsDesk, event: int) -> bool:
    """As the public calendar has it."""
    with desk.office.db.read() as session:
        known = told.find(session, session.get_one(Event, event).uid)
    assert known is not None
    return known.cancelled


def test_a_cancelled_event_is_there_until_another_person_has_approved_its_notice(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced()
    assert rows(desk) == []
    notice = desk.cancel(event).notice or 0
    assert turn(desk) == ("event_cancelled_untold", f"post:{notice}", "post.write", ("submit_notice",))
    (row,) = rows(desk)
    assert (row.due_at, row.deadline, row.then) == (desk.event(event).cancelled_at, desk.event(event).ends_at, "forgotten")
    assert row.text == office.post(notice).ar
    assert "the public does not know yet" in row.why("en")
    assert "والجمهور لا يعلم بعد" in row.why("ar")
    office.do(posts.submit, notice)
    assert turn(desk) == ("event_cancelled_untold", f"post:{notice}", "post.approve", ("approve_notice",))
    assert not cancelled(desk, event)
    office.approve(notice)
    assert (rows(desk), cancelled(desk, event)) == ([], True)


def test_it_leaves_the_board_when_the_event_is_over(desk: EventsDesk) -> None:
    desk.cancel(desk.announced(facts=desk.facts(begins=3, lasts=2)))
    desk.office.hands.forward(hours=4)
    assert len(rows(desk)) == 1, "people stand before closed doors"
    desk.office.hands.forward(hours=2)
    assert rows(desk) == []


def test_a_change_the_public_does_not_know_is_there_and_one_taken_back_is_not(desk: EventsDesk) -> None:
    event = desk.announced()
    place = desk.event(event).place
    notice = desk.change(event, place="العين").notice
    assert turn(desk) == ("event_changed_untold", f"post:{notice}", "post.write", ("submit_notice",))
    desk.change(event, place=place)
    assert rows(desk) == []


def test_what_was_never_announced_is_nobodys_surprise(desk: EventsDesk) -> None:
    desk.cancel(desk.approved())
    assert rows(desk) == []


def test_where_the_notice_was_cancelled_another_one_can_be_proposed(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced()
    with pytest.raises(WrongState):
        office.do(posts.tell_anew, event)  # the public knows
    notice = desk.cancel(event).notice or 0
    with pytest.raises(WrongState):
        office.do(posts.tell_anew, event)  # a notice is being written
    office.do(posts.cancel, notice, "by mistake")
    assert turn(desk) == ("event_cancelled_untold", f"post:{event}", "post.write", ("tell_anew",))
    with office.db.write() as session:
        reader = person(session, "sara", "auditor")
    with pytest.raises(Forbidden):
        office.do(posts.tell_anew, event, by=reader)
    office.do(posts.tell_anew, event)
    again = desk.children(event, "notice")[-1]
    assert (again.state, again.ar) == ("draft", office.post(notice).ar)
    assert office.audit(f"post:{again.id}") == ["post.draft"]
    office.do(posts.submit, again.id or 0)
    office.approve(again.id or 0)
    assert (rows(desk), cancelled(desk, event)) == ([], True)


def test_where_the_notice_of_a_change_was_cancelled_the_next_one_tells_the_change(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced()
    notice = desk.change(event, place="العين", place_en="Al Ain").notice or 0
    office.do(posts.cancel, notice, "by mistake")
    office.do(posts.tell_anew, event)
    assert desk.children(event, "notice")[-1].en.startswith("New place: Workshop")


def test_a_reminder_in_words_of_somebodys_own_tells_no_change(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced(remind=(DAY,))
    notice = desk.change(event, place="العين", place_en="Al Ain").notice
    reminder = desk.children(event)[0].id or 0
    office.do(posts.edit, reminder, ar="نلتقي غدًا", en="See you tomorrow")
    office.do(posts.submit, reminder)
    office.approve(reminder)
    assert turn(desk) == ("event_changed_untold", f"post:{notice}", "post.write", ("submit_notice",))


def test_a_reminder_that_a_change_taken_back_left_a_draft_is_there_until_it_is_approved_again(desk: EventsDesk) -> None:
    office, event = desk.office, desk.announced(remind=(DAY,))
    place = desk.event(event).place
    notice = desk.change(event, place="العين").notice
    assert turn(desk)[:2] == ("event_changed_untold", f"post:{notice}"), "its approval brings the reminder along"
    desk.change(event, place=place)
    (reminder,) = desk.children(event)
    assert turn(desk) == ("reminder_taken_back", f"post:{reminder.id}", "post.write", ("submit_reminder",))
    (row,) = rows(desk)
    assert (row.deadline, row.text) == (reminder.at, reminder.ar)
    assert row.why("ar") != row.why("en")
    office.do(posts.submit, reminder.id or 0)
    assert rows(desk) == []
    office.approve(reminder.id or 0)
    office.hands.forward(hours=49)
    office.send()
    assert desk.states(event) == ["published"]


def test_a_reminder_nobody_ever_approved_or_whose_hour_is_over_is_not_told_of_as_taken_back(desk: EventsDesk) -> None:
    event = desk.announced(remind=(DAY,))
    desk.remind(event, DAY, HOUR)
    assert rows(desk) == []
    desk.office.do(posts.edit, desk.children(event)[0].id or 0, en="Come!")
    assert turn(desk)[0] == "reminder_taken_back"
    desk.office.hands.forward(hours=49)
    assert rows(desk) == []
