"""X as it is written to: posts, replies, hiding, likes, media, messages, and who may."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from oauthlib.oauth1 import Client  # type: ignore[import-untyped]  # it ships no types

from sandbox import acts, seed
from sandbox.entries import Person
from sandbox.world import World
from sandbox.x import text as words

ME = f"/2/users/{seed.X_USER_ID}"


@pytest.fixture
def sara(citizen: Callable[[str], Person]) -> Person:
    return citizen("x")


def post(x: Any, text: str, **more: Any) -> Any:
    return x("POST", "/2/tweets", json={"text": text, **more})


def test_a_post_is_created_and_read_back(x: Any) -> None:
    made = post(x, "خبر اليوم").json()["data"]
    assert x.get(f"{ME}/tweets")["data"][0]["id"] == made["id"]


def test_the_same_words_twice_in_a_day_are_refused_as_duplicate(x: Any, world: World) -> None:
    post(x, "خبر اليوم")
    again = post(x, "خبر اليوم")
    assert again.status_code == 403
    assert "duplicate content" in again.json()["detail"]
    world.clock.advance(86_401)
    assert post(x, "خبر اليوم").status_code == 201


def test_the_duplicate_filter_can_be_turned_off(x: Any, world: World) -> None:
    world.config.x_duplicate_filter = False
    assert [post(x, "خبر").status_code for _ in range(2)] == [201, 201]


def test_a_reply_stands_under_its_parent_with_the_handle_before_it(x: Any, world: World, sara: Person) -> None:
    question = acts.mention(world, "x", sara, "@MinistryDemo سؤال")
    made = post(x, "الجواب", reply={"in_reply_to_tweet_id": question.id}).json()["data"]
    fields = "referenced_tweets,conversation_id,display_text_range,in_reply_to_user_id"
    shown = x.get(f"/2/tweets/{made['id']}", **{"tweet.fields": fields})["data"]
    assert shown["text"] == "@sara_q الجواب"
    assert shown["text"][shown["display_text_range"][0] :] == "الجواب"
    assert shown["referenced_tweets"] == [{"type": "replied_to", "id": question.id}]
    assert shown["conversation_id"] == question.id
    assert shown["in_reply_to_user_id"] == sara.id


def test_self_serve_may_not_reply_where_it_was_not_named(x: Any, world: World, sara: Person) -> None:
    talk = acts.post(world, "x", "حديث بين الناس", author=sara)
    refused = post(x, "تدخل", reply={"in_reply_to_tweet_id": talk.id})
    assert refused.status_code == 403
    assert "not been mentioned" in refused.json()["detail"]
    world.config.x_tier = "enterprise"
    assert post(x, "تدخل", reply={"in_reply_to_tweet_id": talk.id}).status_code == 201


def test_self_serve_may_reply_to_whoever_quotes_us(x: Any, world: World, sara: Person) -> None:
    own = acts.post(world, "x", "خبر")
    quote = acts.post(world, "x", "كلام فارغ", author=sara, quoted=own.id)
    assert post(x, "نوضح", reply={"in_reply_to_tweet_id": quote.id}).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "ا" * 281}, 403),
        ({"text": "  "}, 400),
        ({"text": "خ", "invented": 1}, 400),
        ({"text": "خ", "reply": {"to": "1"}}, 400),
        ({"text": "خ", "media": {"media_ids": ["12"]}}, 400),
        ({"text": "خ", "reply_settings": "nobody"}, 400),
        ({"text": "خ", "poll": {"options": ["واحد"], "duration_minutes": 60}}, 400),
        ({"text": "خ", "poll": {"options": ["واحد", "اثنان"], "duration_minutes": 1}}, 400),
        ({"text": "خ", "reply": {"in_reply_to_tweet_id": "999"}}, 403),
        ({"text": "خ", "quote_tweet_id": "1"}, 403),
    ],
)
def test_a_wrong_post_is_refused(x: Any, body: dict[str, Any], status: int) -> None:
    assert x("POST", "/2/tweets", json=body).status_code == status


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("hello", 5),
        ("السلام", 6),
        ("你好", 4),
        ("👍", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇦🇪", 2),
        ("https://example.com/a/very/long/path/that/does/not/count", 23),
        ("see https://a.co now", 4 + 23 + 4),
    ],
)
def test_length_is_weighted(text: str, weight: int) -> None:
    assert words.weight(text) == weight


def test_280_arabic_letters_fit(x: Any) -> None:
    assert post(x, "ا" * 280).status_code == 201


def test_an_own_post_can_be_edited_within_the_hour(x: Any, world: World) -> None:
    first = post(x, "خبر فيه خطأ").json()["data"]["id"]
    made = post(x, "خبر صحيح", edit_options={"previous_post_id": first}).json()["data"]
    assert made["edit_history_tweet_ids"] == [first, made["id"]]
    world.clock.advance(3700)
    assert post(x, "متأخر", edit_options={"previous_post_id": first}).status_code == 403


def test_only_own_posts_can_be_deleted_and_twice_does_no_harm(x: Any, world: World, sara: Person) -> None:
    own = post(x, "خبر").json()["data"]["id"]
    assert [x("DELETE", f"/2/tweets/{own}").json()["data"]["deleted"] for _ in range(2)] == [True, True]
    theirs = acts.mention(world, "x", sara, "@MinistryDemo سؤال")
    assert x("DELETE", f"/2/tweets/{theirs.id}").status_code == 403


def test_a_reply_in_our_conversation_can_be_hidden_and_shown(x: Any, world: World, sara: Person) -> None:
    own = acts.post(world, "x", "خبر")
    reply = acts.comment(world, "x", sara, "كلام", own.id)
    for wanted in (True, True, False):
        assert x("PUT", f"/2/tweets/{reply.id}/hidden", json={"hidden": wanted}).json()["data"] == {"hidden": wanted}
        assert reply.hidden is wanted


def test_a_mention_outside_our_conversations_cannot_be_hidden(x: Any, world: World, sara: Person) -> None:
    elsewhere = acts.mention(world, "x", sara, "@MinistryDemo كلام")
    assert x("PUT", f"/2/tweets/{elsewhere.id}/hidden", json={"hidden": True}).status_code == 403


def test_likes_left_the_self_serve_tier(x: Any, world: World, sara: Person) -> None:
    target = acts.mention(world, "x", sara, "@MinistryDemo شكرا")
    refused = x("POST", f"{ME}/likes", json={"tweet_id": target.id})
    assert refused.json()["reason"] == "client-not-enrolled"
    world.config.x_tier = "enterprise"
    assert x("POST", f"{ME}/likes", json={"tweet_id": target.id}).json() == {"data": {"liked": True}}
    assert [p["id"] for p in x.get(f"/2/tweets/{target.id}/liking_users")["data"]] == [seed.X_USER_ID]


def test_a_picture_in_parts_gets_its_alt_text_and_stands_in_the_post(x: Any) -> None:
    body = {"media_type": "image/png", "total_bytes": 6, "media_category": "tweet_image"}
    media = x("POST", "/2/media/upload/initialize", json=body).json()["data"]["id"]
    for n, part in enumerate((b"abc", b"def")):
        chunk = {"media": base64.b64encode(part).decode(), "segment_index": n}
        assert x("POST", f"/2/media/upload/{media}/append", json=chunk).status_code == 200
    assert x("POST", f"/2/media/upload/{media}/finalize").json()["data"]["size"] == 6
    alt = {"id": media, "metadata": {"alt_text": {"text": "عامل في موقع آمن"}}}
    assert x("POST", "/2/media/metadata", json=alt).status_code == 200
    made = post(x, "صورة", media={"media_ids": [media]}).json()["data"]["id"]
    asked = {"expansions": "attachments.media_keys", "media.fields": "alt_text,type"}
    assert x.get(f"/2/tweets/{made}", **asked)["includes"]["media"][0]["alt_text"] == "عامل في موقع آمن"


def test_a_film_stands_alone_and_pictures_together(x: Any, world: World) -> None:
    def brought(category: str) -> str:
        made = x("POST", "/2/media/upload", json={"media": "QUJD", "media_category": category}).json()["data"]
        return str(made["id"])

    film, pictures = brought("tweet_video"), [brought("tweet_image") for _ in range(2)]
    assert post(x, "مختلط", media={"media_ids": [film, *pictures]}).status_code == 400
    assert post(x, "صور", media={"media_ids": pictures}).status_code == 201
    assert post(x, "فيلم", media={"media_ids": [film]}).status_code == 201
    assert world.media[film].sha256 == hashlib.sha256(b"ABC").hexdigest()


def test_a_poll_is_shown_with_its_answers(x: Any) -> None:
    made = post(x, "أي يوم يناسبكم؟", poll={"options": ["الأحد", "الاثنين"], "duration_minutes": 60}).json()["data"]["id"]
    shown = x.get(f"/2/tweets/{made}", **{"expansions": "attachments.poll_ids", "tweet.fields": "attachments"})
    assert shown["data"]["attachments"]["poll_ids"] == [shown["includes"]["polls"][0]["id"]]
    assert [option["label"] for option in shown["includes"]["polls"][0]["options"]] == ["الأحد", "الاثنين"]


def test_parts_that_do_not_add_up_are_refused(x: Any) -> None:
    body = {"media_type": "image/png", "total_bytes": 60, "media_category": "tweet_image"}
    media = x("POST", "/2/media/upload/initialize", json=body).json()["data"]["id"]
    x("POST", f"/2/media/upload/{media}/append", json={"media": "QUJD", "segment_index": 0})
    assert x("POST", f"/2/media/upload/{media}/finalize").status_code == 400


def test_media_still_in_processing_cannot_be_posted(x: Any, world: World) -> None:
    world.config.media_delay_s = 20
    made = x("POST", "/2/media/upload", json={"media": "QUJD", "media_category": "tweet_image"}).json()["data"]
    assert made["processing_info"]["state"] == "in_progress"
    assert post(x, "مبكر", media={"media_ids": [made["id"]]}).status_code == 400
    world.clock.advance(21)
    asked = x.get("/2/media/upload", command="STATUS", media_id=made["id"])
    assert asked["data"]["processing_info"]["state"] == "succeeded"
    assert post(x, "الآن", media={"media_ids": [made["id"]]}).status_code == 201


def test_the_old_upload_can_be_gone(x: Any, world: World) -> None:
    files = {"media": ("a.png", b"png")}
    assert x("POST", "/1.1/media/upload.json", files=files).json()["size"] == 3
    world.config.x_v1_upload = False
    assert x("POST", "/1.1/media/upload.json", files=files).status_code == 410


def test_messages_are_sent_and_listed_newest_first(x: Any, world: World, sara: Person) -> None:
    acts.message(world, "x", sara, "أحتاج مساعدة")
    world.clock.advance(5)
    made = x("POST", f"/2/dm_conversations/with/{sara.id}/messages", json={"text": "تفضلي"}).json()["data"]
    fields = {"dm_event.fields": "text,sender_id,created_at,dm_conversation_id", "expansions": "sender_id"}
    found = x.get("/2/dm_events", **fields)
    assert [(e["text"], e["sender_id"]) for e in found["data"]] == [("تفضلي", seed.X_USER_ID), ("أحتاج مساعدة", sara.id)]
    assert found["data"][0]["dm_conversation_id"] == made["dm_conversation_id"]
    assert {u["id"] for u in found["includes"]["users"]} == {sara.id, seed.X_USER_ID}


def test_messages_come_in_pages(x: Any, world: World, sara: Person) -> None:
    for n in range(5):
        acts.message(world, "x", sara, f"رسالة {n}")
    first = x.get("/2/dm_events", max_results="3")
    rest = x.get("/2/dm_events", max_results="3", pagination_token=first["meta"]["next_token"])
    assert [e["text"] for e in first["data"] + rest["data"]] == [f"رسالة {n}" for n in (4, 3, 2, 1, 0)]


def test_who_takes_no_messages_gets_none(x: Any, world: World, sara: Person) -> None:
    world.config.x_dm_closed = [sara.id]
    assert x("POST", f"/2/dm_conversations/with/{sara.id}/messages", json={"text": "مرحبا"}).status_code == 403


def test_an_app_only_token_reads_but_does_not_write(x: Any) -> None:
    headers = {"authorization": f"Bearer {seed.X_BEARER_TOKEN}"}
    assert x("GET", f"{ME}/mentions", headers=headers).status_code == 200
    refused = x("POST", "/2/tweets", json={"text": "خبر"}, headers=headers)
    assert refused.json()["type"].endswith("/unsupported-authentication")


@pytest.mark.parametrize(("state", "status"), [("expired", 401), ("revoked", 401), ("no_permission", 403), ("ok", 200)])
def test_the_state_of_a_token_decides(x: Any, world: World, state: Any, status: int) -> None:
    world.tokens[seed.X_USER_BEARER_TOKEN].state = state
    assert x("GET", "/2/users/me").status_code == status


@pytest.mark.parametrize(("secret", "status"), [(seed.X_ACCESS_SECRET, 200), ("another-secret", 401)])
def test_an_oauth1_signature_is_checked_over_the_real_address(x: Any, secret: str, status: int) -> None:
    signer = Client(seed.X_API_KEY, seed.X_API_SECRET, seed.X_ACCESS_TOKEN, secret)
    path = f"{ME}/mentions?max_results=5&tweet.fields=created_at%2Centities"
    _, headers, _ = signer.sign(f"https://api.twitter.com{path}", "GET")
    answer = x("GET", path, headers={"authorization": headers["Authorization"]})
    assert answer.status_code == status


def test_nobody_acts_for_another_user(x: Any, world: World, sara: Person) -> None:
    world.config.x_tier = "enterprise"
    assert x("POST", f"/2/users/{sara.id}/likes", json={"tweet_id": "1"}).status_code == 403
