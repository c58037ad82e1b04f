"""A channel that dies holds its queue, says so once, is not hammered, and goes on when it is well again (FIELD §G 14)."""

from datetime import timedelta

import pytest
from sqlmodel import select

from connectors.contract import Connector
from core import errors
from core.actors import OPERATING, WORKER
from core.clock import Hands
from core.models import Account
from core.settings import load
from outbox.accounts import add_account, from_environment, note_health, resolve
from outbox.recover import recover
from outbox.send import send_next
from outbox.states import move
from outbox.tending import examine
from tests.outbox.outbox_wall import ACCOUNT, Desk


def rush(desk: Desk) -> None:
    while send_next(desk.db, lambda _: desk.connector, "w1", settings=desk.settings):
        pass


@pytest.mark.parametrize(("fault", "reason"), [("token", "token_expired"), ("scope", "disconnected"), ("credit", "spend_cap")])
def test_its_queue_is_held_after_one_call_and_said_once(desk: Desk, fault: str, reason: str) -> None:
    desk.connector.faults.append(fault)
    queued = [desk.queue(f"post {n}") for n in range(5)]
    rush(desk)
    assert {desk.state(d) for d in queued} == {("held", reason)}
    assert desk.connector.calls == ["send"]
    assert desk.audit(f"account:{desk.account.id}").count("account.block") == 1
    with desk.db.read() as session:
        assert session.get_one(Account, desk.account.id).health == reason


def test_a_blocked_account_is_asked_once_a_minute_and_its_queue_released_in_order(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.append("token")
    desk.connector.well = errors.TokenExpired(account=ACCOUNT)
    queued = [desk.queue(f"post {n}") for n in range(3)]
    rush(desk)
    for _ in range(12):
        hands.forward(seconds=10)
        recover(desk.db, lambda _: desk.connector)
    assert desk.connector.calls == ["send", "check", "check"]
    desk.connector.well = None
    hands.forward(seconds=60)
    assert recover(desk.db, lambda _: desk.connector) == 1
    rush(desk)
    assert [desk.state(d)[0] for d in queued] == ["published"] * 3
    assert [p["text"] for p in desk.wall.posts()] == ["post 0", "post 1", "post 2"]


def test_out_of_credit_nothing_is_tried_until_a_person_says_that_there_is_some(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.extend(["credit"] * 2)
    delivery = desk.queue()
    for _ in range(48):
        desk.send()
        recover(desk.db, desk.connect)
        hands.forward(hours=1)
    assert desk.connector.calls == ["send"]
    assert desk.state(delivery) == ("held", "spend_cap")
    for _ in range(2):  # the first time he was too early
        examine(desk.db, OPERATING, desk.account, desk.connector)
        desk.send()
    assert desk.connector.calls == ["send", "check", "send", "check", "send"]
    assert desk.state(delivery)[0] == "published"
    assert desk.audit(f"account:{desk.account.id}").count("account.block") == 2, "said once for each time that he said so"


def test_new_credentials_free_the_queue_at_once(desk: Desk) -> None:
    desk.connector.faults.append("token")
    delivery = desk.queue()
    rush(desk)
    with desk.db.write() as session:
        add_account(session, OPERATING, "x", "1", {"access_token": "new"}, vault=desk.vault)
    rush(desk)
    assert desk.state(delivery)[0] == "published"


def test_other_accounts_flow_while_one_is_blocked_or_limited(desk: Desk) -> None:
    with desk.db.write() as session:
        other = add_account(session, OPERATING, "facebook", "2", {"token": "t"}, vault=desk.vault)
    desk.connector.faults.append("limited")
    limited = desk.queue("limited")
    behind = desk.queue("behind it")
    free = desk.queue("free", account_id=other.id)
    rush(desk)
    assert [desk.state(d)[0] for d in (limited, behind, free)] == ["scheduled", "scheduled", "published"]


def test_a_full_reading_window_stops_sending_where_the_platform_counts_both(desk: Desk, hands: Hands) -> None:
    with desk.db.write() as session:
        page = add_account(session, OPERATING, "facebook", "2", {"token": "t"}, vault=desk.vault)
        for account in (page, session.get_one(Account, desk.account.id)):
            note_health(session, account, errors.RateLimited(account=account.key, retry_at=hands.at + timedelta(minutes=15)))
    on_page, on_x = desk.queue("page", account_id=page.id), desk.queue("x")
    rush(desk)
    assert [desk.state(on_page)[0], desk.state(on_x)[0]] == ["scheduled", "published"]


def test_an_account_that_is_switched_off_sends_nothing(desk: Desk) -> None:
    with desk.db.write() as session:
        account = session.get_one(Account, desk.account.id)
        account.active = False
        session.add(account)
    delivery = desk.queue()
    desk.send()
    assert desk.state(delivery) == ("held", "account_inactive")


def test_credentials_that_cannot_be_read_hold_the_queue(desk: Desk) -> None:
    def refuse(_: Account) -> Connector:
        raise errors.ConfigurationError(name="MAJLIS_KEYS", why="gone")

    delivery = desk.queue()
    send_next(desk.db, refuse, "w1", settings=desk.settings)
    assert desk.state(delivery) == ("held", "disconnected")


def test_accounts_of_the_environment_are_connected_once_and_renewed_when_changed(desk: Desk) -> None:
    given = load(FACEBOOK_PAGE_ID="77", FACEBOOK_PAGE_TOKEN="a", INSTAGRAM_USER_ID="88")
    for _ in range(2):
        with desk.db.write() as session:
            assert [a.key for a in from_environment(session, given, desk.vault)] == ["facebook:77", "instagram:88", "portal:forms"]
    with desk.db.write() as session:
        from_environment(session, load(FACEBOOK_PAGE_ID="77", FACEBOOK_PAGE_TOKEN="b"), desk.vault)
        page = resolve(session, "facebook")
        assert desk.vault.open(page.sealed)["token"] == "b"
        assert desk.vault.open(resolve(session, "instagram:88").sealed)["token"] == "a"
        assert "a" not in (page.sealed,)
    assert desk.audit(f"account:{page.id}") == ["account.add", "account.renew", "account.free"]


def test_an_account_is_named_by_its_platform_only_where_it_is_the_only_one(desk: Desk) -> None:
    with desk.db.write() as session:
        assert resolve(session, "x").key == ACCOUNT
        add_account(session, OPERATING, "x", "2", {}, vault=desk.vault)
    with desk.db.read() as session:
        with pytest.raises(errors.Invalid):
            resolve(session, "x")
        with pytest.raises(errors.NotFound):
            resolve(session, "x:3")
        with pytest.raises(errors.NotFound):
            resolve(session, "facebook")
        assert len(session.exec(select(Account)).all()) == 2


def test_what_was_held_for_a_block_that_was_lifted_meanwhile_goes_on(desk: Desk) -> None:
    """A worker saw the block, another freed the account, then the first one committed: nothing else would ever free that one."""
    delivery = desk.queue()
    with desk.db.write() as session:
        move(session, WORKER, delivery, ("scheduled",), "held", reason="token_expired")
    recover(desk.db, lambda _: desk.connector)
    assert desk.state(delivery) == ("scheduled", "")
    assert desk.connector.calls == [], "nobody need be asked for that"


def test_what_is_held_for_a_block_that_stands_stays_held(desk: Desk) -> None:
    desk.connector.faults.append("token")
    desk.connector.well = errors.TokenExpired(account=ACCOUNT)
    delivery = desk.queue()
    rush(desk)
    recover(desk.db, lambda _: desk.connector)
    assert desk.state(delivery) == ("held", "token_expired")


def test_a_full_rate_window_holds_the_queue_and_is_said_once(desk: Desk, hands: Hands) -> None:
    desk.connector.faults.extend(["limited"] * 2)
    queued = [desk.queue(f"post {n}") for n in range(4)]
    for _ in range(5):
        rush(desk)
        hands.forward(minutes=1)
    assert {desk.state(d)[0] for d in queued} == {"scheduled"}
    assert desk.connector.calls == ["send"]
    assert desk.audit(f"account:{desk.account.id}").count("account.limit") == 1
    hands.forward(days=1)
    rush(desk)
    assert desk.audit(f"account:{desk.account.id}").count("account.limit") == 2, "another window is another word"
