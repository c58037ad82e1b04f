"""What an all-hearing listener holds at the end, as far as each platform's API can reveal it.

One row for every post, reply, comment, mention and direct message; `text` is the newest version a reader could have
seen, links as they lead (`wrapped`: as t.co), a long X post in full.

How changes show: an X edit is a new id in `edit_history_tweet_ids` (the row keeps the first id); an X deletion shows
when the id is looked up again; Facebook edits and deletions show by reading the comment again or by webhook;
Instagram comments cannot be edited, their deletion shows by reading again. So an entry deleted before any answer or
delivered webhook showed its words is left out (that of a mention only says where to look), one edited on Facebook before
it was first shown counts as never edited unless a webhook told of the edit, and one deleted after an edit nobody was
shown keeps the words that were. A repost is nobody's words of his own and is left out. A comment on a stranger's
Instagram post that names the account is told by webhook alone (or in the bell of the private API): it counts once shown.
So does what is said on X to somebody else: no list leads to a post that neither names the account, nor quotes or answers
it, nor stands in a conversation it began (beneath somebody's quote of its post, say, or a quote of a stranger's).
Instagram gives no id for the owner of a tagged post: `author` is his username. A direct message's `parent_id` is the
comment that a private reply answered: that of this message, or of the last one before it in the conversation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.clock import rfc3339
from sandbox.entries import PLATFORMS, Conversation, Entry, Message, Platform
from sandbox.ids import snowflake_time
from sandbox.igprivate.render import media_id, private_id
from sandbox.world import World
from sandbox.x import text as words

Row = dict[str, Any]


def rows(world: World, *, private: bool = False, wrapped: bool = False) -> Iterator[Row]:
    """The rows, oldest first within a platform; `private` gives Instagram's ids as its private API does."""
    for platform in PLATFORMS:
        account = f"{platform}:{_own_id(world, platform, private)}"
        for entry in world.shelf(platform, "all"):
            if knowable(world, entry):
                yield {"platform": platform, "account": account, **_entry_row(world, entry, private, wrapped)}
        for talk in world.conversations[platform].values():
            for message in talk.messages:
                yield {"platform": platform, "account": account, **_message_row(world, talk, message, private)}


def _own_id(world: World, platform: Platform, private: bool) -> str:
    own = world.own(platform)
    return private_id(world, own) if private and platform == "instagram" else own.id


def knowable(world: World, entry: Entry) -> bool:
    """Whether the platform can have revealed this entry at all."""
    if entry.reposted is not None or not entry.published:
        return False
    if entry.deleted or entry.edge == "mentioned" or said_to_others(world, entry):
        return entry.last_served is not None
    return True


def said_to_others(world: World, entry: Entry) -> bool:
    """What no list of the account leads to: a comment beneath somebody else's post, on X a post that has no tie to the account."""
    root = world.find(entry.platform, entry.root) if entry.root else None
    if entry.platform != "x":
        return entry.kind == "comment" and root is not None and not root.own
    ties = (world.find("x", other) for other in (entry.parent, entry.root, entry.quoted) if other)
    to_us = entry.own or world.own("x").id in entry.mentions or any(tie is not None and tie.own for tie in ties)
    return not to_us


def _entry_row(world: World, entry: Entry, private: bool, wrapped: bool) -> Row:
    newest = len(entry.versions) - 1
    known = newest if not entry.deleted or entry.last_served is None else entry.last_served
    shown_first = 0 if entry.platform == "x" else entry.first_served
    edited = shown_first is not None and shown_first < known
    text = entry.versions[known].text
    if entry.platform == "x" and wrapped:
        for n, match in reversed(list(enumerate(words.URL.finditer(text)))):
            text = text[: match.start()] + words.short_link(entry.id, n) + text[match.end() :]
    created = snowflake_time(entry.id) if entry.platform == "x" else entry.created
    return {
        "native_id": _id(world, entry, private),
        "parent_id": _parent(world, entry, private),
        "author": _author(world, entry, private),
        "text": text,
        "created_at": rfc3339(created),
        "edited": edited,
        "deleted": entry.deleted,
        "own": entry.own,
    }


def _id(world: World, entry: Entry, private: bool) -> str:
    if not private or entry.platform != "instagram":
        return entry.id
    return entry.pk if entry.kind == "comment" else media_id(world, entry)


def _parent(world: World, entry: Entry, private: bool) -> str | None:
    parent = world.find(entry.platform, entry.parent) if entry.parent else None
    return _id(world, parent, private) if parent else None


def _author(world: World, entry: Entry, private: bool) -> str:
    person = world.person(entry.platform, entry.author)
    if entry.platform != "instagram":
        return person.id
    if private:
        return private_id(world, person)
    return person.username if entry.edge == "tags" else person.id


def _message_row(world: World, talk: Conversation, message: Message, private: bool) -> Row:
    sender = message.sender
    if private and talk.platform == "instagram" and message.own:
        sender = world.instagram_private_id
    return {
        "native_id": message.id,
        "parent_id": message.comment,
        "author": sender,
        "text": message.text,
        "created_at": rfc3339(message.at),
        "edited": False,
        "deleted": False,
        "own": message.own,
    }
