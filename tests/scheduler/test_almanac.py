"""Once a day: estimated days are entered, and posts follow the wall of their zone when its rules change."""

from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from core.models import Period
from outbox.models import Delivery
from scheduler import almanac, children, queueing, told
from scheduler.models import Event, Post
from scheduler.timetable import TICKS, Shift
from tests.scheduler.conftest import Office
from tests.scheduler.events_desk import DAY, HOUR, EventsDesk

BERLIN = "Europe/Berlin"
RIGHT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def approved_under_old_rules(office: Office) -> int:
    """A post for ten o'clock in Berlin, when clocks there were still an hour ahead of what they show today."""
    post = office.scheduled("x", at=None, wall="2026-12-01T10:00", zone=BERLIN)
    with office.db.write() as session:
        row = session.get_one(Post, post)
        row.at = RIGHT - timedelta(hours=2)
        session.add(row)
        delivery = session.exec(select(Delivery)).one()
        delivery.scheduled_at, delivery.miss_after = row.at, row.at + timedelta(hours=1)
        session.add(delivery)
    return post


def test_a_scheduled_post_and_its_deliveries_follow_their_wall(office: Office) -> None:
    post = approved_under_old_rules(office)
    assert almanac.follow_zones(office.db) == 1
    (delivery,) = office.everything()
    assert (office.post(post).at, delivery.scheduled_at, delivery.miss_after) == (RIGHT, RIGHT, RIGHT + timedelta(hours=1))
    assert "post.follow_zone" in office.audit(f"post:{post}")
    assert almanac.follow_zones(office.db) == 0


def test_one_whose_zone_is_known_no_more_keeps_its_instant_and_keeps_no_other_back(office: Office) -> None:
    lost, other = approved_under_old_rules(office), office.scheduled("x", at=None, wall="2026-12-02T10:00", zone=BERLIN)
    with office.db.write() as session:
        for id_, zone in ((lost, "Europe/Atlantis"), (other, BERLIN)):
            row = session.get_one(Post, id_)
            row.zone, row.at = zone, RIGHT - timedelta(hours=2)
            session.add(row)
    assert almanac.follow_zones(office.db) == 1
    assert (office.post(lost).at, office.post(other).at) == (RIGHT - timedelta(hours=2), RIGHT + timedelta(days=1))


def test_its_approval_holds_and_it_goes_at_the_hour_of_the_wall(office: Office) -> None:
    post = approved_under_old_rules(office)
    almanac.follow_zones(office.db)
    office.hands.at = RIGHT - timedelta(minutes=1)
    office.send()
    assert office.wall.posts() == []
    office.hands.at = RIGHT
    office.send()
    assert office.post(post).state == "published"


def told_under_old_rules(desk: EventsDesk) -> int:
    """An announced event for ten o'clock in Berlin and its reminders, when clocks there were an hour ahead of today's."""
    event = desk.announced(facts=desk.facts(starts_at=RIGHT, ends_at=RIGHT + timedelta(hours=2), zone=BERLIN), remind=(DAY, HOUR))
    early = timedelta(hours=1)
    with desk.office.db.write() as session:
        row = session.get_one(Event, event)
        row.starts_at, row.ends_at = row.starts_at - early, row.ends_at - early
        told.tell(session, session.get_one(Post, event))
        for one in children.of(session, session.get_one(Post, event), "reminder"):
            one.at = (one.at or RIGHT) - early
            for delivery in queueing.deliveries(session, one):
                delivery.scheduled_at, delivery.expires_at = one.at, row.starts_at
                session.add(delivery)
            session.add(one)
    return event


def test_an_event_follows_its_wall_with_its_reminders_and_in_the_public_calendar(office: Office) -> None:
    desk = EventsDesk(office)
    event = told_under_old_rules(desk)
    before = desk.event(event)
    assert almanac.follow_events(office.db) == 1
    after = desk.event(event)
    assert (after.starts_at, after.ends_at) == (RIGHT, RIGHT + timedelta(hours=2))
    assert [one.at for one in desk.children(event)] == [RIGHT - timedelta(days=1), RIGHT - timedelta(hours=1)]
    waiting = [one for one in office.everything() if one.state == "scheduled"]
    assert [(one.scheduled_at, one.expires_at) for one in waiting] == [(one.at, RIGHT) for one in desk.children(event)]
    with office.db.read() as session:
        known = told.find(session, after.uid)
        assert told.unknown(session) == []
    assert known is not None
    assert (known.facts.starts_at, known.sequence) == (RIGHT, before.sequence + 1)
    assert office.audit(f"post:{event}")[-1] == "event.follow_zone"
    assert almanac.follow_events(office.db) == 0


def test_the_approval_of_what_tells_an_event_holds_when_it_follows_its_wall(office: Office) -> None:
    desk = EventsDesk(office)
    event = told_under_old_rules(desk)
    almanac.follow_events(office.db)
    for moment, states in ((timedelta(days=1, minutes=1), ["scheduled"] * 2), (timedelta(days=1), ["published", "scheduled"])):
        office.hands.at = RIGHT - moment
        office.send()
        assert desk.states(event) == states
    office.hands.at = RIGHT - timedelta(minutes=30)
    office.send()
    assert desk.states(event) == ["published"] * 2


def test_a_change_nobody_has_approved_yet_does_not_reach_the_calendar_with_the_rules_of_a_zone(office: Office) -> None:
    desk = EventsDesk(office)
    event = told_under_old_rules(desk)
    desk.change(event, place="العين")
    almanac.follow_events(office.db)
    with office.db.read() as session:
        known = told.find(session, desk.event(event).uid)
    assert known is not None
    assert known.facts.place == "دبي"


def test_what_has_no_wall_or_is_through_stays_where_it_is(office: Office) -> None:
    soon, gone = office.draft("x"), office.scheduled("x")
    office.hands.forward(hours=1)
    office.send()
    assert almanac.follow_zones(office.db) == 0
    assert (office.post(soon).at, office.post(gone).state) == (None, "published")


def test_the_days_are_entered_once_a_day_by_one_worker(office: Office) -> None:
    almanac.keep(office.db, "w1")
    with office.db.read() as session:
        entered = len(session.exec(select(Period.id)).all())
    assert entered > 10
    with office.db.write() as session:
        for period in session.exec(select(Period).where(col(Period.kind) == "ramadan")).all():
            session.delete(period)
    almanac.keep(office.db, "w2")
    with office.db.read() as session:
        assert len(session.exec(select(Period.id)).all()) < entered, "nobody's turn yet"
    office.hands.forward(days=1, minutes=1)
    almanac.keep(office.db, "w2")
    with office.db.read() as session:
        assert len(session.exec(select(Period.id)).all()) == entered


def test_the_timetable_does_it(office: Office) -> None:
    (tick,) = (tick for tick in TICKS if tick.name == "almanac")
    tick.run(Shift(office.settings, office.db, office.connect, "w1"))
    with office.db.read() as session:
        assert session.exec(select(Period.id).limit(1)).first() is not None
