"""Facebook's objects: page, post, comment, photo, video, person; their fields and lists."""

from __future__ import annotations

from typing import Any

from sandbox import metrics
from sandbox.clock import graph_time, parse
from sandbox.entries import Entry, Media, Person
from sandbox.graph import attached, errors, insights, messages
from sandbox.graph.context import Ask, Context, NodeKind, entries, newest, oldest
from sandbox.http import Json

CATEGORY = "Government organization"


def _author(ctx: Context, entry: Entry) -> Json:
    person = ctx.world.person("facebook", entry.author)
    return {"id": person.id, "name": person.name}


def permalink(entry: Entry) -> str:
    if entry.kind == "comment":
        return f"https://www.facebook.com/{entry.root}?comment_id={entry.id.rpartition('_')[2]}"
    return f"https://www.facebook.com/{entry.id}"


def _parent(ctx: Context, entry: Entry) -> Json | None:
    """Only a reply has one: a top-level comment hangs from its post, which is `object`."""
    parent = ctx.world.find("facebook", entry.parent) if entry.parent else None
    if parent is None or parent.kind != "comment":
        return None
    return {"id": parent.id, "message": parent.text, "created_time": graph_time(parent.created)}


def _object(ctx: Context, entry: Entry) -> Json | None:
    root = ctx.world.find("facebook", entry.root) if entry.root else None
    return {"id": root.id, "message": root.text, "created_time": graph_time(root.created)} if root else None


def _private_reply(ctx: Context, entry: Entry) -> Json | None:
    talks = ctx.world.conversations["facebook"].values()
    talk = next((t for t in talks if any(m.id == entry.private_reply for m in t.messages)), None)
    return {"id": talk.id, "link": f"/messages/{talk.id}/", "updated_time": graph_time(talk.updated)} if talk else None


def may_reply_privately(ctx: Context, entry: Entry) -> bool:
    return not entry.own and entry.private_reply is None and ctx.world.clock.now() - entry.created < 7 * 86_400


def comments(ctx: Context, entry: Entry, ask: Ask) -> Json:
    """`filter=toplevel` (the default) drops replies, `stream` keeps them; oldest first unless told otherwise.

    A user's token gets an empty list and no error, as on the real thing.
    """
    if ctx.token.state == "user_token":
        return {"data": []}
    which, order = ask.params.get("filter", "toplevel"), ask.params.get("order", "chronological")
    if which not in ("toplevel", "stream") or order not in ("chronological", "reverse_chronological", "ranked"):
        raise errors.bad_parameter("Param filter or order is not one of the values this edge takes")
    deep = which == "stream" and entry.kind != "comment"
    shelf = ("facebook", "stream" if deep else "replies", entry.id)
    since = _since(ask)
    walk = newest(ctx.world, *shelf) if order == "reverse_chronological" else oldest(ctx.world, *shelf)
    listed = entries(ctx, ask, walk, COMMENT, shown=lambda e: e.created >= since)
    if ask.params.get("summary") in ("true", "1"):
        listed["summary"] = {"order": order, "total_count": metrics.answers(ctx.world, entry), "can_comment": True}
    return listed


def _since(ask: Ask) -> float:
    text = ask.params.get("since")
    if text is None:
        return 0.0
    try:
        return parse(text)
    except ValueError:
        raise errors.bad_parameter("Param since must be a valid timestamp") from None


def _people(ctx: Context, ids: list[str], ask: Ask, total: int) -> Json:
    size = ask.number("limit", 25, 100)
    data = [{"id": i, "name": ctx.world.person("facebook", i).name} for i in ids[:size]]
    listed: Json = {"data": data}
    if ask.params.get("summary") in ("true", "1"):
        listed["summary"] = {"total_count": total}
    return listed


def likes(ctx: Context, entry: Entry, ask: Ask) -> Json:
    return _people(ctx, entry.likes, ask, metrics.likes(ctx.world, entry))


def _shares(ctx: Context, entry: Entry) -> Json | None:
    count = metrics.shares(ctx.world, entry)
    return {"count": count} if count else None


COMMENT = NodeKind(
    "Comment",
    ("created_time", "from", "message", "id"),
    {
        "id": lambda ctx, e: e.id,
        "message": lambda ctx, e: e.text,
        "from": _author,
        "created_time": lambda ctx, e: graph_time(e.created),
        "parent": _parent,
        "object": _object,
        "is_hidden": lambda ctx, e: e.hidden,
        "is_private": lambda ctx, e: False,
        "can_hide": lambda ctx, e: not e.own,
        "can_remove": lambda ctx, e: True,
        "can_comment": lambda ctx, e: True,
        "can_like": lambda ctx, e: True,
        "can_reply_privately": may_reply_privately,
        "private_reply_conversation": _private_reply,
        "like_count": lambda ctx, e: metrics.likes(ctx.world, e),
        "comment_count": lambda ctx, e: metrics.answers(ctx.world, e),
        "user_likes": lambda ctx, e: ctx.world.own("facebook").id in e.likes,
        "permalink_url": lambda ctx, e: permalink(e),
        "attachment": attached.of_comment,
        "message_tags": lambda ctx, e: None,
    },
    {"comments": comments, "likes": likes, "reactions": likes},
)


def _status_type(ctx: Context, entry: Entry) -> str:
    if entry.media:
        return "added_photos"
    return "shared_story" if entry.link else "mobile_status_update"


POST = NodeKind(
    "Post",
    ("created_time", "message", "id"),
    {
        "id": lambda ctx, e: e.id,
        "message": lambda ctx, e: e.text or None,
        "from": _author,
        "created_time": lambda ctx, e: graph_time(e.created),
        "updated_time": lambda ctx, e: graph_time(e.updated),
        "permalink_url": lambda ctx, e: permalink(e),
        "status_type": _status_type,
        "is_published": lambda ctx, e: e.published,
        "is_hidden": lambda ctx, e: e.hidden,
        "is_expired": lambda ctx, e: False,
        "scheduled_publish_time": lambda ctx, e: int(e.scheduled_at) if e.scheduled_at else None,
        "shares": _shares,
        "can_reply_privately": may_reply_privately,
        "parent_id": lambda ctx, e: None,
        "full_picture": lambda ctx, e: ctx.world.media[e.media[0]].url or None if e.media else None,
        "message_tags": lambda ctx, e: None,
        "story": lambda ctx, e: None,
        "privacy": lambda ctx, e: {"value": "EVERYONE", "description": "Public"},
    },
    {
        "comments": comments,
        "likes": likes,
        "reactions": likes,
        "attachments": attached.of_post,
        "insights": insights.of_post,
    },
)


def _posts(ctx: Context, ask: Ask, shown: Any) -> Json:
    return entries(ctx, ask, newest(ctx.world, "facebook", "posts"), POST, shown=shown)


def published_posts(ctx: Context, page: Person, ask: Ask) -> Json:
    return _posts(ctx, ask, lambda e: e.published)


def feed(ctx: Context, page: Person, ask: Ask) -> Json:
    """Published and unpublished posts alike."""
    return _posts(ctx, ask, lambda e: True)


def scheduled_posts(ctx: Context, page: Person, ask: Ask) -> Json:
    return _posts(ctx, ask, lambda e: not e.published and e.scheduled_at is not None)


def visitor_posts(ctx: Context, page: Person, ask: Ask) -> Json:
    return entries(ctx, ask, newest(ctx.world, "facebook", "visitor_posts"), POST)


def tagged(ctx: Context, page: Person, ask: Ask) -> Json:
    return entries(ctx, ask, newest(ctx.world, "facebook", "tagged"), POST)


def blocked(ctx: Context, page: Person, ask: Ask) -> Json:
    found = [p for p in ctx.world.people.values() if p.platform == "facebook" and p.blocked]
    return {"data": [{"id": p.id, "name": p.name} for p in found]}


def subscribed_apps(ctx: Context, page: Person, ask: Ask) -> Json:
    fields = sorted(ctx.world.subscribed_fields)
    app = {"id": ctx.world.credentials.meta_app_id, "name": "Majlis sandbox", "subscribed_fields": fields}
    return {"data": [app] if fields else []}


def _instagram(ctx: Context, page: Person) -> Json | None:
    account = ctx.world.accounts.get("instagram")
    return {"id": account.id} if account else None


PAGE = NodeKind(
    "Page",
    ("name", "id"),
    {
        "id": lambda ctx, p: p.id,
        "name": lambda ctx, p: p.name,
        "username": lambda ctx, p: p.username,
        "link": lambda ctx, p: f"https://www.facebook.com/{p.username}",
        "category": lambda ctx, p: CATEGORY,
        "about": lambda ctx, p: None,
        "fan_count": lambda ctx, p: 318_400,
        "followers_count": lambda ctx, p: 331_050,
        "is_published": lambda ctx, p: True,
        "verification_status": lambda ctx, p: "blue_verified",
        "instagram_business_account": _instagram,
        "connected_instagram_account": _instagram,
        "access_token": lambda ctx, p: ctx.token.value,
    },
    {
        "published_posts": published_posts,
        "feed": feed,
        "scheduled_posts": scheduled_posts,
        "visitor_posts": visitor_posts,
        "tagged": tagged,
        "blocked": blocked,
        "subscribed_apps": subscribed_apps,
        "conversations": messages.conversations,
        "insights": insights.of_page,
    },
)

PERSON = NodeKind("User", ("name", "id"), {"id": lambda ctx, p: p.id, "name": lambda ctx, p: p.name}, {})


def _media_time(ctx: Context, media: Media) -> str:
    return graph_time(ctx.world.clock.now())


PHOTO = NodeKind(
    "Photo",
    ("id",),
    {
        "id": lambda ctx, m: m.id,
        "alt_text": lambda ctx, m: m.alt or None,
        "alt_text_custom": lambda ctx, m: m.alt or None,
        "name": lambda ctx, m: m.title or None,
        "height": lambda ctx, m: m.height,
        "width": lambda ctx, m: m.width,
        "picture": lambda ctx, m: m.url or None,
        "page_story_id": lambda ctx, m: _story(ctx, m),
    },
    {},
)

VIDEO = NodeKind(
    "Video",
    ("id",),
    {
        "id": lambda ctx, m: m.id,
        "description": lambda ctx, m: m.title or None,
        "status": lambda ctx, m: {"video_status": "ready"},
        "published": lambda ctx, m: _story(ctx, m) is not None,
        "post_id": lambda ctx, m: _story(ctx, m),
    },
    {},
)


def _story(ctx: Context, media: Media) -> str | None:
    """The published post that shows this picture or film."""
    shelf = ctx.world.shelf("facebook", "posts")
    found = (e for _, e in shelf.newest_first() if media.id in e.media and e.published and not e.deleted)
    entry = next(found, None)
    return entry.id if entry else None
