"""Writing on X: post, reply, edit, delete, hide, like."""

from __future__ import annotations

from typing import Any

from sandbox import acts
from sandbox.entries import Entry
from sandbox.http import Json, Reply, Request, names
from sandbox.world import World
from sandbox.x import errors
from sandbox.x import text as words

CREATE = names(
    "card_uri community_id direct_message_deep_link edit_options for_super_followers_only geo "
    "made_with_ai media nullcast paid_partnership poll quote_tweet_id reply reply_settings "
    "share_with_followers text"
)
INSIDE = {
    "reply": frozenset({"in_reply_to_tweet_id", "exclude_reply_user_ids", "auto_populate_reply_metadata"}),
    "media": frozenset({"media_ids", "tagged_user_ids", "embeddable", "preview_media_id", "call_to_actions"}),
    "poll": frozenset({"options", "duration_minutes", "reply_settings"}),
    "edit_options": frozenset({"previous_post_id"}),
}
AUDIENCES = ("following", "mentionedUsers", "subscribers", "verified")
MAX_EDITS = 5
EDITABLE_S = 3600


def payload(request: Request, allowed: frozenset[str]) -> Json:
    """The JSON body; 400 where it is none or holds a name X does not take."""
    body = request.payload
    if not isinstance(body, dict):
        raise errors.invalid("body", "", "The request body is not valid JSON")
    for name in body:
        if name not in allowed:
            raise errors.invalid(
                name, body[name], f"$.{name}: is not defined in the schema and the schema does not allow additional properties"
            )
    return body


def create(world: World, request: Request) -> Reply:
    body = payload(request, CREATE)
    for name, known in INSIDE.items():
        part = body.get(name)
        if part is not None and (not isinstance(part, dict) or set(part) - known):
            raise errors.invalid(name, part, f"$.{name}: is not as the schema defines it")
    text = body.get("text", "")
    if not isinstance(text, str):
        raise errors.invalid("text", text, "$.text: must be a string")
    media = _media(world, body)
    poll, minutes = _poll(body, media)
    if not text.strip() and not media:
        raise errors.invalid("text", text, "One of `text` and `media.media_ids` is required")
    if words.weight(text) > words.LIMIT:
        raise errors.forbidden(
            "Your Tweet text is too long. For more information on how Twitter determines text length see https://github.com/twitter/twitter-text."
        )
    audience = body.get("reply_settings", "everyone")
    if audience != "everyone" and audience not in AUDIENCES:
        raise errors.invalid(
            "reply_settings", audience, f"$.reply_settings: does not have a value in the enumeration {list(AUDIENCES)}"
        )
    if "edit_options" in body:
        return _edit(world, body, text)
    quoted = _quoted(world, body)
    if "reply" in body:
        entry = _reply(world, body["reply"], text, media)
    else:
        _refuse_twin(world, text, media)
        entry = acts.post(world, "x", text, media=media, poll=poll, poll_minutes=minutes, quoted=quoted, reply_settings=audience)
    shown, _ = words.read_form(world, entry.id, entry.text, entry.media)
    return Reply(201, {"data": {"id": entry.id, "text": shown, "edit_history_tweet_ids": [entry.id]}})


def _reply(world: World, part: Json, text: str, media: list[str]) -> Entry:
    target = str(part.get("in_reply_to_tweet_id", ""))
    parent = world.find("x", target)
    if parent is None or parent.deleted:
        raise errors.forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    us = world.own("x")
    if world.config.x_tier == "self_serve" and not summoned(world, parent):
        raise errors.not_summoned()
    said = words.with_handles(world, us, parent, text)
    _refuse_twin(world, said, media)
    return acts.comment(world, "x", us, text, parent.id, media=media)


def summoned(world: World, parent: Entry) -> bool:
    """X's rule of 2026: a reply needs the author to have named us in that post himself (the handles X puts before a reply are
    not his) or to quote us; our own posts pass."""
    us = world.own("x")
    quoted = world.find("x", parent.quoted) if parent.quoted else None
    named = us.id in words.mentioned(world, parent.text[parent.prefix :])
    return parent.author == us.id or named or (quoted is not None and quoted.author == us.id)


def _refuse_twin(world: World, text: str, media: list[str]) -> None:
    """403 where our own standing posts hold the same text (and as many pictures) within a day."""
    if not world.config.x_duplicate_filter or not text:
        return
    us = world.own("x")
    since = world.clock.now() - 86_400
    for _, entry in world.shelf("x", "by", us.id).newest_first():
        if entry.created < since:
            return
        if not entry.deleted and entry.text == text and len(entry.media) == len(media):
            raise errors.duplicate()


def _media(world: World, body: Json) -> list[str]:
    ids = body.get("media", {}).get("media_ids", [])
    if not isinstance(ids, list) or len(ids) > 4:
        raise errors.invalid("media.media_ids", ids, "$.media.media_ids: there must be a maximum of 4 items in the array")
    for media_id in ids:
        media = world.media.get(str(media_id))
        if media is None or media.platform != "x" or not media.ready:
            raise errors.invalid("media.media_ids", ids, "Your media IDs are invalid.")
    if len(ids) > 1 and any(world.media[str(i)].kind == "video" for i in ids):
        raise errors.invalid("media.media_ids", ids, "A post takes up to four pictures, or one film.")
    return [str(i) for i in ids]


def _poll(body: Json, media: list[str]) -> tuple[list[str], int]:
    part = body.get("poll")
    if part is None:
        return [], 0
    if media or "quote_tweet_id" in body:
        raise errors.invalid("poll", part, "$.poll: is mutually exclusive with media and quote_tweet_id")
    options, minutes = part.get("options"), part.get("duration_minutes")
    fits = isinstance(options, list) and 2 <= len(options) <= 4
    if not fits or not all(isinstance(o, str) and 1 <= len(o) <= 25 for o in options):
        raise errors.invalid("poll.options", options, "$.poll.options: takes 2 to 4 texts of 1 to 25 characters")
    if not isinstance(minutes, int) or not 5 <= minutes <= 10_080:
        raise errors.invalid("poll.duration_minutes", minutes, "$.poll.duration_minutes: is not between 5 and 10080")
    return options, minutes


def _quoted(world: World, body: Json) -> str | None:
    target = body.get("quote_tweet_id")
    if target is None:
        return None
    if world.config.x_tier == "self_serve":
        raise errors.not_enrolled()
    entry = world.find("x", str(target))
    if entry is None or entry.deleted:
        raise errors.invalid("quote_tweet_id", target, "The quoted Tweet is not available")
    return entry.id


def _edit(world: World, body: Json, text: str) -> Reply:
    entry = world.find("x", str(body["edit_options"].get("previous_post_id", "")))
    if entry is None or entry.deleted or not entry.own:
        raise errors.forbidden("You are not allowed to edit this Tweet.")
    late = world.clock.now() - entry.created > EDITABLE_S
    if late or len(entry.versions) > MAX_EDITS or entry.poll:
        raise errors.forbidden("This Tweet can no longer be edited.")
    acts.edit(world, entry, text)
    shown, _ = words.read_form(world, entry.id, entry.text, entry.media)
    history = [v.id for v in entry.versions]
    return Reply(201, {"data": {"id": entry.current_id, "text": shown, "edit_history_tweet_ids": history}})


def remove(world: World, request: Request) -> Reply:
    entry = world.find("x", request.args["id"])
    if entry is not None and not entry.own:
        raise errors.forbidden("You are not authorized to delete this Tweet.")
    if entry is not None:
        acts.delete(world, entry)
    return Reply(200, {"data": {"deleted": True}})


def hide(world: World, request: Request) -> Reply:
    """Only replies by others in a conversation the account began."""
    wanted = payload(request, frozenset({"hidden"})).get("hidden")
    if not isinstance(wanted, bool):
        raise errors.invalid("hidden", wanted, "$.hidden: must be a boolean")
    entry = world.find("x", request.args["id"])
    root = world.find("x", entry.root) if entry and entry.root else None
    if entry is None or entry.deleted:
        raise errors.plain(404, "Not Found", "The requested Tweet could not be found.")
    if root is None or not root.own or entry.id == root.id or entry.own:
        raise errors.forbidden("You are not permitted to hide this reply: it is not in a conversation you began.")
    acts.hide(world, entry, wanted)
    return Reply(200, {"data": {"hidden": entry.hidden}})


def like(world: World, request: Request) -> Reply:
    return _liked(world, str(payload(request, frozenset({"tweet_id"})).get("tweet_id", "")), True)


def unlike(world: World, request: Request) -> Reply:
    return _liked(world, request.args["tweet_id"], False)


def _liked(world: World, post_id: str, wanted: bool) -> Reply:
    if world.config.x_tier == "self_serve":
        raise errors.not_enrolled()
    entry = world.find("x", post_id)
    if entry is None or entry.deleted:
        body: dict[str, Any] = {"errors": [errors.missing("tweet", "tweet_id", post_id)]}
        return Reply(200, body)
    (acts.like if wanted else acts.unlike)(world, entry, world.own("x"))
    return Reply(200, {"data": {"liked": wanted}})
