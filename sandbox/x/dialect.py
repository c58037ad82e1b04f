"""The two vocabularies of X: `tweet` (the contract to July 2026) and `post` (from August). Inside we speak `tweet`.

Kinds of reference keep their older names in both: a repost is still `retweeted`.
"""

from __future__ import annotations

from typing import Any

WORDS = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "most_recent_tweet_id": "most_recent_post_id",
    "note_tweet": "note_post",
    "pinned_tweet_id": "pinned_post_id",
    "referenced_tweets": "referenced_posts",
    "retweet_count": "repost_count",
    "tweets": "posts",
    "tweet.fields": "post.fields",
}
BACK = {new: old for old, new in WORDS.items()}


def read_query(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Parameters in either vocabulary, put into the older."""
    return {BACK.get(name, name): _older(name, value) for name, value in pairs}


def _older(name: str, value: str) -> str:
    if not name.endswith(("fields", "expansions")):
        return value
    parts = []
    for part in value.split(","):
        head, dot, rest = part.partition(".")
        parts.append(BACK.get(head, head) + dot + rest)
    return ",".join(parts)


def newer(body: Any) -> Any:
    """An answer put into the newer vocabulary."""
    if isinstance(body, list):
        return [newer(part) for part in body]
    if not isinstance(body, dict):
        return body
    made = {}
    for name, value in body.items():
        if name == "type" and isinstance(value, str):
            made[name] = value.replace("https://api.twitter.com/2/problems/", "https://api.x.com/2/problems/")
        elif name == "resource_type" and value == "tweet":
            made[name] = "post"
        else:
            made[WORDS.get(name, name)] = newer(value)
    return made
