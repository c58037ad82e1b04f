"""What leaves an account together is asked about together: as many questions of the database for one post as for several."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from core import auth
from core.actors import OPERATING
from outbox.guards import Refusal, objections
from outbox.models import Delivery
from scheduler import posts
from scheduler.importing import import_lines
from scheduler.models import Event, Post
from tests.scheduler.conftest import Office, person
from tests.scheduler.test_doubting import STRANGE, TODAY, TOMORROW, WICKED, enforce
from tests.scheduler.test_events import facts

#: all is due by then
HOURS = 30


def announcements(office: Office) -> None:
    for n in range(3):
        office.scheduled("x", text=f"such a zorbish day {n}", kind="event", event=facts(office, begins=HOURS + 5))


def reminders(office: Office) -> None:
    for n in range(3):
        about = office.draft("x", text=f"a fine day {n}", kind="event", event=facts(office, begins=HOURS + 5))
        office.do(posts.remind, about, [6 * 3600])
        office.do(posts.submit, about)
        office.approve(about)


def occurrences(office: Office) -> None:
    for n in range(3):
        head = office.draft(
            "x", text=f"such a zorbish day {n}", wall="2026-11-24T11:00", repeat={"every": "day", "until": "2026-11-25"}
        )
        office.do(posts.submit, head)
        office.approve(head)


def imports(office: Office) -> None:
    with office.db.write() as session:
        for n in range(3):
            person(session, f"hamad{n}", "approver")
    at = (office.hands.at + timedelta(hours=1)).isoformat()
    lines = [{"account": "x:1", "text": f"a fine day {n}", "at": at, "approved_by": f"hamad{n}"} for n in range(3)]
    import_lines(office.db, OPERATING, [json.dumps(line) for line in lines], settings=office.settings)
    with office.db.write() as session:
        for n in range(3):
            auth.dismiss(session, OPERATING, f"hamad{n}")


@pytest.mark.parametrize(
    ("planned", "role", "said"),
    [
        (announcements, "", {"policy_finds"}),
        (reminders, "reminder", {""}),
        (occurrences, "occurrence", {"policy_finds"}),
        (imports, "", {"approver_gone_import"}),
    ],
)
def test_several_cost_as_many_questions_as_one(
    office: Office, planned: Callable[[Office], None], role: str, said: set[str]
) -> None:
    """A later edition than they were approved under is in force as they leave."""
    enforce(office, "1", TODAY, WICKED)
    enforce(office, "2", TOMORROW, WICKED, STRANGE)
    planned(office)
    office.hands.forward(hours=HOURS)
    with office.db.read() as session:
        those = session.exec(select(Post.id).where(col(Post.role) == role)).all()
        ids = [one.id or 0 for one in session.exec(select(Delivery)) if one.guard_arg["post"] in those]
    assert len(ids) == 3
    asked(office, ids)  # what is kept of editions is known from here on
    (one, answers), (several, all_answers) = asked(office, ids[:1]), asked(office, ids)
    assert (several, set(answers), set(all_answers)) == (one, said, said)


def asked(office: Office, ids: list[int]) -> tuple[int, list[str]]:
    """How many questions it takes, and why each must not leave."""
    said: list[str] = []
    with office.db.read() as session:
        due = session.exec(select(Delivery).where(col(Delivery.id).in_(ids))).all()
        event.listen(session.connection(), "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement))
        found = objections(session, due)
    return len(said), [found[id_].reason if id_ in found else "" for id_ in ids]


def test_of_events_that_leave_together_each_goes_by_its_own(office: Office) -> None:
    announcements(office)
    reminders(office)
    with office.db.write() as session:
        announced = session.exec(select(Post).where(col(Post.kind) == "event", col(Post.role) == "").order_by(col(Post.id))).all()
        session.get_one(Event, announced[0].id).cancelled_at = office.hands.at
        session.get_one(Event, announced[3].id).cancelled_at = office.hands.at
        announced[4].state = "refused"
        session.add(announced[4])
    with office.db.read() as session:
        due = session.exec(select(Delivery).order_by(col(Delivery.id))).all()
        found = objections(session, due)
        of_post = {one.guard_arg["post"]: found.get(one.id or 0) for one in due}
        reminding = session.exec(select(Post).where(col(Post.role) == "reminder").order_by(col(Post.about_id))).all()
        assert [of_post[one.id] for one in announced] == [
            Refusal("cancelled", "event_cancelled"), None, None, Refusal("cancelled", "event_cancelled"), None, None,
        ]  # fmt: skip
        assert [of_post[one.id] for one in reminding] == [
            Refusal("cancelled", "event_cancelled"), Refusal("cancelled", "not_announced"), None,
        ]  # fmt: skip
