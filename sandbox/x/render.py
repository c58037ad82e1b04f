"""X objects as an answer shows them: only what was asked for, and what is always there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sandbox import metrics
from sandbox.clock import x_time
from sandbox.entries import Entry, Person, Version
from sandbox.http import Json, Request
from sandbox.world import World
from sandbox.x import text as words
from sandbox.x.params import listed

EDITABLE_S = 3600


class View:
    """One answer in the making: renders posts and gathers what its expansions ask to include."""

    def __init__(self, world: World, request: Request) -> None:
        self.world = world
        self.fields = listed(request, "tweet.fields")
        self.user_fields = listed(request, "user.fields")
        self.media_fields = listed(request, "media.fields")
        self.expansions = listed(request, "expansions")
        self.users: dict[str, Json] = {}
        self.posts: dict[str, Json] = {}
        self.pictures: dict[str, Json] = {}
        self.polls: dict[str, Json] = {}

    def post(self, entry: Entry, version: Version | None = None, *, expand: bool = True) -> Json:
        """One post (its newest version unless said), noted as served."""
        version = version or entry.versions[-1]
        entry.serve(entry.versions.index(version))
        shown = _shown(self.world, entry, version, self.fields)
        if expand and self.expansions:
            self._expand(entry)
        return shown

    def person(self, person: Person) -> Json:
        shown: Json = {"id": person.id, "name": person.name, "username": person.username}
        if "verified" in self.user_fields:
            shown["verified"] = person.own
        if "protected" in self.user_fields:
            shown["protected"] = False
        if "created_at" in self.user_fields:
            shown["created_at"] = "2014-05-06T08:00:00.000Z"
        if "description" in self.user_fields:
            shown["description"] = ""
        if "public_metrics" in self.user_fields:
            posts = len(self.world.shelf("x", "by", person.id))
            shown["public_metrics"] = {
                "followers_count": 412_000 if person.own else 120,
                "following_count": 85,
                "tweet_count": posts,
                "listed_count": 0,
            }
        return shown

    def includes(self) -> Json:
        parts = {"users": self.users, "tweets": self.posts, "media": self.pictures, "polls": self.polls}
        return {name: list(found.values()) for name, found in parts.items() if found}

    def _expand(self, entry: Entry) -> None:
        if "author_id" in self.expansions:
            self._include_person(entry.author)
        parent = self.world.find("x", entry.parent) if entry.parent else None
        if parent and "in_reply_to_user_id" in self.expansions:
            self._include_person(parent.author)
        if "entities.mentions.username" in self.expansions:
            for person_id in entry.mentions:
                self._include_person(person_id)
        if entry.media and "attachments.media_keys" in self.expansions:
            for media_id in entry.media:
                self.include_media(media_id)
        if entry.poll and "attachments.poll_ids" in self.expansions:
            self.polls[entry.id] = {
                "id": entry.id,
                "options": [{"position": n, "label": label, "votes": 0} for n, label in enumerate(entry.poll, 1)],
            }
        if self.expansions & {"referenced_tweets.id", "referenced_tweets.id.author_id"}:
            for referred in (entry.parent, entry.quoted, entry.reposted):
                source = self.world.find("x", referred) if referred else None
                if source is None or source.deleted:
                    continue
                self.posts[source.current_id] = self.post(source, expand=False)
                if "referenced_tweets.id.author_id" in self.expansions:
                    self._include_person(source.author)

    def _include_person(self, person_id: str) -> None:
        if person_id not in self.users:
            self.users[person_id] = self.person(self.world.person("x", person_id))

    def include_media(self, media_id: str) -> None:
        """A picture or film beside the answer."""
        media = self.world.media[media_id]
        key = words.media_key(media)
        shown: Json = {"media_key": key, "type": "animated_gif" if media.kind == "gif" else media.kind}
        extra: Json = {"alt_text": media.alt or None, "height": media.height, "width": media.width}
        if media.kind == "photo":
            extra["url"] = f"https://pbs.twimg.com/media/{media.id}.jpg"
        shown.update({k: v for k, v in extra.items() if k in self.media_fields and v is not None})
        self.pictures[key] = shown


def _shown(world: World, entry: Entry, version: Version, fields: Iterable[str]) -> Json:
    long = words.is_long(version.text, entry.prefix)
    said = words.shortened(version.text) if long else version.text
    text, entities = words.read_form(world, entry.id, said, entry.media)
    shown: Json = {"id": version.id, "text": text, "edit_history_tweet_ids": [v.id for v in entry.versions]}
    for name in fields:
        made = FIELDS.get(name)
        if made and (value := made(world, entry, version)) is not None:
            shown[name] = value
    if "entities" in fields and entities:
        shown["entities"] = entities
    if "display_text_range" in fields:
        shown["display_text_range"] = [min(entry.prefix, len(text)), len(text)]
    if long and "note_tweet" in fields:
        full, marks = words.read_form(world, entry.id, version.text, [])
        shown["note_tweet"] = {"text": full, "entities": marks} if marks else {"text": full}
    return shown


def _references(world: World, entry: Entry, version: Version) -> list[Json] | None:
    kinds = (("replied_to", entry.parent), ("quoted", entry.quoted), ("retweeted", entry.reposted))
    return [{"type": kind, "id": target} for kind, target in kinds if target] or None


def _answered(world: World, entry: Entry, version: Version) -> str | None:
    parent = world.find("x", entry.parent) if entry.parent else None
    return parent.author if parent else None


def _attachments(world: World, entry: Entry, version: Version) -> Json | None:
    shown: Json = {}
    if entry.media:
        shown["media_keys"] = [words.media_key(world.media[m]) for m in entry.media]
    if entry.poll:
        shown["poll_ids"] = [entry.id]
    return shown or None


def _public_metrics(world: World, entry: Entry, version: Version) -> Json:
    return {
        "retweet_count": len(world.shelf("x", "reposts", entry.id)) + metrics.shares(world, entry),
        "reply_count": sum(1 for child in world.shelf("x", "replies", entry.id) if not child.deleted),
        "like_count": metrics.likes(world, entry),
        "quote_count": len(world.shelf("x", "quotes", entry.id)),
        "bookmark_count": metrics.saved(world, entry),
        "impression_count": metrics.views(world, entry),
    }


def _organic(world: World, entry: Entry, version: Version) -> Json | None:
    if not entry.own:
        return None
    public = _public_metrics(world, entry, version)
    return {k: public[k] for k in ("impression_count", "retweet_count", "reply_count", "like_count")}


def _private_metrics(world: World, entry: Entry, version: Version) -> Json | None:
    return {"impression_count": metrics.views(world, entry)} if entry.own else None


@lru_cache(maxsize=20_000)
def language(text: str) -> str:
    """X's guess by script alone; `und` where letters do not decide."""
    for code, letters in SCRIPTS.items():
        if len(letters.findall(text)) > 4:
            return "ur" if code == "ar" and any(c in text for c in "ٹڈڑںےہھ") else code
    return "und"


SCRIPTS = {
    "hi": re.compile("[\u0900-\u097f]"),
    "ml": re.compile("[\u0d00-\u0d7f]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "en": re.compile("[A-Za-z]"),
}


def _edit_controls(world: World, entry: Entry, version: Version) -> Json:
    until = entry.created + EDITABLE_S
    return {
        "edits_remaining": max(0, 6 - len(entry.versions)),
        "is_edit_eligible": entry.parent is None,
        "editable_until": x_time(until),
    }


FIELDS: dict[str, Any] = {
    "author_id": lambda world, entry, version: entry.author,
    "created_at": lambda world, entry, version: x_time(version.at),
    "conversation_id": lambda world, entry, version: entry.root or entry.id,
    "in_reply_to_user_id": _answered,
    "referenced_tweets": _references,
    "attachments": _attachments,
    "public_metrics": _public_metrics,
    "organic_metrics": _organic,
    "non_public_metrics": _private_metrics,
    "lang": lambda world, entry, version: language(version.text),
    "possibly_sensitive": lambda world, entry, version: False,
    "reply_settings": lambda world, entry, version: entry.reply_settings,
    "edit_controls": _edit_controls,
}
