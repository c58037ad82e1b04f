"""Wall clock and instant: a time is chosen on a wall and kept there, the instant follows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.errors import Invalid
from scheduler import posts
from scheduler.events import EventFacts
from scheduler.wall import follows, instant, instants, kept, read, shown
from tests.scheduler.conftest import Office

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (datetime.fromisoformat("2026-11-24T10:00"), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),
        (datetime.fromisoformat("2026-01-01T02:30"), datetime(2025, 12, 31, 22, 30, tzinfo=UTC)),
        (
            datetime.fromisoformat("2026-03-29T02:30"),
            datetime(2026, 3, 28, 22, 30, tzinfo=UTC),
        ),  # Europe skips this hour, Dubai does not
        (datetime.fromisoformat("2026-07-01T00:00"), datetime(2026, 6, 30, 20, 0, tzinfo=UTC)),
    ],
)
def test_ten_in_dubai_is_six_in_utc_summer_and_winter(wall: datetime, utc: datetime) -> None:
    assert instant(wall) == utc
    assert shown(utc) == f"{wall:%Y-%m-%d %H:%M}"
    assert kept(utc) == wall.isoformat(timespec="minutes")


def test_a_time_those_clocks_skip_is_refused_and_another_is_named_in_both_languages() -> None:
    with pytest.raises(Invalid) as caught:
        instant(datetime.fromisoformat("2026-03-29T02:30"), BERLIN)
    assert all(part in caught.value.words(lang) for lang in ("ar", "en") for part in ("02:30", "03:30", BERLIN, "2026-03-29"))


def test_of_a_time_they_show_twice_the_first_is_meant() -> None:
    twice = datetime.fromisoformat("2026-10-25T02:30")
    assert instant(twice, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instants(twice, BERLIN) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))


@pytest.mark.parametrize("wall", [datetime(2026, 11, 24, 10, 0, tzinfo=UTC), "2026-11-24T10:00Z", "tomorrow at ten"])
def test_a_wall_time_is_a_day_and_an_hour_without_an_offset(wall: datetime | str) -> None:
    with pytest.raises(Invalid):
        instant(read(wall))


@pytest.mark.parametrize("zone", ["Asia/Atlantis", "", "../etc/passwd", "Europe", "x" * 50])
def test_a_zone_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(Invalid) as caught:
        instant(datetime(2026, 11, 24, 10, 0), zone)  # noqa: DTZ001 (a wall has no zone)
    assert caught.value.details["field"] == "zone"


def test_an_instant_stays_while_its_zone_still_shows_its_wall_and_follows_it_when_rules_change() -> None:
    right = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert follows(right, "2026-12-01T10:00", BERLIN) == right
    assert follows(right - timedelta(hours=1), "2026-12-01T10:00", BERLIN) == right
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert follows(second, "2026-10-25T02:30", BERLIN) == second, "the second of two is somebody's choice"
    assert follows(right, "2027-03-28T02:30", BERLIN) == right, "a wall that is never shown says nothing"


def test_a_post_keeps_its_wall_and_zone_and_its_hour_follows_them(office: Office) -> None:
    post = office.draft(wall="2026-12-01T10:00", zone=BERLIN)
    assert (office.post(post).wall, office.post(post).at) == ("2026-12-01T10:00", datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    office.do(posts.edit, post, zone="Asia/Dubai")
    assert (office.post(post).wall, office.post(post).at) == ("2026-12-01T10:00", datetime(2026, 12, 1, 6, 0, tzinfo=UTC))
    office.do(posts.edit, post, wall="2026-12-02T11:30")
    assert (office.post(post).zone, office.post(post).at) == ("Asia/Dubai", datetime(2026, 12, 2, 7, 30, tzinfo=UTC))
    office.do(posts.edit, post, at=None)
    assert (office.post(post).wall, office.post(post).at) == ("", None)


def test_an_instant_that_is_given_keeps_what_the_wall_shows_then(office: Office) -> None:
    post = office.draft(at=datetime(2026, 12, 1, 6, 0, tzinfo=UTC))
    assert (office.post(post).wall, office.post(post).zone) == ("2026-12-01T10:00", "Asia/Dubai")


def test_what_does_not_say_when_is_refused(office: Office) -> None:
    with pytest.raises(TypeError):
        office.draft(hour="ten")
    with pytest.raises(Invalid):
        office.draft(wall="2026-12-01T10:00", zone="Asia/Atlantis")
    with pytest.raises(Invalid):
        office.draft(grace_s=-1)


@pytest.mark.parametrize(
    "given",
    [
        {"wall": "0001-01-01T00:00"},
        {"wall": "9999-12-31T23:00", "zone": "America/New_York"},
        {"wall": "9999-12-30T10:00", "repeat": {"every": "day", "until": "9999-12-31"}},
        {"at": datetime(9999, 12, 31, 23, tzinfo=UTC)},
        {"kind": "event", "event": EventFacts("ورشة", datetime(2026, 12, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC))},
    ],
)
def test_no_year_in_which_nothing_goes_is_taken(office: Office, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        office.draft("x", **given)
    assert all("2099" in refused.value.words(lang) for lang in ("ar", "en"))


def test_of_an_hour_that_clocks_show_twice_the_chosen_one_stays_when_it_is_moved_there_or_edited(office: Office) -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    post = office.draft(wall="2027-10-30T02:30", zone=BERLIN)
    office.do(posts.move, post, second)
    assert (office.post(post).at, office.post(post).wall) == (second, "2027-10-31T02:30")
    office.do(posts.edit, post, wall="2027-10-31T02:30", zone=BERLIN, title="other")
    assert office.post(post).at == second
    office.do(posts.edit, post, wall="2027-10-31T03:30")
    office.do(posts.edit, post, wall="2027-10-31T02:30")
    assert office.post(post).at == second - timedelta(hours=1)
