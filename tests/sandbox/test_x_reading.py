"""X as it is read."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest

from sandbox import acts, seed
from sandbox.entries import Person
from sandbox.world import World
from sandbox.x import text as words
from tests import contract_checks

ME = f"/2/users/{seed.X_USER_ID}"
ALL_FIELDS = (
    "id,text,author_id,created_at,conversation_id,in_reply_to_user_id,referenced_tweets,entities,attachments,lang,"
    "public_metrics,organic_metrics,non_public_metrics,reply_settings,note_tweet,edit_controls,display_text_range,"
    "possibly_sensitive,edit_history_tweet_ids"
)
ALL_EXPANSIONS = (
    "author_id,referenced_tweets.id,referenced_tweets.id.author_id,in_reply_to_user_id,attachments.media_keys,"
    "attachments.poll_ids,entities.mentions.username"
)
EVERYTHING = {
    "tweet.fields": ALL_FIELDS,
    "expansions": ALL_EXPANSIONS,
    "user.fields": "created_at,description,protected,public_metrics,verified",
    "media.fields": "alt_text,height,media_key,type,url,width",
}


@pytest.fixture
def sara(citizen: Callable[[str], Person]) -> Person:
    return citizen("x")


def test_who_i_am_is_the_account_of_the_token(x: Any) -> None:
    assert x.get("/2/users/me")["data"]["id"] == seed.X_USER_ID


def test_a_full_timeline_keeps_the_contract(x: Any, world: World, sara: Person) -> None:
    own = acts.post(world, "x", "سؤال اليوم؟", poll=["نعم", "لا"], poll_minutes=60)
    picture = x("POST", "/2/media/upload", json={"media": "QUJD", "media_category": "tweet_image"}).json()["data"]["id"]
    x("POST", "/2/tweets", json={"text": "صورة #خبر", "media": {"media_ids": [picture]}})
    acts.comment(world, "x", sara, "كيف أقدم https://example.com/a?b=1&c=2 ؟ #شكوى", own.id)
    acts.post(world, "x", "@MinistryDemo " + "أكتب لكم بعد أن أغلقت الأبواب. " * 20, author=sara)
    acts.post(world, "x", "انظروا", author=sara, quoted=own.id)
    for path in (f"{ME}/mentions", f"{ME}/tweets"):
        assert x.get(path, max_results="10", **EVERYTHING)["meta"]["result_count"] >= 2
    assert x.get(f"/2/tweets/{own.id}/quote_tweets", max_results="10", **EVERYTHING)["data"]


def test_an_empty_timeline_is_only_a_count(x: Any) -> None:
    assert x.get(f"{ME}/mentions") == {"meta": {"result_count": 0}}


def test_every_page_together_holds_every_mention_once(x: Any, world: World, sara: Person) -> None:
    said = [acts.mention(world, "x", sara, f"@MinistryDemo سؤال {n}").id for n in range(23)]
    seen, token = [], None
    while True:
        page = x.get(f"{ME}/mentions", max_results="5", **({"pagination_token": token} if token else {}))
        seen += [post["id"] for post in page["data"]]
        token = page["meta"].get("next_token")
        if token is None:
            break
    assert seen == said[::-1]


def test_since_id_gives_only_what_came_after(x: Any, world: World, sara: Person) -> None:
    first = acts.mention(world, "x", sara, "@MinistryDemo أول")
    second = acts.mention(world, "x", sara, "@MinistryDemo ثان")
    assert [p["id"] for p in x.get(f"{ME}/mentions", since_id=first.id)["data"]] == [second.id]


def test_mentions_end_after_the_newest_of_their_cap(x: Any, world: World, sara: Person) -> None:
    world.config.x_mentions_cap = 7
    for n in range(12):
        acts.mention(world, "x", sara, f"@MinistryDemo {n}")
    page = x.get(f"{ME}/mentions", max_results="5")
    rest = x.get(f"{ME}/mentions", max_results="5", pagination_token=page["meta"]["next_token"])
    assert (page["meta"]["result_count"], rest["meta"]["result_count"]) == (5, 2)
    assert "next_token" not in rest["meta"]


def test_links_are_wrapped_and_signs_escaped_with_the_target_in_entities(x: Any, world: World, sara: Person) -> None:
    acts.mention(world, "x", sara, "@MinistryDemo <b> & https://example.com/long/path?x=1 نهاية")
    post = x.get(f"{ME}/mentions", **{"tweet.fields": "entities"})["data"][0]
    (link,) = post["entities"]["urls"]
    assert "&lt;b&gt; &amp; https://t.co/" in post["text"]
    assert post["text"][link["start"] : link["end"]] == link["url"]
    assert link["expanded_url"] == "https://example.com/long/path?x=1"
    assert html.unescape(post["text"]).endswith("نهاية")


def test_a_long_post_is_cut_in_text_and_whole_in_note(x: Any, world: World, sara: Person) -> None:
    long = "@MinistryDemo " + "كلام طويل عن الأجور. " * 30
    acts.mention(world, "x", sara, long)
    post = x.get(f"{ME}/mentions", **{"tweet.fields": "note_tweet"})["data"][0]
    assert post["text"].endswith("…")
    assert words.weight(post["text"]) <= words.LIMIT
    assert post["note_tweet"]["text"] == long


def test_an_edit_has_a_new_id_and_the_history_of_both(x: Any, world: World, sara: Person) -> None:
    entry = acts.mention(world, "x", sara, "@MinistryDemo قبل")
    acts.edit(world, entry, "@MinistryDemo بعد")
    post = x.get(f"{ME}/mentions")["data"][0]
    assert post["id"] != entry.id
    assert post["edit_history_tweet_ids"] == [entry.id, post["id"]]
    old = x.get(f"/2/tweets/{entry.id}")["data"]
    assert (old["text"], post["text"]) == ("@MinistryDemo قبل", "@MinistryDemo بعد")


def test_a_deleted_post_is_an_error_beside_the_data(x: Any, world: World, sara: Person) -> None:
    gone, there = (acts.mention(world, "x", sara, f"@MinistryDemo {n}") for n in range(2))
    acts.delete(world, gone)
    found = x.get("/2/tweets", ids=f"{gone.id},{there.id}")
    assert [p["id"] for p in found["data"]] == [there.id]
    assert found["errors"][0]["resource_id"] == gone.id
    assert "data" not in x.get(f"/2/tweets/{gone.id}")


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("conversation_id:{root}", {"reply", "second"}),
        ("conversation_id:{root} -from:MinistryDemo", {"reply"}),
        ("@MinistryDemo -is:reply", {"mention"}),
        ("to:MinistryDemo", {"reply"}),
        ("الراتب lang:ar", {"mention"}),
    ],
)
def test_search_understands(x: Any, world: World, sara: Person, query: str, hit: set[str]) -> None:
    root = acts.post(world, "x", "خبر")
    made = {"mention": acts.mention(world, "x", sara, "@MinistryDemo أين الراتب المتأخر")}
    made["reply"] = acts.comment(world, "x", sara, "متى الموعد القادم؟", root.id)
    made["second"] = acts.comment(world, "x", world.own("x"), "قريبا إن شاء الله", made["reply"].id)
    found = x.get("/2/tweets/search/recent", query=query.format(root=root.id))
    assert {p["id"] for p in found["data"]} == {made[name].id for name in hit}


def test_search_reaches_back_seven_days(x: Any, world: World, sara: Person) -> None:
    acts.mention(world, "x", sara, "@MinistryDemo قديم", created=world.clock.now() - 8 * 86_400)
    new = acts.mention(world, "x", sara, "@MinistryDemo جديد", created=world.clock.now() - 6 * 86_400)
    assert [p["id"] for p in x.get("/2/tweets/search/recent", query="@MinistryDemo")["data"]] == [new.id]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (f"{ME}/mentions", {"max_results": "3"}),
        (f"{ME}/mentions", {"tweet.fields": "invented"}),
        (f"{ME}/mentions", {"expansions": "invented"}),
        (f"{ME}/mentions", {"invented": "1"}),
        (f"{ME}/mentions", {"pagination_token": "not-a-token-at-all"}),
        (f"{ME}/tweets", {"exclude": "news"}),
        ("/2/tweets/search/recent", {"query": "near:Dubai"}),
        ("/2/tweets", {"ids": ""}),
    ],
)
def test_what_x_does_not_take_is_an_invalid_request(x: Any, path: str, params: dict[str, str]) -> None:
    answer = x("GET", path, params=params)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/invalid-request")
    assert answer.json()["errors"][0]["parameters"]


def test_every_answer_carries_the_rate_headers(x: Any) -> None:
    headers = x("GET", "/2/users/me").headers
    assert int(headers["x-rate-limit-remaining"]) == int(headers["x-rate-limit-limit"]) - 1
    assert int(headers["x-rate-limit-reset"]) > 0


def test_a_used_up_window_refuses_until_it_ends(x: Any, world: World) -> None:
    world.config.rate_limits = {"me": 2}
    assert [x("GET", "/2/users/me").status_code for _ in range(3)] == [200, 200, 429]
    world.clock.advance(901)
    assert x("GET", "/2/users/me").status_code == 200


def test_figures_grow_with_time_and_never_fall(x: Any, world: World) -> None:
    own = acts.post(world, "x", "خبر")
    seen = []
    for _ in range(4):
        metrics = x.get(f"/2/tweets/{own.id}", **{"tweet.fields": "public_metrics"})["data"]["public_metrics"]
        seen.append(metrics["impression_count"])
        world.clock.advance(7200)
    assert seen == sorted(seen)
    assert seen[0] < seen[-1]


def test_analytics_give_the_fields_asked_for(x: Any, world: World) -> None:
    own = acts.post(world, "x", "خبر", created=world.clock.now() - 90_000)
    params = {"start_time": "2026-11-20T00:00:00Z", "end_time": "2026-11-24T00:00:00Z", "granularity": "total"}
    row = x.get("/2/tweets/analytics", ids=own.id, **params, **{"analytics.fields": "impressions,likes"})["data"][0]
    assert set(row["timestamped_metrics"][0]["metrics"]) == {"impressions", "likes"}


def test_the_newer_vocabulary_says_post_for_tweet(x: Any, world: World, sara: Person) -> None:
    x.check = None  # this answer keeps another contract than the one the fixture checks
    world.config.x_dialect = "post"
    own = acts.post(world, "x", "خبر")
    acts.comment(world, "x", sara, "سؤال", own.id)
    fields = {"post.fields": "referenced_posts,public_metrics", "expansions": "referenced_posts.id"}
    page = x.get(f"{ME}/mentions", **fields)
    post = page["data"][0]
    assert post["referenced_posts"] == [{"type": "replied_to", "id": own.id}]
    assert "repost_count" in post["public_metrics"]
    assert post["edit_history_post_ids"] == [post["id"]]
    assert page["includes"]["posts"][0]["id"] == own.id


def test_a_new_post_is_missing_from_lists_during_the_lag(x: Any, world: World) -> None:
    world.config.visible_delay_s = 30
    own = acts.post(world, "x", "خبر")
    assert x.get(f"{ME}/tweets")["meta"]["result_count"] == 0
    world.clock.advance(31)
    assert x.get(f"{ME}/tweets")["data"][0]["id"] == own.id


@pytest.mark.skipif(not contract_checks.available(), reason=contract_checks.MISSING)
def test_the_contract_check_itself_notices_an_invented_field() -> None:
    good = {"data": [{"id": "1", "text": "t", "edit_history_tweet_ids": ["1"]}], "meta": {"result_count": 1}}
    assert contract_checks.x_response("GET", "/2/users/1/mentions", 200, good) == []
    bad = {"data": [{"id": "1", "text": "t", "mood": "calm"}]}
    assert contract_checks.x_response("GET", "/2/users/1/mentions", 200, bad)
    assert contract_checks.x_request("GET", "/2/users/1/mentions", {"mood": "calm"})
    assert contract_checks.x_request("POST", "/2/tweets", body={"text": "t", "mood": "calm"})
    assert contract_checks.x_request("POST", "/2/tweets", body={"text": "t"}) == []
