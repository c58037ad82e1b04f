"""A storm of 5,000 comments: what is stored in the end is what was said, exactly, whatever broke on the way (issue 2 §5)."""

import random

import pytest

from core.clock import running
from core.db import Database
from inbox import figures
from tests.journeys.conftest import House, difference, told

#: 12 % delivered twice, edits, deletes, pages shuffled, a page that fails, an expired cursor, an answer cut, rate limits
STORM = {"n": 5000, "duplicates": 0.12, "edits": 0.04, "deletes": 0.04}
AFTERMATH = STORM | {"aftermath": True, "seed": 2}
SMALL = STORM | {"n": 900, "faults": False}
#: real counters beside the ordered 429s: the first reading needs more calls of X than this
NARROW = {"search": 25, "mentions": 14}
SEED = 20261124


def test_what_is_stored_equals_the_truth_although_the_reader_is_killed_again_and_again(house: House) -> None:
    house.order("config", rate_limits=NARROW)
    said = house.storm(**STORM)
    assert said["said"] + said["messages"] == STORM["n"]
    chance = random.Random(SEED)
    killed = [house.kill_after(house.start("sync"), chance.randrange(4, 40)) for _ in range(4)]
    assert all(killed), "a reader came to its end before it was killed: nothing was proved"

    passes = house.listen()
    problems = [code for one in passes for line in one["accounts"] for code in line["problems"].values()]
    assert "rate_limited" in problems
    assert house.faults() >= {"5xx", "expired_cursor", "half_after", "bad_json", "429"}
    assert difference(house.stored(), house.truth()) == []

    changed = house.storm(**AFTERMATH)
    assert changed["edited"] > 100
    assert changed["deleted"] > 100
    assert house.kill_after(house.start("sync"), chance.randrange(20, 60))
    house.listen()
    assert difference(house.stored(), house.truth()) == []
    each_account_is_heard_whole(house)


def each_account_is_heard_whole(house: House) -> None:
    """By the figures on the desk: completeness and "last heard" of each account."""
    db = Database(house.url)
    with running(house.clock), db.read() as session:
        channels = figures.channels(session, poll_s=90)
    db.dispose()
    assert [c.account.partition(":")[0] for c in channels] == ["facebook", "x", "instagram"]
    for channel in channels:
        assert (channel.completeness, channel.lost, channel.problems) == (1.0, 0, {})
        assert channel.again > 0
        assert channel.heard_at is not None


@pytest.mark.parametrize("killed", [False, True], ids=["both_live", "one_is_killed"])
def test_two_readers_at_once_store_nothing_twice_and_lose_nothing(house: House, killed: bool) -> None:
    house.storm(**SMALL)
    first, second = house.start("sync", "--json"), house.start("sync", "--json")
    if killed:
        assert house.kill_after(first, 30)
    else:
        told(first)
    told(second)
    house.listen()
    assert difference(house.stored(), house.truth()) == []
