"""What charts and the public's figures are read from: counters alone, and they tell the whole truth."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from connectors.contract import Surface
from core.actors import Actor
from core.clock import Hands
from core.db import Database
from core.errors import Unavailable
from inbox import figures, work
from inbox.models import Item
from inbox.tally import bucket, today

COMPLAINT = "أشتكي من الشركة، لم أستلم راتبي منذ شهرين"


@pytest.fixture
def lively(db: Database, desk: Any, say: Any, agent: Actor, hands: Hands) -> Database:
    """Today: a complaint answered after two hours, an inquiry that waits, words of our own, a private message."""
    ids = desk.take(
        say("c1", COMPLAINT, created_at=hands() - timedelta(hours=2)),
        say("c2"),
        say("p1", own=True),
        say("m1", surface=Surface.DIRECT),
    ).new_ids
    with db.write() as session:
        work.mark(session, agent, session.get_one(Item, ids[0]), "answered")
    return db


def test_a_day_counts_what_the_public_said_and_what_is_answered(lively: Database) -> None:
    with lively.read() as session:
        (day,) = figures.by_day(session, today(), today())
    assert (day.platform, day.account, day.received, day.answered) == ("facebook", "facebook:100", 3, 1)


def test_a_quantile_is_of_the_answers_themselves() -> None:
    buckets = Counter(bucket(60 * minutes) for minutes in range(1, 101))
    assert figures.quantile(buckets, 0.5) == pytest.approx(50, rel=0.02)
    assert figures.quantile(buckets, 0.9) == pytest.approx(90, rel=0.02)
    assert figures.quantile(Counter(), 0.5) is None


def test_a_kind_is_counted_by_day(lively: Database) -> None:
    with lively.read() as session:
        assert figures.split(session, "kind", today(), today())["complaint"] == 1
        assert "complaint" not in figures.split(session, "public", today() - timedelta(days=3), today() - timedelta(days=1))


def test_a_private_message_is_not_among_what_stands_in_public(lively: Database) -> None:
    with lively.read() as session:
        said, public = (sum(figures.split(session, name, today(), today()).values()) for name in ("kind", "public"))
    assert (said, public) == (3, 2)


def channel(ear: Any) -> figures.Channel:
    with ear.desk.db.read() as session:
        (one,) = figures.channels(session, poll_s=90)
    return one


def test_an_account_never_read_has_no_completeness(ear: Any) -> None:
    one = channel(ear)
    assert (one.completeness, one.heard_at) == (None, None)


def test_completeness_is_the_share_of_streams_read_whole_and_in_time(ear: Any, say: Any, hands: Hands) -> None:
    ear.platform.said = {"comments": [say("c1")], "mentions": []}
    away = Unavailable(account="facebook:100")
    ear.platform.trouble = [None, away, away]
    ear.hear()
    one = channel(ear)
    assert (one.completeness, one.problems, one.heard_at) == (0.5, {"mentions": "unavailable"}, hands())
    ear.hear()
    assert channel(ear).completeness == 1.0
    hands.forward(minutes=5)
    assert channel(ear).completeness == 0.0, "nobody has read for three intervals"


def test_everything_shown_is_stored_or_was_stored_already(ear: Any, say: Any) -> None:
    one = say("c1")
    ear.platform.said["comments"] = [one, one, say("c2")]
    ear.hear()
    heard = channel(ear)
    assert (heard.shown, heard.stored, heard.again, heard.lost) == (3, 2, 1, 0)
