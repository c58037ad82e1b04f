"""What kind of Meta's objects an address names, so that requests and answers can be held against Meta's own lists."""

from __future__ import annotations

from typing import Any

from sandbox.entries import Entry
from sandbox.graph.fields import Field, parse
from sandbox.world import World
from tests import contract_checks

LISTED = {
    "published_posts": "Post", "feed": "Post", "visitor_posts": "Post", "tagged": "Post", "scheduled_posts": "Post",
    "media": "IGMedia", "tags": "IGMedia", "replies": "IGComment", "conversations": "UnifiedThread",
}  # fmt: skip
#: Documented in words, listed in no file we hold: the token's facts, containers, messages, the day's quota, people.
UNLISTED = frozenset({"debug_token", "IGMediaContainer", "UnifiedThread/messages", "IGUser/content_publishing_limit", "User"})
MADE = frozenset({"id", "success", "post_id", "video_id", "upload_url", "recipient_id", "message_id"})
INSIDE = {"comments": "Comment", "parent": "Comment", "replies": "IGComment"}


def place(world: World, path: str) -> tuple[str, str]:
    """(kind, edge) of `/v25.0/{node}[/{edge}]`."""
    parts = path.strip("/").split("/")[1:]
    node, edge = parts[0], parts[1] if len(parts) > 1 else ""
    return _kind(world, node), edge


def _kind(world: World, node: str) -> str:
    page, account = world.accounts["facebook"].id, world.accounts["instagram"].id
    if node in ("me", page, account):
        return "IGUser" if node == account else "Page"
    for platform, below, above in (("facebook", "Comment", "Post"), ("instagram", "IGComment", "IGMedia")):
        entry: Entry | None = world.entries[platform].get(node)  # type: ignore[index]  # both are platforms
        if entry is not None:
            return below if entry.kind == "comment" else above
    if node in world.media:
        return "Photo" if world.media[node].kind == "photo" else "Video"
    if node in world.containers:
        return "IGMediaContainer"
    talks = {**world.conversations["facebook"], **world.conversations["instagram"]}
    return "UnifiedThread" if node in talks else node


def asked(world: World, method: str, path: str, params: dict[str, Any]) -> list[str]:
    """What of a request Meta's lists do not name: its edge, a parameter, a field."""
    kind, edge = place(world, path)
    if kind in UNLISTED or f"{kind}/{edge}" in UNLISTED:
        return []
    sent = {name: value for name, value in params.items() if name not in ("source",)}  # the file itself, listed as an upload
    found = contract_checks.graph_request(kind, edge, method, sent)
    if "fields" in params:
        found += _fields(_shown(kind, edge), parse(str(params["fields"])))
    return found


def _shown(kind: str, edge: str) -> str:
    if not edge:
        return kind
    if edge == "comments":
        return "IGComment" if kind.startswith("IG") else "Comment"
    if edge == "insights":
        return "InstagramInsightsResult" if kind.startswith("IG") else "InsightsResult"
    return LISTED.get(edge, "")


def _fields(kind: str, fields: tuple[Field, ...]) -> list[str]:
    if not kind:
        return []
    found = contract_checks.graph_response(kind, dict.fromkeys((f.name for f in fields if not f.name.startswith("mentioned_")), ""))
    for one in fields:
        if one.sub is not None and one.name in INSIDE:
            inside = "IGComment" if kind.startswith("IG") else INSIDE[one.name]
            found += _fields(inside, one.sub)
    return found


def answered(world: World, method: str, path: str, status: int, body: Any) -> list[str]:
    """What of an answer Meta's lists do not name."""
    if status >= 400:
        strange = isinstance(body, dict) and set(body) == {"error"} and {"message", "type", "code"} <= set(body["error"])
        return [] if strange else [f"no Graph error: {body!r}"]
    kind, edge = place(world, path)
    if kind in UNLISTED or f"{kind}/{edge}" in UNLISTED:
        return []
    if method != "GET":
        return [f"{method} {kind}/{edge} answers no {name}" for name in body if name not in MADE and not name.isdigit()]
    shown = _shown(kind, edge)
    plain = {name: value for name, value in body.items() if not name.startswith("mentioned_")}
    return contract_checks.graph_response(shown, plain) if shown else []
