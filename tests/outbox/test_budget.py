"""A budget slows reading before it stops, says so once, and lets it go on by itself."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlmodel import col, select

from connectors.contract import Bill
from core.actors import OPERATING, WORKER
from core.clock import Hands
from core.errors import Forbidden, Invalid
from core.models import Account, AuditEntry
from core.settings import Settings, load
from outbox import budget, problems
from outbox.budget import Allowance, Used, pace_of
from outbox.models import Delivery
from outbox.spending import spend
from tests.outbox.outbox_wall import Desk

USD = budget.USD
FIFTEENTH = date(2026, 11, 15)
#: (USD spent of 30 by the middle of a month of 30 days, so 15 are due) -> how many times as long between two readings
FACTORS = [
    (0, 1),
    (10.4, 1),
    (10.5, 2),
    (11.9, 2),
    (12.0, 4),
    (13.5, 8),
    (15.0, 16),
    (16.5, 32),
    (18.0, 64),
    (29.9, 64),
    (30, 0),
    (31, 0),
]


@pytest.mark.parametrize(("usd", "factor"), FACTORS)
def test_reading_gets_slower_step_by_step_and_stops_when_all_is_used(usd: float, factor: int) -> None:
    assert pace_of(Allowance(30 * USD), Used(round(usd * USD)), FIFTEENTH).factor == factor


def test_the_first_day_may_use_its_day_and_the_last_one_all() -> None:
    day = Used(1 * USD)
    assert pace_of(Allowance(30 * USD), day, date(2026, 11, 1)).factor == 16
    assert pace_of(Allowance(30 * USD), day, date(2026, 11, 30)).factor == 1


def test_whichever_of_money_and_posts_is_nearer_its_end_decides() -> None:
    allowed = Allowance(30 * USD, 3000)
    assert pace_of(allowed, Used(1 * USD, 1200), FIFTEENTH).factor == 4
    assert pace_of(allowed, Used(1 * USD, 3000), FIFTEENTH).state == "stop"
    assert pace_of(Allowance(None, 3000), Used(10**9, 10), FIFTEENTH).factor == 1
    assert pace_of(Allowance(), Used(10**9, 10**9), FIFTEENTH) == budget.Pace()


def test_nothing_allowed_is_nothing_read() -> None:
    assert pace_of(Allowance(0), Used(), FIFTEENTH).state == "stop"


def pay(desk: Desk, usd: float, posts: int = 0) -> None:
    """Something that costs so much, and so many posts that cost nothing."""
    things = {f"user:{uuid4()}": round(usd * USD)} | {f"post:{n}": 0 for n in range(posts)}
    with desk.db.write() as session:
        spend(session, desk.account, Bill(1, 0, things))


def watch(desk: Desk, settings: Settings | None = None) -> budget.Pace:
    return budget.watch(desk.db, desk.account.id or 0, settings or desk.settings)


def account(desk: Desk) -> Account:
    with desk.db.read() as session:
        return session.get_one(Account, desk.account.id)


def give(desk: Desk, usd: float | None, settings: Settings | None = None) -> None:
    with desk.db.write() as session:
        budget.set_budget(session, OPERATING, session.get_one(Account, desk.account.id), usd, settings or desk.settings)


def told(desk: Desk) -> list[str]:
    """What was said of the budget, in order."""
    with desk.db.read() as session:
        rows = session.exec(
            select(AuditEntry).where(col(AuditEntry.action).startswith("account.budget_")).order_by(col(AuditEntry.id))
        )
        return [row.action.removeprefix("account.budget_") for row in rows]


def test_each_change_is_said_once_however_often_it_is_looked_at(desk: Desk, hands: Hands) -> None:
    give(desk, 30)
    for usd, state in ((10, ""), (8, "slow"), (2, "slow"), (10, "stop"), (1, "stop")):
        pay(desk, usd)
        assert [watch(desk).state for _ in range(3)] == [state] * 3
    assert told(desk) == ["slow", "stop"]
    assert account(desk).health == "budget"


def test_reading_goes_on_by_itself_in_the_next_month_of_utc(desk: Desk, hands: Hands) -> None:
    give(desk, 30)
    pay(desk, 31)
    assert watch(desk).state == "stop"
    assert budget.reached(account(desk)).retry_at == datetime(2026, 12, 1, tzinfo=UTC)
    hands.at = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    assert watch(desk).state == "stop"
    hands.at = datetime(2026, 12, 1, tzinfo=UTC)
    assert watch(desk) == budget.Pace(1, 0.0, 0.0)
    assert (told(desk), account(desk).health) == (["stop", "free"], "unknown")


def test_the_year_ends_too() -> None:
    assert budget.next_month(datetime(2026, 12, 31, 23, tzinfo=UTC)) == datetime(2027, 1, 1, tzinfo=UTC)


def test_reading_goes_on_at_once_when_the_budget_is_raised_or_taken_away(desk: Desk) -> None:
    give(desk, 10)
    pay(desk, 11)
    assert watch(desk).state == "stop"
    give(desk, 100)
    assert (told(desk), watch(desk).state) == (["stop", "free"], "")
    give(desk, 10)
    give(desk, None)
    assert told(desk) == ["stop", "free", "stop", "free"]


def test_the_settings_budget_counts_for_an_x_account_that_has_none_of_its_own(desk: Desk) -> None:
    settings = load(MAJLIS_VAR_DIR=str(desk.settings.var_dir), MAJLIS_X_BUDGET_USD="5")
    pay(desk, 6)
    assert watch(desk, settings).state == "stop"
    give(desk, 50, settings)
    assert watch(desk, settings).state == ""
    page = Account(platform="facebook", native_id="1")
    assert not budget.allowance(page, settings).limited


def test_the_monthly_cap_of_posts_read_stops_reading_without_any_budget(desk: Desk) -> None:
    settings = load(MAJLIS_VAR_DIR=str(desk.settings.var_dir), MAJLIS_X_READS_MONTH="20")
    pay(desk, 0, posts=20)
    assert watch(desk, settings).state == "stop"
    assert budget.allowance(account(desk), load(MAJLIS_X_READS_MONTH="0")) == Allowance()
    assert budget.allowance(account(desk), desk.settings).posts == 3_000_000


@pytest.mark.parametrize("usd", [-0.01, 10**7, float("nan")])
def test_a_budget_nobody_means_is_refused(desk: Desk, usd: float) -> None:
    with pytest.raises(Invalid):
        give(desk, usd)


def test_who_does_not_look_after_accounts_sets_no_budget(desk: Desk) -> None:
    with desk.db.write() as session, pytest.raises(Forbidden):
        budget.set_budget(session, WORKER, session.get_one(Account, desk.account.id), 5, desk.settings)


def test_posts_of_people_leave_though_the_month_is_used_up(desk: Desk) -> None:
    give(desk, 1)
    pay(desk, 2)
    watch(desk)
    delivery = desk.queue()
    desk.send()
    assert desk.state(delivery)[0] == "published"


def test_by_setting_they_are_held_and_go_on_when_there_is_money_again(desk: Desk) -> None:
    desk.settings = load(MAJLIS_VAR_DIR=str(desk.settings.var_dir), MAJLIS_BUDGET_HOLDS_POSTS="1")
    give(desk, 1)
    pay(desk, 2)
    watch(desk)
    delivery = desk.queue()
    desk.send()
    assert (desk.state(delivery), desk.connector.calls) == (("held", "budget"), [])
    with desk.db.read() as session:
        (row,) = problems.board(session).rows
    assert (row.account, row.reason, row.count, row.may) == (desk.account.key, "budget", 1, ("raise_budget",))
    give(desk, 10)
    assert desk.state(delivery) == ("scheduled", "")
    desk.send()
    assert desk.state(delivery)[0] == "published"


def held_by_budget(desk: Desk) -> int:
    desk.settings = load(MAJLIS_VAR_DIR=str(desk.settings.var_dir), MAJLIS_BUDGET_HOLDS_POSTS="1")
    give(desk, 1)
    pay(desk, 2)
    delivery = desk.queue()
    desk.send()
    desk.send()
    assert desk.state(delivery) == ("held", "budget")
    return delivery


def test_when_the_setting_is_turned_off_what_it_held_goes_at_the_next_look(desk: Desk) -> None:
    delivery = held_by_budget(desk)
    desk.settings = load(MAJLIS_VAR_DIR=str(desk.settings.var_dir))
    assert watch(desk).state == "stop", "the pace is as it was"
    desk.send()
    assert desk.attempts(delivery) == [(1, "published")]


def test_in_the_next_month_it_goes_though_nothing_was_read_since(desk: Desk, hands: Hands) -> None:
    delivery = held_by_budget(desk)
    hands.at = datetime(2026, 12, 1, tzinfo=UTC)
    with desk.db.write() as session:
        session.get_one(Delivery, delivery).miss_after = None
    desk.send()
    assert desk.attempts(delivery) == [(1, "published")]
