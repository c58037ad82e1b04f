"""Instagram's private mobile API, as instagrapi itself reads and writes it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox import acts, seed
from sandbox.entries import Entry, Person
from sandbox.igprivate.render import media_id
from sandbox.world import World


@pytest.fixture
def sara(citizen: Callable[[str], Person]) -> Person:
    return citizen("instagram")


def session_header(session_id: str = seed.INSTAGRAM_SESSION_ID) -> dict[str, str]:
    opened = json.dumps({"ds_user_id": seed.INSTAGRAM_PRIVATE_ID, "sessionid": session_id})
    return {"authorization": "Bearer IGT:2:" + base64.b64encode(opened.encode()).decode()}


@pytest.fixture
def app(graph: Any) -> Any:
    """A caller with the account's session on i.instagram.com."""
    graph.host, graph.headers, graph.check = "i.instagram.com", session_header(), None  # Meta lists nothing of this door
    return graph


def signed(**fields: Any) -> dict[str, str]:
    return {"signed_body": "SIGNATURE." + json.dumps(fields)}


def test_the_session_is_needed(app: Any) -> None:
    refused = app("GET", "/api/v1/accounts/current_user/", headers=session_header("777%3Aother"))
    assert (refused.status_code, refused.json()["message"]) == (403, "login_required")
    assert app.get("/api/v1/accounts/current_user/")["user"]["pk"] == seed.INSTAGRAM_PRIVATE_ID


@pytest.mark.parametrize(
    ("state", "message"),
    [("expired", "login_required"), ("no_permission", "challenge_required"), ("user_token", "feedback_required")],
)
def test_a_session_in_trouble_says_which(app: Any, world: World, state: Any, message: str) -> None:
    world.tokens[seed.INSTAGRAM_SESSION_ID.replace("%3A", ":")].state = state
    assert app("GET", "/api/v1/accounts/current_user/").json()["message"] == message


def test_the_feed_comes_in_pages_newest_first(app: Any, world: World) -> None:
    made = [acts.post(world, "instagram", f"منشور {n}") for n in range(5)]
    first = app.get("/api/v1/feed/user/777/", count="3")
    rest = app.get("/api/v1/feed/user/777/", count="3", max_id=first["next_max_id"])
    assert first["more_available"]
    assert not rest["more_available"]
    assert [m["pk"] for m in first["items"] + rest["items"]] == [e.pk for e in reversed(made)]


def test_comments_and_their_replies_are_read(app: Any, world: World, sara: Person, media_post: Entry) -> None:
    top = acts.comment(world, "instagram", sara, "سؤال", media_post.id)
    reply = acts.comment(world, "instagram", world.own("instagram"), "جواب", top.id)
    place = media_id(world, media_post)
    (shown,) = app.get(f"/api/v1/media/{place}/comments/")["comments"]
    assert (shown["pk"], shown["text"], shown["child_comment_count"]) == (top.pk, "سؤال", 1)
    (answer,) = app.get(f"/api/v1/media/{place}/comments/{top.pk}/inline_child_comments/")["child_comments"]
    assert (answer["pk"], answer["replied_to_comment_id"]) == (reply.pk, top.pk)


def test_a_reply_a_like_and_a_deletion_are_done(app: Any, world: World, sara: Person, media_post: Entry) -> None:
    top = acts.comment(world, "instagram", sara, "سؤال", media_post.id)
    place = media_id(world, media_post)
    fields = signed(comment_text="جواب", replied_to_comment_id=top.pk, idempotence_token="t")
    made = app.post(f"/api/v1/media/{place}/comment/", **fields)["comment"]
    assert made["replied_to_comment_id"] == top.pk
    assert app.post(f"/api/v1/media/{top.pk}/comment_like/", **signed(a="1"))["status"] == "ok"
    assert top.likes == [seed.INSTAGRAM_USER_ID]
    app.post(f"/api/v1/media/{place}/comment/bulk_delete/", **signed(comment_ids_to_delete=made["pk"]))
    assert world.entries["instagram"][made["pk"]].deleted


def test_a_picture_goes_up_and_becomes_a_post_known_by_its_upload_id(app: Any) -> None:
    params = json.dumps({"upload_id": "1700000000123", "media_type": "1"})
    headers = {**session_header(), "x-instagram-rupload-params": params}
    assert app("POST", "/rupload_igphoto/1700000000123_0_42", data=b"jpg", headers=headers).json()["status"] == "ok"
    made = app.post("/api/v1/media/configure/", **signed(upload_id="1700000000123", caption="صورة"))
    assert made["media"]["caption"]["text"] == "صورة"
    assert app.get("/api/v1/feed/user/777/")["items"][0]["device_timestamp"] == "1700000000123"


def test_a_film_is_not_ready_at_once(app: Any, world: World) -> None:
    world.config.media_delay_s = 30
    params = {"x-instagram-rupload-params": json.dumps({"upload_id": "9"})}
    app("POST", "/rupload_igvideo/9_0_1", data=b"mp4", headers={**session_header(), **params})
    early = app("POST", "/api/v1/media/configure_to_clips/", data=signed(upload_id="9", caption="فيلم"))
    assert (early.status_code, early.json()["message"]) == (202, "Transcode not finished yet.")
    world.clock.advance(31)
    assert app.post("/api/v1/media/configure_to_clips/", **signed(upload_id="9", caption="فيلم"))["media"]["media_type"] == 2


def test_a_picture_never_sent_up_cannot_become_a_post(app: Any) -> None:
    refused = app("POST", "/api/v1/media/configure/", data=signed(upload_id="404", caption="صورة"))
    assert refused.json()["message"] == "media_needs_reupload"


def test_a_deleted_post_is_unavailable(app: Any, world: World, media_post: Entry) -> None:
    place = media_id(world, media_post)
    assert app.post(f"/api/v1/media/{place}/delete/", **signed(a="1"))["did_delete"]
    assert app("GET", f"/api/v1/media/{place}/info/").json()["message"] == "Media not found or unavailable"


def test_the_bell_tells_of_comments_that_name_us(app: Any, world: World, sara: Person) -> None:
    place = acts.mention(world, "instagram", sara, "يومي", edge="elsewhere")
    said = acts.comment(world, "instagram", sara, "@ministry.demo انظروا", place.id, edge="mentioned")
    (story,) = app.get("/api/v1/news/inbox/")["new_stories"]
    assert story["args"]["comment_id"] == said.pk


def test_messages_are_read_and_answered(app: Any, world: World, sara: Person) -> None:
    acts.message(world, "instagram", sara, "مرحبا")
    (thread,) = app.get("/api/v1/direct_v2/inbox/")["inbox"]["threads"]
    assert thread["items"][0]["text"] == "مرحبا"
    fields = {"recipient_users": f"[[{sara.id}]]", "text": "أهلا"}
    sent = app("POST", "/api/v1/direct_v2/threads/broadcast/text/", data=urlencode(fields), headers=FORM | session_header())
    assert sent.json()["payload"]["thread_id"] == thread["thread_id"]


FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_the_public_site_is_not_there(graph: Any) -> None:
    graph.host = "www.instagram.com"
    assert graph("GET", "/p/abc/").status_code == 404
