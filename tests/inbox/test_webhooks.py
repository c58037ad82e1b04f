"""Digesting webhooks: the same way in, nothing lost, and no body that stops the others."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from connectors.contract import Message, Surface
from core.db import Database
from core.errors import Unavailable
from core.models import Account
from inbox import aside, webhooks
from inbox.models import Item, Stream, Webhook
from inbox.receive import receive

PICTURE = "17900000000000001"


def feed(comment_id: str, message: Any, verb: str = "add", **more: Any) -> dict[str, Any]:
    value = {"item": "comment", "verb": verb, "comment_id": comment_id, "post_id": "100_1", "created_time": 1795496400}
    return {"field": "feed", "value": value | {"from": {"id": "7", "name": "سالم"}, "message": message} | more}


def page(*changes: dict[str, Any], account: str = "100") -> bytes:
    return json.dumps({"object": "page", "entry": [{"id": account, "time": 1795496400, "changes": list(changes)}]}).encode()


def take(desk: Any, *bodies: bytes, family: str = "meta") -> None:
    with desk.db.write() as session:
        for body in bodies:
            webhooks.store(session, family, body)
    webhooks.digest(desk.db, desk.settings)


def items(db: Database) -> dict[str, Item]:
    with db.read() as session:
        return {item.native_id: item for item in session.exec(select(Item))}


def problems(db: Database) -> list[str]:
    with db.read() as session:
        rows = session.exec(select(Webhook).order_by(col(Webhook.id))).all()
    assert all(row.done_at for row in rows), "a body waits for ever"
    return [row.problem for row in rows]


def test_x_charges_for_what_it_tells_once_a_day_however_often_it_does(desk: Any, db: Database) -> None:
    with db.write() as session:
        session.add(Account(platform="x", native_id="12"))
    post = {"id": "1990000000000000001", "text": "@ministry", "author_id": "7", "conversation_id": "1990000000000000001"}
    told = {"data": {"filter": {"user_id": "12"}, "event_type": "post.mention.create", "event_uuid": "1", "payload": post}}
    again = {"data": {**told["data"], "event_uuid": "2"}}
    take(desk, json.dumps(told).encode(), json.dumps(again).encode(), family="x")
    assert list(items(db)) == [post["id"]]
    with db.read() as session:
        account = session.exec(select(Account).where(col(Account.platform) == "x")).one()
    assert account.spent_usd_micros == 5_000


def test_a_body_told_twice_is_one_item(desk: Any, db: Database) -> None:
    body = page(feed("100_1_1", "متى يبدأ التسجيل؟"))
    take(desk, body, body)
    take(desk, body)
    assert list(items(db)) == ["100_1_1"]
    assert problems(db) == [""]


def test_what_a_webhook_told_is_the_same_item_when_the_page_shows_it(desk: Any, db: Database, say: Any) -> None:
    take(desk, page(feed("100_1_1", "متى يبدأ التسجيل؟")))
    desk.take(say("100_1_1", "متى يبدأ التسجيل؟", parent_id="100_1", root_id="100_1"))
    found = items(db)
    assert list(found) == ["100_1_1"]
    assert not found["100_1_1"].edited


def test_an_edit_and_a_removal_are_heard_in_this_order(desk: Any, db: Database) -> None:
    take(desk, page(feed("100_1_1", "أول")), page(feed("100_1_1", "ثان", "edited")), page(feed("100_1_1", "", "remove")))
    item = items(db)["100_1_1"]
    assert (item.text, item.edited, item.deleted) == ("ثان", True, True)


def test_the_removal_of_what_we_never_held_makes_nothing(desk: Any, db: Database) -> None:
    take(desk, page(feed("100_1_9", "", "remove")))
    assert items(db) == {}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"\xff\xfe not json", "unread:"),
        (page(feed("100_1_1", "كلام"), account="999"), "unknown_account"),
        (page(), "nothing_in_it"),
        (page({"field": "feed"}), "unread:"),
    ],
    ids=["no json", "a stranger's account", "empty", "half a change"],
)
def test_what_nobody_understands_is_kept_with_its_problem(desk: Any, db: Database, body: bytes, problem: str) -> None:
    take(desk, body, page(feed("100_1_2", "كلام مفهوم")))
    assert list(items(db)) == ["100_1_2"]
    first, second = problems(db)
    assert first.startswith(problem)
    assert second == ""


def test_a_body_with_one_part_that_cannot_be_read_gives_its_other_parts(desk: Any, db: Database) -> None:
    take(desk, page({"field": "feed", "value": None}, feed("100_1_1", "كلام")))
    assert list(items(db)) == ["100_1_1"]
    assert problems(db)[0].startswith("unread:part 0")


def test_a_body_we_fail_at_is_set_aside_and_stops_no_other(desk: Any, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = receive

    def fails(session: Any, account: Any, messages: list[Message], *more: Any, **named: Any) -> Any:
        if messages[0].text == "سم":
            raise ZeroDivisionError
        return whole(session, account, messages, *more, **named)

    monkeypatch.setattr(webhooks, "receive", fails)
    of_two = {"object": "page", "entry": [{"id": id_, "changes": [feed(f"{id_}_1_3", "سم")]} for id_ in ("999", "100")]}
    take(desk, page(feed("100_1_1", "سم")), page(feed("100_1_2", "كلام")), json.dumps(of_two).encode())
    assert list(items(db)) == ["100_1_2"]
    failed = ["failed:ZeroDivisionError", "unknown_account; failed:ZeroDivisionError"]
    assert problems(db) == [failed[0], "", failed[1]]
    with db.read() as session:
        assert [one.problem for one in aside.newest(session)] == failed[::-1]


def test_news_without_words_makes_recent_items_be_looked_up_at_the_next_reading(
    desk: Any, ear: Any, say: Any, db: Database
) -> None:
    ear.platform.said["comments"] = [say("c1")]
    ear.hear()
    with db.read() as session:
        assert session.get_one(Stream, (desk.account.id, "recheck:hour")).read_at is not None
    take(desk, page(feed("100_1_1", None, "hide")))
    with db.read() as session:
        assert session.get_one(Stream, (desk.account.id, "recheck:hour")).read_at is None


@pytest.fixture
def named(ear: Any, say: Any, db: Database) -> Any:
    """An Instagram account that a webhook tells: somebody named you beneath a stranger's picture."""
    with db.write() as session:
        session.add(ear.desk.account)
        ear.desk.account.platform = "instagram"
    ear.platform.account, ear.platform.said = "instagram:100", {"posts": []}
    words = say("c9", "ما رأي @الوزارة؟", account="instagram:100", surface=Surface.MENTION, parent_id=PICTURE, root_id=PICTURE)
    ear.platform.present = {"c9": words}
    change = {"field": "mentions", "value": {"media_id": PICTURE, "comment_id": "c9"}}
    body = json.dumps({"object": "instagram", "entry": [{"id": "100", "time": 1795496400, "changes": [change]}]}).encode()
    take(ear.desk, body)
    return ear


def test_a_mention_that_no_list_leads_to_is_asked_for_by_its_id(named: Any, db: Database) -> None:
    assert items(db) == {}
    assert named.hear().complete
    item = items(db)["c9"]
    assert (item.text, item.surface, item.state) == ("ما رأي @الوزارة؟", "mention", "open")
    named.platform.asked.clear()
    named.hear()
    assert "lookup c9" not in named.platform.asked


def test_a_mention_is_not_forgotten_while_the_platform_is_away(named: Any, db: Database) -> None:
    away = Unavailable(account="instagram:100")
    named.platform.trouble = [None, away, away]
    assert named.hear().problems == {"recheck:told": "unavailable"}
    named.hear()
    assert list(items(db)) == ["c9"]


def test_a_mention_that_is_gone_by_then_is_nothing(named: Any, db: Database) -> None:
    named.platform.present = {"c9": replace(named.platform.present["c9"], text="", deleted=True)}
    assert named.hear().complete
    assert items(db) == {}


def test_several_digesters_at_once_store_a_body_once(desk: Any, db: Database) -> None:
    with db.write() as session:
        for n in range(12):
            webhooks.store(session, "meta", page(feed(f"100_1_{n}", f"كلام {n}")))
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: webhooks.digest(db, desk.settings), range(3)))
    assert sum(done) == 12
    assert len(items(db)) == 12
    with db.read() as session:
        assert session.exec(select(Account)).one().platform == "facebook"
