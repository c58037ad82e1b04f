"""Webhooks as they come: a thousand at once, twice, in any order, and bodies nobody would write: nothing lost, nothing raised."""

import json
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from connectors.contract import Message
from core.db import Database
from core.models import Account
from inbox import webhooks
from inbox.models import Case, Item, Webhook
from inbox.reading import CHUNK
from inbox.receive import receive

TOLD = 1795496400
COMPLAINT = "أشتكي من تأخر الراتب شهرين"


def comment(n: int | str, message: Any = "متى يبدأ التسجيل؟", verb: str = "add", **more: Any) -> dict[str, Any]:
    value = {"item": "comment", "verb": verb, "comment_id": f"100_1_{n}", "post_id": "100_1", "created_time": TOLD}
    return {"field": "feed", "value": value | {"from": {"id": "7", "name": "سالم"}, "message": message} | more}


def page(*changes: Any, account: str = "100", time: int = TOLD) -> bytes:
    return json.dumps({"object": "page", "entry": [{"id": account, "time": time, "changes": list(changes)}]}).encode()


def take(desk: Any, *bodies: bytes, family: str = "meta") -> None:
    with desk.db.write() as session:
        for body in bodies:
            webhooks.store(session, family, body)
    webhooks.digest(desk.db, desk.settings)


def held(db: Database) -> dict[str, Item]:
    with db.read() as session:
        return {item.native_id: item for item in session.exec(select(Item))}


def waiting(db: Database) -> int:
    """How many bodies nobody has taken in. (What they ask us to look up waits for whoever reads the account: inbox.told.)"""
    bodies = (col(Webhook.done_at).is_(None), col(Webhook.family).in_(list(webhooks.FAMILIES)))
    with db.read() as session:
        return len(session.exec(select(Webhook.id).where(*bodies)).all())


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages each transaction took in."""
    seen: list[int] = []

    def counted(session: Session, account: Account, messages: list[Message], *more: Any, **named: Any) -> Any:
        seen.append(len(messages))
        return receive(session, account, messages, *more, **named)

    monkeypatch.setattr(webhooks, "receive", counted)
    return seen


def test_a_thousand_changes_in_one_delivery_come_in_whole_in_short_transactions(
    desk: Any, db: Database, batches: list[int]
) -> None:
    body = page(*(comment(n, f"متى يبدأ التسجيل؟ {n}") for n in range(1000)))
    take(desk, body)
    assert len(held(db)) == 1000
    assert sum(batches) == 1000
    assert max(batches) == CHUNK
    take(desk, body, page(*(comment(n, f"متى يبدأ التسجيل؟ {n}") for n in reversed(range(1000)))))
    assert len(held(db)) == 1000
    assert waiting(db) == 0


def test_what_is_told_twice_and_in_any_order_ends_the_same(desk: Any, db: Database) -> None:
    told = [comment(n, f"كلام {n}") for n in range(6)]
    told += [comment(1, "", "remove"), comment(2, "", "remove")]
    dice = random.Random(7)
    for _ in range(4):
        dice.shuffle(told)
        take(desk, *(page(one, time=TOLD + dice.randrange(60)) for one in told))
    there = {native_id for native_id, item in held(db).items() if not item.deleted}
    assert there == {f"100_1_{n}" for n in (0, 3, 4, 5)}


def test_a_removal_that_comes_before_its_comment_opens_no_case_for_what_is_gone(desk: Any, db: Database) -> None:
    take(desk, page(comment(1, "", "remove")))
    take(desk, page(comment(1, COMPLAINT), comment(2, COMPLAINT)))
    assert list(held(db)) == ["100_1_2"]
    with db.read() as session:
        assert len(session.exec(select(Case.id)).all()) == 1


def test_a_list_of_the_platform_goes_before_a_removal_that_was_told(desk: Any, db: Database, say: Any) -> None:
    take(desk, page(comment(1, "", "remove")))
    desk.take(say("100_1_1", "متى يبدأ التسجيل؟", parent_id="100_1", root_id="100_1"))
    assert not held(db)["100_1_1"].deleted


def test_an_edit_that_comes_before_its_comment_is_asked_about(desk: Any, db: Database, ear: Any, say: Any) -> None:
    take(desk, page(comment(1, "النص الأخير", "edited")), page(comment(1, "النص الأول")))
    ear.platform.present = {"100_1_1": say("100_1_1", "النص الأخير", parent_id="100_1", root_id="100_1")}
    ear.hear()
    assert held(db)["100_1_1"].text == "النص الأخير"


def test_one_message_we_fail_at_stops_none_of_its_thousand_neighbours(
    desk: Any, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(session: Session, account: Account, messages: list[Message], *more: Any, **named: Any) -> Any:
        if any(message.text == "سم" for message in messages):
            raise ZeroDivisionError
        return receive(session, account, messages, *more, **named)

    monkeypatch.setattr(webhooks, "receive", fails)
    take(desk, page(*(comment(n, "سم" if n == 5 else f"كلام {n}") for n in range(30))))
    assert len(held(db)) == 29
    with db.read() as session:
        kept = session.exec(select(Webhook)).one()
    assert kept.problem == "failed:ZeroDivisionError"
    assert json.dumps("سم").encode() in kept.body


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["100", "feed", "comment", "add", "remove", "page", "instagram", "messages", "mentions", "\ud800", "\x00"]),
)
JSON = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4))
)
META = st.sampled_from(
    [
        "object", "entry", "id", "time", "changes", "messaging", "field", "value", "item", "verb", "comment_id", "post_id",
        "parent_id", "created_time", "message", "from", "media", "text", "mid", "sender", "is_deleted", "media_id",
    ]
)  # fmt: skip
X = st.sampled_from(
    [
        "data", "event_type", "payload", "filter", "user_id", "id", "text", "author_id", "conversation_id", "includes", "users",
        "direct_message_events", "message_create", "for_user_id", "tweet_create_events", "referenced_tweets", "in_reply_to_user_id",
    ]
)  # fmt: skip
STRANGE = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def twisted(body: Any, draw: st.DataObject, names: st.SearchStrategy[str]) -> Any:
    """The same body with one value, somewhere in it, that nobody would write there."""
    if isinstance(body, Mapping) and body and draw.draw(st.booleans()):
        name = draw.draw(st.sampled_from(sorted(body)))
        return {**body, name: twisted(body[name], draw, names)}
    if isinstance(body, list) and body and draw.draw(st.booleans()):
        place = draw.draw(st.integers(0, len(body) - 1))
        return [*body[:place], twisted(body[place], draw, names), *body[place + 1 :]]
    return draw.draw(st.one_of(JSON, st.dictionaries(names, JSON, max_size=5)))


def raw(body: Any) -> bytes:
    return json.dumps(body).encode("utf-8", "surrogatepass")


@STRANGE
@given(draw=st.data())
def test_no_body_of_meta_raises_or_keeps_what_stands_beside_it_from_coming_in(desk: Any, db: Database, draw: st.DataObject) -> None:
    number = len(held(db))
    whole = json.loads(page(comment(f"a{number}")))
    change = twisted(comment("b"), draw, META)
    direct = twisted({"sender": {"id": "7"}, "timestamp": TOLD, "message": {"mid": "m_1", "text": "سلام"}}, draw, META)
    whole["entry"][0] |= {"changes": [change, *whole["entry"][0]["changes"]], "messaging": [direct]}
    take(desk, raw(whole))
    assert f"100_1_a{number}" in held(db)
    assert waiting(db) == 0


@STRANGE
@given(draw=st.data())
def test_whatever_meta_signs_is_digested(desk: Any, db: Database, draw: st.DataObject) -> None:
    body = json.loads(page(comment(1)))
    take(desk, raw(twisted(body, draw, META)), raw(draw.draw(JSON)), draw.draw(st.binary(max_size=200)))
    assert waiting(db) == 0


@STRANGE
@given(draw=st.data())
def test_whatever_x_signs_is_digested(desk: Any, db: Database, draw: st.DataObject) -> None:
    with db.write() as session:
        if session.exec(select(Account).where(Account.platform == "x")).first() is None:
            session.add(Account(platform="x", native_id="12"))
    post = {"id": "1990000000000000001", "text": "@ministry", "author_id": "7", "conversation_id": "1990000000000000001"}
    body = {"data": {"filter": {"user_id": "12"}, "event_type": "post.mention.create", "event_uuid": "1", "payload": post}}
    take(desk, raw(twisted(body, draw, X)), raw(draw.draw(JSON)), family="x")
    assert waiting(db) == 0


def test_ids_that_no_platform_writes_are_set_aside(desk: Any, db: Database) -> None:
    strange = [comment("\x00"), comment("\ud800"), comment("ي"), comment("x" * 300), comment(1)]
    take(desk, raw(json.loads(page(*strange))), page(comment(2), account="\u0661"))
    assert list(held(db)) == ["100_1_1"]
    assert waiting(db) == 0


GOOD = json.dumps(comment("good"))
NONSENSE = {
    "a change given twice over": '{"field": "feed", "field": "likes", "value": {"item": "comment", "item": "like"}, "value": 1}',
    "no number": '{"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": NaN, "created_time": Infinity}}',
    "a huge number": '{"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": 1e999, "created_time": 1e999}}',
    "a number of a thousand digits": '{"field": "feed", "value": {"created_time": ' + "9" * 1000 + "}}",
    "nested": '{"field": "feed", "value": ' + '{"a": [' * 200 + "1" + "]}" * 200 + "}",
    "half a surrogate": r'{"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": "\ud83d"}}',
    "unknown fields": '{"field": "feed_v2", "value": {"new": {"thing": [1, 2, {"of": "tomorrow"}]}}, "more": 1}',
    "a list for an object": '{"field": "feed", "value": [[[]]]}',
}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=list(NONSENSE))
def test_what_is_good_in_a_delivery_comes_in_beside_nonsense_and_the_body_is_kept_as_it_came(
    desk: Any, db: Database, nonsense: str
) -> None:
    body = f'{{"object": "page", "entry": [{{"id": "100", "changes": [{nonsense}, {GOOD}]}}, 7, {{"id": []}}]}}'.encode()
    take(desk, body)
    assert "100_1_good" in held(db)
    assert waiting(db) == 0
    with db.read() as session:
        kept = session.exec(select(Webhook)).one()
    assert (kept.body, bool(kept.problem)) == (body, True)


UNREADABLE = {
    "UTF-16": page(comment(1)).decode().encode("utf-16"),
    "windows-1256": '{"object": "page", "entry": "راتبي"}'.encode("windows-1256"),
    "deeper than can be followed": b"[" * 200_000,
    "digits without end": b'{"object": ' + b"9" * 100_000 + b"}",
    "cut off": page(comment(1))[:-20],
    "nothing": b"",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=list(UNREADABLE))
def test_a_body_that_cannot_be_read_is_kept_raw_with_its_problem_and_stops_no_other(desk: Any, db: Database, body: bytes) -> None:
    take(desk, body, page(comment(2)))
    assert "100_1_2" in held(db)
    assert waiting(db) == 0
    with db.read() as session:
        first = session.exec(select(Webhook).order_by(col(Webhook.id))).first()
    assert first is not None
    assert first.body == body
