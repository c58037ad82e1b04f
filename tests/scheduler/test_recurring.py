"""A post that recurs: one approval, one post for each of its days, the same hour on its wall, an end; one may be skipped."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import col, select

from core.actors import WORKER
from core.auth import actor_of
from core.errors import Invalid, OwnAct, WrongState
from core.models import User
from outbox.states import move
from scheduler import posts, queueing, recurring
from scheduler.models import Post, PostMedia
from scheduler.row import MOST, dates, said
from scheduler.wall import kept
from scheduler.warnings import warnings
from scheduler.when import choose
from tests.scheduler.conftest import Office, person

WEEKLY = {"every": "week", "step": 1, "until": "2026-12-20"}
HOUR = "2026-11-25T10:00"


def row(wall: str, repeat: Mapping[str, Any], zone: str = "Asia/Dubai") -> list[str]:
    """What the wall shows on each day of the row."""
    post = Post()
    choose(post, {"wall": wall, "zone": zone, "repeat": repeat})
    return [one.wall.isoformat(timespec="minutes") for one in dates(post)]


def planned(office: Office, *platforms: str, wall: str = HOUR, repeat: Mapping[str, Any] = WEEKLY, **more: Any) -> int:
    return office.scheduled(*platforms or ("x",), at=None, wall=wall, repeat=repeat, **more)


def of_row(office: Office, head: int) -> list[Post]:
    with office.db.read() as session:
        query = select(Post).where(col(Post.about_id) == head, col(Post.role) == "occurrence").order_by(col(Post.at))
        return list(session.exec(query))


def ids(office: Office, head: int) -> list[int]:
    return [one.id or 0 for one in of_row(office, head)]


def states(office: Office, head: int) -> list[str]:
    return [one.state for one in of_row(office, head)]


@pytest.mark.parametrize(
    ("wall", "repeat", "days"),
    [
        ("2026-11-30T10:00", {"every": "day", "until": "2026-12-02"}, ["2026-11-30", "2026-12-01", "2026-12-02"]),
        ("2026-11-30T10:00", {"every": "day", "step": 3, "until": "2026-12-07"}, ["2026-11-30", "2026-12-03", "2026-12-06"]),
        ("2026-11-30T10:00", {"every": "week", "step": 2, "until": "2026-12-28"}, ["2026-11-30", "2026-12-14", "2026-12-28"]),
        ("2026-12-31T10:00", {"every": "month", "until": "2027-03-31"}, ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
        ("2027-11-30T10:00", {"every": "month", "step": 3, "until": "2028-05-31"}, ["2027-11-30", "2028-02-29", "2028-05-30"]),
        (
            "2026-11-30T10:00",
            {"every": "day", "until": "2026-12-03", "skip": ["2026-12-02", "2026-12-25"]},
            ["2026-11-30", "2026-12-01", "2026-12-03"],
        ),
    ],
)
def test_a_row_has_these_days(wall: str, repeat: Mapping[str, Any], days: list[str]) -> None:
    assert row(wall, repeat) == [f"{day}T10:00" for day in days]


def test_the_hour_on_the_wall_stays_over_summer_time() -> None:
    post = Post()
    choose(post, {"wall": "2026-10-18T09:00", "zone": "Europe/Berlin", "repeat": {"every": "week", "until": "2026-11-01"}})
    assert [one.at for one in dates(post)] == [
        datetime(2026, 10, 18, 7, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 8, 0, tzinfo=UTC),
        datetime(2026, 11, 1, 8, 0, tzinfo=UTC),
    ]


def test_on_a_day_on_which_clocks_skip_the_hour_one_goes_later_and_the_others_as_ever() -> None:
    post = Post()
    choose(post, {"wall": "2027-03-21T02:30", "zone": "Europe/Berlin", "repeat": {"every": "week", "until": "2027-04-04"}})
    assert [one.at for one in dates(post)] == [
        datetime(2027, 3, 21, 1, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2027, 4, 4, 0, 30, tzinfo=UTC),
    ]
    assert [kept(one.at, post.zone) for one in dates(post)] == ["2027-03-21T02:30", "2027-03-28T03:30", "2027-04-04T02:30"]
    daily = {"every": "day", "until": "2027-03-30"}
    assert len(row("2027-03-26T02:30", daily | {"skip": ["2027-03-28"]}, "Europe/Berlin")) == 4


def test_nobody_chooses_an_hour_that_clocks_skip_for_the_first_one() -> None:
    with pytest.raises(Invalid) as caught:
        row("2027-03-28T02:30", {"every": "day", "until": "2027-03-30"}, "Europe/Berlin")
    assert "2027-03-28" in caught.value.words("ar")


def test_a_day_that_clocks_skip_whole_is_named_not_sent_beside_the_next() -> None:
    with pytest.raises(Invalid) as caught:
        row("2011-12-29T10:00", {"every": "day", "until": "2011-12-31"}, "Pacific/Apia")
    assert "2011-12-30" in caught.value.words("en")


def test_the_one_that_goes_later_is_scheduled_at_that_hour_and_warned_of_before(office: Office) -> None:
    weekly = {"every": "week", "until": "2027-04-04"}
    head = office.draft("x", wall="2027-03-21T02:30", zone="Europe/Berlin", repeat=weekly)
    with office.db.read() as session:
        (found,) = (w for w in warnings(session, session.get_one(Post, head)) if w.code == "clock_skips")
    assert found.at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert all("03:30" in found.words(lang) for lang in ("ar", "en"))
    office.do(posts.submit, head)
    office.approve(head)
    assert [one.wall for one in of_row(office, head)] == ["2027-03-28T03:30", "2027-04-04T02:30"]


def test_as_many_as_may_be_are_taken_and_one_more_is_refused_with_the_day_to_end_on() -> None:
    last = date(2026, 11, 25) + timedelta(days=MOST - 1)
    assert len(row(HOUR, {"every": "day", "until": str(last)})) == MOST
    with pytest.raises(Invalid) as caught:
        row(HOUR, {"every": "day", "until": str(last + timedelta(days=1))})
    assert all(str(last) in caught.value.words(lang) for lang in ("ar", "en"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"every": "hour", "until": "2026-12-20"},
        {"every": "day"},
        {"every": "day", "until": "the end"},
        {"every": "month", "step": 52, "until": "2150-01-01"},
        {"every": "day", "until": "2026-11-25"},
        {"every": "day", "until": "2026-11-01"},
        {"every": "day", "step": 0, "until": "2026-12-20"},
        {"every": "day", "step": "2", "until": "2026-12-20"},
        {"every": "day", "until": "2026-12-20", "count": 3},
        {"every": "day", "until": "2026-12-20", "skip": ["never"]},
    ],
)
def test_a_row_that_makes_no_sense_is_refused_in_both_languages(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        row(HOUR, wrong)
    assert caught.value.details["field"] == "repeat"
    assert caught.value.words("ar") != caught.value.words("en")


def test_what_has_no_hour_does_not_recur(office: Office) -> None:
    with pytest.raises(Invalid):
        office.draft(repeat=WEEKLY)


def test_an_event_does_not_recur(office: Office) -> None:
    with pytest.raises(Invalid):
        office.draft(kind="event", wall=HOUR, repeat=WEEKLY)


def test_one_approval_schedules_every_occurrence_with_its_own_hour_and_deliveries(office: Office, picture: Path) -> None:
    head = office.draft("facebook", "x", wall=HOUR, repeat=WEEKLY)
    office.do(posts.add_media, head, picture, "مبنى الوزارة", settings=office.settings)
    assert of_row(office, head) == []
    office.do(posts.submit, head)
    office.approve(head)
    made = of_row(office, head)
    assert [one.wall for one in made] == ["2026-12-02T10:00", "2026-12-09T10:00", "2026-12-16T10:00"]
    assert [one.at for one in made] == [datetime(2026, 12, day, 6, 0, tzinfo=UTC) for day in (2, 9, 16)]
    assert all(one.approved_by == office.post(head).approved_by and one.repeat is None for one in made)
    assert [office.deliveries(one.id or 0) for one in made] == [[("scheduled", "")] * 2] * 3
    with office.db.read() as session:
        assert len(session.exec(select(PostMedia)).all()) == 4
    assert "post.recur" in office.audit(f"post:{head}")


def test_each_goes_at_its_hour_once(office: Office) -> None:
    head = planned(office)
    for _ in range(4):
        office.hands.forward(days=1)
        office.send()
        office.hands.forward(days=6)
        office.send()
    assert (office.post(head).state, states(office, head)) == ("published", ["published"] * 3)
    assert len(office.wall.posts()) == 4


def test_an_edit_of_the_row_takes_all_of_it_back_and_its_new_approval_makes_it_anew(office: Office) -> None:
    head = planned(office)
    office.do(posts.edit, head, title="آخر")
    assert (office.post(head).state, states(office, head)) == ("draft", ["cancelled"] * 3)
    office.do(posts.submit, head)
    office.approve(head)
    assert states(office, head).count("scheduled") == 3


def test_cancelling_the_row_ends_what_has_not_gone(office: Office) -> None:
    head = planned(office)
    for days in (1, 7):
        office.hands.forward(days=days)
        office.send()
    assert (office.post(head).state, states(office, head)) == ("published", ["published", "scheduled", "scheduled"])
    office.do(posts.cancel, head)
    assert (office.post(head).state, states(office, head)) == ("published", ["published", "cancelled", "cancelled"])
    with pytest.raises(WrongState):
        office.do(posts.cancel, head)


def test_of_a_cancelled_row_what_is_under_way_is_not_tried_again(office: Office) -> None:
    head = planned(office)
    with office.db.write() as session:
        (first,) = queueing.deliveries(session, session.get_one(Post, head))
        move(session, WORKER, first.id or 0, ("scheduled",), "sending")
        move(session, WORKER, first.id or 0, ("sending",), "uncertain")
    office.do(posts.cancel, head)
    assert (office.post(head).state, set(states(office, head))) == ("scheduled", {"cancelled"})
    with office.db.write() as session:
        move(session, WORKER, first.id or 0, ("uncertain",), "scheduled")
    office.hands.forward(days=1)
    office.send()
    assert (office.post(head).state, office.deliveries(head)) == ("cancelled", [("cancelled", "post_withdrawn")])


def test_a_row_within_a_row_ends_with_it(office: Office) -> None:
    head = planned(office)
    office.do(posts.take_up, ids(office, head)[1])
    made = ids(office, head)[1]
    office.do(posts.submit, made)
    office.approve(made)
    assert states(office, made) == ["scheduled"]
    office.do(posts.cancel, head)
    assert (office.post(head).state, office.post(made).state, states(office, made)) == ("cancelled", "cancelled", ["cancelled"])


def test_what_was_taken_up_is_not_taken_up_again(office: Office) -> None:
    head = planned(office)
    office.hands.forward(days=1)
    office.send()
    office.do(posts.take_up, head)
    made = ids(office, head)[0]
    kept = office.post(made).repeat
    assert kept
    with pytest.raises(WrongState):
        office.do(posts.take_up, head)
    assert office.post(made).repeat == kept


def test_skipping_one_leaves_the_others_and_the_row_remembers_it(office: Office) -> None:
    head = planned(office)
    office.do(posts.skip, ids(office, head)[0], "عيد الاتحاد")
    assert (office.post(head).state, states(office, head)) == ("scheduled", ["cancelled", "scheduled", "scheduled"])
    office.do(posts.edit, head, title="آخر")
    office.do(posts.submit, head)
    office.approve(head)
    fresh = [one.wall for one in of_row(office, head) if one.state == "scheduled"]
    assert fresh == ["2026-12-09T10:00", "2026-12-16T10:00"]


@pytest.mark.parametrize("deed", [posts.take_up, posts.edit])
def test_a_row_of_which_every_other_day_was_skipped_is_a_post_for_itself_once_it_is_changed(office: Office, deed: Any) -> None:
    head = planned(office, repeat={"every": "day", "until": "2026-11-26"})
    office.do(posts.skip, ids(office, head)[0], "عيد الاتحاد")
    office.do(deed, head)
    with office.db.read() as session:
        assert posts.days(session, session.get_one(Post, head)) == []
    office.do(posts.submit, head)
    office.approve(head)
    assert (office.post(head).state, states(office, head)) == ("scheduled", ["cancelled"])


@pytest.mark.parametrize("moved", [True, False])
@pytest.mark.parametrize("deed", [posts.cancel, posts.skip])
def test_the_day_of_one_that_was_taken_back_is_not_made_anew(office: Office, deed: Any, moved: bool) -> None:
    head = planned(office)
    one = ids(office, head)[0]
    if moved:
        office.do(posts.edit, one, wall="2026-12-03T10:00")
        office.do(posts.submit, one)
        office.approve(one)
    office.do(deed, one, "عيد الاتحاد")
    office.do(posts.edit, head, title="آخر")
    office.do(posts.submit, head)
    office.approve(head)
    fresh = [one.wall for one in of_row(office, head) if one.state == "scheduled"]
    assert fresh == ["2026-12-09T10:00", "2026-12-16T10:00"]


def test_what_is_left_of_a_row_is_no_row_where_the_other_was_moved_out_of_it(office: Office) -> None:
    head = planned(office, repeat=WEEKLY | {"until": "2026-12-09"})
    second, third = ids(office, head)
    office.do(posts.edit, second, wall="2026-12-12T10:00")
    office.hands.forward(days=2)
    office.send()
    office.do(posts.take_up, third)
    assert (office.post(third).repeat, states(office, head)) == (None, ["draft", "cancelled"])


@pytest.mark.parametrize("sent", [True, False])
def test_the_day_of_one_that_was_moved_is_not_made_anew_while_that_one_stands(office: Office, sent: bool) -> None:
    """It goes before the others, or has gone, when what is left of the row is taken up."""
    head = planned(office)
    moved = ids(office, head)[1]
    office.do(posts.edit, moved, wall="2026-11-26T10:00")
    office.do(posts.submit, moved)
    office.approve(moved)
    office.hands.forward(days=2 if sent else 1)
    office.send()
    rest = ids(office, head)[1]
    assert (office.post(moved).state, office.post(rest).wall) == ("published" if sent else "scheduled", "2026-12-02T10:00")
    office.do(posts.take_up, rest)
    office.do(posts.submit, rest)
    office.approve(rest)
    assert [one.wall for one in of_row(office, rest)] == ["2026-12-16T10:00"]


def test_the_days_of_a_row_are_told_before_and_after_its_approval(office: Office) -> None:
    def told(post_id: int) -> list[tuple[str, str]]:
        with office.db.read() as session:
            return [(day.wall[5:10], day.state) for day in posts.days(session, session.get_one(Post, post_id))]

    head = office.draft("x", wall=HOUR, repeat=WEEKLY)
    assert told(head) == [("11-25", ""), ("12-02", ""), ("12-09", ""), ("12-16", "")]
    for title in ("أول", "ثان"):
        office.do(posts.edit, head, title=title)
        office.do(posts.submit, head)
        office.approve(head)
    going = [one.id or 0 for one in of_row(office, head) if one.state == "scheduled"]
    office.do(posts.skip, going[1], "عطلة")
    assert told(head) == [("11-25", "scheduled"), ("12-02", "scheduled"), ("12-09", "cancelled"), ("12-16", "scheduled")]
    assert told(going[2]) == []


def test_a_row_is_said_in_both_languages() -> None:
    post = Post(repeat={"every": "week", "step": 2, "until": "2026-12-28"})
    assert (said(post, "ar"), said(post, "en")) == ("كل أسبوعين حتى 2026-12-28", "every 2 weeks until 2026-12-28")
    assert said(Post(repeat={"every": "day", "step": 1, "until": "2026-12-28"}), "en") == "every day until 2026-12-28"
    assert said(Post(), "ar") == ""


def test_the_first_one_may_be_skipped_too(office: Office) -> None:
    head = planned(office)
    office.do(posts.skip, head, "حداد")
    assert (office.post(head).state, states(office, head)) == ("cancelled", ["scheduled"] * 3)


def withdraw(office: Office, post_id: int, **more: Any) -> int:
    with office.db.write() as session:
        post = session.get_one(Post, post_id)
        return posts.withdraw(session, office.author, post, ar="نُشر خطأً.", en="A mistake.", **more).id or 0


@pytest.mark.parametrize("which", [0, 1])
def test_a_withdrawal_is_of_one_day_and_the_others_that_still_go_are_told(office: Office, which: int) -> None:
    head = planned(office)
    for days in (1, 7):
        office.hands.forward(days=days)
        office.send()
    withdrawal = withdraw(office, (head, *ids(office, head))[which])
    with office.db.read() as session:
        for day in (head, *ids(office, head)[:1]):
            rest = recurring.rest(session, session.get_one(Post, day))
            assert [one.id for one in rest] == ids(office, head)[1:]
    office.do(posts.submit, withdrawal)
    office.approve(withdrawal)
    office.hands.forward(days=7)
    office.send()
    assert states(office, head) == ["published", "published", "scheduled"]


@pytest.mark.parametrize("which", [0, 1])
def test_with_a_withdrawal_the_days_still_to_go_end_where_that_is_wanted(office: Office, which: int) -> None:
    head = planned(office)
    for days in (1, 7):
        office.hands.forward(days=days)
        office.send()
    withdraw(office, (head, *ids(office, head))[which], all_days=True)
    assert (office.post(head).state, states(office, head)) == ("published", ["published", "cancelled", "cancelled"])
    with office.db.read() as session:
        assert recurring.rest(session, session.get_one(Post, head)) == []


def test_a_first_day_that_still_waits_and_what_was_taken_up_end_with_the_others(office: Office) -> None:
    head = planned(office)
    second, third = ids(office, head)[:2]
    office.do(posts.edit, second, wall="2026-11-24T10:00")
    office.do(posts.submit, second)
    office.approve(second)
    office.do(posts.take_up, third)
    office.hands.at = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    office.send()
    assert (office.post(head).state, office.post(second).state) == ("scheduled", "published")
    withdraw(office, second, all_days=True)
    assert {office.post(one).state for one in (head, *ids(office, head)) if one != second} == {"cancelled"}


def test_what_does_not_recur_or_has_gone_is_not_skipped(office: Office) -> None:
    single, head = office.scheduled("x"), planned(office)
    office.hands.forward(days=8)
    office.send()
    for post in (single, ids(office, head)[0]):
        with pytest.raises(WrongState):
            office.do(posts.skip, post, "no")


def test_one_occurrence_is_changed_and_approved_by_itself(office: Office) -> None:
    head = planned(office)
    second = ids(office, head)[1]
    office.do(posts.edit, second, wall="2026-12-10T12:00")
    assert states(office, head) == ["scheduled", "draft", "scheduled"]
    office.do(posts.submit, second)
    office.approve(second)
    assert office.post(second).at == datetime(2026, 12, 10, 8, 0, tzinfo=UTC)
    assert (office.post(head).state, states(office, head)) == ("scheduled", ["scheduled"] * 3)


def test_whose_words_a_row_says_may_approve_none_of_it(office: Office) -> None:
    with office.db.write() as session:
        huda, saeed = person(session, "huda", "approver"), person(session, "saeed", "author")
    head = office.draft("x", wall=HOUR, repeat=WEEKLY)
    office.do(posts.edit, head, by=huda, ar="كلمات هدى")
    office.do(posts.edit, head, title="آخر")
    office.do(posts.submit, head)
    office.approve(head)
    first = ids(office, head)[0]
    office.do(posts.take_up, first, by=saeed)
    office.do(posts.submit, first, by=saeed)
    with pytest.raises(OwnAct):
        office.do(posts.approve, first, by=huda, settings=office.settings)
    office.approve(first)
    below = ids(office, first)[0]
    office.do(posts.edit, below, by=saeed, title="غيره")
    office.do(posts.submit, below, by=saeed)
    with pytest.raises(OwnAct):
        office.do(posts.approve, below, by=huda, settings=office.settings)


def test_what_is_left_of_a_row_is_taken_up_changed_and_approved_again(office: Office) -> None:
    head = planned(office)
    office.hands.forward(days=1)
    office.send()
    office.do(posts.take_up, head)
    assert (office.post(head).state, states(office, head)) == ("published", ["draft", "cancelled", "cancelled"])
    rest = ids(office, head)[0]
    office.do(posts.edit, rest, wall="2026-12-03T11:00")
    office.do(posts.submit, rest)
    office.approve(rest)
    assert [one.wall for one in of_row(office, rest)] == ["2026-12-10T11:00", "2026-12-17T11:00"]
    office.hands.forward(days=30)
    office.do(posts.cancel, rest)
    with pytest.raises(WrongState):
        office.do(posts.take_up, rest)


def test_taken_up_at_the_end_of_a_short_month_a_row_still_means_the_thirty_first(office: Office) -> None:
    head = planned(office, wall="2026-12-31T10:00", repeat={"every": "month", "until": "2027-05-31"})
    february = ids(office, head)[1]
    office.do(posts.take_up, february)
    assert states(office, head) == ["scheduled", "draft", "cancelled", "cancelled", "cancelled"]
    assert [one.wall.day for one in dates(office.post(february))] == [28, 31, 30, 31]


def test_when_the_one_who_approved_has_gone_the_row_waits_for_another_and_goes_on(office: Office) -> None:
    head = planned(office)
    office.hands.forward(days=1)
    office.send()
    with office.db.write() as session:
        khalid = session.get_one(User, office.approver.user_id)
        khalid.active = False
        session.add(khalid)
        other = User(username="sara", display_name="Sara", password_hash="", roles=["approver"])
        session.add(other)
        session.flush()
        sara = actor_of(other)
    office.hands.forward(days=7)
    office.send()
    assert office.deliveries(ids(office, head)[0]) == [("held", "approver_gone")]
    office.do(posts.approve, head, by=sara, settings=office.settings)
    office.send()
    assert states(office, head) == ["published", "scheduled", "scheduled"]


def test_a_crisis_pause_or_a_worker_away_never_sends_a_row_in_a_burst(office: Office) -> None:
    head = planned(office, repeat={"every": "day", "until": "2026-12-05"})
    office.hands.forward(days=6, hours=2)
    office.send()
    assert office.wall.posts() == []
    assert {office.deliveries(one)[0][0] for one in ids(office, head)[:5]} == {"missed"}


def test_ending_a_row_while_its_occurrences_are_skipped_changed_and_sent_locks_nobody_out(office: Office) -> None:
    for _ in range(3):
        head = planned(office, repeat={"every": "day", "until": "2026-12-02"})
        several, together = ids(office, head), Barrier(4, timeout=30)
        with office.db.read() as session:
            carries = queueing.deliveries(session, session.get_one(Post, several[3]))[0].id or 0

        def work(
            number: int, head: int = head, several: list[int] = several, together: Barrier = together, sent: int = carries
        ) -> None:
            together.wait()
            with suppress(WrongState):  # whoever comes second finds it gone
                if number == 0:
                    office.do(posts.cancel, head)
                elif number == 1:
                    office.do(posts.skip, several[1], "no")
                elif number == 2:
                    office.do(posts.edit, several[2], title="آخر")
                else:
                    with office.db.write() as session:
                        move(session, WORKER, sent, ("scheduled",), "sending")
                        move(session, WORKER, sent, ("sending",), "published", external_id=str(sent))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        left = {one.state for one in of_row(office, head)}
        assert left <= {"cancelled", "published"}, "nothing of an ended row goes any more"
