"""Rate windows are read from the answers: no call is made only to be refused, and what is counted apart goes on."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors import gauge
from connectors.contract import Connector, Known, Outgoing, Surface
from connectors.transport import Answer
from core.clock import Hands, now
from core.errors import PlatformError, RateLimited
from tests.connectors.conftest import Build, House, Kept

SOON = datetime(2026, 11, 24, 6, 10, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


def window(left: object, limit: object, reset: object, name: str = "x-rate-limit") -> dict[str, str]:
    return {f"{name}-{part}": str(value) for part, value in (("remaining", left), ("limit", limit), ("reset", reset))}


QUARTER, DAY = int(SOON.timestamp()), int(TOMORROW.timestamp())
X_CASES: list[tuple[str, dict[str, str], datetime | None]] = [
    ("no headers", {}, None),
    ("plenty left", window(200, 300, QUARTER), None),
    ("nothing left", window(0, 300, QUARTER), SOON),
    ("only the spare part left", window(3, 300, QUARTER), SOON),
    ("one more than the spare part", window(4, 300, QUARTER), None),
    ("the last of a small window", window(1, 15, QUARTER), None),
    ("the limit is not told", {k: v for k, v in window(0, 0, QUARTER).items() if "limit-limit" not in k}, SOON),
    ("the day's window is used up", window(50, 100, QUARTER) | window(0, 100, DAY, "x-user-limit-24hour"), TOMORROW),
    ("the app's day too, and the later counts", window(0, 100, QUARTER) | window(0, 9, DAY, "x-app-limit-24hour"), TOMORROW),
    ("an end that is over", window(0, 300, QUARTER - 3600), None),
    ("an end absurdly far", window(0, 300, QUARTER + 10**6), None),
    ("no numbers", window("none", "many", "soon"), None),
    ("a number no calendar has", window(0, 300, 10**30), None),
]


@pytest.mark.parametrize(("why", "headers", "until"), X_CASES, ids=[case[0] for case in X_CASES])
def test_what_x_tells_of_a_window(hands: Hands, why: str, headers: dict[str, str], until: datetime | None) -> None:
    assert gauge.x("mentions", Answer(200, headers, {})) == ({"mentions": until} if until else {})


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({}, None),
        (window(50, 100, QUARTER), 49),
        (window(1, 100, QUARTER), 0),
        (window(7, 15, QUARTER), 7),
        (window("x", 1, 1), None),
    ],
)
def test_how_many_more_calls_a_window_takes_less_the_spare_part(headers: dict[str, str], left: int | None) -> None:
    assert gauge.left(Answer(201, headers, {})) == left


def usage(share: object, minutes: object = 0, name: str = "x-app-usage") -> dict[str, str]:
    told = {"call_count": share, "total_cputime": 3, "total_time": 3, "estimated_time_to_regain_access": minutes}
    return {name: json.dumps({"104": [{"type": "pages", **told}]} if "business" in name else told)}


BUSINESS = "x-business-use-case-usage"
META_CASES: list[tuple[str, dict[str, str], dict[str, int]]] = [
    ("no headers", {}, {}),
    ("little used", usage(20), {}),
    ("nearly all used: reading rests", usage(90), {"read": 15}),
    ("of the page", usage(93, name="x-page-usage"), {"read": 15}),
    ("of the business", usage(99, name=BUSINESS), {"read": 15}),
    ("all used: everything rests for the hour it counts", usage(100), {"": 60}),
    ("a time to wait is told", usage(100, 17, BUSINESS), {"": 17}),
    ("a time to wait though little is used", usage(4, 3, BUSINESS), {"": 3}),
    ("a time too long to be meant", usage(100, 10**12, BUSINESS), {"": 25 * 60}),
    ("not JSON", {"x-app-usage": "<html>", "x-page-usage": "[1]"}, {}),
    ("not numbers", usage("much", "long", BUSINESS), {}),
]


@pytest.mark.parametrize(("why", "headers", "minutes"), META_CASES, ids=[case[0] for case in META_CASES])
def test_what_meta_tells_of_its_allowance(hands: Hands, why: str, headers: dict[str, str], minutes: dict[str, int]) -> None:
    found = gauge.meta("read", Answer(200, headers, {}))
    assert found == {name: hands.at + timedelta(minutes=n) for name, n in minutes.items()}


def refused(call: object, *given: object) -> RateLimited:
    with pytest.raises(RateLimited) as caught:
        call(*given)  # type: ignore[operator] # each test gives a connector's method
    return caught.value


def test_x_is_not_called_before_the_window_it_told_of_opens_again(build: Build, hands: Hands) -> None:
    house = build("x")
    house.world.config.rate_limits = {"mentions": 2}
    house.connector.check()
    for _ in range(2):
        house.connector.fetch("mentions", None)
    error = refused(house.connector.fetch, "mentions", None)
    made = len(house.calls())
    hands.forward(minutes=14)
    assert refused(house.connector.fetch, "mentions", None).retry_at == error.retry_at
    assert len(house.calls()) == made, "nobody asked"
    house.connector.fetch("posts", None)
    house.connector.send(Outgoing("خبر"), Kept())
    hands.at = error.retry_at
    house.connector.fetch("mentions", None)
    assert 429 not in [r.status for r in house.world.recorder.records]


def test_a_full_window_of_posts_leaves_messages_and_hiding_free(build: Build) -> None:
    house = build("x")
    house.world.config.rate_limits = {"create": 1}
    comment = house.comment(house.post(), "سؤال")
    house.connector.send(Outgoing("خبر"), Kept())
    refused(house.connector.send, Outgoing("خبر آخر"), Kept())
    house.connector.hide(comment.id)
    house.connector.send(Outgoing("رد خاص", parent_id=comment.id, to_author=comment.author, private=True), Kept())
    assert 429 not in [r.status for r in house.world.recorder.records]
    assert set(house.connector.bill().shut) == {"public"}


@pytest.mark.parametrize("name", ["facebook", "instagram"])
def test_meta_is_read_no_more_when_nearly_all_is_used_and_what_people_wrote_still_leaves(
    build: Build, hands: Hands, name: str
) -> None:
    house = build(name)
    comment = house.comment(house.post(), "سؤال")
    house.world.config.graph_calls_per_hour = 10
    house.world.calls.clear()
    while len(house.calls()) < 9:
        house.connector.fetch("posts", None)
    error = refused(house.connector.fetch, "posts", None)
    assert error.retry_at == hands.at + gauge.REST
    with pytest.raises(RateLimited):
        house.connector.lookup([Known(house.id_of(comment), Surface.COMMENT, None, None, "", now())])
    assert len(house.calls()) == 9
    house.connector.hide(house.id_of(comment))
    assert refused(house.connector.hide, house.id_of(comment)).retry_at == hands.at + gauge.HOUR
    assert (len(house.calls()), {r.status for r in house.world.recorder.records}) == (10, {200})


@pytest.mark.parametrize("name", ["facebook", "instagram"])
def test_a_post_is_made_read_back_and_checked_while_listening_to_meta_rests(
    build: Build, steps: Kept, hands: Hands, name: str
) -> None:
    house = build(name)
    house.connector.heed({"read": hands.at + timedelta(minutes=10)})
    out = Outgoing("خبر", (house.image(),))
    sent = house.connector.send(out, steps)
    found = house.connector.find_existing(out, steps, sent_at=hands.at)
    house.connector.check()
    assert (found.sent.native_id if found.sent else "") == sent.native_id
    resting = [refused(house.connector.fetch, "posts", None), refused(house.connector.metrics, [sent.native_id])]
    assert [error.details["window"] for error in resting] == ["read", "read"], "the account itself is not limited"


def test_what_another_process_learned_is_heeded_and_forgotten_when_it_says_so(house: House, hands: Hands) -> None:
    until = hands.at + timedelta(minutes=5)
    house.connector.heed({"read": until, "me": until, "": until})
    assert refused(house.connector.check).retry_at == until
    assert house.calls() == []
    house.connector.heed({})
    house.connector.check()


def test_a_refusal_without_a_word_of_windows_is_remembered_all_the_same(house: House, hands: Hands) -> None:
    house.fault("429_no_headers", "GET")
    error = refused(house.connector.check)
    made = len(house.calls())
    assert refused(house.connector.check).retry_at == error.retry_at > now()
    assert len(house.calls()) == made
    assert error.retry_at in house.connector.bill().shut.values()


def test_each_call_that_left_is_counted_once_and_one_that_did_not_is_not(house: House) -> None:
    comment = house.comment(house.post(), "سؤال")
    house.connector.check()
    _act(house.connector, house.id_of(comment))
    house.connector.heed({name: now() + timedelta(hours=1) for name in ("", "me", "read")})
    with pytest.raises(PlatformError):
        house.connector.check()
    bill = house.connector.bill()
    methods = [method for method, _ in house.calls()]
    assert (bill.reads, bill.writes) == (methods.count("GET"), len(methods) - methods.count("GET"))
    again = house.connector.bill()
    assert (again.reads, again.writes) == (0, 0)


def _act(connector: Connector, native_id: str) -> None:
    """A write, where this backend has one for a comment."""
    if connector.capabilities.hide:
        connector.hide(native_id)
