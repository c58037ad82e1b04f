"""What we said is listed once: from the ledger when it is published, and as the platform tells it when it does."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from connectors.contract import Message, Surface
from core.clock import Hands
from core.db import Database
from core.models import Account
from inbox import search, tally
from inbox.models import Item
from outbox.body import Body
from outbox.guards import settled
from outbox.models import Delivery


def publish(
    db: Database, account: Account, native_id: str, text: str = "نشكركم", target_id: str = "", kind: str = "reply", **more: Any
) -> None:
    """The platform has taken this delivery."""
    at = more.pop("at", None)
    with db.write() as session:
        sent = Delivery(
            kind=kind, account_id=account.id or 0, target_id=target_id, body=Body(text, **more).to_json(), state="published"
        )
        sent.external_id, sent.published_at = native_id, at or sent.created_at
        session.add(sent)
        session.flush()
        settled(session, sent)


def item(db: Database, native_id: str) -> Item:
    with db.read() as session:
        return session.exec(select(Item).where(Item.native_id == native_id)).one()


def test_an_answer_that_no_list_shows_is_an_item_of_ours(db: Database, desk: Any, say: Any, account: Account, hands: Hands) -> None:
    desk.take(say("t1", "شكرا @الوزارة", surface=Surface.MENTION, parent_id=None, root_id=None))
    publish(db, account, "r1", target_id="t1")
    ours = item(db, "r1")
    assert (ours.own, ours.state, ours.text, ours.parent_id, ours.author_id) == (True, "none", "نشكركم", "t1", "100")
    assert ours.created_at == hands().replace(microsecond=0)
    with db.read() as session:
        assert [one.native_id for one in search.page(session, search.Filter(own=True)).items] == ["r1"]


@pytest.mark.parametrize("kind", ["post", "receipt"])
def test_its_echo_is_the_same_item_and_the_platform_knows_better(
    db: Database, desk: Any, say: Any, account: Account, hands: Hands, kind: str
) -> None:
    desk.take(say("c1"))
    publish(db, account, "r1", kind=kind, target_id="c1" * (kind == "receipt"))
    at = (hands() - timedelta(days=1, seconds=3)).replace(microsecond=0)
    echo = say("r1", "@سالم نشكركم", own=True, author_id="100", created_at=at)
    assert desk.take(echo).edited == 0
    desk.take(echo)
    ours = item(db, "r1")
    assert (ours.text, ours.created_at, ours.edited, ours.parent_id) == ("@سالم نشكركم", at, False, "p1")
    assert ours.said == int(at.timestamp() * 1000)
    with db.read() as session:
        assert tally.count(session, "own", "True") == 1
        assert (tally.count(session, "shown"), tally.count(session, "again")) == (4, 2), "two items, two repeats: none lost"


def test_a_later_edit_of_our_own_is_one(db: Database, desk: Any, say: Any, account: Account) -> None:
    publish(db, account, "r1", kind="post")
    echo = say("r1", own=True, author_id="100")
    desk.take(echo)
    assert desk.take(replace(echo, text="نص معدل")).edited == 1
    assert item(db, "r1").edited


def test_what_was_just_said_is_not_believed_to_be_gone_before_it_was_shown(
    db: Database, desk: Any, say: Any, account: Account, hands: Hands
) -> None:
    publish(db, account, "r1", kind="post", at=hands())
    gone = say("r1", "", own=True, deleted=True, author_id="100")
    desk.take(gone, fresh=True)
    assert not item(db, "r1").deleted
    hands.forward(minutes=61)
    desk.take(gone, fresh=True)
    assert item(db, "r1").deleted


def test_a_private_answer_waits_for_the_list_of_messages(db: Database, desk: Any, say: Any, account: Account) -> None:
    desk.take(say("c1"))
    publish(db, account, "m1", kind="private_reply", target_id="c1")
    with db.read() as session:
        assert session.exec(select(Item.native_id)).all() == ["c1"]


#: message -> the comment it hangs from: `r1` answers c1, `r3` answers c2, `r5` the message before it
TIED = {"m0": None, "r1": "c1", "m2": "c1", "r3": "c2", "m4": "c2", "r5": "c2"}


def talk(say: Any, start: datetime) -> dict[str, Message]:
    """One conversation, a minute from message to message."""
    return {
        name: say(
            name,
            surface=Surface.DIRECT,
            parent_id=None,
            root_id="t1",
            own=name.startswith("r"),
            author_id="100" if name.startswith("r") else "u7",
            created_at=start + timedelta(minutes=n),
        )
        for n, name in enumerate(TIED)
    }


ORDERS = {
    "as said": ["m0", "r1", "m2", "r3", "m4", "r5"],
    "newest first": ["r5", "m4", "r3", "m2", "r1", "m0"],
    "late anchors": ["m4", "m0", "m2", "r5", "r3", "r1"],
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=list(ORDERS))
@pytest.mark.parametrize("settled_after", [0, 3, 6], ids=["settled first", "in the middle", "echo first"])
def test_messages_hang_from_the_comment_answered_in_private_before_them(
    db: Database, desk: Any, say: Any, account: Account, hands: Hands, order: list[str], settled_after: int
) -> None:
    desk.take(say("c1", author_id="u7"), say("c2", author_id="u7"))
    messages = talk(say, hands())

    def settle() -> None:
        publish(db, account, "r1", kind="private_reply", target_id="c1", private=True)
        publish(db, account, "r3", kind="receipt", target_id="c2", private=True)
        publish(db, account, "r5", kind="private_reply", target_id="m4", private=True)

    for n, name in enumerate(order):
        if n == settled_after:
            settle()
        desk.take(messages[name])
    if settled_after == len(order):
        settle()
    with db.read() as session:
        found = dict(session.exec(select(Item.native_id, Item.parent_id).where(Item.surface == "direct")).all())
    assert found == TIED


def test_where_a_private_answer_is_a_message_like_any_other_nothing_is_tied(
    db: Database, desk: Any, say: Any, account: Account, hands: Hands
) -> None:
    with db.write() as session:
        session.add(account)
        account.platform = "x"
    desk.take(say("c1", author_id="u7"))
    publish(db, account, "r1", kind="private_reply", target_id="c1", private=True)
    desk.take(*talk(say, hands()).values())
    assert item(db, "m2").parent_id is None
