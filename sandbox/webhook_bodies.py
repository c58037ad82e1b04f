"""The bodies of webhooks, one function a platform; None where the platform says nothing of such an event."""

from __future__ import annotations

from typing import Any

from sandbox.clock import graph_time
from sandbox.entries import Entry, Media
from sandbox.http import Json, Request
from sandbox.ids import stable_number
from sandbox.world import Event, World

VERBS = {"add": "add", "edited": "edited", "remove": "remove", "hide": "hide", "unhide": "unhide"}


def tells_words(body: Json) -> bool:
    """Whether a body carries what was said; that of a mention, a removal or a like only says where to look."""
    changes = [c for e in body.get("entry", ()) for c in (e.get("changes") or ([e] if "field" in e else []))]
    return all({"message", "text", "photo", "video"} & c["value"].keys() for c in changes)


def meta_body(world: World, event: Event) -> Json | None:
    owner = world.own(event.platform).id
    entry: Json = {"id": owner, "time": int(world.clock.now())}
    if event.message is not None:
        if "messages" not in world.subscribed_fields:
            return None
        said = event.message
        row: Json = {
            "sender": {"id": said.sender},
            "recipient": {"id": said.recipient},
            "timestamp": int(said.at * 1000),
            "message": {"mid": said.id, **({"text": said.text} if said.text else {})},
        }
        if said.media:
            row["message"]["attachments"] = [_message_part(world.media[one]) for one in said.media]
        if said.own:
            row["message"]["is_echo"] = True
        entry |= {"time": int(world.clock.now() * 1000), "messaging": [row]}
    elif event.entry is not None:
        change = _page_change(world, event) if event.platform == "facebook" else _instagram_change(world, event)
        if change is None:
            return None
        flat = event.platform == "instagram" and world.config.instagram_webhook_flavour == "instagram_login"
        entry |= change if flat else {"changes": [change]}
    else:
        return None
    return {"object": "page" if event.platform == "facebook" else "instagram", "entry": [entry]}


def _page_change(world: World, event: Event) -> Json | None:
    entry = event.entry
    assert entry is not None
    person = world.person("facebook", event.person.id if event.person else entry.author)
    value: Json = {"from": {"id": person.id, "name": person.name}}
    if entry.edge == "tagged":
        if event.verb != "add" or "mention" not in world.subscribed_fields:
            return None
        said = {"post_id": entry.id, "sender_name": person.name, "item": "post", "sender_id": person.id}
        return {"field": "mention", "value": {**said, "verb": "add", "created_time": int(entry.created)}}
    if "feed" not in world.subscribed_fields:
        return None
    if event.verb == "like":
        value |= {"item": "reaction", "reaction_type": "like", "verb": "add"}
        value |= {"post_id": entry.root or entry.id, "parent_id": entry.parent or entry.id}
        if entry.kind == "comment":
            value["comment_id"] = entry.id
    elif entry.kind == "comment":
        value |= {"item": "comment", "verb": VERBS[event.verb], "comment_id": entry.id, "post_id": entry.root}
        value |= {"parent_id": entry.parent, **_post_part(world, entry)}
    else:
        item = "photo" if entry.media else "share" if entry.link else "status" if entry.own else "post"
        value |= {"item": item, "verb": VERBS[event.verb], "post_id": entry.id, "is_hidden": entry.hidden}
        value["published"] = int(entry.published)
    value["created_time"] = int(entry.created)
    if event.verb in ("add", "edited"):
        value |= {"message": entry.text} if entry.text else {}
        value |= _hung(world, entry)
    return {"field": "feed", "value": value}


def _hung(world: World, entry: Entry) -> Json:
    """Addresses of pictures and films; no id where several are."""
    shown: Json = {}
    for media in (world.media[one] for one in entry.media):
        name = "video" if media.kind in ("video", "gif") else "photo"
        shown |= {"link": media.url} if media.kind == "link" else {name: media.url, f"{name}_id": media.id}
    return shown if len(entry.media) < 2 else {"photos": [world.media[one].url for one in entry.media]}


def _message_part(media: Media) -> Json:
    """One attachment of a direct message. Since September 2026 a sticker is one of its own."""
    name = {"photo": "image", "gif": "image", "link": "fallback"}.get(media.kind, media.kind)
    payload: Json = {"url": media.url}
    if media.kind == "sticker":
        payload["sticker_id"] = int(media.id)
    if media.title:
        payload["title"] = media.title
    return {"type": name, "payload": payload}


def _post_part(world: World, entry: Entry) -> Json:
    root = world.find("facebook", entry.root or "")
    if root is None:
        return {}
    return {
        "post": {
            "id": root.id,
            "status_type": "added_photos" if root.media else "mobile_status_update",
            "is_published": root.published,
            "updated_time": graph_time(root.updated),
            "permalink_url": f"https://www.facebook.com/{root.id}",
            "promotion_status": "inactive",
        }
    }


def _instagram_change(world: World, event: Event) -> Json | None:
    """Comments and mentions when they are new: Instagram tells of no edit, deletion or like."""
    entry = event.entry
    assert entry is not None
    if event.verb != "add":
        return None
    wrapped = world.config.instagram_webhook_flavour == "facebook_login"
    if entry.edge == "tags":
        return {"field": "mentions", "value": {"media_id": entry.id}} if wrapped else None
    if entry.kind != "comment":
        return None
    if entry.edge == "mentioned" and wrapped:
        return {"field": "mentions", "value": {"comment_id": entry.id, "media_id": entry.root}}
    person = world.person("instagram", entry.author)
    value: Json = {
        "from": {"id": person.id, "username": person.username},
        "comment_id" if wrapped else "id": entry.id,
        "text": entry.text,
        "media": {"id": entry.root, "media_product_type": "FEED"},
    }
    if entry.parent != entry.root:
        value["parent_id"] = entry.parent
    return {"field": "comments", "value": value}


def x_kinds(world: World, event: Event) -> list[str]:
    """The X activity types this event counts as, from the account's point of view."""
    own = world.own("x").id
    if event.message is not None:
        return ["dm.sent" if event.message.own else "dm.received"]
    entry = event.entry
    if entry is None:
        return []
    if event.verb == "like":
        return ["like.create"]
    if event.verb == "remove":
        return ["post.delete"] if entry.own else []
    if event.verb not in ("add", "edited"):
        return []
    kinds = ["post.create"] if entry.own else []
    parent = world.find("x", entry.parent or "")
    quoted, reposted = world.find("x", entry.quoted or ""), world.find("x", entry.reposted or "")
    if entry.own:
        return kinds
    if parent is not None and parent.author == own:
        kinds.append("post.reply.create")
    elif own in entry.mentions and "@" in entry.text[entry.prefix :]:
        kinds.append("post.mention.create")
    if quoted is not None and quoted.author == own:
        kinds.append("post.quote.create")
    if reposted is not None and reposted.author == own:
        kinds.append("post.repost.create")
    return kinds


def x_body(world: World, event: Event, subscription: dict[str, Any]) -> Json | None:
    """The activity event, if the subscription (empty: everything) asks for it."""
    kinds = x_kinds(world, event)
    wanted = subscription.get("event_type")
    kind = wanted if wanted in kinds else (kinds[0] if kinds and wanted is None else None)
    if kind is None:
        return None
    payload, includes = _x_payload(world, event, kind)
    data: Json = {
        "event_uuid": str(stable_number(f"{kind}:{world.ids.next('event')}") >> 1),
        "filter": subscription.get("filter") or {"user_id": world.own("x").id},
        "event_type": kind,
        "payload": payload,
    }
    if "tag" in subscription:
        data["tag"] = subscription["tag"]
    if includes:
        data["includes"] = includes
    return {"data": data}


def _x_payload(world: World, event: Event, kind: str) -> tuple[Json, Json]:
    from sandbox.x.render import View

    if event.message is not None:
        return _x_message(world, event), {}
    entry = event.entry
    assert entry is not None
    if kind == "post.delete":
        return {"id": entry.current_id, "author_id": entry.author}, {}
    if kind == "like.create":
        liker = event.person.id if event.person else ""
        mark = f"{stable_number(f'{liker}:{entry.id}'):032x}"
        payload: Json = {"id": mark, "created_at": graph_time(world.clock.now()).replace("+0000", ".000Z")}
        payload |= {"timestamp_ms": str(int(world.clock.now() * 1000))}
        payload |= {"liked_tweet_author_id": entry.author, "liked_tweet_id": entry.id}
        users = [View(world, _asking("")).person(event.person)] if event.person else []
        return payload, {"users": users} if users else {}
    fields = (
        "author_id,created_at,conversation_id,in_reply_to_user_id,referenced_tweets,entities,public_metrics,lang,"
        "reply_settings,edit_controls,possibly_sensitive,display_text_range,note_tweet"
    )
    view = View(world, _asking(fields))
    was = entry.first_served, entry.last_served
    payload = view.post(entry)
    entry.first_served, entry.last_served = was
    if entry.parent:
        payload["in_reply_to_tweet_id"] = entry.parent
    return _twins(payload), {"users": [view.person(world.person("x", entry.author))]}


def _asking(fields: str) -> Request:
    return Request("GET", "api.x.com", "/", query={"tweet.fields": fields} if fields else {})


def _twins(value: Any) -> Any:
    """X doubles every whole number with a `_str` beside it in these bodies."""
    if isinstance(value, list):
        return [_twins(part) for part in value]
    if not isinstance(value, dict):
        return value
    made: Json = {}
    for name, part in value.items():
        made[name] = _twins(part)
        if isinstance(part, int) and not isinstance(part, bool):
            made[f"{name}_str"] = str(part)
    return made


def _x_message(world: World, event: Event) -> Json:
    from sandbox.x.dms import told

    said = event.message
    assert said is not None
    data: Json = {"text": told(said)}
    if said.media:
        media = world.media[said.media[0]]
        kind = "animated_gif" if media.kind == "gif" else media.kind
        data["attachment"] = {
            "type": "media",
            "media": {"id": int(media.id), "id_str": media.id, "type": kind, "media_url": media.url},
        }
    marks: Json = {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []}
    people = {i: world.person("x", i) for i in (said.sender, said.recipient)}
    return {
        "direct_message_events": [
            {
                "type": "message_create",
                "id": said.id,
                "created_timestamp": str(int(said.at * 1000)),
                "message_create": {
                    "target": {"recipient_id": said.recipient},
                    "sender_id": said.sender,
                    "message_data": {**data, "entities": marks},
                },
            }
        ],
        "users": {i: {"data": {"id": p.id, "name": p.name, "username": p.username}} for i, p in people.items()},
    }
