"""Meta's objects as Messages: Facebook posts and comments, Instagram media and comments, direct messages of both."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import Can, Known, Message, Surface
from connectors.meta import attached
from connectors.unread import id_of
from core.clock import now, parse

Json = Mapping[str, Any]
PRIVATE_REPLY = timedelta(days=7)


def told(row: Json, *names: str) -> datetime:
    """The first of these times the row gives; this instant where it gives none that can be read."""
    for name in names:
        try:
            return parse(str(row[name]))
        except (KeyError, ValueError, OverflowError):
            continue
    return now()


def text(row: Json, name: str) -> str:
    """A text field, empty when missing."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def flag(row: Json, name: str) -> bool | None:
    """Yes or no; None where the row does not say."""
    value = row.get(name)
    return value if isinstance(value, bool) else None


def inner(row: Json, name: str) -> Json:
    """An object inside an object, empty when missing."""
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def facebook_post(account: str, own_id: str, row: Json, surface: Surface, author_id: str) -> Message:
    """A post of ours, a visitor's on our page, or one elsewhere that names us; `author_id` is for a row without `from`."""
    writer = inner(row, "from")
    author = str(writer.get("id") or author_id)
    own = author == own_id
    return Message(
        account=account,
        native_id=id_of(row.get("id")),
        surface=surface,
        author_id=author,
        author_name=text(writer, "name"),
        text=text(row, "message"),
        created_at=told(row, "created_time"),
        own=own,
        permalink=text(row, "permalink_url"),
        can=Can(delete=own),
        attachments=attached.of_post(row),
    )


def facebook_comment(account: str, own_id: str, row: Json, root_id: str) -> Message:
    """A comment, of the first level or beneath another."""
    writer = inner(row, "from")
    author = str(writer.get("id") or "")
    own = author == own_id
    created = told(row, "created_time")
    fresh = not own and now() - created < PRIVATE_REPLY
    return Message(
        account=account,
        native_id=id_of(row.get("id")),
        surface=Surface.COMMENT,
        author_id=author,
        author_name=text(writer, "name"),
        text=text(row, "message"),
        created_at=created,
        parent_id=str(inner(row, "parent").get("id") or root_id) or None,
        root_id=root_id or None,
        own=own,
        hidden=flag(row, "is_hidden"),
        permalink=text(row, "permalink_url"),
        can=Can(
            reply=row.get("can_comment") is not False,
            reply_privately=fresh and row.get("can_reply_privately") is not False,
            hide=not own and row.get("can_hide") is not False,
            delete=row.get("can_remove") is not False,
            why_no_reply="" if row.get("can_comment") is not False else "comments_closed",
        ),
        attachments=attached.of_comment(row),
    )


def instagram_media(account: str, own_id: str, row: Json, *, own: bool) -> Message:
    """A post of ours, or somebody's picture in which we are tagged."""
    owner = str(inner(row, "owner").get("id") or (own_id if own else text(row, "username")))
    return Message(
        account=account,
        native_id=id_of(row.get("id")),
        surface=Surface.POST if own else Surface.MENTION,
        author_id=owner,
        author_handle=text(row, "username"),
        text=text(row, "caption"),
        created_at=told(row, "timestamp"),
        own=own,
        permalink=text(row, "permalink"),
        can=Can(reply=True, delete=own),
        attachments=attached.of_media(row),
    )


def instagram_comment(account: str, own_id: str, handle: str, row: Json, media_id: str, parent_id: str) -> Message:
    """A comment beneath our media (`parent_id` = the media) or beneath a comment."""
    writer = inner(row, "from")
    name = text(row, "username") or text(writer, "username")
    own = str(writer.get("id") or "") == own_id or (bool(handle) and name.lower() == handle.lower())
    hidden = flag(row, "hidden")
    created = told(row, "timestamp")
    return Message(
        account=account,
        native_id=id_of(row.get("id")),
        surface=Surface.COMMENT,
        author_id=own_id if own else str(writer.get("id") or name),
        author_name=name,
        author_handle=name,
        text=text(row, "text"),
        created_at=created,
        parent_id=str(row.get("parent_id") or parent_id),
        root_id=media_id,
        own=own,
        hidden=hidden,
        can=Can(
            reply=not hidden,
            reply_privately=not own and now() - created < PRIVATE_REPLY,
            hide=not own,
            delete=True,
            why_no_reply="hidden" if hidden else "",
        ),
    )


def mentioned_comment(account: str, own_id: str, row: Json, media_id: str) -> Message:
    """A comment beneath somebody else's media that names us."""
    writer = inner(row, "from")
    name = text(row, "username") or text(writer, "username")
    return Message(
        account=account,
        native_id=id_of(row.get("id")),
        surface=Surface.MENTION,
        author_id=str(writer.get("id") or name),
        author_name=name,
        author_handle=name,
        text=text(row, "text"),
        created_at=told(row, "timestamp"),
        parent_id=str(row.get("parent_id") or inner(row, "media").get("id") or media_id),
        root_id=str(inner(row, "media").get("id") or media_id),
        own=str(writer.get("id") or "") == own_id,
        can=Can(reply=True),
    )


def direct(account: str, own_ids: frozenset[str], row: Json, conversation: Json) -> Message:
    """A direct message; `root_id` is its conversation."""
    writer = inner(row, "from")
    author = str(writer.get("id") or "")
    name = text(writer, "name") or text(writer, "username")
    return Message(
        account=account,
        native_id=id_of(row.get("id")),
        surface=Surface.DIRECT,
        author_id=author,
        author_name=name,
        author_handle=text(writer, "username"),
        text=text(row, "message"),
        created_at=told(row, "created_time"),
        root_id=str(conversation["id"]),
        own=author in own_ids,
        permalink=_page(text(conversation, "link")),
        attachments=attached.of_message(row),
    )


def _page(link: str) -> str:
    """Where staff see a conversation: Meta names it from its own root."""
    address = f"https://www.facebook.com{link}" if link.startswith("/") else link
    return address if address.startswith("https://") else ""


def tombstone(account: str, known: Known) -> Message:
    """What stands for something that is certainly gone."""
    return Message(
        account, known.native_id, known.surface, known.author_id, known.text, known.created_at,
        parent_id=known.parent_id, root_id=known.root_id, deleted=True,
    )  # fmt: skip
