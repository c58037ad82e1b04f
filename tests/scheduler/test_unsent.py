"""What never went is on the problems board, and says so for a week."""

from datetime import timedelta

from sqlmodel import col, select

import scheduler.rooms  # noqa: F401 (registers what every room has to say)
from core.actors import WORKER
from core.errors import TokenExpired
from outbox import late
from outbox.models import Delivery
from outbox.problems import Trouble, board
from scheduler import posts
from tests.scheduler.conftest import Office
from tests.scheduler.test_approving import submitted


def rows(office: Office) -> list[Trouble]:
    with office.db.read() as session:
        return [row for row in board(session, settings=office.settings).rows if row.state == "expired"]


def test_a_post_nobody_approved_in_time_is_told_for_a_week_with_its_words_and_in_both_languages(office: Office) -> None:
    post = submitted(office, at=office.hands.at + timedelta(minutes=30))
    office.hands.forward(minutes=31)
    assert rows(office) == []  # nobody has looked yet
    assert posts.expire_unapproved(office.db, WORKER) == 1
    (row,) = rows(office)
    assert (row.about, row.account, row.owner, row.may) == (f"post:{post}", "", "post.write", ("write_anew",))
    assert row.text == office.post(post).ar
    assert row.why("en") == "Its hour came before it was approved"
    assert "دون أن يُعتمد" in row.why("ar")
    office.hands.forward(days=7)
    assert rows(office) == []


def test_what_was_taken_back_long_before_its_hour_is_not_given_up_before_it_was_told_for_a_week(office: Office) -> None:
    post = office.scheduled("x", at=office.hands.at + timedelta(days=200))
    office.do(posts.edit, post, title="أصلح")
    for days, state, told in ((181, "draft", []), (20, "draft", ["not_submitted"]), (7, "cancelled", [])):
        office.hands.forward(days=days)
        posts.expire_unapproved(office.db, WORKER)
        assert (office.post(post).state, [row.reason for row in rows(office)]) == (state, told)


def test_an_account_at_which_the_hour_was_over_is_told_by_its_name(office: Office) -> None:
    post = office.scheduled("facebook", "x", at=office.hands.at + timedelta(minutes=30))
    facebook = office.ids("facebook")[0]
    with office.db.write() as session:
        for delivery in session.exec(select(Delivery).where(col(Delivery.account_id) == facebook)):
            delivery.expires_at = office.hands.at + timedelta(minutes=30, seconds=1)
            session.add(delivery)
    office.hands.forward(minutes=31)
    office.send()
    assert [(row.account, row.about) for row in rows(office)] == [(office.accounts["facebook"].key, f"post:{post}")]


def test_what_was_held_until_nobody_wanted_it_is_told_for_a_week_from_then(office: Office) -> None:
    post = office.scheduled("facebook", "x", at=office.hands.at + timedelta(minutes=30))
    office.connectors["x"].faults.append("token")
    office.connectors["x"].well = TokenExpired(account="x:1")
    office.hands.forward(minutes=31)
    office.send()
    office.hands.forward(days=30, minutes=1)
    assert rows(office) == []
    late.sweep(office.db)
    (row,) = rows(office)
    assert (row.account, row.about, row.reason) == (office.accounts["x"].key, f"post:{post}", "too_late")
    assert row.deadline == office.hands.at - timedelta(minutes=1) + timedelta(days=7)
    office.hands.forward(days=7)
    assert rows(office) == []


def test_an_approved_post_that_was_taken_back_for_a_change_and_forgotten_is_told_at_its_hour(office: Office) -> None:
    at = office.hands.at + timedelta(hours=1)
    post, cancelled = office.scheduled("x", at=at), office.scheduled("x", at=at)
    never = office.draft("x", at=at)
    for one in (post, cancelled, never):
        office.do(posts.edit, one, title="آخر")
    office.do(posts.cancel, cancelled)
    office.hands.forward(minutes=59)
    assert rows(office) == []
    office.hands.forward(minutes=1)
    (row,) = rows(office)
    assert (row.about, row.owner, row.may) == (f"post:{post}", "post.write", ("submit_again",))
    assert "submitted again" in row.why("en")
    assert "من جديد" in row.why("ar")
    office.do(posts.edit, post, at=office.hands.at + timedelta(hours=1))
    office.do(posts.submit, post)
    assert rows(office) == []


def test_so_is_what_was_taken_up_of_a_row(office: Office) -> None:
    head = office.scheduled("x", at=None, wall="2026-11-24T11:00", repeat={"every": "day", "until": "2026-11-26"})
    office.hands.forward(hours=1)
    office.send()
    office.do(posts.take_up, head)
    office.hands.forward(days=1)
    assert [row.reason for row in rows(office)] == ["not_submitted"]
