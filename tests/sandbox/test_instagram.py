"""Instagram on the official Graph API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox import acts, seed
from sandbox.entries import Entry, Person
from sandbox.world import World
from tests import contract_checks

V = "/v25.0"
ME = f"{V}/{seed.INSTAGRAM_USER_ID}"
COMMENT_FIELDS = (
    "id,text,timestamp,username,from,hidden,like_count,parent_id,media{id},"
    "replies{id,text,timestamp,username,hidden,parent_id,from}"
)


@pytest.fixture
def sara(citizen: Callable[[str], Person]) -> Person:
    return citizen("instagram")


def error(answer: Any) -> tuple[int, int | None]:
    return answer.json()["error"]["code"], answer.json()["error"].get("error_subcode")


def container(graph: Any, **fields: str) -> str:
    made = graph.post(f"{ME}/media", image_url="https://media.gov.example/a.jpg", caption="صورة اليوم", **fields)
    return str(made["id"])


def test_a_container_is_made_published_and_read_back(graph: Any) -> None:
    made = container(graph, alt_text="لافتة خضراء")
    assert graph.get(f"{V}/{made}", fields="status_code,status")["status_code"] == "FINISHED"
    media = graph.post(f"{ME}/media_publish", creation_id=made)["id"]
    listed = graph.get(f"{ME}/media", fields="id,caption,timestamp,permalink,alt_text,media_type,comments_count,like_count")
    if contract_checks.available():
        assert contract_checks.graph_response("IGMedia", listed) == []
    assert listed["data"][0]["id"] == media
    assert listed["data"][0]["alt_text"] == "لافتة خضراء"
    assert graph.get(f"{V}/{made}", fields="status_code")["status_code"] == "PUBLISHED"


def test_a_container_is_published_once(graph: Any) -> None:
    made = container(graph)
    graph.post(f"{ME}/media_publish", creation_id=made)
    assert error(graph("POST", f"{ME}/media_publish", data={"creation_id": made})) == (24, 2207008)
    assert len(graph.get(f"{ME}/media")["data"]) == 1


def test_a_container_goes_through_its_states(graph: Any, world: World) -> None:
    world.config.media_delay_s = 60
    made = container(graph)
    assert graph.get(f"{V}/{made}", fields="status_code")["status_code"] == "IN_PROGRESS"
    assert error(graph("POST", f"{ME}/media_publish", data={"creation_id": made})) == (9007, 2207027)
    world.clock.advance(61)
    assert graph.get(f"{V}/{made}", fields="status_code")["status_code"] == "FINISHED"
    world.clock.advance(86_400)
    assert graph.get(f"{V}/{made}", fields="status_code")["status_code"] == "EXPIRED"
    assert error(graph("POST", f"{ME}/media_publish", data={"creation_id": made})) == (-2, 2207020)


def test_a_picture_that_cannot_be_fetched_ends_in_error(graph: Any) -> None:
    made = graph.post(f"{ME}/media", image_url="https://media.gov.example/cannot-be-fetched.jpg")["id"]
    assert graph.get(f"{V}/{made}", fields="status_code")["status_code"] == "ERROR"


@pytest.mark.parametrize("address", ["", "file:///etc/hosts", "ftp://a.example/b.jpg", "https://", "just words"])
def test_a_picture_needs_a_web_address(graph: Any, address: str) -> None:
    assert error(graph("POST", f"{ME}/media", data={"image_url": address})) == (9004, 2207052)


def test_a_carousel_takes_its_children(graph: Any) -> None:
    parts = [container(graph, is_carousel_item="true", alt_text=f"صورة {n}") for n in range(2)]
    whole = graph.post(f"{ME}/media", media_type="CAROUSEL", children=",".join(parts), caption="ألبوم")["id"]
    media = graph.post(f"{ME}/media_publish", creation_id=whole)["id"]
    shown = graph.get(f"{V}/{media}", fields="media_type,children")
    assert (shown["media_type"], len(shown["children"]["data"])) == ("CAROUSEL_ALBUM", 2)


def film(graph: Any, kind: str, **fields: str) -> Any:
    given = {"media_type": kind, "video_url": "https://media.gov.example/a.mp4", **fields}
    return graph("POST", f"{ME}/media", data=given)


def test_a_film_is_a_reel_by_itself_and_a_video_within_a_carousel(graph: Any) -> None:
    assert error(film(graph, "VIDEO"))[0] == 100
    assert error(film(graph, "REELS", is_carousel_item="true"))[0] == 100
    reel = film(graph, "REELS", caption="فيلم").json()["id"]
    media = graph.post(f"{ME}/media_publish", creation_id=reel)["id"]
    assert graph.get(f"{V}/{media}", fields="media_type")["media_type"] == "VIDEO"
    parts = [container(graph, is_carousel_item="true"), film(graph, "VIDEO", is_carousel_item="true").json()["id"]]
    whole = graph.post(f"{ME}/media", media_type="CAROUSEL", children=",".join(parts), caption="ألبوم")["id"]
    media = graph.post(f"{ME}/media_publish", creation_id=whole)["id"]
    assert graph.get(f"{V}/{media}", fields="media_type")["media_type"] == "CAROUSEL_ALBUM"


def test_the_days_quota_is_told_and_kept(graph: Any, world: World) -> None:
    world.config.instagram_quota = 1
    graph.post(f"{ME}/media_publish", creation_id=container(graph))
    limit = graph.get(f"{ME}/content_publishing_limit", fields="quota_usage,config")["data"][0]
    assert (limit["quota_usage"], limit["config"]["quota_total"]) == (1, 1)
    assert error(graph("POST", f"{ME}/media_publish", data={"creation_id": container(graph)})) == (9, 2207042)


def test_comments_are_newest_first_top_level_and_at_most_fifty(graph: Any, world: World, sara: Person, media_post: Entry) -> None:
    said = [acts.comment(world, "instagram", sara, f"تعليق {n}", media_post.id) for n in range(60)]
    acts.comment(world, "instagram", sara, "رد", said[0].id)
    first = graph.get(f"{V}/{media_post.id}/comments", fields=COMMENT_FIELDS, limit="100")
    if contract_checks.available():
        assert contract_checks.graph_response("IGComment", first) == []
    rest = graph.get(f"{V}/{media_post.id}/comments", limit="50", after=first["paging"]["cursors"]["after"])
    ids = [c["id"] for c in first["data"] + rest["data"]]
    assert len(first["data"]) == 50
    assert ids == [entry.id for entry in reversed(said)]


def test_replies_come_by_expansion_with_their_parent(graph: Any, world: World, sara: Person, media_post: Entry) -> None:
    top = acts.comment(world, "instagram", sara, "سؤال", media_post.id)
    reply = graph.post(f"{V}/{top.id}/replies", message="جواب")["id"]
    (shown,) = graph.get(f"{V}/{media_post.id}/comments", fields=COMMENT_FIELDS)["data"]
    (answer,) = shown["replies"]["data"]
    assert (answer["id"], answer["parent_id"], answer["username"]) == (reply, top.id, seed.INSTAGRAM_USERNAME)
    assert shown["from"] == {"id": sara.id, "username": "sara_q"}


def test_a_comment_is_hidden_and_takes_no_reply_then(graph: Any, world: World, sara: Person, media_post: Entry) -> None:
    theirs = acts.comment(world, "instagram", sara, "كلام", media_post.id)
    assert graph.post(f"{V}/{theirs.id}", hide="true") == {"success": True}
    assert graph.get(f"{V}/{theirs.id}", fields="hidden")["hidden"] is True
    assert error(graph("POST", f"{V}/{theirs.id}/replies", data={"message": "رد"}))[0] == 100
    graph.post(f"{V}/{theirs.id}", hide="false")
    assert theirs.hidden is False


def test_comments_can_be_switched_off(graph: Any, media_post: Entry) -> None:
    graph.post(f"{V}/{media_post.id}", comment_enabled="false")
    assert error(graph("POST", f"{V}/{media_post.id}/comments", data={"message": "رد"}))[0] == 10


def test_a_deleted_comment_is_gone_for_reader_and_deleter(graph: Any, world: World, sara: Person, media_post: Entry) -> None:
    theirs = acts.comment(world, "instagram", sara, "كلام", media_post.id)
    assert graph("DELETE", f"{V}/{theirs.id}").json() == {"success": True}
    assert error(graph("GET", f"{V}/{theirs.id}")) == (100, 33)


def test_tagged_media_carry_the_name_and_not_the_id_of_their_owner(graph: Any, world: World, sara: Person) -> None:
    theirs = acts.mention(world, "instagram", sara, "شكرا @ministry.demo", edge="tags")
    (shown,) = graph.get(f"{ME}/tags", fields="id,caption,username,owner,timestamp")["data"]
    assert (shown["id"], shown["username"]) == (theirs.id, "sara_q")
    assert "owner" not in shown


def test_a_comment_elsewhere_is_read_by_its_mention_and_answered(graph: Any, world: World, sara: Person) -> None:
    place = acts.mention(world, "instagram", sara, "يومي", edge="elsewhere")
    said = acts.comment(world, "instagram", sara, "رأيكم @ministry.demo ؟", place.id, edge="mentioned")
    silent = acts.comment(world, "instagram", sara, "بلا اسم", place.id)
    asked = graph.get(ME, fields=f"mentioned_comment.comment_id({said.id}){{id,text,timestamp,media{{id}}}}")
    assert asked["mentioned_comment"]["text"] == "رأيكم @ministry.demo ؟"
    refused = graph("GET", ME, params={"fields": f"mentioned_comment.comment_id({silent.id}){{text}}"})
    assert error(refused) == (100, 33)
    made = graph.post(f"{ME}/mentions", media_id=place.id, comment_id=said.id, message="أهلا")["id"]
    assert world.entries["instagram"][made].parent == said.id


def test_a_private_reply_opens_an_instagram_conversation(graph: Any, world: World, sara: Person, media_post: Entry) -> None:
    theirs = acts.comment(world, "instagram", sara, "مشكلة", media_post.id)
    order = {"recipient": json.dumps({"comment_id": theirs.id}), "message": json.dumps({"text": "راسلناك"})}
    graph.post(f"{V}/{seed.FACEBOOK_PAGE_ID}/messages", **order)
    assert error(graph("POST", f"{V}/{seed.FACEBOOK_PAGE_ID}/messages", data=order))[0] == 10900
    asked = {"platform": "instagram", "fields": "id,participants,messages{message,from}"}
    (talk,) = graph.get(f"{V}/{seed.FACEBOOK_PAGE_ID}/conversations", **asked)["data"]
    assert talk["messages"]["data"][0]["from"]["username"] == seed.INSTAGRAM_USERNAME


def test_insights_come_as_totals_when_asked_so(graph: Any, world: World, media_post: Entry) -> None:
    world.clock.advance(7200)
    asked = {"metric": "reach,views", "period": "day", "metric_type": "total_value"}
    account = graph.get(f"{ME}/insights", **asked)
    if contract_checks.available():
        assert contract_checks.graph_response("InstagramInsightsResult", account) == []
    assert account["data"][0]["total_value"]["value"] > 0
    media = graph.get(f"{V}/{media_post.id}/insights", metric="views,reach,saved,likes,comments,shares")
    assert {row["name"] for row in media["data"]} == {"views", "reach", "saved", "likes", "comments", "shares"}
    assert error(graph("GET", f"{V}/{media_post.id}/insights", params={"metric": "impressions"}))[0] == 100


def test_instagram_login_answers_at_a_host_of_its_own(graph: Any) -> None:
    graph.host, graph.check = "graph.instagram.com", None  # `user_id` is that login's own
    assert graph.get(f"{V}/me", fields="user_id,username")["username"] == seed.INSTAGRAM_USERNAME
