"""The timetable reads more seldom as a budget nears its end, and the forecast knows of posts that wait for an approval."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from connectors.contract import Bill, Page
from core.actors import OPERATING
from core.models import Account
from core.vault import SealBroken
from outbox import budget
from outbox.spending import spend
from scheduler import costs, posts, timetable
from scheduler.timetable import Shift
from tests.outbox.outbox_wall import WallConnector
from tests.scheduler.conftest import Office


@dataclass
class Read(WallConnector):
    """Notes each reading of its one empty list."""

    def streams(self) -> tuple[str, ...]:
        return ("posts",)

    def fetch(self, stream: str, cursor: str | None, *, not_before: datetime | None = None) -> Page:
        self.calls.append("read")
        return Page((), "1")

    def price(self, text: str, *, reply: bool = False, private: bool = False) -> int:
        return 200_000 if "://" in text else 15_000


@pytest.fixture
def shift(office: Office) -> Iterator[Shift]:
    office.connectors = {p: Read(office.wall, f"{p}:1") for p in office.connectors}
    made = Shift(office.settings, office.db, office.connect, "w1")
    yield made
    assert all(lanes.close(30) for lanes in (made.lanes, made.senders, made.readers))


def spent(office: Office, platform: str, usd: float, of: float) -> None:
    with office.db.write() as session:
        account = session.get_one(Account, office.accounts[platform].id)
        spend(session, account, Bill(), price=round(usd * budget.USD))
        budget.set_budget(session, OPERATING, account, of, office.settings)


def turns(office: Office, shift: Shift, count: int) -> dict[str, int]:
    """How often each account was read in so many usual turns."""
    for _ in range(count):
        timetable.pull(shift)
        for lane in list(shift.readers._busy.values()):
            lane.result(30)
        office.hands.forward(seconds=office.settings.poll_s)
    return {platform: connector.calls.count("read") for platform, connector in office.connectors.items()}


def test_an_account_near_its_budget_is_read_more_seldom_one_past_it_not_at_all_and_others_as_ever(
    office: Office, shift: Shift
) -> None:
    spent(office, "x", 20, of=30)  # 24 of 30 are due on the 24th of November
    spent(office, "facebook", 30, of=30)
    read = turns(office, shift, 16)
    assert read == {"facebook": 0, "x": 4, "instagram": 16}


def test_a_raised_budget_is_read_by_at_the_next_tick(office: Office, shift: Shift) -> None:
    spent(office, "x", 30, of=30)
    assert turns(office, shift, 2)["x"] == 0
    spent(office, "x", 0, of=300)
    assert turns(office, shift, 2)["x"] == 2


def test_a_new_month_is_read_by_itself(office: Office, shift: Shift) -> None:
    spent(office, "x", 30, of=30)
    assert turns(office, shift, 2)["x"] == 0
    office.hands.forward(days=7)
    assert turns(office, shift, 1)["x"] == 1


def test_posts_that_wait_for_an_approval_are_in_the_forecast_and_drafts_are_not(office: Office, shift: Shift) -> None:
    soon, late = office.hands.at + timedelta(days=1), office.hands.at + timedelta(days=20)
    office.draft("x", text="مسودة https://gov.example/0", at=soon)
    for text, at in (("خبر https://gov.example/1", soon), ("خبر", soon), ("الشهر المقبل https://gov.example/2", late)):
        office.do(posts.submit, office.draft("x", text=text, at=at))
    office.scheduled("x", at=soon, text="معتمد")
    with office.db.read() as session:
        found = {one.account: one.forecast for one in costs.meters(session, office.settings, office.connect)}
    ahead = found["x:1"]
    assert (ahead.planned, ahead.planned_micros, ahead.micros) == (3, 230_000, 230_000)
    assert found["instagram:1"].planned == 0


def test_a_row_that_waits_for_its_approval_is_in_the_forecast_with_each_of_its_days_that_the_month_still_has(
    office: Office, shift: Shift
) -> None:
    soon = office.hands.at + timedelta(days=1)  # the 25th of November; the row goes on in December
    daily = {"every": "day", "until": "2026-12-10", "skip": ["2026-11-27"]}
    row = office.draft("x", text="خبر https://gov.example/1", at=soon, repeat=daily)
    office.do(posts.submit, row)

    def planned() -> tuple[int, int]:
        with office.db.read() as session:
            found = {one.account: one.forecast for one in costs.meters(session, office.settings, office.connect)}
        return found["x:1"].planned, found["x:1"].planned_micros

    assert planned() == (5, 1_000_000)
    office.approve(row)
    assert planned() == (5, 1_000_000), "its approval makes it no dearer"


def test_an_account_that_cannot_be_opened_has_a_meter_all_the_same(office: Office) -> None:
    def broken(account: Account) -> WallConnector:
        raise SealBroken(account=account.key)

    office.scheduled("x", text="خبر")
    with office.db.read() as session:
        found = costs.meters(session, office.settings, broken)
    assert [one.forecast.planned_micros for one in found] == [0, 0, 0]
