"""Instagram's objects on the official API: account, media, comment, container; their fields and lists."""

from __future__ import annotations

import re
from typing import Any

from sandbox import metrics
from sandbox.clock import graph_time
from sandbox.entries import Container, Entry, Person
from sandbox.graph import errors, insights, messages
from sandbox.graph.context import Ask, Context, NodeKind, entries, newest, oldest, render
from sandbox.http import Json

COMMENTS_MOST = 50
CONTAINER_S = 86_400


def _writer(ctx: Context, entry: Entry) -> Person:
    return ctx.world.person("instagram", entry.author)


def _from(ctx: Context, entry: Entry) -> Json:
    person = _writer(ctx, entry)
    return {"id": person.id, "username": person.username}


def _reply_parent(ctx: Context, entry: Entry) -> str | None:
    return entry.parent if entry.parent != entry.root else None


def comments(ctx: Context, media: Entry, ask: Ask) -> Json:
    """Newest first, top level only, at most 50 an answer, no filter by time."""
    if ctx.token.state == "user_token":
        return {"data": []}
    walk = newest(ctx.world, "instagram", "replies", media.id)
    return entries(ctx, ask, walk, COMMENT, default=25, most=COMMENTS_MOST)


def replies(ctx: Context, comment: Entry, ask: Ask) -> Json:
    """Oldest first, at most 50 an answer."""
    walk = oldest(ctx.world, "instagram", "replies", comment.id)
    return entries(ctx, ask, walk, COMMENT, default=25, most=COMMENTS_MOST)


COMMENT = NodeKind(
    "IGComment",
    ("timestamp", "text", "id"),
    {
        "id": lambda ctx, e: e.id,
        "text": lambda ctx, e: e.text,
        "timestamp": lambda ctx, e: graph_time(e.created),
        "username": lambda ctx, e: _writer(ctx, e).username,
        "from": _from,
        "user": lambda ctx, e: {"id": e.author} if e.own else None,
        "hidden": lambda ctx, e: e.hidden,
        "like_count": lambda ctx, e: metrics.likes(ctx.world, e),
        "media": lambda ctx, e: {"id": e.root},
        "parent_id": _reply_parent,
    },
    {"replies": replies},
)


def _media_type(ctx: Context, entry: Entry) -> str:
    if len(entry.media) > 1:
        return "CAROUSEL_ALBUM"
    return "VIDEO" if entry.media and ctx.world.media[entry.media[0]].kind == "video" else "IMAGE"


def _picture(ctx: Context, entry: Entry, name: str) -> str | None:
    return (getattr(ctx.world.media[entry.media[0]], name) or None) if entry.media else None


def _children(ctx: Context, entry: Entry, ask: Ask) -> Json:
    return {"data": [{"id": m} for m in entry.media] if len(entry.media) > 1 else []}


def shortcode(entry: Entry) -> str:
    return f"C{int(entry.pk) % 10**10:x}"


MEDIA = NodeKind(
    "IGMedia",
    ("id",),
    {
        "id": lambda ctx, e: e.id,
        "ig_id": lambda ctx, e: e.pk,
        "caption": lambda ctx, e: e.text or None,
        "timestamp": lambda ctx, e: graph_time(e.created),
        "username": lambda ctx, e: _writer(ctx, e).username,
        "owner": lambda ctx, e: {"id": e.author} if e.own else None,
        "permalink": lambda ctx, e: f"https://www.instagram.com/p/{shortcode(e)}/",
        "shortcode": lambda ctx, e: shortcode(e),
        "media_type": _media_type,
        "media_product_type": lambda ctx, e: "FEED",
        "media_url": lambda ctx, e: _picture(ctx, e, "url"),
        "thumbnail_url": lambda ctx, e: None,
        "alt_text": lambda ctx, e: _picture(ctx, e, "alt"),
        "like_count": lambda ctx, e: metrics.likes(ctx.world, e),
        "comments_count": lambda ctx, e: metrics.answers(ctx.world, e),
        "view_count": lambda ctx, e: metrics.views(ctx.world, e),
        "is_comment_enabled": lambda ctx, e: e.comments_open,
    },
    {"comments": comments, "children": _children, "insights": insights.of_media},
)


def media(ctx: Context, account: Person, ask: Ask) -> Json:
    return entries(ctx, ask, newest(ctx.world, "instagram", "posts"), MEDIA)


def tags(ctx: Context, account: Person, ask: Ask) -> Json:
    """Media of others in which the account is tagged or named in the caption."""
    return entries(ctx, ask, newest(ctx.world, "instagram", "tags"), MEDIA)


def publishing_limit(ctx: Context, account: Person, ask: Ask) -> Json:
    since = ctx.world.clock.now() - 86_400
    used = sum(1 for c in ctx.world.containers.values() if c.published_as and c.created > since)
    row: Json = {"quota_usage": used}
    config = {"quota_total": ctx.world.config.instagram_quota, "quota_duration": 86_400}
    if ask.fields is None or any(f.name == "config" for f in ask.fields):
        row["config"] = config
    return {"data": [row]}


ACCOUNT = NodeKind(
    "IGUser",
    ("id",),
    {
        "id": lambda ctx, p: p.id,
        "user_id": lambda ctx, p: p.id,
        "ig_id": lambda ctx, p: int(ctx.world.instagram_private_id or 0),
        "username": lambda ctx, p: p.username,
        "name": lambda ctx, p: p.name,
        "biography": lambda ctx, p: None,
        "followers_count": lambda ctx, p: 204_300,
        "follows_count": lambda ctx, p: 61,
        "media_count": lambda ctx, p: sum(1 for e in ctx.world.shelf("instagram", "posts") if not e.deleted),
        "profile_picture_url": lambda ctx, p: None,
        "website": lambda ctx, p: None,
        "is_published": lambda ctx, p: True,
    },
    {
        "media": media,
        "tags": tags,
        "content_publishing_limit": publishing_limit,
        "insights": insights.of_instagram,
        "conversations": messages.conversations,
    },
)


def status(ctx: Context, container: Container) -> str:
    """IN_PROGRESS while it is fetched, then FINISHED, PUBLISHED once out, ERROR or, after a day, EXPIRED."""
    age = ctx.world.clock.now() - container.created
    if container.published_as:
        return "PUBLISHED"
    if container.failed:
        return "ERROR"
    if age > CONTAINER_S:
        return "EXPIRED"
    return "IN_PROGRESS" if age < ctx.world.config.media_delay_s else "FINISHED"


SENTENCES = {
    "IN_PROGRESS": "In Progress: Media is still being processed.",
    "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
    "PUBLISHED": "Published: Media has been published.",
    "EXPIRED": "Expired: The container was not published within 24 hours.",
    "ERROR": "Error: Media upload has failed with error code {code}",
}

CONTAINER = NodeKind(
    "IGMediaContainer",
    ("id",),
    {
        "id": lambda ctx, c: c.id,
        "status_code": status,
        "status": lambda ctx, c: SENTENCES[status(ctx, c)].format(code=c.failed),
    },
    {},
)

MENTIONED = re.compile(r"^mentioned_(comment|media)\.(comment|media)_id\((\w+)\)(?:\{(.*)\})?$")


def mentioned(ctx: Context, account: Person, what: str, given_id: str, wanted: Any) -> Json:
    """`mentioned_comment.comment_id(ID){…}`: a comment or media elsewhere, if it names the account."""
    entry = ctx.world.find("instagram", given_id)
    handle = f"@{account.username}".lower()
    if entry is None or entry.deleted or (handle not in entry.text.lower() and entry.edge != "tags"):
        raise errors.unknown_object(given_id)
    entry.serve()
    return render(ctx, COMMENT if what == "comment" else MEDIA, entry, wanted)
