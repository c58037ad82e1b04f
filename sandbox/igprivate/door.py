"""i.instagram.com: the session, then the call."""

from __future__ import annotations

import base64
import json
from urllib.parse import unquote

from sandbox.http import Refusal, Reply, Request
from sandbox.igprivate import errors, reads, writes
from sandbox.routing import find, route
from sandbox.world import World

HOSTS = ("i.instagram.com",)
ROUTES = [
    route("GET", "/api/v1/accounts/current_user/", reads.current_user),
    route("GET", "/api/v1/users/{id}/info/", reads.user_info),
    route("GET", "/api/v1/feed/user/{id}/", reads.user_feed),
    route("GET", "/api/v1/usertags/{id}/feed/", reads.tag_feed),
    route("GET", "/api/v1/media/{id}/info/", reads.media_info),
    route("GET", "/api/v1/media/{id}/comments/", reads.comments),
    route("GET", "/api/v1/media/{id}/comments/{cid}/inline_child_comments/", reads.child_comments),
    route("POST", "/api/v1/media/{id}/comments/{cid}/inline_child_comments/", reads.child_comments),
    route("GET", "/api/v1/news/inbox/", reads.news),
    route("GET", "/api/v1/direct_v2/inbox/", reads.direct_inbox),
    route("GET", "/api/v1/direct_v2/threads/{id}/", reads.direct_thread),
    route("POST", "/api/v1/direct_v2/threads/broadcast/text/", writes.send_text),
    route("POST", "/api/v1/media/{id}/comment/", writes.comment),
    route("POST", "/api/v1/media/{id}/comment/bulk_delete/", writes.delete_comments),
    route("POST", "/api/v1/media/{id}/comment_like/", writes.like_comment),
    route("POST", "/api/v1/media/{id}/comment_unlike/", writes.unlike_comment),
    route("POST", "/rupload_igphoto/{name}", writes.receive_photo),
    route("GET", "/rupload_igvideo/{name}", writes.video_offset),
    route("POST", "/rupload_igvideo/{name}", writes.receive_video),
    route("POST", "/api/v1/media/configure/", writes.configure),
    route("POST", "/api/v1/media/configure_sidecar/", writes.configure_album),
    route("POST", "/api/v1/media/configure_to_clips/", writes.configure),
    route("POST", "/api/v1/media/{id}/delete/", writes.delete_media),
    route("POST", "/api/v1/media/{id}/edit_media/", writes.edit_media),
]


def serve(world: World, request: Request) -> Reply:
    """Answer one call of the mobile API. Never raises for what a caller can do wrong."""
    try:
        _authenticate(world, request)
        found = find(ROUTES, request.method, request.path)
        if found is None:
            raise errors.fail(404, "Endpoint does not exist")
        handler, request.args = found
        return handler(world, request)
    except Refusal as refusal:
        return refusal.reply


def _authenticate(world: World, request: Request) -> None:
    header = request.headers.get("authorization", "")
    try:
        opened = json.loads(base64.b64decode(header.removeprefix("Bearer IGT:2:")))
        session = unquote(str(opened["sessionid"]))
    except (ValueError, KeyError, TypeError):
        raise errors.login_required() from None
    token = world.tokens.get(session)
    if token is None or token.kind != "session" or token.state in ("expired", "revoked"):
        raise errors.login_required()
    if token.state == "no_permission":
        raise errors.challenge()
    if token.state == "user_token":
        raise errors.feedback()
