"""The X hosts: which call goes where, what it needs, and the headers on every answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.http import Refusal, Reply, Request
from sandbox.ids import stable_number
from sandbox.routing import Handler, Route, find, route
from sandbox.world import World
from sandbox.x import analytics, auth, dialect, dms, errors, media, posts, subscriptions, timelines

HOSTS = ("api.twitter.com", "api.x.com", "upload.twitter.com", "upload.x.com")


@dataclass(frozen=True)
class Need:
    """The rate window a call counts in, and whether it must come from a user rather than an app."""

    endpoint: str
    user: bool = False


def _table() -> tuple[list[Route], dict[Handler, Need]]:
    rows: list[tuple[str, str, Handler, Need]] = [
        ("GET", "/2/users/me", timelines.me, Need("me", True)),
        ("GET", "/2/users/by/username/{username}", timelines.users_by_name, Need("users")),
        ("GET", "/2/users/{id}/mentions", timelines.mentions, Need("mentions")),
        ("GET", "/2/users/{id}/tweets", timelines.own_posts, Need("timeline")),
        ("GET", "/2/users/{id}", timelines.user, Need("users")),
        ("GET", "/2/tweets/search/recent", timelines.recent_search, Need("search")),
        ("GET", "/2/tweets/analytics", analytics.by_post, Need("analytics", True)),
        ("GET", "/2/tweets", timelines.look_up, Need("lookup")),
        ("GET", "/2/tweets/{id}", timelines.look_up_one, Need("lookup")),
        ("GET", "/2/tweets/{id}/quote_tweets", timelines.quote_posts, Need("quotes")),
        ("GET", "/2/tweets/{id}/liking_users", timelines.liking_users, Need("quotes")),
        ("GET", "/2/tweets/{id}/retweeted_by", timelines.reposted_by, Need("quotes")),
        ("POST", "/2/tweets", posts.create, Need("create", True)),
        ("DELETE", "/2/tweets/{id}", posts.remove, Need("delete", True)),
        ("PUT", "/2/tweets/{id}/hidden", posts.hide, Need("hide", True)),
        ("POST", "/2/users/{id}/likes", posts.like, Need("likes", True)),
        ("DELETE", "/2/users/{id}/likes/{tweet_id}", posts.unlike, Need("likes", True)),
        ("POST", "/2/media/upload", media.upload, Need("media", True)),
        ("GET", "/2/media/upload", media.status, Need("media", True)),
        ("POST", "/2/media/upload/initialize", media.initialize, Need("media", True)),
        ("POST", "/2/media/upload/{id}/append", media.append, Need("media", True)),
        ("POST", "/2/media/upload/{id}/finalize", media.finalize, Need("media", True)),
        ("POST", "/2/media/metadata", media.metadata, Need("media", True)),
        ("GET", "/2/dm_events", dms.events, Need("dm_read", True)),
        ("GET", "/2/dm_conversations/with/{id}/dm_events", dms.events_with, Need("dm_read", True)),
        ("GET", "/2/dm_conversations/{id}/dm_events", dms.events_of, Need("dm_read", True)),
        ("POST", "/2/dm_conversations/with/{id}/messages", dms.send, Need("dm_send", True)),
        ("POST", "/2/dm_conversations/{id}/messages", dms.send_to, Need("dm_send", True)),
        ("POST", "/1.1/media/upload.json", media.v1_upload, Need("media", True)),
        ("GET", "/1.1/media/upload.json", media.v1_upload, Need("media", True)),
        ("POST", "/1.1/media/metadata/create.json", media.v1_metadata, Need("media", True)),
        ("GET", "/2/webhooks", subscriptions.webhooks, Need("webhooks")),
        ("POST", "/2/webhooks", subscriptions.add_webhook, Need("webhooks")),
        ("PUT", "/2/webhooks/{id}", subscriptions.check_webhook, Need("webhooks")),
        ("DELETE", "/2/webhooks/{id}", subscriptions.remove_webhook, Need("webhooks")),
        ("GET", "/2/activity/subscriptions", subscriptions.listed, Need("webhooks")),
        ("POST", "/2/activity/subscriptions", subscriptions.subscribe, Need("webhooks")),
        ("PUT", "/2/activity/subscriptions/{id}", subscriptions.change, Need("webhooks")),
        ("DELETE", "/2/activity/subscriptions/{id}", subscriptions.unsubscribe, Need("webhooks")),
    ]
    return [route(method, path, handler) for method, path, handler, _ in rows], {row[2]: row[3] for row in rows}


ROUTES, NEEDS = _table()


def serve(world: World, request: Request) -> Reply:
    """Answer one call to an X host. Never raises for what a caller can do wrong."""
    post_words = world.config.x_dialect == "post"
    if post_words:
        request.query = dialect.read_query(request.query_pairs)
    headers: dict[str, str] = {}
    try:
        reply = _answer(world, request, headers)
    except Refusal as refusal:
        reply = refusal.reply
    reply.headers = {**common_headers(world, request), **headers, **reply.headers}
    if post_words and reply.body is not None:
        reply.body = dialect.newer(reply.body)
    return reply


def _answer(world: World, request: Request, headers: dict[str, str]) -> Reply:
    found = find(ROUTES, request.method, request.path)
    if found is None:
        raise errors.plain(404, "Not Found")
    handler, request.args = found
    need = NEEDS[handler]
    token = auth.authenticate(world, request, user_context=need.user)
    headers.update(auth.count(world, token, need.endpoint))
    own = world.own("x").id
    acts_for = request.args.get("id") if request.path.startswith("/2/users/") and need.user else None
    if acts_for and acts_for != own:
        raise errors.forbidden("You are not permitted to act for this user.")
    reply = handler(world, request)
    world.x_bills.charge(need.endpoint, request, reply, world.clock.now())
    return reply


def common_headers(world: World, request: Request) -> dict[str, str]:
    mark = stable_number(f"{world.recorder.count}:{request.path}")
    return {"x-access-level": "read-write-directmessages", "x-transaction-id": f"{mark:016x}"}


def fault_headers(world: World, left: int = 0) -> dict[str, str]:
    """Rate headers for a 429 made by a fault: nothing left until the window ends."""
    return auth.rate_headers(300, left, world.clock.now() + auth.WINDOW_S)


def fault_reply(world: World, kind: str) -> Reply:
    """X's rarer refusals, by the name of the fault that orders them."""
    refusal = errors.ORDERED[kind]()
    if refusal.reply.status == 429:
        # a month's cap says nothing of the window: that has room
        refusal.reply.headers.update(fault_headers(world, 299 if kind == "usage_capped" else 0))
    return refusal.reply


def fault_body(kind: str, status: int) -> Any:
    titles = {401: "Unauthorized", 429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}
    title = titles.get(status, "Error")
    return {"title": title, "detail": title, "type": "about:blank", "status": status}
