"""Reading an account: to its end, past what breaks, and never with a cursor ahead of its rows."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from core.clock import Hands
from core.db import Database
from core.errors import CursorExpired, Disconnected, RateLimited, SpendCapReached, TokenExpired, Unavailable
from core.models import Account
from inbox import aside, reading, receive, streams
from inbox.models import Item, Stream
from inbox.sync import sync

ACCOUNT = "facebook:100"


def test_a_stream_is_read_to_its_end_and_then_from_its_cursor(ear: Any, say: Any) -> None:
    ear.platform.said["comments"] = [say(f"c{n}") for n in range(5)]
    assert (ear.hear().new, ear.stream().cursor) == (5, "5")
    ear.platform.said["comments"].append(say("c5"))
    assert ear.hear().new == 1
    assert ear.platform.asked[3] == "comments 5"


def test_a_page_that_fails_once_is_asked_for_once_more(ear: Any, say: Any) -> None:
    ear.platform.said["comments"] = [say("c0")]
    ear.platform.trouble = [Unavailable(account=ACCOUNT)]
    assert ear.hear().complete
    assert ear.stored() == ["c0"]


def test_a_page_that_fails_twice_is_reported_and_the_next_reading_goes_on_there(ear: Any, say: Any) -> None:
    ear.platform.said["comments"] = [say(f"c{n}") for n in range(4)]
    ear.platform.trouble = [None, Unavailable(account=ACCOUNT), Unavailable(account=ACCOUNT)]
    broken = ear.hear()
    assert (broken.complete, broken.problems, ear.stored()) == (False, {"comments": "unavailable"}, ["c0", "c1"])
    assert ear.hear().complete
    assert ear.stored() == ["c0", "c1", "c2", "c3"]


def test_an_expired_cursor_begins_again_and_stores_nothing_twice(ear: Any, say: Any) -> None:
    ear.platform.said["comments"] = [say(f"c{n}") for n in range(4)]
    ear.platform.trouble = [None, CursorExpired(account=ACCOUNT)]
    assert ear.hear().complete
    assert ear.stored() == ["c0", "c1", "c2", "c3"]


def test_a_platform_that_forgets_every_cursor_is_left_for_the_next_time(ear: Any, say: Any) -> None:
    ear.platform.said["comments"] = [say(f"c{n}") for n in range(4)]
    ear.platform.trouble = [None, *([CursorExpired(account=ACCOUNT), None] * 10)]
    assert ear.hear().problems == {"comments": "cursor_expired"}


def test_a_rate_window_is_reported_and_kept_without_a_call(ear: Any, say: Any, hands: Hands) -> None:
    ear.platform.said = {"comments": [say("c0")], "mentions": [say("m0")]}
    until = hands() + timedelta(minutes=15)
    ear.platform.trouble = [RateLimited(account=ACCOUNT, retry_at=until)]
    limited = ear.hear()
    assert (limited.retry_at, limited.problems, ear.stored()) == (until, {"comments": "rate_limited"}, ["m0"])
    ear.platform.asked.clear()
    ear.hear()
    assert "comments None" not in ear.platform.asked
    hands.forward(minutes=16)
    assert ear.hear().complete
    assert ear.stored() == ["m0", "c0"]


@pytest.mark.parametrize("error", [TokenExpired, SpendCapReached])
def test_after_a_hopeless_error_nothing_more_is_asked(ear: Any, say: Any, error: Any) -> None:
    ear.platform.said = {"comments": [say("c0")], "mentions": [say("m0")]}
    ear.platform.trouble = [error(account=ACCOUNT)]
    ear.hear()
    assert ear.platform.asked == ["comments None"]


def test_a_stream_without_permission_leaves_the_others_working(ear: Any, say: Any) -> None:
    ear.platform.said = {"comments": [say("c0")], "mentions": [say("m0")]}
    ear.platform.trouble = [Disconnected(account=ACCOUNT)]
    assert ear.hear().problems == {"comments": "disconnected"}
    assert ear.stored() == ["m0"]


def test_the_first_reading_goes_back_as_far_as_is_wanted(ear: Any, say: Any, hands: Hands) -> None:
    old = say("old", created_at=hands() - timedelta(days=9))
    ear.platform.said["comments"] = [old, say("new")]
    ear.desk.settings = ear.desk.settings.model_copy(update={"backfill_days": 2})
    ear.hear()
    assert ear.stored() == ["new"]


class Killed(BaseException):
    """The process ends here, as by kill -9: nobody catches it."""


@pytest.mark.parametrize("point", range(1, 7))
def test_wherever_a_reader_dies_its_cursor_is_not_ahead_of_its_rows(
    ear: Any, say: Any, monkeypatch: pytest.MonkeyPatch, point: int
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 1)
    ear.platform.said["comments"] = [say(f"c{n}") for n in range(6)]
    left, stores = point, (receive.receive, streams.keep)

    def dying(step: Any) -> Any:
        def called(*given: Any, **named: Any) -> Any:
            nonlocal left
            made = step(*given, **named)
            left -= 1
            if left == 0:
                raise Killed
            return made

        return called

    monkeypatch.setattr(reading, "receive", dying(stores[0]))
    monkeypatch.setattr(streams, "keep", dying(stores[1]))
    with pytest.raises(Killed):
        ear.hear()
    covered = int(ear.stream().cursor or 0)
    assert ear.stored()[:covered] == [f"c{n}" for n in range(covered)]
    monkeypatch.undo()
    ear.hear(full=True)
    assert ear.stored() == [f"c{n}" for n in range(6)]


def test_a_stream_that_another_reader_holds_is_not_read_unless_a_person_asks(ear: Any, say: Any, db: Database) -> None:
    ear.platform.said["comments"] = [say("c0")]
    with db.write() as session:
        streams.begin(session, ear.desk.account, "comments", "other", timedelta(minutes=2), take_over=False)
    assert not ear.hear().complete
    assert ear.stored() == []
    assert ear.hear(full=True).complete


def test_the_stream_of_a_dead_reader_is_free_after_its_lease(ear: Any, say: Any, db: Database, hands: Hands) -> None:
    ear.platform.said["comments"] = [say("c0")]
    with db.write() as session:
        streams.begin(session, ear.desk.account, "comments", "dead", timedelta(minutes=2), take_over=False)
    hands.forward(minutes=3)
    assert ear.hear().complete


def test_a_reader_that_died_a_year_ahead_keeps_nobody_from_reading(ear: Any, say: Any, hands: Hands) -> None:
    ear.platform.said["comments"] = [say("c0")]
    hands.forward(days=365)
    with ear.desk.db.write() as session:
        streams.begin(session, ear.desk.account, "comments", "dead", timedelta(minutes=2), take_over=False)
    hands.forward(days=-365)
    assert ear.hear().new == 1


def test_no_transaction_is_open_while_the_platform_answers(ear: Any, say: Any, db: Database) -> None:
    ear.platform.said["comments"] = [say("c0")]

    def others_write() -> None:
        with db.write() as session:
            account = session.get_one(Account, ear.desk.account.id, with_for_update={"nowait": True})
            account.name += "."
            session.add(account)

    ear.platform.before_answer = others_write
    assert ear.hear().complete


def test_a_message_we_fail_at_is_set_aside_and_stops_no_other(
    ear: Any, say: Any, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear.platform.said["comments"] = [say("c0"), say("bad", "سم"), say("c2")]
    whole = receive.receive

    def fails(session: Any, account: Any, messages: Any, *more: Any, **named: Any) -> Any:
        if any(message.native_id == "bad" for message in messages):
            raise ZeroDivisionError
        return whole(session, account, messages, *more, **named)

    monkeypatch.setattr(reading, "receive", fails)
    assert ear.hear().complete
    assert (ear.stored(), ear.stream().cursor) == (["c0", "c2"], "3")
    with db.read() as session:
        kept = aside.newest(session)
    assert [(one.family, one.problem) for one in kept] == [("page", f"failed:ZeroDivisionError {ACCOUNT}")]


def test_an_account_that_fails_leaves_the_others_working(ear: Any, say: Any, db: Database) -> None:
    with db.write() as session:
        session.add(Account(platform="x", native_id="1"))
    ear.platform.said["comments"] = [say("c0")]

    def connect(account: Account) -> Any:
        if account.platform == "x":
            raise RuntimeError("a fault of ours")
        return ear.platform

    told = sync(db, connect, ear.desk.settings, "w1")
    assert [(line["account"], line["new"], line["error"]) for line in told["accounts"]] == [(ACCOUNT, 1, None), ("x:1", 0, "error")]
    assert told["complete"] is False


def test_a_finished_reading_says_when(ear: Any, say: Any, hands: Hands, db: Database) -> None:
    ear.platform.said["comments"] = [say("c0")]
    ear.hear()
    with db.read() as session:
        row = session.exec(select(Stream).where(Stream.name == "comments")).one()
        assert (row.read_at, row.problem, row.shown, row.worker) == (hands(), "", 1, "")
        assert session.get_one(Account, ear.desk.account.id).heard_at == hands()
        assert session.exec(select(Item)).one().received_at == hands()
