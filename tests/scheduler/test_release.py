"""The worker publishes the open data by itself."""

from sqlmodel import col, select

from inbox.models import Release
from scheduler.timetable import TICKS, Shift
from tests.scheduler.conftest import Office


def test_the_timetable_makes_the_release_of_the_day_once(office: Office) -> None:
    (tick,) = (tick for tick in TICKS if tick.name == "release")
    for worker in ("w1", "w2"):
        tick.run(Shift(office.settings, office.db, office.connect, worker))
    with office.db.read() as session:
        assert len(session.exec(select(col(Release.day))).all()) == 1
