"""What came of our posts is read back, often at first and then ever more seldom, by one worker, and shown as figures."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import select

from connectors.contract import Message, Reading, Surface
from core import errors
from core.clock import Hands
from core.models import Account
from inbox.receive import receive
from policies import edition
from scheduler import figures, metrics
from scheduler.metrics import AGES
from scheduler.models import Metric, Watched
from tests.scheduler.conftest import Office


def published(office: Office, *platforms: str) -> None:
    office.scheduled(*platforms, at=office.hands.at)
    office.send()


def read(office: Office) -> int:
    return metrics.read(office.db, office.connect)


def calls(office: Office) -> list[int]:
    return [office.connectors[p].calls.count("metrics") for p in ("facebook", "x")]


def test_readings_grow_ever_more_seldom_and_end() -> None:
    assert list(AGES) == sorted(AGES)
    assert all(later - sooner >= sooner / 2 for sooner, later in pairwise(AGES[2:]))
    assert (AGES[0], AGES[-1]) == (timedelta(minutes=1), timedelta(days=30))


@pytest.mark.parametrize(("age_s", "next_s"), [(0, 60), (59, 60), (60, 300), (299, 300), (3600, 10800), (30 * 86400, None)])
def test_when_a_post_is_read_next(hands: Hands, age_s: int, next_s: int | None) -> None:
    born = hands.at
    expected = None if next_s is None else born + timedelta(seconds=next_s)
    assert metrics.next_reading(born, born + timedelta(seconds=age_s)) == expected


def test_a_post_is_read_at_its_ages_and_not_in_between(office: Office) -> None:
    published(office, "x")
    for seconds in (30, 30, 100, 140):  # at 0:30, 1:00, 2:40, 5:00
        office.hands.forward(seconds=seconds)
        read(office)
    assert calls(office) == [0, 2]


def test_a_worker_that_was_away_reads_once_not_once_an_age(office: Office) -> None:
    published(office, "x")
    office.hands.forward(days=2, seconds=1)
    assert [read(office), read(office)] == [1, 0]


def test_after_a_month_it_is_read_no_more(office: Office) -> None:
    published(office, "x")
    office.hands.forward(days=30)
    read(office)
    with office.db.read() as session:
        assert session.exec(select(Watched.next_at)).one() is None


def test_several_workers_pay_for_one_reading(office: Office) -> None:
    published(office, "facebook", "x")
    office.hands.forward(minutes=1)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: read(office), range(4))) == 2
    assert calls(office) == [1, 1]


def test_a_failing_account_does_not_stop_the_others_and_its_health_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(native_ids: Sequence[str]) -> Sequence[Reading]:
        raise errors.Disconnected(account="facebook:1", detail="10")

    monkeypatch.setattr(office.connectors["facebook"], "metrics", refuse)
    published(office, "facebook", "x")
    office.hands.forward(minutes=1)
    assert read(office) == 1
    with office.db.read() as session:
        assert session.get_one(Account, office.ids("facebook")[0]).health == "disconnected"


@pytest.mark.parametrize("error", [errors.Rejected, errors.NotPossible, errors.Gone])
def test_a_refusal_of_one_post_says_nothing_of_the_account(
    office: Office, monkeypatch: pytest.MonkeyPatch, error: type[errors.PlatformError]
) -> None:
    def refuse(native_ids: Sequence[str]) -> Sequence[Reading]:
        raise error(account="facebook:1", detail="100")

    monkeypatch.setattr(office.connectors["facebook"], "metrics", refuse)
    published(office, "facebook")
    office.hands.forward(minutes=1)
    read(office)
    with office.db.read() as session:
        assert session.get_one(Account, office.ids("facebook")[0]).health == "unknown"


def test_an_account_in_its_rate_window_is_not_asked(office: Office) -> None:
    published(office, "x")
    with office.db.write() as session:
        session.get_one(Account, office.ids("x")[0]).retry_at = office.hands.at + timedelta(minutes=15)
    office.hands.forward(minutes=1)
    read(office)
    assert calls(office) == [0, 0]


def test_every_reading_is_kept_and_the_same_twice_is_one(office: Office) -> None:
    published(office, "x")
    account, native_id = office.ids("x")[0], office.everything()[0].external_id

    def keep(at: datetime, likes: int) -> None:
        with office.db.write() as session:
            metrics.keep(session, account, [Reading(native_id, at, {"likes": likes, "views": 70})])

    first, second = office.hands.at, office.hands.at + timedelta(minutes=5)
    for at, likes in ((first, 3), (first, 3), (second, 8)):
        keep(at, likes)
    with office.db.read() as session:
        assert figures.series(session, account, native_id, "likes") == [(first, 3), (second, 8)]
        assert len(session.exec(select(Metric)).all()) == 4
        (one,) = figures.newest(session)
    assert (one.values, one.engagement, one.text) == ({"likes": 8, "views": 70}, 8, "خبر")


def test_what_was_written_in_the_platforms_own_app_is_watched_too(office: Office) -> None:
    def ours(native_id: str, surface: Surface = Surface.POST, *, own: bool = True) -> Message:
        return Message("x:1", native_id, surface, "1" if own else "2", "كلام", office.hands.at, own=own)

    with office.db.write() as session:
        heard = [ours("10"), ours("11", Surface.REPLY), ours("12", own=False)]
        receive(session, office.accounts["x"], heard, edition.current(), settings=office.settings)
    assert [metrics.find_new(office.db), metrics.find_new(office.db)] == [1, 0]
    with office.db.read() as session:
        assert session.exec(select(Watched.native_id)).all() == ["10"]


def test_two_workers_that_look_for_new_posts_for_the_first_time_both_end_well(office: Office) -> None:
    with office.db.write() as session:
        heard = [Message("x:1", "10", Surface.POST, "1", "كلام", office.hands.at, own=True)]
        receive(session, office.accounts["x"], heard, edition.current(), settings=office.settings)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: metrics.find_new(office.db), range(4))) == 1


def test_what_could_not_be_read_in_a_rate_window_is_read_when_it_opens(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    published(office, "x")
    office.hands.forward(days=7)
    opens = office.hands.at + timedelta(minutes=15)

    def limited(native_ids: Sequence[str]) -> Sequence[Reading]:
        raise errors.RateLimited(account="x:1", retry_at=opens)

    with monkeypatch.context() as patch:
        patch.setattr(office.connectors["x"], "metrics", limited)
        assert read(office) == 0
    with office.db.read() as session:
        assert session.exec(select(Watched.next_at)).one() == opens, "not a week later, when its next age comes"
    office.hands.forward(minutes=15)
    assert read(office) == 1


def broken(native_ids: Sequence[str]) -> Sequence[Reading]:
    raise KeyError("public_metrics")


def odd(native_ids: Sequence[str]) -> Sequence[Reading]:
    return [Reading(native_ids[0], None, {"likes": 3})]  # type: ignore[arg-type] # no instant: what a defect of ours makes of it


@pytest.mark.parametrize("fault", [broken, odd])
def test_a_reading_that_a_defect_spoilt_is_made_up_for_and_stops_no_other_account(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    published(office, "facebook", "x")
    office.hands.forward(days=7)
    with monkeypatch.context() as patch:
        patch.setattr(office.connectors["facebook"], "metrics", fault)
        assert read(office) == 1
    office.hands.forward(minutes=59)
    assert read(office) == 0
    office.hands.forward(minutes=1)
    assert read(office) == 1, "not a week later, when its next age comes"
    with office.db.read() as session:
        assert set(session.exec(select(Watched.next_at))) == {office.hands.at - timedelta(days=7, hours=1) + AGES[-2]}


def test_an_account_that_can_not_be_opened_now_is_read_later(office: Office) -> None:
    published(office, "x")
    office.hands.forward(days=30)

    def sealed(account: Account) -> Any:
        raise errors.ConfigurationError(name="MAJLIS_KEYS", why="no key")

    assert metrics.read(office.db, sealed) == 0
    office.hands.forward(hours=1)
    assert read(office) == 1


def test_a_worker_that_dies_in_the_middle_of_a_reading_loses_none(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(native_ids: Sequence[str]) -> Sequence[Reading]:
        raise KeyboardInterrupt

    published(office, "x")
    office.hands.forward(days=7)
    with monkeypatch.context() as patch:
        patch.setattr(office.connectors["x"], "metrics", killed)
        with pytest.raises(KeyboardInterrupt):
            read(office)
    office.hands.forward(hours=1)
    assert read(office) == 1


def test_what_fails_for_ever_is_given_up_a_week_after_its_last_age(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    published(office, "x")
    monkeypatch.setattr(office.connectors["x"], "metrics", broken)
    for days in (30, 6):
        office.hands.forward(days=days)
        read(office)
        with office.db.read() as session:
            assert session.exec(select(Watched.next_at)).one() == office.hands.at + timedelta(hours=1)
    office.hands.forward(days=1)
    read(office)
    with office.db.read() as session:
        assert session.exec(select(Watched.next_at)).one() is None


def test_of_one_account_no_more_posts_are_asked_for_in_one_go_than_its_platform_takes(office: Office) -> None:
    born = office.hands.at
    with office.db.write() as session:
        for platform, count in (("facebook", 30), ("x", 120)):
            metrics.watch(session, [(office.ids(platform)[0], f"{platform}{n}", born) for n in range(count)])
    office.hands.forward(minutes=1)
    assert [read(office) for _ in range(3)] == [25 + 100, 5 + 20, 0]
