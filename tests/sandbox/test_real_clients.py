"""The three client libraries with their own models, which want fields nobody else asks for, read what the sandbox gives."""

from __future__ import annotations

import base64
import warnings
from typing import Any

import pytest
import requests

from connectors.transport import Adapter, Wire
from sandbox import acts, seed
from sandbox.entries import Entry
from sandbox.igprivate.render import media_id
from sandbox.server import Running
from sandbox.world import World

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


@pytest.fixture
def adapter(running: Running) -> Adapter:
    return Adapter(Wire(home=running.url), [])


@pytest.fixture
def tweepy_client(adapter: Adapter) -> Any:
    import tweepy

    client = tweepy.Client(seed.X_BEARER_TOKEN, seed.X_API_KEY, seed.X_API_SECRET, seed.X_ACCESS_TOKEN, seed.X_ACCESS_SECRET)
    adapter.mount_on(client.session, "api.twitter.com")
    return client


def test_tweepys_own_classes_read_a_timeline_without_a_warning(tweepy_client: Any, world: World) -> None:
    sara = acts.newcomer(world, "x", "sara_q", "سارة")
    own = acts.post(world, "x", "خبر")
    acts.comment(world, "x", sara, "سؤال https://gov.example/1", own.id)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = tweepy_client.get_users_mentions(
            seed.X_USER_ID, tweet_fields=["created_at", "referenced_tweets", "entities"], expansions=["author_id"], user_auth=True
        )
    (tweet,) = answer.data
    assert tweet.referenced_tweets[0].id == int(own.id)
    assert answer.includes["users"][0].username == "sara_q"
    assert tweet.created_at.year == 2026


def test_tweepy_pages_posts_hides_and_deletes(tweepy_client: Any, world: World) -> None:
    import tweepy

    sara = acts.newcomer(world, "x", "sara_q", "سارة")
    made = tweepy_client.create_tweet(text="خبر", user_auth=True).data
    comment = acts.comment(world, "x", sara, "تعليق", made["id"])
    assert tweepy_client.hide_reply(comment.id).data == {"hidden": True}
    for n in range(12):
        acts.mention(world, "x", sara, f"@MinistryDemo {n}")
    pages = tweepy.Paginator(tweepy_client.get_users_mentions, seed.X_USER_ID, max_results=5)
    assert len(list(pages.flatten())) == 13
    assert tweepy_client.delete_tweet(made["id"]).data == {"deleted": True}
    assert tweepy_client.get_tweet(made["id"]).data is None


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # tweepy imports it for this call
def test_tweepys_upload_of_v1_works_while_x_has_it(adapter: Adapter, tmp_path: Any, world: World) -> None:
    import tweepy

    auth = tweepy.OAuth1UserHandler(seed.X_API_KEY, seed.X_API_SECRET, seed.X_ACCESS_TOKEN, seed.X_ACCESS_SECRET)
    api = tweepy.API(auth)
    adapter.mount_on(api.session, "api.twitter.com", "upload.twitter.com")
    picture = tmp_path / "a.png"
    picture.write_bytes(PIXEL)
    media = api.media_upload(str(picture))
    with pytest.raises(tweepy.TweepyException):  # X answers it with nothing at all, which our transport takes for no success
        api.create_media_metadata(media.media_id, "لافتة")
    assert world.media[media.media_id_string].alt == "لافتة"
    world.config.x_v1_upload = False
    with pytest.raises(tweepy.HTTPException):
        api.media_upload(str(picture))


@pytest.fixture
def sdk(adapter: Adapter) -> Any:
    import facebook

    session = requests.Session()
    adapter.mount_on(session, "graph.facebook.com")
    graph = facebook.GraphAPI(seed.FACEBOOK_PAGE_TOKEN, session=session, timeout=5)
    graph.version = "v25.0"
    return graph


def test_facebook_sdk_posts_comments_and_walks_a_list_by_its_next_addresses(sdk: Any, world: World) -> None:
    made = sdk.put_object("me", "feed", message="خبر", link="https://gov.example/1")["id"]
    sara = acts.newcomer(world, "facebook", "sara_q", "سارة")
    for n in range(30):
        acts.comment(world, "facebook", sara, f"{n}", made)
    assert len(list(sdk.get_all_connections(made, "comments", filter="stream", limit=7))) == 30
    reply = sdk.put_comment(next(iter(sdk.get_connections(made, "comments")["data"]))["id"], "رد")
    assert sdk.get_object(reply["id"], fields="parent{id}")["parent"]


def test_facebook_sdk_tells_a_dead_token_by_its_code(sdk: Any, world: World) -> None:
    import facebook

    world.tokens[seed.FACEBOOK_PAGE_TOKEN].state = "expired"
    with pytest.raises(facebook.GraphAPIError) as caught:
        sdk.get_object("me")
    assert (caught.value.code, caught.value.result["error"]["error_subcode"]) == (190, 463)


@pytest.fixture
def mobile(adapter: Adapter) -> Any:
    import instagrapi

    opened = {"ds_user_id": "777", "sessionid": seed.INSTAGRAM_SESSION_ID, "should_use_header_over_cookies": True}
    client = instagrapi.Client(
        settings={"authorization_data": opened},
        delay_range=None,
        request_timeout=0,
        session_retry_total=0,
        private_transport="requests",
    )
    adapter.mount_on(client.private, "i.instagram.com")
    return client


def test_instagrapis_models_find_every_field_they_require(mobile: Any, world: World, media_post: Entry) -> None:
    sara = acts.newcomer(world, "instagram", "sara_q", "سارة")
    top = acts.comment(world, "instagram", sara, "سؤال", media_post.id)
    acts.comment(world, "instagram", world.own("instagram"), "جواب", top.id)
    acts.mention(world, "instagram", sara, "@ministry.demo", edge="tags")
    acts.message(world, "instagram", sara, "رسالة")
    place = media_id(world, media_post)
    assert mobile.user_info_v1("777").username == seed.INSTAGRAM_USERNAME
    assert mobile.media_info_v1(media_post.pk).caption_text == "صورة من الورشة"
    assert [m.pk for m in mobile.user_medias_v1("777")] == [media_post.pk]
    assert [m.user.username for m in mobile.usertag_medias_v1("777")] == ["sara_q"]
    assert [c.text for c in mobile.media_comments_v1_chunk(place)[0]] == ["سؤال"]
    assert [t.messages[0].text for t in mobile.direct_threads()] == ["رسالة"]


def test_instagrapi_uploads_a_picture_with_its_own_waits(mobile: Any, world: World, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("instagrapi.mixins.photo.time.sleep", lambda seconds: None)
    picture = tmp_path / "a.png"
    picture.write_bytes(PIXEL)
    media = mobile.photo_upload(picture, "صورة جديدة")
    assert media.caption_text == "صورة جديدة"
    assert mobile.media_comment(media.id, "تعليقنا").text == "تعليقنا"
    assert mobile.media_delete(media.id)
