"""Money and rate windows over the simulated platforms themselves: their own bill and their own record of calls are the truth."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from core.actors import OPERATING
from core.clock import Hands
from core.db import Database
from core.models import Account
from inbox.ingest import Pulled, pull
from outbox import budget
from outbox.models import Spending
from sandbox import acts, seed, server
from scheduler import metrics
from scheduler.timetable import Shift, drain
from tests.outbox.platforms import Open, Street, street


def hear(there: Street, *, full: bool = False) -> Pulled:
    return pull(there.db, there.account.id or 0, there.connect, there.settings, "w1", full=full)


def account(there: Street) -> Account:
    with there.db.read() as session:
        return session.get_one(Account, there.account.id)


def metered(there: Street) -> dict[str, int]:
    """By day, in 1/1,000,000 USD."""
    sums: Counter[str] = Counter()
    with there.db.read() as session:
        for row in session.exec(select(Spending).where(col(Spending.account_id) == there.account.id)):
            sums[row.day.isoformat()] += row.micros
    return {day: micros for day, micros in sums.items() if micros}


def billed(there: Street) -> dict[str, int]:
    """The same by X's own bill."""
    with there.running.world.lock:
        return {day: micros for day, micros in there.running.world.x_bills.micros.items() if micros}


def statuses(there: Street) -> Counter[int | None]:
    with there.running.world.lock:
        return Counter(record.status for record in there.running.world.recorder.records)


def calls(there: Street, ending: str) -> list[datetime]:
    """When calls of this address were made."""
    with there.running.world.lock:
        return [datetime.fromtimestamp(r.at, UTC) for r in there.running.world.recorder.records if r.path.endswith(ending)]


def give(there: Street, usd: float) -> None:
    with there.db.write() as session:
        budget.set_budget(session, OPERATING, session.get_one(Account, there.account.id), usd, there.settings)


def test_our_meter_is_xs_own_bill_over_days_of_reading_posting_and_answering(opened: Open) -> None:
    there = opened("x")
    for day in range(3):
        there.citizens_comment(f"سؤال {day}")
        there.queue("post", text=f"خبر {day}")
        there.queue("post", text=f"خبر {day} https://gov.example/{day}")
        there.queue("reply", text=f"جواب {day}")
        there.queue("private_reply", text=f"رد خاص {day}")
        for _ in range(4):
            hear(there)
            there.send()
            there.hands.forward(minutes=20)
        there.hands.at = datetime(2026, 11, 25 + day, 0, 0, 1, tzinfo=UTC)
    assert metered(there) == billed(there)
    assert len(billed(there)) == 3


def test_reading_the_same_all_day_is_charged_once_and_a_restart_does_not_charge_it_again(opened: Open) -> None:
    there = opened("x")
    for n in range(5):
        there.citizens_comment(f"سؤال {n}")
    hear(there, full=True)
    once = metered(there)
    for _ in range(3):
        there.hands.forward(minutes=2)
        there.connect._mine.__dict__.clear()  # as another process would: connectors that know nothing of before
        hear(there, full=True)
    assert metered(there) == billed(there) == once


def test_reading_stops_in_the_middle_when_the_month_is_used_up_and_goes_on_where_it_was(opened: Open) -> None:
    there = opened("x")
    with there.running.world.lock:
        who = acts.newcomer(there.running.world, "x", "sara_q")
        for n in range(350):
            acts.mention(there.running.world, "x", who, f"@{seed.X_USERNAME} {n}")
    give(there, 0.15)
    stopped = hear(there)
    assert (stopped.error.code if stopped.error else "", stopped.complete) == ("budget", False)
    assert stopped.retry_at == datetime(2026, 12, 1, tzinfo=UTC)
    spent, made = sum(billed(there).values()), sum(statuses(there).values())
    assert 150_000 <= spent <= 150_000 + 101 * 1000, "at most one page more than allowed"
    for full in (False, True):
        assert (hear(there, full=full).problems, sum(statuses(there).values())) == ({"": "budget"}, made), "nothing is called"
    give(there, 100)
    assert (hear(there).complete, stopped.new + hear(there).new < 351) == (True, True)
    assert account(there).health == "ok"


def test_without_credit_x_is_asked_once_an_hour_and_whoever_asks_himself_is_heard(opened: Open) -> None:
    there = opened("x")
    there.fault("credits_depleted", method="GET", times=1000)
    hear(there)
    made = sum(statuses(there).values())
    for _ in range(20):
        there.hands.forward(minutes=2)
        assert hear(there).problems == {"": "spend_cap"}
    assert sum(statuses(there).values()) == made
    hear(there, full=True)
    assert sum(statuses(there).values()) > made
    there.hands.forward(minutes=61)
    with there.running.world.lock:
        there.running.world.faults.clear()
    assert hear(there).complete


def test_what_was_held_for_want_of_credit_goes_on_once_x_is_read_again(opened: Open) -> None:
    there = opened("x")
    delivery = there.queue("post")
    there.fault("credits_depleted", method="", times=1000)
    for _ in range(5):
        hear(there)
        there.send()
        there.hands.forward(minutes=30)
    assert (there.get(delivery).state, there.get(delivery).reason) == ("held", "spend_cap")
    assert there.calls("/2/tweets") == 1
    with there.running.world.lock:
        there.running.world.faults.clear()
    there.hands.forward(minutes=61)
    assert hear(there).complete
    there.send()
    assert (there.get(delivery).state, account(there).health) == ("published", "ok")


def test_that_x_is_read_says_nothing_of_credit_where_it_always_was(opened: Open) -> None:
    there = opened("x")
    delivery = there.queue("post")
    there.fault("credits_depleted", "/2/tweets$", times=1000)
    for _ in range(5):
        there.send()
        assert hear(there).complete
        there.hands.forward(minutes=61)
    assert (there.get(delivery).state, account(there).health) == ("held", "spend_cap")
    assert there.calls("/2/tweets") == 1


def test_two_hours_of_reading_within_x_s_windows_meet_no_refusal_and_other_lists_flow(opened: Open) -> None:
    there = opened("x")
    with there.running.world.lock:
        there.running.world.config.rate_limits = {"mentions": 3, "dm_read": 2}
    began = there.hands.at
    while there.hands.at < began + timedelta(hours=2):
        hear(there)
        there.connect._mine.__dict__.clear()  # the next reading is another process's
        there.hands.forward(seconds=90)
    assert statuses(there).keys() == {200}
    made = calls(there, "/mentions")
    windows = Counter((at - made[0]) // timedelta(minutes=15, seconds=1) for at in made)
    assert max(windows.values()) <= 3
    assert len(made) >= 3 * 7, "every window is used"
    assert len(calls(there, "/tweets")) >= 2 * 80, "our own posts are read at every turn"


def test_posts_behind_a_window_wait_for_its_end_while_answers_of_another_kind_leave(opened: Open) -> None:
    there = opened("x")
    with there.running.world.lock:
        there.running.world.config.rate_limits = {"create": 2}
    posts = [there.queue("post", text=f"خبر {n}") for n in range(5)]
    direct, hidden = there.queue("private_reply"), there.queue("hide")
    began = there.hands.at
    for _ in range(60):
        there.send()
        there.connect._mine.__dict__.clear()
        there.hands.forward(minutes=1)
    assert {there.get(i).state for i in (*posts, direct, hidden)} == {"published"}
    assert [there.get(i).attempts for i in (*posts, direct, hidden)] == [1] * 7
    assert {there.get(i).published_at for i in (direct, hidden)} == {began}
    assert 429 not in statuses(there)
    assert len(calls(there, "/2/tweets")) == 5


def test_thirty_posts_of_one_second_side_by_side_do_not_overrun_the_window(opened: Open) -> None:
    there = opened("x")
    with there.running.world.lock:
        there.running.world.config.rate_limits = {"create": 20}
    posts = [there.queue("post", text=f"خبر {n}") for n in range(30)]
    shift = Shift(there.settings, there.db, there.connect, "w1")
    assert [drain(shift, there.account.id or 0) for _ in range(2)] == [20, 0]
    there.hands.forward(minutes=16)
    assert drain(shift, there.account.id or 0) == 10
    assert all(lanes.close(30) for lanes in (shift.lanes, shift.senders, shift.readers))
    assert [there.get(i).state for i in posts] == ["published"] * 30
    assert 429 not in statuses(there)


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_meta_is_read_up_to_its_share_and_never_throttled_while_people_publish(opened: Open, platform: str) -> None:
    there = opened(platform)
    for n in range(3):
        there.citizens_comment(f"سؤال {n}")
    with there.running.world.lock:
        there.running.world.config.graph_calls_per_hour = 60
    began, published = there.hands.at, list[int]()
    while there.hands.at < began + timedelta(hours=3):
        hear(there)
        if len(published) < 3 and there.hands.at >= began + timedelta(minutes=40 * (len(published) + 1)):
            published.append(there.queue("post", pictures=1, text=f"خبر {len(published)}"))
        there.send()
        there.connect._mine.__dict__.clear()
        there.hands.forward(seconds=90)
    assert statuses(there).keys() == {200}
    assert [there.get(i).state for i in published] == ["published"] * 3


def test_another_account_is_read_while_one_waits(
    opened: Open, db: Database, hands: Hands, sandbox: server.Running, tmp_path: Path
) -> None:
    there = opened("x")
    page = street(db, hands, sandbox, "facebook", tmp_path)
    give(there, 0)
    assert (hear(there).problems, hear(page).complete) == ({"": "budget"}, True)


def test_a_nearly_used_budget_leaves_out_look_ups_of_old_items(opened: Open) -> None:
    there = opened("x")
    there.citizens_comment("قديم")
    hear(there, full=True)
    there.hands.forward(hours=3)
    there.citizens_comment("جديد")
    give(there, 0.03)
    asked = len(calls(there, "/2/tweets"))
    assert (hear(there, full=True).complete, account(there).health) == (True, "ok")
    assert len(calls(there, "/2/tweets")) == asked, "what is three hours old is not asked for again"
    give(there, 100)
    hear(there, full=True)
    assert len(calls(there, "/2/tweets")) > asked


def test_figures_of_our_posts_wait_while_the_budget_is_nearly_used_up(opened: Open) -> None:
    there = opened("x")
    with there.running.world.lock:
        post = acts.post(there.running.world, "x", "خبر")
    with there.db.write() as session:
        metrics.watch(session, [(there.account.id or 0, post.id, there.hands.at)])
    there.hands.forward(minutes=2)
    give(there, 0)
    assert metrics.read(there.db, there.connect) == 0
    assert calls(there, "/2/tweets") == []
    give(there, 100)
    assert metrics.read(there.db, there.connect) == 1


def test_a_full_days_quota_of_posts_on_instagram_stops_neither_answers_nor_reading(opened: Open) -> None:
    there = opened("instagram")
    with there.running.world.lock:
        there.running.world.config.instagram_quota = 1
    first, second = (there.queue("post", pictures=1, text=f"خبر {n}") for n in range(2))
    there.send()
    assert [there.get(i).state for i in (first, second)] == ["published", "scheduled"]
    made = sum(statuses(there).values())
    there.send()
    assert sum(statuses(there).values()) == made, "nobody asks again within the hour"
    answer, hidden = there.queue("reply", text="جواب"), there.queue("hide")
    there.send()
    assert [there.get(i).state for i in (second, answer, hidden)] == ["scheduled", "published", "published"]
    assert hear(there).complete
