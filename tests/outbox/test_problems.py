"""The problems board: everything that did not simply go, why, whose turn it is, until when, and what one may do about it."""

from datetime import timedelta

import pytest

from core import errors
from core.actors import Actor
from core.clock import Hands
from core.i18n import LANGS, Lang, catalogue, t
from core.models import Account
from outbox import decide, pause, problems
from outbox.accounts import disable
from outbox.models import Delivery
from outbox.problems import Board, Trouble
from outbox.reasons import in_words
from outbox.windows import shut
from tests.outbox.outbox_wall import ACCOUNT, Desk


def board(desk: Desk) -> Board:
    with desk.db.read() as session:
        return problems.board(session, settings=desk.settings)


def only(desk: Desk) -> Trouble:
    (row,) = board(desk).rows
    return row


def test_what_simply_goes_or_is_planned_is_no_problem(desk: Desk, hands: Hands) -> None:
    desk.queue("gone")
    desk.send()
    desk.queue("later", at=hands.at + timedelta(days=1))
    desk.queue("due this minute")
    assert board(desk) == Board((), more=False)


def test_one_that_nobody_can_know_of_is_read_back_then_a_person_is_asked(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("cut_before")
    delivery, sent_at = desk.queue("Good news"), hands.at
    desk.send()
    hands.forward(seconds=30)
    row = only(desk)
    steps = desk.settings.reconcile_steps_s
    assert (row.delivery, row.state, row.owner, row.then, row.may) == (delivery, "uncertain", "worker", "asks", ())
    assert (row.deadline, row.age) == (sent_at + 2 * timedelta(seconds=steps[-1]), timedelta(seconds=30))
    for _ in range(20):
        hands.forward(seconds=60)
        desk.reconcile()
    row = only(desk)
    assert (row.state, row.owner, row.then, row.may) == (
        "needs_decision",
        "delivery.decide",
        "cancelled",
        ("again", "adopt", "give_up"),
    )
    assert (row.text, row.attempts, row.deadline) == ("Good news", 1, sent_at + timedelta(days=30))


def test_what_was_missed_asks_and_says_until_when(desk: Desk, hands: Hands) -> None:
    desk.queue(at=hands.at - timedelta(hours=3), grace_s=3600, expires_at=hands.at + timedelta(hours=5))
    desk.send()
    row = only(desk)
    assert (row.reason, row.may, row.then, row.deadline) == (
        "missed",
        ("again", "give_up"),
        "expires",
        hands.at + timedelta(hours=5),
    )
    assert row.age == timedelta(hours=3)


def test_what_was_missed_and_is_wanted_no_more_offers_no_second_try(desk: Desk, hands: Hands, manager: Actor) -> None:
    delivery = desk.queue(at=hands.at - timedelta(hours=3), grace_s=3600)
    desk.send()
    with desk.db.write() as session:
        one = session.get_one(Delivery, delivery)
        one.guard_arg = {**one.guard_arg, "stopped": True}
    assert only(desk).may == ("give_up",)
    with desk.db.write() as session, pytest.raises(errors.WrongState):
        decide.publish_again(session, manager, session.get_one(Delivery, delivery))


def test_an_account_that_lost_its_token_is_one_row_however_much_it_holds(desk: Desk) -> None:
    desk.connector.faults.append("token")
    desk.connector.well = ValueError("no")
    for n in range(5):
        desk.queue(f"post {n}")
    desk.send()
    row = only(desk)
    assert (row.delivery, row.account, row.reason, row.count) == (None, "x:1", "token_expired", 5)
    assert (row.owner, row.may) == ("account.admin", ("reconnect",))


def test_a_disabled_account_is_one_row_too(desk: Desk, manager: Actor) -> None:
    desk.queue("one")
    desk.queue("two")
    admin = Actor("user:6", frozenset({"account.admin"}), 6)
    with desk.db.write() as session:
        disable(session, admin, session.get_one(Account, desk.account.id))
    assert (only(desk).reason, only(desk).count, only(desk).may) == ("account_inactive", 2, ("enable",))


def test_during_a_pause_one_row_says_so_and_after_it_each_is_to_be_confirmed(desk: Desk, manager: Actor) -> None:
    ids = [desk.queue(f"post {n}") for n in range(3)]
    with desk.db.write() as session:
        pause.press(session, manager, "mourning")
    desk.send()
    row = only(desk)
    assert (row.delivery, row.count, row.owner, row.may) == (None, 3, "pause.press", ("lift", "permit"))
    with desk.db.write() as session:
        pause.lift(session, manager)
    rows = board(desk).rows
    assert [(r.delivery, r.owner, r.may) for r in rows] == [(i, "delivery.decide", ("release", "give_up")) for i in ids]
    with desk.db.write() as session:
        decide.confirm(session, manager, ids)
    assert board(desk).rows == ()


def test_what_the_platform_refused_is_told_for_a_week(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("rejected")
    desk.queue()
    desk.send()
    row = only(desk)
    assert (row.state, row.owner, row.then, row.may) == ("refused", "post.write", "forgotten", ("write_anew",))
    assert row.why("en") == "The platform refused it (code 187)"
    hands.forward(days=7, seconds=1)
    assert board(desk).rows == ()


def test_what_is_due_and_untried_says_that_no_worker_came(desk: Desk, hands: Hands) -> None:
    for n in range(3):
        desk.queue(f"post {n}", grace_s=3600)
    hands.forward(minutes=3)
    row = only(desk)
    assert (row.reason, row.count, row.may, row.then) == ("not_tried", 3, ("start_worker",), "asks")
    assert row.deadline == hands.at + timedelta(minutes=57)


def test_what_waits_behind_a_rate_window_says_when_it_goes_on(desk: Desk, hands: Hands) -> None:
    desk.queue("one")
    desk.queue("two")
    opens = hands.at + timedelta(minutes=15)
    with desk.db.write() as session:
        shut(session, session.get_one(Account, desk.account.id), "public", opens)
    hands.forward(minutes=3)
    row = only(desk)
    assert (row.reason, row.count, row.then, row.deadline, row.may) == ("rate_limited", 2, "tried_again", opens, ())


def test_one_that_waits_for_a_rate_window_to_be_read_back_has_its_end_as_the_deadline(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("cut_before")
    desk.queue("Good news")
    desk.send()
    ends = hands.at + timedelta(minutes=70)
    desk.connector.blind.append(errors.RateLimited(account=ACCOUNT, retry_at=ends))
    hands.forward(seconds=5)
    desk.reconcile()
    assert (only(desk).state, only(desk).deadline) == ("uncertain", ends)


def test_one_whose_worker_died_is_there_until_it_is_read_back(desk: Desk, hands: Hands) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    desk.connector.before = die
    delivery = desk.queue()
    with pytest.raises(KeyboardInterrupt):
        desk.send()
    assert board(desk).rows == (), "it is still under way, as far as anybody knows"
    hands.forward(seconds=desk.settings.lease_s)
    assert (only(desk).delivery, only(desk).state, only(desk).may) == (delivery, "sending", ("start_worker",))
    assert only(desk).why("en") == "The worker stopped while sending"


def test_more_than_can_be_listed_is_said(desk: Desk, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "LISTED", 2)
    for n in range(3):
        desk.queue(f"post {n}", at=hands.at - timedelta(hours=3), grace_s=60)
    desk.send()
    assert (len(board(desk).rows), board(desk).more) == (2, True)


@pytest.mark.parametrize("lang", LANGS)
def test_what_a_platform_refused_it_for_is_told_in_words_and_only_an_unknown_code_stands_as_one(lang: Lang) -> None:
    late = in_words("not_possible:10/2018278", "refused", lang)
    assert "24" in late
    assert "2018278" not in late
    assert late == in_words("not_possible:2534022", "refused", lang)
    assert in_words("rejected:100/777", "refused", lang).endswith({"ar": " (الرمز 100/777)", "en": " (code 100/777)"}[lang])


def test_a_reason_is_told_in_words_and_what_a_person_typed_stays() -> None:
    assert in_words("no longer news", "cancelled", "ar") == "no longer news"
    assert in_words("unreadable:cut", "uncertain", "en") == "The account could not be read to find out (code cut)"
    owners = ("worker", "delivery.decide", "account.admin", "pause.press", "post.write", "item.work")
    may = (
        "again",
        "adopt",
        "release",
        "give_up",
        "reconnect",
        "raise_cap",
        "raise_budget",
        "enable",
        "lift",
        "permit",
        "retry",
        "write_anew",
        "start_worker",
    )
    then = ("asks", "tried_again", "read_back", "expires", "cancelled", "forgotten")
    for key in (*(f"owner.{o}" for o in owners), *(f"may.{m}" for m in may), *(f"then.{x}" for x in then)):
        assert f"outbox.{key}" in catalogue()
        assert t(f"outbox.{key}", "ar") != t(f"outbox.{key}", "en")
