"""Reading: profiles, feeds, comments and their replies, the news and direct inboxes."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox import paging
from sandbox.entries import Conversation, Entry, Person
from sandbox.http import Json, Reply, Request
from sandbox.igprivate import errors, render
from sandbox.shelf import Key, Shelf
from sandbox.world import World

PAGE = 20


def person_of(world: World, private_id: str) -> Person:
    own = world.own("instagram")
    if private_id in (world.instagram_private_id, own.id):
        return own
    person = world.people.get(("instagram", private_id))
    if person is None:
        raise errors.fail(404, "User not found")
    return person


def media_of(world: World, request: Request) -> Entry:
    entry = world.find("instagram", request.args["id"].partition("_")[0])
    if entry is None or entry.deleted or entry.kind == "comment":
        raise errors.media_gone()
    return entry


def current_user(world: World, request: Request) -> Reply:
    return Reply(200, {"user": render.profile(world, world.own("instagram")), "status": "ok"})


def user_info(world: World, request: Request) -> Reply:
    return Reply(200, {"user": render.profile(world, person_of(world, request.args["id"])), "status": "ok"})


def user_feed(world: World, request: Request) -> Reply:
    person = person_of(world, request.args["id"])
    shelf = world.shelf("instagram", "posts") if person.own else Shelf()
    return _feed(world, request, shelf)


def tag_feed(world: World, request: Request) -> Reply:
    return _feed(world, request, world.shelf("instagram", "tags"))


def _feed(world: World, request: Request, shelf: Shelf) -> Reply:
    page = _page(world, request, shelf, request.query.get("max_id"), oldest_first=False)
    items = [render.media(world, entry) for entry in page.items]
    body: Json = {"items": items, "num_results": len(items), "more_available": page.next is not None, "status": "ok"}
    if page.next:
        body["next_max_id"] = page.next
    return Reply(200, body)


def _page(world: World, request: Request, shelf: Shelf, token: str | None, *, oldest_first: bool) -> paging.Page:
    def walk(place: Key | None) -> Iterator[tuple[Key, Entry]]:
        return shelf.oldest_first(after=place) if oldest_first else shelf.newest_first(before=place)

    size = request.query.get("count", "")
    most = min(int(size), 33) if size.isdigit() and int(size) > 0 else PAGE
    try:
        return paging.cut(world, request, walk, paging.visible(world, request), most, token)
    except paging.CursorRefused:
        raise errors.fail(400, "Invalid cursor") from None


def media_info(world: World, request: Request) -> Reply:
    entry = media_of(world, request)
    body = {"items": [render.media(world, entry)], "num_results": 1, "more_available": False, "status": "ok"}
    return Reply(200, body)


def comments(world: World, request: Request) -> Reply:
    """Newest first; `next_min_id` leads on to older ones, as in the app's headload."""
    entry = media_of(world, request)
    token = request.query.get("min_id") or request.query.get("max_id")
    page = _page(world, request, world.shelf("instagram", "replies", entry.id), token, oldest_first=False)
    body: Json = {
        "comments": [render.comment(world, c) for c in page.items],
        "comment_count": sum(1 for c in world.shelf("instagram", "stream", entry.id) if not c.deleted),
        "has_more_comments": False,
        "has_more_headload_comments": page.next is not None,
        "status": "ok",
    }
    if page.next:
        body["next_min_id"] = page.next
    return Reply(200, body)


def child_comments(world: World, request: Request) -> Reply:
    """Replies, oldest first. instagrapi POSTs the second page: both methods come here."""
    media_of(world, request)
    parent = world.find("instagram", request.args["cid"])
    if parent is None or parent.deleted:
        raise errors.fail(404, "Comment not found")
    token = request.query.get("min_id") or request.args.get("min_id")
    page = _page(world, request, world.shelf("instagram", "replies", parent.id), token, oldest_first=True)
    body: Json = {
        "child_comments": [render.comment(world, c) for c in page.items],
        "has_more_head_child_comments": page.next is not None,
        "has_more_tail_child_comments": False,
        "status": "ok",
    }
    if page.next:
        body["next_min_child_cursor"] = page.next
    return Reply(200, body)


def news(world: World, request: Request) -> Reply:
    """What the bell shows: the newest comments that name the account elsewhere."""
    stories: list[Json] = []
    for _, entry in world.shelf("instagram", "all").newest_first():
        if entry.edge == "mentioned" and not entry.deleted and len(stories) < PAGE:
            entry.serve()
            person = world.person("instagram", entry.author)
            root = world.find("instagram", entry.root or "")
            args = {
                "text": f"{person.username} mentioned you in a comment: {entry.text}",
                "timestamp": entry.created,
                "profile_id": person.id,
                "profile_name": person.username,
                "comment_id": entry.pk,
                "media": [{"id": render.media_id(world, root)}] if root else [],
            }
            stories.append({"pk": entry.pk, "type": 12, "story_type": 66, "args": args})
    return Reply(200, {"new_stories": stories, "old_stories": [], "counts": {}, "status": "ok"})


def direct_inbox(world: World, request: Request) -> Reply:
    talks = sorted(world.conversations["instagram"].values(), key=lambda t: -t.updated)
    threads = [_thread(world, talk) for talk in talks]
    inbox = {"threads": threads, "has_older": False, "unseen_count": 0}
    return Reply(200, {"inbox": inbox, "seq_id": 1, "pending_requests_total": 0, "status": "ok"})


def direct_thread(world: World, request: Request) -> Reply:
    talk = render.thread(world, request.args["id"])
    if talk is None:
        raise errors.fail(404, "Thread not found")
    return Reply(200, {"thread": _thread(world, talk), "status": "ok"})


def _thread(world: World, talk: Conversation) -> Json:
    items = []
    for message in reversed(talk.messages):
        message.served = True
        items.append(render.direct(world, message))
    person = world.person("instagram", talk.person)
    return {
        "thread_id": render.thread_id(talk),
        "thread_v2_id": render.thread_id(talk),
        "users": [render.user(world, person)],
        "inviter": render.user(world, person),
        "left_users": [],
        "admin_user_ids": [],
        "items": items,
        "last_activity_at": int(talk.updated * 1_000_000),
        "thread_title": person.username,
        "thread_type": "private",
        "viewer_id": int(world.instagram_private_id),
        "has_older": False,
        "has_newer": False,
        "muted": False,
        "vc_muted": False,
        "mentions_muted": False,
        "approval_required_for_new_members": False,
        "folder": 0,
        "input_mode": 0,
        "named": False,
        "canonical": True,
        "pending": False,
        "archived": False,
        "is_pin": False,
        "is_group": False,
        "last_seen_at": {},
    }
