"""Webhooks and activity subscriptions on X."""

from __future__ import annotations

from sandbox import webhooks as sender
from sandbox.clock import x_time
from sandbox.http import Json, Reply, Request, names
from sandbox.world import World
from sandbox.x import errors
from sandbox.x.posts import payload

EVENTS = names(
    "post.create post.delete post.mention.create post.reply.create post.quote.create "
    "post.repost.create like.create follow.follow follow.unfollow dm.received dm.sent dm.read "
    "dm.indicate_typing chat.received chat.sent"
)
MOST = 1500


def webhooks(world: World, request: Request) -> Reply:
    data = list(world.x_webhooks.values())
    meta = {"result_count": len(data)}
    return Reply(200, {"data": data, "meta": meta} if data else {"meta": meta})


def add_webhook(world: World, request: Request) -> Reply:
    """Registers a target once it has answered the CRC challenge."""
    url = str(payload(request, frozenset({"url"})).get("url", ""))
    if not sender.is_loopback(url):
        raise errors.invalid("url", url, "The sandbox delivers to loopback addresses only")
    if any(hook["url"] == url for hook in world.x_webhooks.values()):
        raise errors.invalid("url", url, "DuplicateUrlFailed: this url is already registered")
    if not sender.challenge_x(world, url):
        raise errors.invalid("url", url, "CrcValidationFailed: the url did not answer the CRC check")
    made = {"id": world.ids.number("webhook", 1_700_000_000_000_000_000), "url": url, "valid": True}
    made["created_at"] = x_time(world.clock.now())
    world.x_webhooks[str(made["id"])] = made
    return Reply(200, made)


def check_webhook(world: World, request: Request) -> Reply:
    hook = world.x_webhooks.get(request.args["id"])
    if hook is None:
        raise errors.plain(404, "Not Found")
    hook["valid"] = sender.challenge_x(world, str(hook["url"]))
    return Reply(200, {"data": {"attempted": True}})


def remove_webhook(world: World, request: Request) -> Reply:
    if world.x_webhooks.pop(request.args["id"], None) is None:
        raise errors.plain(404, "Not Found")
    return Reply(200, {"data": {"deleted": True}})


def listed(world: World, request: Request) -> Reply:
    data = list(world.x_subscriptions.values())
    return Reply(200, {"data": data, "meta": {"result_count": len(data)}})


def subscribe(world: World, request: Request) -> Reply:
    body = payload(request, frozenset({"event_type", "filter", "tag", "webhook_id"}))
    event, wanted = body.get("event_type"), body.get("filter")
    if event not in EVENTS:
        raise errors.invalid("event_type", event, f"$.event_type: does not have a value in the enumeration {sorted(EVENTS)}")
    if not isinstance(wanted, dict) or not set(wanted) <= {"user_id", "keyword", "direction"}:
        raise errors.invalid("filter", wanted, "$.filter: takes user_id, keyword or direction")
    if body.get("webhook_id") is not None and str(body["webhook_id"]) not in world.x_webhooks:
        raise errors.invalid("webhook_id", body["webhook_id"], "The webhook does not exist")
    if len(world.x_subscriptions) >= MOST:
        raise errors.forbidden("SubscriptionLimitExceeded")
    now = x_time(world.clock.now())
    made: Json = {
        "subscription_id": world.ids.number("subscription", 1_800_000_000_000_000_000),
        "event_type": event,
        "filter": wanted,
        "created_at": now,
        "updated_at": now,
    }
    made |= {name: str(body[name]) for name in ("tag", "webhook_id") if body.get(name) is not None}
    world.x_subscriptions[made["subscription_id"]] = made
    total = len(world.x_subscriptions)
    data = {"subscription": made, "total_subscriptions_for_instance_id": total}
    return Reply(200, {"data": data, "meta": {"total_subscriptions": total}})


def change(world: World, request: Request) -> Reply:
    made = world.x_subscriptions.get(request.args["id"])
    if made is None:
        raise errors.plain(404, "Not Found")
    made.update(payload(request, frozenset({"tag", "webhook_id"})), updated_at=x_time(world.clock.now()))
    total = len(world.x_subscriptions)
    return Reply(200, {"data": {"subscription": made, "total_subscriptions_for_instance_id": total}})


def unsubscribe(world: World, request: Request) -> Reply:
    if world.x_subscriptions.pop(request.args["id"], None) is None:
        raise errors.plain(404, "Not Found")
    return Reply(200, {"data": {"deleted": True}, "meta": {"total_subscriptions": len(world.x_subscriptions)}})
