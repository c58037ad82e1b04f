"""Webhooks: verified on the very bytes that came, read whatever they hold."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import webhooks
from connectors.contract import Message, Surface
from connectors.webhooks import Event, Events
from sandbox import acts, seed
from sandbox.x.dialect import newer
from tests import contract_checks
from tests.connectors.conftest import Build, House
from tests.connectors.wire import bare, plainly

WEBHOOKS = contract_checks.CONTRACTS / "webhooks"
ACTIVITY = contract_checks.CONTRACTS / "x-activity-events"
needs_contracts = pytest.mark.skipif(not WEBHOOKS.is_dir(), reason=contract_checks.MISSING)
BODY = b'{"object":"page","entry":[{"id":"1","changes":[]}],"note":"\\u0645\\u0631\\u062d\\u0628\\u0627"}'


def hex_of(raw: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def b64_of(raw: bytes, secret: str) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()


Signed = Callable[[bytes, str | None, str], bool]
SIGNED: list[tuple[Signed, Callable[[bytes, str], str]]] = [(webhooks.meta_signed, hex_of), (webhooks.x_signed, b64_of)]


@pytest.mark.parametrize(("check", "sign"), SIGNED)
def test_a_signature_holds_for_the_very_bytes_and_for_no_others(check: Signed, sign: Callable[[bytes, str], str]) -> None:
    signature = sign(BODY, "secret")
    assert check(BODY, signature, "secret")
    rewritten = json.dumps(json.loads(BODY), ensure_ascii=False).encode()
    for other in (rewritten, BODY + b" ", BODY[:-1], b""):
        assert not check(other, signature, "secret")


@pytest.mark.parametrize(("check", "sign"), SIGNED)
@pytest.mark.parametrize("header", [None, "", "sha256=", "sha1=abc", "abc", "sha256=" + "0" * 64, "sha256=é", "\udce9"])
def test_anything_but_the_right_signature_is_refused(check: Signed, sign: Callable[[bytes, str], str], header: str | None) -> None:
    assert not check(BODY, header, "secret")


@pytest.mark.parametrize(("check", "sign"), SIGNED)
def test_without_a_secret_nothing_is_verified(check: Signed, sign: Callable[[bytes, str], str]) -> None:
    assert not check(BODY, sign(BODY, ""), "")
    assert not check(BODY, sign(BODY, "other"), "secret")


@needs_contracts
def test_the_vectors_of_both_platforms_are_met() -> None:
    meta = json.loads((WEBHOOKS / "meta_signature_vector.json").read_text())
    assert webhooks.meta_signed(meta["raw_body_utf8"].encode(), meta["X-Hub-Signature-256"], meta["app_secret"])
    crc = json.loads((WEBHOOKS / "x_crc_vector.json").read_text())
    assert webhooks.x_crc(crc["request"].partition("crc_token=")[2], crc["consumer_secret"]) == crc["response"]["response_token"]


def test_what_the_sandbox_signs_is_verified_on_its_raw_bytes(build: Build) -> None:
    house = build("facebook", alone=True)
    with bare(plainly(b"{}")) as listener:
        house.running.webhooks.meta_url = house.running.webhooks.x_url = listener.url
        house.comment(house.post("خبر"), "تعليق عربي 🇦🇪")
        x = House("x", house.running, house.connector, house.world, house.picture, house.open)
        x.comment(x.post("خبر"), "سؤال")
        house.fault_webhook("bad_signature")
        house.comment(house.post("آخر"), "مزور")
        house.running.webhooks.flush()
    verified = []
    for said in listener.heard:
        head, _, body = said.partition(b"\r\n\r\n")
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head.decode().split("\r\n"))}
        meta, x_header = headers.get("x-hub-signature-256"), headers.get("x-twitter-webhooks-signature")
        verified.append(
            webhooks.meta_signed(body, meta, seed.FACEBOOK_APP_SECRET)
            if meta
            else webhooks.x_signed(body, x_header, seed.X_API_SECRET)
        )
    assert verified.count(False) == 1
    assert len(verified) == 6


# -- what they say ------------------------------------------------------------------------------------------------------


def meta(value: dict[str, Any], field: str = "feed", owner: str = "1", kind: str = "page") -> Events:
    return webhooks.meta(
        json.dumps({"object": kind, "entry": [{"id": owner, "time": 1, "changes": [{"field": field, "value": value}]}]}).encode()
    )


def only(events: Events) -> Event:
    assert events.quarantined == []
    (event,) = events
    return event


def message(events: Events) -> Message:
    said = only(events).message
    assert said is not None
    return said


COMMENT = {
    "item": "comment", "verb": "add", "comment_id": "2_3", "post_id": "1_2", "parent_id": "2_9",
    "from": {"id": "7", "name": "سارة"}, "message": "سؤال", "created_time": 1_795_507_200,
}  # fmt: skip


def test_a_comment_comes_over_whole_with_its_place() -> None:
    said = message(meta(COMMENT))
    assert (said.account, said.native_id, said.parent_id, said.root_id) == ("facebook:1", "2_3", "2_9", "1_2")
    assert (said.text, said.author_id, said.surface, said.own, said.edited) == ("سؤال", "7", Surface.COMMENT, False, False)
    assert said.created_at.isoformat() == "2026-11-24T08:00:00+00:00"


def test_an_edit_keeps_the_id_and_says_that_it_is_one() -> None:
    said = message(meta({**COMMENT, "verb": "edited", "message": "بعد"}))
    assert (said.native_id, said.text, said.edited) == ("2_3", "بعد", True)


def test_a_comment_is_known_by_its_own_id_and_never_by_its_posts() -> None:
    assert only(meta({**COMMENT, "verb": "remove"})).removed_id == "2_3"


@pytest.mark.parametrize("verb", ["hide", "unhide", "invented"])
def test_other_verbs_ask_for_a_reading(verb: str) -> None:
    assert only(meta({**COMMENT, "verb": verb})).reread == "comments"


@pytest.mark.parametrize("item", ["reaction", "like"])
def test_a_reaction_is_nobodys_words(item: str) -> None:
    assert meta({**COMMENT, "item": item}) == []


def test_our_own_words_are_ours() -> None:
    assert message(meta({**COMMENT, "from": {"id": "1"}})).own


def test_a_post_not_yet_published_is_not_heard() -> None:
    event = only(meta({"item": "post", "verb": "add", "post_id": "1_2", "message": "x", "published": 0, "from": {"id": "1"}}))
    assert event.message is None


IG_VALUE = {"id": "179", "from": {"id": "7", "username": "citizen"}, "text": "نص", "media": {"id": "180"}, "parent_id": "178"}


def test_both_instagram_logins_say_the_same_in_two_shapes() -> None:
    wrapped = meta(IG_VALUE, "comments", "17", "instagram")
    flat = webhooks.meta(
        json.dumps({"object": "instagram", "entry": [{"id": "17", "time": 1, "field": "comments", "value": IG_VALUE}]}).encode()
    )
    assert message(wrapped) == message(flat)
    assert (message(wrapped).parent_id, message(wrapped).root_id) == ("178", "180")


def test_an_instagram_mention_is_looked_up_because_it_says_nothing_itself() -> None:
    look = only(meta({"comment_id": "179", "media_id": "180"}, "mentions", "17", "instagram")).look
    assert look is not None
    assert (look.native_id, look.root_id, look.surface) == ("179", "180", Surface.MENTION)
    bare_media = only(meta({"media_id": "180"}, "mentions", "17", "instagram")).look
    assert bare_media is not None
    assert (bare_media.native_id, bare_media.root_id) == ("180", None)


@pytest.mark.parametrize("kind", ["page", "instagram"])
def test_a_direct_message_is_private_and_an_echo_is_ours(kind: str) -> None:
    row: dict[str, Any] = {
        "sender": {"id": "7"},
        "recipient": {"id": "1"},
        "timestamp": 1_795_507_200_000,
        "message": {"mid": "m_1", "text": "سر"},
    }
    body = {"object": kind, "entry": [{"id": "1", "time": 1, "messaging": [row]}]}
    said = message(webhooks.meta(json.dumps(body).encode()))
    assert said.private
    assert not said.own
    row["message"]["is_echo"] = True
    assert message(webhooks.meta(json.dumps(body).encode())).own
    row["message"] = {"mid": "m_1", "is_deleted": True}
    assert only(webhooks.meta(json.dumps(body).encode())).removed_id == "m_1"
    row.pop("message")
    row["read"] = {"watermark": 1}
    assert webhooks.meta(json.dumps(body).encode()) == []


def test_a_list_that_is_null_keeps_nothing_beside_it_from_being_read() -> None:
    row = {"sender": {"id": "9"}, "recipient": {"id": "1"}, "timestamp": 1, "message": {"mid": "m_1", "text": "hello"}}
    both = [{"id": "1", "changes": None, "messaging": [row]}, {"id": "1", "changes": [], "messaging": None}]
    events = webhooks.meta(json.dumps({"object": "page", "entry": both}).encode())
    assert (message(events).native_id, events.quarantined) == ("m_1", [])
    gone: dict[str, Any] = {"for_user_id": "1", "tweet_create_events": [{}], "tweet_delete_events": None}
    assert webhooks.x(json.dumps(gone).encode()).quarantined == []


def test_a_thousand_changes_in_one_body_are_all_read_and_a_bad_one_stops_none() -> None:
    changes: list[Any] = [{"field": "feed", "value": {**COMMENT, "comment_id": f"2_{n}"}} for n in range(1000)]
    changes[3] = {"field": "feed", "value": {"item": "comment"}}
    changes[7] = "not a change"
    events = webhooks.meta(json.dumps({"object": "page", "entry": [{"id": "1", "time": 1, "changes": changes}]}).encode())
    assert (len(events), len(events.quarantined)) == (998, 2)


# -- X, in both its vocabularies ------------------------------------------------------------------------------------------


def x_event(kind: str, payload: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"data": {"event_type": kind, "filter": {"user_id": "1"}, "payload": payload, **more}}).encode()


POST = {
    "id": "20", "text": "@us &amp; سؤال", "author_id": "2", "conversation_id": "10", "created_at": "2026-11-24T08:00:00.000Z",
    "edit_history_tweet_ids": ["19", "20"], "in_reply_to_user_id": "1", "referenced_tweets": [{"type": "replied_to", "id": "10"}],
    "note_tweet": {"text": "@us &amp; سؤال طويل"},
}  # fmt: skip


def test_a_post_of_x_is_the_same_in_both_vocabularies() -> None:
    older = message(webhooks.x(x_event("post.reply.create", POST)))
    later = message(webhooks.x(json.dumps(newer(json.loads(x_event("post.reply.create", POST)))).encode()))
    assert older == later
    assert (older.native_id, older.parent_id, older.text, older.edited) == ("19", "10", "@us & سؤال طويل", True)
    assert older.can.hide  # it answers a post of ours that began the conversation


def test_only_a_quote_by_somebody_else_quotes_us() -> None:
    quote = {"id": "20", "text": "x", "author_id": "2", "referenced_tweets": [{"type": "quoted", "id": "10"}]}
    assert message(webhooks.x(x_event("post.quote.create", quote))).surface is Surface.QUOTE
    repost = {"id": "21", "text": "RT @us: x", "author_id": "2", "referenced_tweets": [{"type": "retweeted", "id": "10"}]}
    assert message(webhooks.x(x_event("post.repost.create", repost))).surface is Surface.SHARE


def test_a_deletion_is_told_by_its_id() -> None:
    assert only(webhooks.x(x_event("post.delete", {"id": "20", "author_id": "1"}))).removed_id == "20"


def test_the_older_account_activity_says_only_what_to_read() -> None:
    body = {
        "for_user_id": "1",
        "tweet_create_events": [{"id_str": "5"}],
        "direct_message_events": [{}],
        "tweet_delete_events": [{"status": {"id": "9"}}],
    }
    events = webhooks.x(json.dumps(body).encode())
    assert {e.reread for e in events if e.reread} == {"mentions", "replies", "quotes", "direct"}
    assert [e.removed_id for e in events if e.removed_id] == ["9"]


@needs_contracts
@pytest.mark.parametrize("path", sorted(WEBHOOKS.glob("*.json")) if WEBHOOKS.is_dir() else [], ids=lambda p: p.stem)
def test_every_body_meta_documents_is_read(path: Path) -> None:
    if "object" not in json.loads(path.read_text("utf-8")):
        pytest.skip("a vector, not a body")
    events = webhooks.meta(path.read_bytes())
    assert events.quarantined == []
    assert events or "reaction" in path.stem


@needs_contracts
@pytest.mark.parametrize("path", sorted(ACTIVITY.glob("*.json")) if ACTIVITY.is_dir() else [], ids=lambda p: p.stem)
@pytest.mark.parametrize("rename", [lambda body: body, newer], ids=["tweet", "post"])
def test_every_activity_event_of_x_is_read_in_both_vocabularies(path: Path, rename: Callable[[Any], Any]) -> None:
    if path.stem == "event_envelope":
        pytest.skip("an empty envelope")
    events = webhooks.x(json.dumps(rename(json.loads(path.read_text("utf-8")))).encode())
    assert events.quarantined == []
    assert bool(events) is path.stem.startswith(("post.", "dm."))


# -- whatever else may come -----------------------------------------------------------------------------------------------

NAMES = [
    "object",
    "entry",
    "id",
    "changes",
    "field",
    "value",
    "messaging",
    "message",
    "mid",
    "sender",
    "data",
    "payload",
    "event_type",
    "filter",
    "user_id",
    "time",
    "verb",
    "item",
    "comment_id",
    "post_id",
    "media",
    "from",
    "for_user_id",
    "direct_message_events",
    "users",
    "includes",
    "message_create",
    "target",
    "text",
]
Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)


def shaped(inner: Any) -> Iterator[Any]:
    yield inner
    yield {
        "object": "page",
        "entry": [{"id": "1", "time": inner, "changes": [{"field": "feed", "value": inner}], "messaging": [inner]}],
    }
    yield {"object": "instagram", "entry": [{"id": inner, "changes": inner, "field": "comments", "value": inner}]}
    yield {"data": {"event_type": "post.mention.create", "filter": {"user_id": "1"}, "payload": inner, "includes": inner}}
    yield {"data": {"event_type": "dm.received", "filter": {"user_id": "1"}, "payload": inner}}


@settings(max_examples=250, deadline=None)
@given(inner=Json)
def test_no_body_of_any_shape_raises(inner: Any) -> None:
    for body in shaped(inner):
        raw = json.dumps(body).encode()
        for read in (webhooks.meta, webhooks.x):
            for event in read(raw):
                if event.message is not None:
                    event.message.text.encode()  # no lone surrogate is left, which no database takes


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"[]", b"7", b"\xff\xfe", b"{", b"[" * 200_000, b'{"object":"page"}', b'{"object":"whatsapp","entry":[]}',
     b'{"object":"page","entry":' + b'[{"id":' * 5000, b'{"data":{"event_type":' + b"1" * 5000 + b"}}"],
    ids=lambda raw: raw[:24].decode("latin-1"),
)  # fmt: skip
def test_a_body_that_is_none_is_put_aside_with_a_reason(raw: bytes) -> None:
    for read in (webhooks.meta, webhooks.x):
        events = read(raw)
        assert list(events) == []
        assert events.quarantined


@pytest.mark.parametrize("at", [-1, 0, 10**30, True, "yesterday", None, 1e308])
def test_a_time_that_is_none_becomes_that_of_the_telling(at: Any) -> None:
    said = message(meta({**COMMENT, "created_time": at}))
    assert said.created_at.year in (1970, 2026)  # `time` of the entry is 1


def test_an_edit_on_the_sandboxs_wall_arrives_as_an_edit(build: Build) -> None:
    house = build("facebook", alone=True)
    with bare(plainly(b"{}")) as listener:
        house.running.webhooks.meta_url = listener.url
        comment = house.comment(house.post(), "قبل")
        acts.edit(house.world, comment, "بعد")
        acts.delete(house.world, comment)
        house.running.webhooks.flush()
    bodies = [said.partition(b"\r\n\r\n")[2] for said in listener.heard]
    events = [event for body in bodies for event in webhooks.meta(body)]
    texts = [(e.message.text, e.message.edited) for e in events if e.message and e.message.native_id == comment.id]
    assert texts == [("قبل", False), ("بعد", True)]
    assert events[-1].removed_id == comment.id


@pytest.mark.parametrize("platform", ["facebook", "instagram", "x"])
def test_a_private_message_is_the_same_by_webhook_and_by_list(build: Build, platform: str) -> None:
    house = build(platform, alone=True)
    with bare(plainly(b"{}")) as listener:
        if platform == "x":
            house.running.webhooks.x_url = listener.url
        else:
            house.running.webhooks.meta_url = listener.url
        acts.message(house.world, house.platform, house.citizen(), "أ < ب & ج", created=house.world.clock.now() - 59.625)
        house.running.webhooks.flush()
    (body,) = [said.partition(b"\r\n\r\n")[2] for said in listener.heard]
    told = message(webhooks.x(body) if platform == "x" else webhooks.meta(body))
    (listed,) = [m for page in house.read("direct") for m in page.messages]
    assert (told.native_id, told.text, told.created_at) == (listed.native_id, listed.text, listed.created_at)


def test_what_can_be_read_of_an_older_body_of_x_is_read_beside_what_cannot() -> None:
    gone = {"status": {"id": "5"}}
    body = {"for_user_id": "1", "tweet_delete_events": [{}, gone, 7], "direct_message_events": [{"id": "1"}]}
    events = webhooks.x(json.dumps(body).encode())
    assert [(event.removed_id, event.reread) for event in events] == [(None, "direct"), ("5", None)]
    assert events.quarantined == ["part 1: KeyError", "part 3: TypeError"]


def test_an_entry_that_is_none_keeps_no_other_entry_from_being_read() -> None:
    good = {"id": "1", "time": 1, "changes": [{"field": "feed", "value": COMMENT}]}
    strange: list[Any] = [7, {}, {"id": []}, {"id": "2", "changes": 5}, None]
    events = webhooks.meta(json.dumps({"object": "page", "entry": [*strange, good, *strange]}).encode())
    assert [event.message.native_id for event in events if event.message] == [COMMENT["comment_id"]]
    assert len(events.quarantined) == 2 * len(strange)
