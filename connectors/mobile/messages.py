"""The mobile API's objects as Messages. Media ids are `pk_userid`, comment ids the bare pk."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.contract import Can, Message, Surface
from connectors.mobile import attached
from connectors.unread import id_of
from core.clock import now

Json = Mapping[str, Any]
LATEST = 10**16  # microseconds until the year 2286: anything later is no time


def at(row: Json, *names: str) -> datetime:
    """The first of these epoch times (seconds, or microseconds where they are that large), in whole seconds as the official API
    tells them."""
    for name in names:
        value = row.get(name)
        if isinstance(value, int | float) and 0 < value < LATEST:
            return datetime.fromtimestamp(value // 1_000_000 if value > 10**11 else value // 1, UTC)
    return now()


def objects(value: Any) -> list[Json]:
    """The objects of a list; none where there is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def caption(row: Json) -> str:
    inside = row.get("caption")
    return str(inside.get("text") or "") if isinstance(inside, Mapping) else ""


def writer(row: Json) -> Json:
    user = row.get("user")
    return user if isinstance(user, Mapping) else {}


def media_id(row: Json) -> str:
    return id_of(row.get("id") or f"{id_of(row.get('pk'))}_{writer(row).get('pk')}")


def media(account: str, own_id: str, row: Json) -> Message:
    """A post of ours, or somebody's picture in which we are tagged."""
    user = writer(row)
    own = str(user.get("pk")) == own_id
    code = row.get("code")
    return Message(
        account=account,
        native_id=media_id(row),
        surface=Surface.POST if own else Surface.MENTION,
        author_id=str(user.get("pk") or ""),
        author_name=str(user.get("full_name") or ""),
        author_handle=str(user.get("username") or ""),
        text=caption(row),
        created_at=at(row, "taken_at"),
        edited=row.get("caption_is_edited") is True,
        own=own,
        permalink=f"https://www.instagram.com/p/{code}/" if code else "",
        can=Can(delete=own),
        attachments=attached.of_media(row),
    )


def comment(account: str, own_id: str, row: Json, media_id: str, parent_id: str) -> Message:
    """A comment beneath a media (`parent_id` = the media) or beneath a comment. It can't be hidden: this API has no such call."""
    user = writer(row)
    own = str(user.get("pk")) == own_id
    above = row.get("replied_to_comment_id")
    return Message(
        account=account,
        native_id=id_of(row.get("pk")),
        surface=Surface.COMMENT,
        author_id=str(user.get("pk") or ""),
        author_name=str(user.get("full_name") or ""),
        author_handle=str(user.get("username") or ""),
        text=str(row.get("text") or ""),
        created_at=at(row, "created_at_utc", "created_at"),
        parent_id=str(above) if above else parent_id,
        root_id=media_id,
        own=own,
        can=Can(reply=True, reply_privately=not own, hide=False, delete=True),
        attachments=attached.of_comment(row),
    )


def direct(account: str, own_id: str, row: Json, thread: Json) -> Message:
    """A direct message; `root_id` is its thread."""
    sender = str(row.get("user_id") or "")
    users = {str(u.get("pk")): u for u in objects(thread.get("users"))}
    user = users.get(sender, {})
    link = row.get("link")  # words with an address in them are kept there
    linked = link if isinstance(link, Mapping) else {}
    return Message(
        account=account,
        native_id=id_of(row.get("item_id")),
        surface=Surface.DIRECT,
        author_id=sender,
        author_name=str(user.get("full_name") or ""),
        author_handle=str(user.get("username") or ""),
        text=str(row.get("text") or linked.get("text") or row.get("like") or ""),
        created_at=at(row, "timestamp"),
        root_id=str(thread.get("thread_id") or ""),
        own=sender == own_id or row.get("is_sent_by_viewer") is True,
        attachments=attached.of_direct(row),
    )


def following(body: Json) -> str | None:
    """Where the next page of comments begins, as `name:value` of its parameter."""
    if body.get("has_more_headload_comments") and body.get("next_min_id"):
        return f"min_id:{body['next_min_id']}"
    if body.get("has_more_comments") and body.get("next_max_id"):
        return f"max_id:{body['next_max_id']}"
    if body.get("has_more_head_child_comments") and body.get("next_min_child_cursor"):
        return f"min_id:{body['next_min_child_cursor']}"
    if body.get("has_more_tail_child_comments") and body.get("next_max_child_cursor"):
        return f"max_id:{body['next_max_child_cursor']}"
    return None


def named(rows: Any) -> tuple[Json, ...]:
    """The records of a list; those without a `pk` are left out."""
    return tuple(row for row in rows if isinstance(row, Mapping) and row.get("pk")) if isinstance(rows, list) else ()
