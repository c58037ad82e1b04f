"""Webhooks of Meta and X: is it theirs, and what does it say. Pure functions over raw bytes; hostile bodies never raise.

A webhook is an accelerator, the poller is the truth (PLATFORMS 3): an event says what can be taken over at once (`message`,
`removed_id`), what must be asked for by id (`look`, for `Connector.lookup`) and which stream is worth reading now (`reread`).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from connectors.contract import Can, Known, Message, Surface
from connectors.meta import attached
from connectors.signed import meta_signed as meta_signed
from connectors.signed import x_crc as x_crc
from connectors.signed import x_signed as x_signed
from connectors.x import prices
from connectors.x.attached import direct_text, of_media
from connectors.x.posts import Post, Reader, objects, told_at
from core.clock import now

Json = Mapping[str, Any]
BAD = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError, IndexError)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a webhook told. `account` = platform:native-id; `charged`: what the platform charges for telling it, as
    a Bill's things."""

    account: str
    message: Message | None = None
    removed_id: str | None = None
    reread: str | None = None
    look: Known | None = None
    charged: Mapping[str, int] = field(default_factory=dict)


class Events(list[Event]):
    """The events of one body, and a short account of each part that could not be read (`quarantined`)."""

    def __init__(self) -> None:
        super().__init__()
        self.quarantined: list[str] = []


def meta(body: bytes) -> Events:
    """What a verified Meta webhook says: pages' feed, mention and messages; Instagram's comments, mentions and messages, whether
    wrapped in `changes` (Facebook Login) or put into the entry itself (Instagram Login)."""
    return _read(body, _meta)


def x(body: bytes) -> Events:
    """What a verified X webhook says: X Activity events (both vocabularies) and the older Account Activity."""
    return _read(body, _x)


def _read(body: bytes, parts: Callable[[Any], Iterator[Callable[[], Iterator[Event]]]]) -> Events:
    events = Events()
    steps: list[Callable[[], Iterator[Event]]] = []
    try:
        for step in parts(json.loads(body)):
            steps.append(step)  # those before what can't be read are kept
    except (*BAD, RecursionError) as error:
        events.quarantined.append(f"body: {type(error).__name__}")
    for n, step in enumerate(steps):
        try:
            events += [_sound(event) for event in step()]
        except BAD as error:
            events.quarantined.append(f"part {n}: {type(error).__name__}")
    return events


def _meta(given: Any) -> Iterator[Callable[[], Iterator[Event]]]:
    platform = {"page": "facebook", "instagram": "instagram"}[given["object"]]
    for entry in given["entry"]:
        try:
            yield from _entry(platform, entry)
        except BAD as error:  # the other entries are read
            yield partial(_unfit, error)


def _entry(platform: str, entry: Json) -> Iterator[Callable[[], Iterator[Event]]]:
    account = f"{platform}:{_id(entry['id'])}"
    for change in [*(entry.get("changes") or []), *([entry] if "field" in entry else [])]:
        yield partial(_change, account, entry, change)
    for one in entry.get("messaging") or []:
        yield partial(_messaging, account, one)


def _unfit(error: Exception) -> Iterator[Event]:
    raise error


def _change(account: str, entry: Json, change: Json) -> Iterator[Event]:
    field, value = change["field"], change["value"]
    told = _time(entry.get("time"))
    if field == "messages":
        yield from _messaging(account, value)
    elif account.startswith("instagram:"):
        yield from _instagram(account, field, value, told)
    elif field == "feed":
        yield from _feed(account, value, told)
    elif field == "mention":
        if value.get("verb") == "remove":
            yield Event(account, removed_id=_id(value.get("comment_id") or value["post_id"]))
        else:
            yield Event(account, reread="mentions")


def _feed(account: str, value: Json, told: datetime) -> Iterator[Event]:
    item, verb = value.get("item"), value.get("verb")
    if item in ("reaction", "like"):
        return
    comment = item == "comment"
    native_id = _id(value["comment_id"] if comment else value["post_id"])
    stream = "comments" if comment else "posts"
    if verb == "remove":
        yield Event(account, removed_id=native_id)
    elif attached.tells(value) and value.get("published", 1):
        writer = value.get("from") or {}
        own = str(writer.get("id")) == account.partition(":")[2]
        post_id = _id(value["post_id"])
        yield Event(
            account,
            Message(
                account=account,
                native_id=native_id,
                surface=Surface.COMMENT if comment else Surface.POST,
                author_id=str(writer.get("id") or ""),
                author_name=str(writer.get("name") or ""),
                text=str(value.get("message") or ""),
                created_at=_time(value.get("created_time"), told),
                parent_id=_id(value.get("parent_id") or post_id) if comment else None,
                root_id=post_id if comment else None,
                edited=verb != "add",
                edited_at=told if verb != "add" else None,
                own=own,
                hidden=value.get("is_hidden") is True or None,  # an older telling may come last: only a reading shows it again
                can=Can(reply=True, reply_privately=comment and not own, hide=comment and not own, delete=comment or own),
                attachments=attached.of_feed(value),
            ),
        )
    else:
        yield Event(account, reread=stream)


def _instagram(account: str, field: str, value: Json, told: datetime) -> Iterator[Event]:
    if field == "mentions":
        media_id = _id(value["media_id"])
        comment_id = _id(value["comment_id"]) if value.get("comment_id") else None
        look = Known(
            comment_id or media_id, Surface.MENTION, media_id if comment_id else None, media_id if comment_id else None, "", told
        )
        yield Event(account, look=look, reread="mentions")
    elif field in ("comments", "live_comments"):
        writer = value.get("from") or {}
        media_id = _id(value["media"]["id"])
        own = str(writer.get("id")) == account.partition(":")[2]
        message = Message(
            account=account,
            native_id=_id(value.get("id") or value["comment_id"]),
            surface=Surface.COMMENT,
            author_id=str(writer.get("id") or writer.get("username") or ""),
            author_name=str(writer.get("username") or ""),
            author_handle=str(writer.get("username") or ""),
            text=str(value.get("text") or ""),
            created_at=told,
            parent_id=_id(value.get("parent_id") or media_id),
            root_id=media_id,
            own=own,
            can=Can(reply=True, reply_privately=not own, hide=not own, delete=True),
        )
        yield Event(account, message, reread="comments")


def _messaging(account: str, value: Json) -> Iterator[Event]:
    said = value.get("message")
    if not isinstance(said, Mapping):
        return  # read, delivery, reaction: nothing was said
    if said.get("is_deleted") is True:
        yield Event(account, removed_id=_id(said["mid"]))
        return
    sender = _id(value["sender"]["id"])
    message = Message(
        account=account,
        native_id=_id(said["mid"]),
        surface=Surface.DIRECT,
        author_id=sender,
        text=str(said.get("text") or ""),
        created_at=_time(value.get("timestamp")),
        own=said.get("is_echo") is True or sender == account.partition(":")[2],
        attachments=attached.of_webhook_message(said),
    )
    yield Event(account, message, reread="direct")


def _x(given: Any) -> Iterator[Callable[[], Iterator[Event]]]:
    if "for_user_id" in given:
        yield from _x_older(given)
        return
    data = given["data"]
    for one in data if isinstance(data, list) else [data]:
        yield partial(_x_activity, one)


def _x_activity(event: Json) -> Iterator[Event]:
    kind = str(event["event_type"])
    if not kind.startswith(("post.", "dm.")):
        return  # likes, follows, news, profiles: nobody's words
    payload, own_id = event["payload"], _id(event["filter"]["user_id"])
    account = f"x:{own_id}"
    if kind == "post.delete":
        yield Event(account, removed_id=_id(payload["id"]))
    elif kind in ("dm.received", "dm.sent"):
        for row in payload["direct_message_events"]:
            direct = _x_direct(account, own_id, row, payload.get("users") or {})
            yield Event(account, direct, reread="direct", charged={f"direct:{direct.native_id}": prices.DIRECT})
    elif kind.startswith("post.") and kind.endswith("create"):
        includes = payload.get("includes") or event.get("includes") or {}
        people = [u.get("data", u) for u in includes.get("users") or []]
        users = {str(u["id"]): u for u in people}
        media = {str(m.get("media_key")): m for m in objects(includes.get("media"))}
        post = Post({**payload, "id": _id(payload["id"])}, users, media)
        handle = str(users.get(own_id, {}).get("username") or "")
        theirs = post.author != own_id
        to_us = str(post.raw.get("in_reply_to_user_id") or "") == own_id and post.parent == post.conversation
        ours = frozenset({post.conversation}) if to_us else frozenset()  # an answer to a post of ours that began the conversation
        reader = Reader(account, own_id, handle)
        said = reader.message(post, ours=ours, quotes_us=kind == "post.quote.create" and theirs)
        yield Event(account, said, charged={f"post:{post.ids[0]}": prices.POST})


def _x_direct(account: str, own_id: str, row: Json, users: Json) -> Message:
    made = row["message_create"]
    said = made["message_data"]
    media = (said.get("attachment") or {}).get("media")
    hung = (of_media(media, ""),) if media else ()  # its id here is none of the keys by which the lists name it
    sender, recipient = _id(made["sender_id"]), _id(made["target"]["recipient_id"])
    user = (users.get(sender) or {}).get("data") or {}
    low, high = sorted((sender, recipient), key=int)
    native_id = _id(row["id"])
    return Message(
        account=account,
        native_id=native_id,
        surface=Surface.DIRECT,
        author_id=sender,
        author_name=str(user.get("name") or ""),
        author_handle=str(user.get("username") or ""),
        text=direct_text(str(said["text"]), hung),
        created_at=_time(int(row["created_timestamp"])) if row.get("created_timestamp") else told_at(native_id) or _time(None),
        root_id=f"{low}-{high}",
        own=sender == own_id,
        attachments=hung,
    )


def _x_older(given: Json) -> Iterator[Callable[[], Iterator[Event]]]:
    """Account Activity of before: its bodies are of v1.1, so they only say which stream to read."""
    account = f"x:{_id(given['for_user_id'])}"
    for name, streams in (("tweet_create_events", ("mentions", "replies", "quotes")), ("direct_message_events", ("direct",))):
        if given.get(name):
            yield partial(iter, [Event(account, reread=stream) for stream in streams])
    for row in given.get("tweet_delete_events") or []:
        yield partial(_x_gone, account, row)


def _x_gone(account: str, row: Json) -> Iterator[Event]:
    yield Event(account, removed_id=_id(row["status"]["id"]))


def _id(value: Any) -> str:
    """An id as text; ValueError for what can be none: platforms write theirs in letters, digits and signs of ASCII."""
    text = "" if isinstance(value, bool) or not isinstance(value, str | int) else str(value)
    if not 0 < len(text) <= 200 or not (text.isascii() and text.isprintable()):
        raise ValueError("not an id")
    return text


def _time(value: Any, default: datetime | None = None) -> datetime:
    """Epoch seconds or milliseconds as UTC; `default`, or this instant, for anything else.

    In whole seconds, as the lists tell the same moment: `created_at` must not depend on the way in."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**14:
        return default or now()
    return datetime.fromtimestamp(value // 1000 if value > 10**11 else value // 1, UTC)


def _sound(event: Event) -> Event:
    """The event with half surrogates (which no database takes) replaced in its texts."""
    if event.message is None:
        return event
    names = ("text", "author_name", "author_handle", "author_id", "native_id")
    clean = {n: getattr(event.message, n).encode("utf-16", "surrogatepass").decode("utf-16", "replace") for n in names}
    return replace(event, message=replace(event.message, **clean))
