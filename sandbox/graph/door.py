"""The Graph hosts: version, token, throttle, then the object and what is asked of it."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from typing import Any

from sandbox.entries import Container, Conversation, Entry, Media, Person
from sandbox.graph import errors, facebook, instagram, instagram_writing, messages, writing
from sandbox.graph.context import Ask, Context, NodeKind, render
from sandbox.graph.fields import parse
from sandbox.graph.params import check
from sandbox.http import Json, Refusal, Reply, Request
from sandbox.ids import stable_number
from sandbox.world import Token, World

HOSTS = ("graph.facebook.com", "graph.instagram.com", "rupload.facebook.com")
VERSION = re.compile(r"^v(\d+\.\d+)$")
Write = Callable[[Context, Any, dict[str, str]], Json]

WRITES: dict[tuple[str, str, str], Write] = {
    ("POST", "Page", "feed"): writing.post_to_feed,
    ("POST", "Page", "photos"): writing.add_photo,
    ("POST", "Page", "videos"): writing.add_video,
    ("POST", "Page", "video_reels"): writing.reel,
    ("POST", "Page", "messages"): messages.send,
    ("POST", "Page", "subscribed_apps"): writing.subscribe,
    ("DELETE", "Page", "subscribed_apps"): writing.unsubscribe,
    ("POST", "Page", "blocked"): writing.block,
    ("DELETE", "Page", "blocked"): writing.unblock,
    ("POST", "Post", ""): writing.update_post,
    ("DELETE", "Post", ""): writing.remove,
    ("POST", "Post", "comments"): writing.add_comment,
    ("POST", "Post", "likes"): writing.like,
    ("DELETE", "Post", "likes"): writing.unlike,
    ("POST", "Comment", ""): writing.update_comment,
    ("DELETE", "Comment", ""): writing.remove,
    ("POST", "Comment", "comments"): writing.add_comment,
    ("POST", "Comment", "likes"): writing.like,
    ("DELETE", "Comment", "likes"): writing.unlike,
    ("POST", "Video", ""): writing.update_video,
    ("POST", "IGUser", "media"): instagram_writing.create_container,
    ("POST", "IGUser", "media_publish"): instagram_writing.publish,
    ("POST", "IGUser", "mentions"): instagram_writing.answer_mention,
    ("POST", "IGUser", "messages"): messages.send,
    ("POST", "IGMedia", ""): instagram_writing.update_media,
    ("DELETE", "IGMedia", ""): writing.remove,
    ("POST", "IGMedia", "comments"): instagram_writing.add_comment,
    ("POST", "IGComment", ""): instagram_writing.update_comment,
    ("DELETE", "IGComment", ""): writing.remove,
    ("POST", "IGComment", "replies"): instagram_writing.add_reply,
}


def serve(world: World, request: Request) -> Reply:
    """Answer one call to a Graph host. Never raises for what a caller can do wrong."""
    version = f"v{world.config.newest_graph_version:.1f}"
    headers: dict[str, str] = {}
    try:
        if request.host == "rupload.facebook.com":
            reply = _receive_film(world, request)
        else:
            version, node, edge = _path(world, request)
            token = _token(world, request)
            headers.update(_usage(world, token))
            reply = Reply(200, _answer(Context(world, request, token, version), node, edge))
    except Refusal as refusal:
        reply = refusal.reply
    reply.headers = {**common_headers(world, version), **headers, **reply.headers}
    return reply


def common_headers(world: World, version: str) -> dict[str, str]:
    mark = f"{stable_number(str(world.recorder.count)):016x}"
    return {"facebook-api-version": version, "x-fb-trace-id": mark, "x-fb-request-id": mark, "x-fb-rev": "1030000000"}


def _path(world: World, request: Request) -> tuple[str, str, str]:
    parts = [p for p in request.path.split("/") if p]
    version = f"v{world.config.oldest_graph_version:.1f}"
    if parts and (match := VERSION.match(parts[0])):
        version = parts.pop(0)
        if float(match.group(1)) < world.config.oldest_graph_version:
            raise errors.deprecated_version(world.config.oldest_graph_version)
        if float(match.group(1)) > world.config.newest_graph_version:
            raise errors.refusal(2500, f"Unknown path components: /{version}")
    if len(parts) not in (1, 2):
        raise errors.refusal(2500, f"Unknown path components: {request.path}")
    return version, parts[0], parts[1] if len(parts) == 2 else ""


def _token(world: World, request: Request) -> Token:
    header = request.headers.get("authorization", "")
    value = request.params.get("access_token") or (header[7:] if header.startswith("Bearer ") else "")
    if not value:
        raise errors.no_token()
    token = world.tokens.get(value)
    if token is None or token.platform == "x" or token.kind != "page":
        raise errors.invalid_token()
    if token.state == "expired" or 0 < token.expires_at < world.clock.now():
        raise errors.expired_token()
    if token.state == "revoked":
        raise errors.revoked_token()
    if token.state == "no_permission":
        raise errors.no_permission()
    proof = request.params.get("appsecret_proof")
    if proof is not None and not hmac.compare_digest(proof, _proof(world, value)):
        raise errors.bad_parameter("Invalid appsecret_proof provided in the API argument")
    return token


def _proof(world: World, token: str) -> str:
    return hmac.new(world.credentials.meta_app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def _usage(world: World, token: Token) -> dict[str, str]:
    """The usage headers; over the hour's allowance (#32) with the minutes to wait."""
    calls, now = world.calls[token.value], world.clock.now()
    while calls and calls[0] <= now - 3600:
        calls.popleft()
    calls.append(now)
    share = int(100 * len(calls) / world.config.graph_calls_per_hour)
    over = len(calls) > world.config.graph_calls_per_hour
    wait = int((calls[0] + 3600 - now) / 60) + 1 if over else 0
    headers = usage_headers(world, token.platform, share, wait)
    if over and world.config.rate_windows:
        refusal = errors.throttled()
        refusal.reply.headers.update(headers)
        raise refusal
    return headers


def usage_headers(world: World, platform: str, share: int, wait_minutes: int) -> dict[str, str]:
    owner = world.accounts["instagram" if platform == "instagram" else "facebook"].id
    row = {
        "type": "instagram" if platform == "instagram" else "pages",
        "call_count": share,
        "total_cputime": share,
        "total_time": share,
        "estimated_time_to_regain_access": wait_minutes,
    }
    usage = {"call_count": share, "total_cputime": share, "total_time": share}
    return {"x-app-usage": json.dumps(usage), "x-business-use-case-usage": json.dumps({owner: [row]})}


def _answer(ctx: Context, node: str, edge: str) -> Json:
    request = ctx.request
    if node == "debug_token" and request.method == "GET":
        return _debug_token(ctx)
    kind, thing = _find(ctx, node)
    check(request, kind.name, edge)
    given = {k: v for k, v in request.params.items() if k != "access_token"}
    if request.method == "GET":
        return _read(ctx, kind, thing, node, edge, given)
    write = WRITES.get((request.method, kind.name, edge))
    if write is None:
        raise errors.unknown_object(node, request.method.lower())
    return write(ctx, thing, given)


def _read(ctx: Context, kind: NodeKind, thing: Any, node: str, edge: str, given: dict[str, str]) -> Json:
    text = given.get("fields")
    if edge:
        if edge not in kind.edges:
            raise errors.refusal(100, f"(#100) Tried accessing nonexisting field ({edge}) on node type ({kind.name})")
        return kind.edges[edge](ctx, thing, Ask(given, parse(text) if text else None, f"{node}/{edge}"))
    wanted = parse(text) if text else None
    if kind is instagram.ACCOUNT and wanted and any(f.name.startswith("mentioned_") for f in wanted):
        return _mentioned(ctx, thing, wanted)
    if isinstance(thing, Entry):
        thing.serve()
    return render(ctx, kind, thing, wanted)


def _mentioned(ctx: Context, account: Person, wanted: Any) -> Json:
    shown: Json = {}
    for one in wanted:
        what = one.name.removeprefix("mentioned_")
        given_id = one.args.get(f"{what}_id")
        if what not in ("comment", "media") or given_id is None:
            raise errors.bad_parameter(f"mentioned_{what} takes .{what}_id(ID)")
        shown[one.name] = instagram.mentioned(ctx, account, what, given_id, one.sub)
    return {**shown, "id": account.id}


def _find(ctx: Context, node: str) -> tuple[NodeKind, Any]:
    world = ctx.world
    page, account = world.accounts["facebook"], world.accounts["instagram"]
    if node == "me":
        node = account.id if ctx.request.host == "graph.instagram.com" else page.id
    if node == page.id:
        return facebook.PAGE, page
    if node == account.id:
        return instagram.ACCOUNT, account
    things: tuple[Any, ...] = (
        world.find("facebook", node),
        world.find("instagram", node),
        world.containers.get(node),
        world.conversations["facebook"].get(node) or world.conversations["instagram"].get(node),
        world.media.get(node),
        world.people.get(("facebook", node)),
    )
    thing = next((t for t in things if t is not None), None)
    if thing is None or (isinstance(thing, Entry) and (thing.deleted or thing.pk == node)):
        raise errors.unknown_object(node, ctx.request.method.lower())
    return _kind(thing), thing


def _kind(thing: Any) -> NodeKind:
    if isinstance(thing, Entry):
        beneath = thing.kind == "comment"
        if thing.platform == "facebook":
            return facebook.COMMENT if beneath else facebook.POST
        return instagram.COMMENT if beneath else instagram.MEDIA
    if isinstance(thing, Container):
        return instagram.CONTAINER
    if isinstance(thing, Conversation):
        return messages.CONVERSATION
    if isinstance(thing, Media):
        return facebook.PHOTO if thing.kind == "photo" else facebook.VIDEO
    return facebook.PERSON


def _debug_token(ctx: Context) -> Json:
    value = ctx.request.params.get("input_token", "")
    token = ctx.world.tokens.get(value)
    if token is None:
        return {"data": {"is_valid": False, "error": {"code": 190, "message": "Invalid OAuth access token."}}}
    page = ctx.world.own("facebook")
    return {
        "data": {
            "app_id": ctx.world.credentials.meta_app_id,
            "application": "Majlis sandbox",
            "type": "USER" if token.state == "user_token" else "PAGE",
            "is_valid": token.state in ("ok", "user_token"),
            "expires_at": int(token.expires_at),
            "data_access_expires_at": 0,
            "issued_at": int(ctx.world.clock.now()) - 86_400,
            "scopes": list(token.scopes),
            "profile_id": page.id,
            "user_id": page.id,
        }
    }


def _receive_film(world: World, request: Request) -> Reply:
    media = world.media.get(request.path.rpartition("/")[2])
    if media is None or request.method != "POST":
        raise errors.unknown_object(request.path, "post")
    media.size, media.ready = len(request.raw), True
    return Reply(200, {"success": True})
