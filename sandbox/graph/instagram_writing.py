"""Writing on Instagram's official side: containers, publishing, replies, hiding."""

from __future__ import annotations

import re

from sandbox import acts
from sandbox.entries import Container, Entry, Media, Person
from sandbox.graph import errors
from sandbox.graph.context import Context
from sandbox.graph.instagram import status
from sandbox.graph.writing import OK, Given, flag, web_address
from sandbox.http import Json, Refusal

CAPTION_MOST = 2200
HASHTAGS_MOST = 5
HASHTAG = re.compile(r"(?<![\w/&])[#＃]\w")
HANDLES_MOST = 20
ALT_MOST = 1000


def create_container(ctx: Context, account: Person, given: Given) -> Json:
    """An invisible post in the making. The picture must stand at an http(s) address (the sandbox does not fetch it)."""
    caption = given.get("caption", "")
    if len(caption) > CAPTION_MOST or caption.count("@") > HANDLES_MOST or len(HASHTAG.findall(caption)) > HASHTAGS_MOST:
        raise errors.refusal(36004, "The caption was too long", subcode=2207010)
    if len(given.get("alt_text", "")) > ALT_MOST:
        raise errors.bad_parameter(f"Param alt_text must be at most {ALT_MOST} characters")
    kind = given.get("media_type", "IMAGE")
    if kind not in ("IMAGE", "VIDEO", "REELS", "STORIES", "CAROUSEL"):
        raise errors.bad_parameter("Param media_type must be one of IMAGE, VIDEO, REELS, STORIES, CAROUSEL")
    part = flag(given, "is_carousel_item", False)
    if (kind == "VIDEO" and not part) or (kind in ("REELS", "STORIES", "CAROUSEL") and part):
        raise errors.bad_parameter(
            "A film is a VIDEO within a carousel and a REELS by itself; a carousel holds neither reels nor carousels"
        )
    children = _children(ctx, given) if kind == "CAROUSEL" else []
    address = None if children else _address(given, kind)
    made = Container(
        id=ctx.world.ids.number("instagram-container", 17_800_000_000_000_000),
        created=ctx.world.clock.now(),
        caption=caption,
        media_type=kind,
        image_url=address or "",
        alt=given.get("alt_text", ""),
        carousel_item=part,
        children=children,
        failed=2207052 if address and "cannot-be-fetched" in address else 0,
    )
    ctx.world.containers[made.id] = made
    return {"id": made.id}


def _address(given: Given, kind: str) -> str:
    name = "image_url" if kind in ("IMAGE", "STORIES") and "image_url" in given else "video_url"
    if kind == "IMAGE":
        name = "image_url"
    try:
        address = web_address(given, name)
    except Refusal:
        address = None
    if address is None:
        message = "Only photo or video can be accepted as media type."
        raise errors.refusal(9004, message, subcode=2207052, user_message="The media could not be fetched from this URI")
    return address


def _children(ctx: Context, given: Given) -> list[str]:
    ids = re.findall(r"\d+", given.get("children", ""))
    known = [ctx.world.containers.get(i) for i in ids]
    if not 2 <= len(ids) <= 10 or any(c is None or not c.carousel_item for c in known):
        raise errors.refusal(100, "Carousel validation failed", subcode=2207028)
    return ids


def publish(ctx: Context, account: Person, given: Given) -> Json:
    """Makes a finished container public, once."""
    container = ctx.world.containers.get(given.get("creation_id", ""))
    if container is None:
        raise errors.refusal(24, "The requested resource does not exist", subcode=2207006)
    state = status(ctx, container)
    if state == "PUBLISHED":
        raise errors.refusal(24, "Media builder not found: it has already been published", subcode=2207008)
    if state == "EXPIRED":
        raise errors.refusal(-2, "The media has expired", subcode=2207020)
    if state != "FINISHED":
        raise errors.refusal(9007, "Media ID is not available", subcode=2207027, user_message="The media is not ready")
    limit = ctx.world.config.instagram_quota
    since = ctx.world.clock.now() - 86_400
    if sum(1 for c in ctx.world.containers.values() if c.published_as and c.created > since) >= limit:
        raise errors.refusal(9, "(#9) Application request limit reached", subcode=2207042, status=403)
    parts = [ctx.world.containers[i] for i in container.children] or [container]
    entry = acts.post(ctx.world, "instagram", container.caption, media=[_media(ctx, p) for p in parts])
    container.published_as = entry.id
    return {"id": entry.id}


def _media(ctx: Context, part: Container) -> str:
    kind = "photo" if part.media_type == "IMAGE" else "video"
    media_id = ctx.world.ids.number("instagram-media", 17_700_000_000_000_000)
    ctx.world.media[media_id] = Media("instagram", media_id, "photo" if kind == "photo" else "video", part.alt)
    ctx.world.media[media_id].url = part.image_url
    return media_id


def add_comment(ctx: Context, media: Entry, given: Given) -> Json:
    return _said(ctx, media, given)


def add_reply(ctx: Context, comment: Entry, given: Given) -> Json:
    """Only beneath a top-level comment that is not hidden."""
    if comment.hidden:
        raise errors.bad_parameter("You cannot reply to a hidden comment")
    return _said(ctx, comment, given)


def _said(ctx: Context, target: Entry, given: Given) -> Json:
    text = given.get("message", "")
    if not text.strip() or len(text) > CAPTION_MOST:
        raise errors.bad_parameter("Param message must be 1 to 2200 characters")
    root = ctx.world.find("instagram", target.root or target.id)
    if root is not None and not root.comments_open:
        raise errors.refusal(10, "(#10) Comments are disabled on this media", status=403)
    made = acts.comment(ctx.world, "instagram", ctx.world.own("instagram"), text, target.id)
    made.serve()
    return {"id": made.id}


def update_comment(ctx: Context, comment: Entry, given: Given) -> Json:
    if "hide" not in given:
        raise errors.bad_parameter("The parameter hide is required")
    if comment.own:
        raise errors.refusal(10, "(#10) You cannot hide your own comment", status=403)
    acts.hide(ctx.world, comment, flag(given, "hide", False))
    return OK


def update_media(ctx: Context, media: Entry, given: Given) -> Json:
    if "comment_enabled" not in given:
        raise errors.bad_parameter("The parameter comment_enabled is required")
    media.comments_open = flag(given, "comment_enabled", True)
    return OK


def answer_mention(ctx: Context, account: Person, given: Given) -> Json:
    """Answers a comment or a caption that names the account, where it stands."""
    target = ctx.world.find("instagram", given.get("comment_id") or given.get("media_id", ""))
    if target is None or target.deleted:
        raise errors.unknown_object(given.get("comment_id") or given.get("media_id", ""), "post")
    return _said(ctx, target, given)
