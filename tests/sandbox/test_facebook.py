"""Facebook Pages on the Graph API."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox import acts, seed
from sandbox.entries import Entry, Person
from sandbox.world import World
from tests import contract_checks

V = "/v25.0"
PAGE = f"{V}/{seed.FACEBOOK_PAGE_ID}"
COMMENT_FIELDS = (
    "id,message,from{id,name},created_time,parent{id},object{id},is_hidden,can_hide,can_remove,can_comment,"
    "can_reply_privately,private_reply_conversation,like_count,comment_count,user_likes,permalink_url,attachment"
)
POST_FIELDS = (
    "id,message,created_time,updated_time,permalink_url,status_type,is_published,is_hidden,shares,"
    "attachments{media_type,target,url},reactions.summary(true).limit(0),comments.summary(true).limit(0)"
)


@pytest.fixture
def sara(citizen: Callable[[str], Person]) -> Person:
    return citizen("facebook")


def error(answer: Any) -> tuple[int, int | None]:
    return answer.json()["error"]["code"], answer.json()["error"].get("error_subcode")


def keeps_contract(node: str, body: Any) -> None:
    if contract_checks.available():
        assert contract_checks.graph_response(node, body) == []


def test_the_page_knows_its_instagram_account(graph: Any) -> None:
    page = graph.get(f"{V}/me", fields="id,name,username,link,followers_count,instagram_business_account{id}")
    keeps_contract("Page", page)
    assert page["instagram_business_account"] == {"id": seed.INSTAGRAM_USER_ID}


def test_the_token_tells_its_scopes_and_end(graph: Any, world: World) -> None:
    world.tokens[seed.FACEBOOK_PAGE_TOKEN].expires_at = world.clock.now() + 60
    shown = graph.get(f"{V}/debug_token", input_token=seed.FACEBOOK_PAGE_TOKEN)["data"]
    assert shown["is_valid"]
    assert "pages_manage_engagement" in shown["scopes"]
    world.clock.advance(61)
    assert error(graph("GET", f"{V}/me")) == (190, 463)


@pytest.mark.parametrize(("path", "code"), [("/v2.8/me", 2635), ("/v21.0/me", 2635), ("/v99.0/me", 2500), (f"{V}/1/2/3", 2500)])
def test_versions_and_paths_nobody_serves_are_refused(graph: Any, path: str, code: int) -> None:
    assert error(graph("GET", path))[0] == code


@pytest.mark.parametrize(("state", "status", "code"), [("expired", 401, 190), ("revoked", 401, 190), ("no_permission", 403, 200)])
def test_a_dead_token_says_why(graph: Any, world: World, state: Any, status: int, code: int) -> None:
    world.tokens[seed.FACEBOOK_PAGE_TOKEN].state = state
    answer = graph("GET", f"{V}/me")
    assert (answer.status_code, error(answer)[0]) == (status, code)


def test_a_user_token_reads_comments_as_an_empty_list(graph: Any, world: World, sara: Person, page_post: Entry) -> None:
    acts.comment(world, "facebook", sara, "سؤال", page_post.id)
    world.tokens[seed.FACEBOOK_PAGE_TOKEN].state = "user_token"
    assert graph.get(f"{V}/{page_post.id}/comments") == {"data": []}


def test_a_wrong_proof_is_refused(graph: Any) -> None:
    proof = hmac.new(seed.FACEBOOK_APP_SECRET.encode(), seed.FACEBOOK_PAGE_TOKEN.encode(), hashlib.sha256).hexdigest()
    assert graph("GET", f"{V}/me", params={"appsecret_proof": proof}).status_code == 200
    assert error(graph("GET", f"{V}/me", params={"appsecret_proof": "0" * 64}))[0] == 100


def test_a_post_is_published_and_listed_with_its_figures(graph: Any) -> None:
    made = graph.post(f"{PAGE}/feed", message="ورشة مجانية", link="https://gov.example/1")
    listed = graph.get(f"{PAGE}/published_posts", fields=POST_FIELDS, limit="100")
    keeps_contract("Post", listed)
    assert listed["data"][0]["id"] == made["id"]
    assert listed["data"][0]["attachments"]["data"][0]["url"] == "https://gov.example/1"
    assert listed["data"][0]["comments"]["summary"]["total_count"] == 0


def test_an_unpublished_post_is_invisible_until_told_and_telling_twice_is_harmless(graph: Any, world: World) -> None:
    made = graph.post(f"{PAGE}/feed", message="خبر", published="false")["id"]
    assert graph.get(f"{PAGE}/published_posts")["data"] == []
    assert [p["id"] for p in graph.get(f"{PAGE}/feed", fields="id,is_published")["data"]] == [made]
    world.clock.advance(600)
    for _ in range(2):
        assert graph.post(f"{V}/{made}", is_published="true") == {"success": True}
    (shown,) = graph.get(f"{PAGE}/published_posts", fields="id,created_time,is_published")["data"]
    assert shown == {"id": made, "created_time": "2026-11-24T08:10:00+0000", "is_published": True}


def test_a_post_can_wait_for_its_hour(graph: Any, world: World) -> None:
    at = str(int(world.clock.now()) + 3600)
    made = graph.post(f"{PAGE}/feed", message="غدا", published="false", scheduled_publish_time=at)["id"]
    assert graph.get(f"{PAGE}/scheduled_posts", fields="id,scheduled_publish_time")["data"][0]["id"] == made
    soon = str(int(world.clock.now()) + 60)
    refused = graph("POST", f"{PAGE}/feed", data={"message": "حالا", "published": "false", "scheduled_publish_time": soon})
    assert error(refused)[0] == 100


def test_a_picture_keeps_its_alt_text_through_the_post(graph: Any, world: World) -> None:
    files = {"source": ("a.png", b"png")}
    fields = {"published": "false", "temporary": "true", "alt_text_custom": "لافتة الورشة"}
    photo = graph("POST", f"{PAGE}/photos", data=fields, files=files).json()["id"]
    made = graph.post(f"{PAGE}/feed", message="صورة", attached_media=json.dumps([{"media_fbid": photo}]))
    assert graph.get(f"{V}/{photo}", fields="id,alt_text,alt_text_custom")["alt_text_custom"] == "لافتة الورشة"
    shown = graph.get(f"{V}/{made['id']}", fields="attachments{media_type,target,description}")
    assert shown["attachments"]["data"][0]["target"]["id"] == photo


def test_the_same_status_twice_at_once_is_506(graph: Any) -> None:
    graph.post(f"{PAGE}/feed", message="خبر")
    assert error(graph("POST", f"{PAGE}/feed", data={"message": "خبر"}))[0] == 506


def test_a_reel_goes_up_in_three_steps(graph: Any, running: Any) -> None:
    started = graph.post(f"{PAGE}/video_reels", upload_phase="start")
    graph.host = "rupload.facebook.com"
    assert graph("POST", started["upload_url"].partition(".com")[2], data=b"film").json() == {"success": True}
    graph.host = "graph.facebook.com"
    done = graph.post(f"{PAGE}/video_reels", upload_phase="finish", video_id=started["video_id"], description="فيلم")
    assert done["success"]


def test_comments_are_toplevel_unless_the_stream_is_asked_for(graph: Any, world: World, sara: Person, page_post: Entry) -> None:
    first = acts.comment(world, "facebook", sara, "أول", page_post.id)
    reply = acts.comment(world, "facebook", sara, "رد", first.id)
    plain = graph.get(f"{V}/{page_post.id}/comments")
    assert [c["id"] for c in plain["data"]] == [first.id]
    stream = graph.get(f"{V}/{page_post.id}/comments", filter="stream", order="reverse_chronological", fields=COMMENT_FIELDS)
    keeps_contract("Comment", stream)
    assert [c["id"] for c in stream["data"]] == [reply.id, first.id]
    assert stream["data"][0]["parent"]["id"] == first.id
    assert "parent" not in stream["data"][1]


def test_since_leaves_out_older_comments(graph: Any, world: World, sara: Person, page_post: Entry) -> None:
    acts.comment(world, "facebook", sara, "قديم", page_post.id)
    world.clock.advance(100)
    new = acts.comment(world, "facebook", sara, "جديد", page_post.id)
    since = str(int(world.clock.now()) - 50)
    assert [c["id"] for c in graph.get(f"{V}/{page_post.id}/comments", since=since)["data"]] == [new.id]


def test_pages_follow_next_and_end_without_it(graph: Any, world: World, sara: Person, page_post: Entry) -> None:
    said = [acts.comment(world, "facebook", sara, f"{n}", page_post.id).id for n in range(7)]
    path, seen = f"{V}/{page_post.id}/comments?limit=3&filter=stream&fields=id,message", []
    while path:
        body = graph.get(path)
        seen += [c["id"] for c in body["data"]]
        path = body["paging"].get("next", "").partition("graph.facebook.com")[2]
    assert seen == said


def test_an_expired_cursor_is_refused(graph: Any, world: World, sara: Person, page_post: Entry) -> None:
    for n in range(3):
        acts.comment(world, "facebook", sara, f"{n}", page_post.id)
    after = graph.get(f"{V}/{page_post.id}/comments", limit="2")["paging"]["cursors"]["after"]
    world.clock.advance(world.config.cursor_ttl_s + 1)
    assert error(graph("GET", f"{V}/{page_post.id}/comments", params={"after": after}))[0] == 100


def test_an_answer_to_a_reply_hangs_from_the_top_comment(graph: Any, world: World, sara: Person, page_post: Entry) -> None:
    top = acts.comment(world, "facebook", sara, "سؤال", page_post.id)
    second = acts.comment(world, "facebook", sara, "توضيح", top.id)
    made = graph.post(f"{V}/{second.id}/comments", message="جواب")["id"]
    assert graph.get(f"{V}/{made}", fields="parent{id}")["parent"]["id"] == top.id


def test_posting_a_message_to_a_comment_edits_the_citizens_words(graph: Any, world: World, sara: Person, page_post: Entry) -> None:
    theirs = acts.comment(world, "facebook", sara, "كلامي", page_post.id)
    graph.post(f"{V}/{theirs.id}", message="ليس ردا")
    assert theirs.text == "ليس ردا"
    assert theirs.author == sara.id


def test_a_comment_is_hidden_shown_liked_and_deleted(graph: Any, world: World, sara: Person, page_post: Entry) -> None:
    theirs = acts.comment(world, "facebook", sara, "كلام", page_post.id)
    assert graph.post(f"{V}/{theirs.id}", is_hidden="true") == {"success": True}
    assert graph.post(f"{V}/{theirs.id}/likes") == {"success": True}
    shown = graph.get(f"{V}/{theirs.id}", fields="is_hidden,user_likes")
    assert (shown["is_hidden"], shown["user_likes"]) == (True, True)
    assert graph("DELETE", f"{V}/{theirs.id}").json() == {"success": True}
    assert error(graph("DELETE", f"{V}/{theirs.id}")) == (100, 33)
    assert graph.get(f"{V}/{page_post.id}/comments", filter="stream")["data"] == []


def test_a_private_reply_goes_once_and_ties_the_conversation(graph: Any, world: World, sara: Person, page_post: Entry) -> None:
    theirs = acts.comment(world, "facebook", sara, "مشكلتي", page_post.id)
    order = {"recipient": json.dumps({"comment_id": theirs.id}), "message": json.dumps({"text": "راسلناك"})}
    sent = graph.post(f"{PAGE}/messages", **order)
    assert sent["recipient_id"] == sara.id
    assert error(graph("POST", f"{PAGE}/messages", data=order))[0] == 10900
    talks = graph.get(f"{PAGE}/conversations", fields="id,updated_time,participants,messages{id,created_time,from,to,message}")
    (message,) = talks["data"][0]["messages"]["data"]
    assert message["message"] == "راسلناك"
    tied = graph.get(f"{V}/{theirs.id}", fields="private_reply_conversation,can_reply_privately")
    assert tied["private_reply_conversation"]["id"] == talks["data"][0]["id"]
    assert tied["can_reply_privately"] is False


def test_a_private_reply_is_too_late_after_a_week(graph: Any, world: World, sara: Person, page_post: Entry) -> None:
    theirs = acts.comment(world, "facebook", sara, "مشكلتي", page_post.id)
    world.clock.advance(8 * 86_400)
    order = {"recipient": json.dumps({"comment_id": theirs.id}), "message": json.dumps({"text": "راسلناك"})}
    assert error(graph("POST", f"{PAGE}/messages", data=order))[0] == 10903


def test_a_message_needs_the_citizens_own_within_a_day(graph: Any, world: World, sara: Person) -> None:
    order = {"recipient": json.dumps({"id": sara.id}), "message": json.dumps({"text": "تفضلي"})}
    assert error(graph("POST", f"{PAGE}/messages", data=order)) == (10, 2018278)
    acts.message(world, "facebook", sara, "السلام عليكم")
    assert graph.post(f"{PAGE}/messages", messaging_type="RESPONSE", **order)["recipient_id"] == sara.id


def test_visitors_and_tags_are_lists_of_their_own(graph: Any, world: World, sara: Person) -> None:
    tag = acts.mention(world, "facebook", sara, "شكرا للوزارة", edge="tagged")
    visit = acts.mention(world, "facebook", sara, "على حائطكم", edge="visitor_posts")
    for edge, made in (("tagged", tag), ("visitor_posts", visit)):
        listed = graph.get(f"{PAGE}/{edge}", fields="id,message,from,created_time,permalink_url")
        keeps_contract("Post", listed)
        assert [p["id"] for p in listed["data"]] == [made.id]


@pytest.mark.parametrize("metric", ["page_impressions", "page_fans", "invented"])
def test_metrics_that_died_are_refused(graph: Any, metric: str) -> None:
    assert error(graph("GET", f"{PAGE}/insights", params={"metric": metric, "period": "day"}))[0] == 100


def test_insights_of_page_and_post_are_given(graph: Any, world: World, page_post: Entry) -> None:
    world.clock.advance(7200)
    page = graph.get(f"{PAGE}/insights", metric="page_media_view,page_post_engagements", period="day")
    keeps_contract("InsightsResult", page)
    post = graph.get(f"{V}/{page_post.id}/insights", metric="post_media_view,post_clicks")
    assert post["data"][0]["values"][0]["value"] > 0


def test_a_user_is_blocked_and_unblocked(graph: Any, sara: Person) -> None:
    graph.post(f"{PAGE}/blocked", user=sara.id)
    assert [p["id"] for p in graph.get(f"{PAGE}/blocked")["data"]] == [sara.id]
    graph("DELETE", f"{PAGE}/blocked", params={"user": sara.id})
    assert graph.get(f"{PAGE}/blocked")["data"] == []


@pytest.mark.parametrize(
    ("method", "path", "params"),
    [
        ("GET", f"{V}/me", {"fields": "id,invented"}),
        ("GET", f"{PAGE}/published_posts", {"fields": "id,from{invented}"}),
        ("GET", f"{PAGE}/published_posts", {"since": "1"}),
        ("GET", f"{PAGE}/published_posts", {"fields": "id,comments{"}),
        ("POST", f"{PAGE}/feed", {"text": "خ"}),
        ("POST", f"{PAGE}/feed", {}),
        ("POST", f"{PAGE}/feed", {"message": "خ", "link": "not a link"}),
        ("GET", f"{V}/104_404", {}),
        ("GET", f"{PAGE}/invented", {}),
    ],
)
def test_what_graph_does_not_have_is_code_100(graph: Any, page_post: Entry, method: str, path: str, params: dict[str, str]) -> None:
    where = "params" if method == "GET" else "data"
    assert error(graph(method, path, **{where: params}))[0] == 100


def test_too_many_calls_an_hour_are_throttled_with_the_wait_in_the_headers(graph: Any, world: World) -> None:
    world.config.graph_calls_per_hour = 3
    answers = [graph("GET", f"{V}/me") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 400]
    assert error(answers[-1])[0] == 32
    usage = json.loads(answers[-1].headers["x-business-use-case-usage"])
    assert usage[seed.FACEBOOK_PAGE_ID][0]["estimated_time_to_regain_access"] > 0
    world.clock.advance(3700)
    assert graph("GET", f"{V}/me").status_code == 200


@pytest.mark.skipif(not contract_checks.available(), reason=contract_checks.MISSING)
def test_every_parameter_the_sandbox_takes_is_on_metas_list() -> None:
    from sandbox.graph.params import TAKEN

    of_any_upload = {"source", "filename"}
    elsewhere = {("GET", "IGUser", "conversations"), ("POST", "IGUser", "messages")}  # listed for the Page only
    for (method, kind, edge), names in TAKEN.items():
        if (method, kind, edge) in elsewhere:
            continue
        asked = dict.fromkeys(names - of_any_upload, "")
        assert contract_checks.graph_request(kind, edge, method, asked) == [], (method, kind, edge)


@pytest.mark.skipif(not contract_checks.available(), reason=contract_checks.MISSING)
def test_every_field_the_sandbox_offers_is_on_metas_list() -> None:
    from sandbox.graph import facebook, instagram, messages

    kinds = (facebook.COMMENT, facebook.POST, facebook.PAGE, facebook.PHOTO, facebook.VIDEO, instagram.MEDIA)
    for kind in (*kinds, instagram.COMMENT, instagram.ACCOUNT, messages.CONVERSATION):
        with_instagram_login = {"user_id", "conversations"}  # graph.instagram.com has these; the list here is Facebook's
        body = dict.fromkeys({*kind.fields, *kind.edges} - with_instagram_login, "")
        assert contract_checks.graph_response(kind.name, body) == [], kind.name
