"""Objects as the mobile app gets them."""

from __future__ import annotations

from sandbox import metrics
from sandbox.entries import Conversation, Entry, Media, Message, Person
from sandbox.graph.instagram import shortcode
from sandbox.http import Json
from sandbox.ids import stable_number
from sandbox.world import World

PICTURE = "https://scontent.cdninstagram.com/v/{}.jpg"


def private_id(world: World, person: Person) -> str:
    """The account has a private id of its own; everybody else keeps his one id."""
    return world.instagram_private_id if person.own else person.id


def user(world: World, person: Person) -> Json:
    return {
        "pk": private_id(world, person),
        "username": person.username,
        "full_name": person.name,
        "is_private": False,
        "is_verified": person.own,
        "profile_pic_url": PICTURE.format(person.id),
    }


def profile(world: World, person: Person) -> Json:
    posts = sum(1 for e in world.shelf("instagram", "posts") if not e.deleted) if person.own else 0
    return {
        **user(world, person),
        "media_count": posts,
        "follower_count": 204_300 if person.own else 90,
        "following_count": 61,
        "is_business": person.own,
        "biography": "",
    }


def media_id(world: World, entry: Entry) -> str:
    return f"{entry.pk}_{private_id(world, world.person('instagram', entry.author))}"


def thread_id(talk: Conversation) -> str:
    """A conversation's number: on this side it is one."""
    return str(stable_number(talk.id))


def thread(world: World, number: str) -> Conversation | None:
    """The conversation of that number."""
    return next((t for t in world.conversations["instagram"].values() if thread_id(t) == number), None)


def media(world: World, entry: Entry) -> Json:
    entry.serve()
    writer = user(world, world.person("instagram", entry.author))
    pictures = [_candidates(f"{entry.pk}-{n}") for n in range(max(1, len(entry.media)))]
    album = len(entry.media) > 1
    film = bool(entry.media) and world.media[entry.media[0]].kind == "video"
    shown: Json = {
        "pk": entry.pk,
        "id": media_id(world, entry),
        "code": shortcode(entry),
        "taken_at": int(entry.created),
        "media_type": 8 if album else 2 if film else 1,
        "image_versions2": pictures[0],
        "user": writer,
        "caption": {"text": entry.text, "created_at": int(entry.created), "user": writer} if entry.text else None,
        "caption_is_edited": len(entry.versions) > 1,
        "like_count": metrics.likes(world, entry),
        "comment_count": metrics.answers(world, entry),
        "commenting_disabled_for_viewer": not entry.comments_open,
        "device_timestamp": entry.upload_id or int(entry.created * 1_000_000),
    }
    if album:
        shown["carousel_media"] = [
            {"pk": f"{int(entry.pk) + n + 1}", "media_type": 1, "image_versions2": p} for n, p in enumerate(pictures)
        ]
    if film:
        shown["video_versions"] = [{"width": 720, "height": 1280, "url": PICTURE.format(entry.pk)}]
    return shown


def direct(world: World, message: Message) -> Json:
    """One direct message: words, or what hangs from it."""
    sender = world.instagram_private_id if message.own else message.sender
    shown: Json = {
        "item_id": message.id,
        "user_id": int(sender),
        "timestamp": int(message.at * 1_000_000),
        "item_type": "text",
        "text": message.text,
        "is_sent_by_viewer": message.own,
    }
    for one in message.media:
        name, held = _hung(world.media[one])
        shown |= {"item_type": name, name: held, "text": message.text or None}
    return shown


def _hung(media: Media) -> tuple[str, Json]:
    """What the app calls it, and what it says of it."""
    file: Json = {"id": media.id, "media_type": 2 if media.kind == "video" else 1, "accessibility_caption": media.alt or None}
    if media.kind in ("gif", "sticker"):
        return "animated_media", {"id": media.id, "is_sticker": media.kind == "sticker"}
    if media.kind in ("audio", "file"):
        return "voice_media", {"media": {"id": media.id, "media_type": 11, "audio": {"duration": 4000}}}
    if media.kind == "link":
        return "link", {"text": media.url, "link_context": {"link_url": media.url, "link_title": media.title}}
    return "media", file | {"image_versions2": _candidates(media.id)}


def _candidates(name: str) -> Json:
    return {"candidates": [{"width": 1080, "height": 1080, "url": PICTURE.format(name)}]}


def comment(world: World, entry: Entry) -> Json:
    entry.serve()
    shown: Json = {
        "pk": entry.pk,
        "text": entry.text,
        "user": user(world, world.person("instagram", entry.author)),
        "created_at": int(entry.created),
        "created_at_utc": int(entry.created),
        "content_type": "comment",
        "status": "Active",
        "has_liked_comment": world.own("instagram").id in entry.likes,
        "comment_like_count": metrics.likes(world, entry),
        "child_comment_count": metrics.answers(world, entry),
    }
    if moving := next((m for m in entry.media if world.media[m].kind == "gif"), None):
        shown["giphy_media_info"] = {"id": moving, "title": world.media[moving].alt}
    if entry.parent != entry.root:
        parent = world.find("instagram", entry.parent or "")
        shown["replied_to_comment_id"] = parent.pk if parent else None
    return shown
