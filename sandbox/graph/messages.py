"""Conversations and direct messages of the page and of its Instagram account."""

from __future__ import annotations

import json
from typing import Any

from sandbox import acts, paging
from sandbox.clock import graph_time
from sandbox.entries import Conversation, Entry, Message, Person, Platform
from sandbox.graph import attached, errors
from sandbox.graph.context import Ask, Context, NodeKind, known, links, render
from sandbox.http import Json

PRIVATE_REPLY_S = 7 * 86_400
WINDOW_S = 86_400
LONGEST = 2000


def _someone(ctx: Context, platform: Platform, person_id: str) -> Json:
    person = ctx.world.person(platform, person_id)
    name = {"username": person.username} if platform == "instagram" else {"name": person.name}
    return {**name, "id": person.id}


def _platform(ctx: Context, message: Message) -> Platform:
    return "facebook" if ("facebook", message.sender) in ctx.world.people else "instagram"


MESSAGE = NodeKind(
    "UnifiedMessage",
    ("id", "created_time"),
    {
        "id": lambda ctx, m: m.id,
        "created_time": lambda ctx, m: graph_time(m.at),
        "message": lambda ctx, m: m.text,
        "from": lambda ctx, m: _someone(ctx, _platform(ctx, m), m.sender),
        "to": lambda ctx, m: {"data": [_someone(ctx, _platform(ctx, m), m.recipient)]},
        "sticker": attached.sticker,
        "story": lambda ctx, m: None,
    },
    {"attachments": attached.of_message, "shares": attached.shares},
)


def _messages(ctx: Context, talk: Conversation, ask: Ask) -> Json:
    """Newest first."""
    horizon = ctx.world.clock.now() - ctx.request.lag_s
    found = [m for m in reversed(talk.messages) if m.at <= horizon]
    page, more = _page(ctx, ask, found, lambda m: m.seq)
    for message in page:
        message.served = True
    return {"data": [render(ctx, MESSAGE, m, ask.fields) for m in page], **more}


def _page(ctx: Context, ask: Ask, found: list[Any], place: Any) -> tuple[list[Any], Json]:
    size = ask.number("limit", 25, 100)
    if ctx.world.config.page_size:
        size = min(size, ctx.world.config.page_size)
    after = ask.params.get("after")
    if after:
        try:
            key = paging.read(after).key[0]
        except paging.CursorRefused:
            raise errors.bad_cursor() from None
        if "expired_cursor" in ctx.request.twists:
            raise errors.bad_cursor()
        found = [thing for thing in found if place(thing) < key]
    page = found[:size]
    if not page:
        return page, {}
    now = ctx.world.clock.now()
    here = paging.write(paging.Cursor((place(page[0]), 0), now))
    following = paging.write(paging.Cursor((place(page[-1]), 0), now)) if len(found) > size else None
    return page, links(ctx, ask, here, following)


def _participants(ctx: Context, talk: Conversation) -> Json:
    own = ctx.world.own(talk.platform).id
    return {"data": [_someone(ctx, talk.platform, talk.person), _someone(ctx, talk.platform, own)]}


CONVERSATION = NodeKind(
    "UnifiedThread",
    ("id", "link", "updated_time"),
    {
        "id": lambda ctx, t: t.id,
        "updated_time": lambda ctx, t: graph_time(t.updated),
        "link": lambda ctx, t: f"/messages/{t.id}/",
        "message_count": lambda ctx, t: len(t.messages),
        "unread_count": lambda ctx, t: sum(1 for m in t.messages if not m.own and not m.served),
        "snippet": lambda ctx, t: t.messages[-1].text[:80] if t.messages else None,
        "participants": _participants,
        "senders": _participants,
        "can_reply": lambda ctx, t: True,
        "folder": lambda ctx, t: "inbox",
        "name": lambda ctx, t: None,
    },
    {"messages": _messages},
)


def conversations(ctx: Context, page: Person, ask: Ask) -> Json:
    """`platform=messenger` (the default on a page) or `instagram`; the latest spoken in first."""
    wanted = ask.params.get("platform", "instagram" if page.platform == "instagram" else "messenger")
    if wanted not in ("messenger", "instagram"):
        raise errors.bad_parameter("Param platform must be one of messenger, instagram")
    known(CONVERSATION, ask.fields)
    platform: Platform = "instagram" if wanted == "instagram" else "facebook"
    found = [t for t in ctx.world.conversations[platform].values() if t.messages]
    if person := ask.params.get("user_id"):
        found = [t for t in found if t.person == person]
    found.sort(key=lambda t: t.messages[-1].seq, reverse=True)
    shown, more = _page(ctx, ask, found, lambda t: t.messages[-1].seq)
    return {"data": [render(ctx, CONVERSATION, t, ask.fields) for t in shown], **more}


def send(ctx: Context, page: Person, given: dict[str, str]) -> Json:
    """To a person within the day after his last message, or once to the writer of a comment within seven days."""
    recipient, message = _object(given, "recipient"), _object(given, "message")
    text = message.get("text")
    if not isinstance(text, str) or not text.strip() or len(text.encode()) > LONGEST:
        raise errors.bad_parameter(f"Length of param message[text] must be between 1 and {LONGEST}")
    if comment_id := recipient.get("comment_id"):
        return _private_reply(ctx, str(comment_id), text)
    person_id = str(recipient.get("id", ""))
    person = ctx.world.people.get(("facebook", person_id)) or ctx.world.people.get(("instagram", person_id))
    if person is None:
        raise errors.refusal(100, "(#100) No matching user found", subcode=2018001)
    talk = next((t for t in ctx.world.conversations[person.platform].values() if t.person == person.id), None)
    heard = [m.at for m in talk.messages if not m.own] if talk else []
    if not heard or ctx.world.clock.now() - max(heard) > WINDOW_S:
        message_text = "(#10) This message is sent outside of allowed window."
        raise errors.refusal(10, message_text, subcode=2018278, status=403)
    _, said = acts.message(ctx.world, person.platform, person, text, own=True)
    return {"recipient_id": person.id, "message_id": said.id}


def _private_reply(ctx: Context, comment_id: str, text: str) -> Json:
    entry: Entry | None = ctx.world.find("facebook", comment_id) or ctx.world.find("instagram", comment_id)
    if entry is None or entry.deleted or entry.own:
        raise errors.unknown_object(comment_id, "post")
    if entry.private_reply is not None:
        raise errors.refusal(10900, "(#10900) Activity already replied to")
    if ctx.world.clock.now() - entry.created > PRIVATE_REPLY_S:
        raise errors.refusal(10903, "(#10903) This user cannot reply to this activity")
    person = ctx.world.person(entry.platform, entry.author)
    _, said = acts.message(ctx.world, entry.platform, person, text, own=True, comment_id=entry.id)
    entry.private_reply = said.id
    return {"recipient_id": person.id, "message_id": said.id}


def _object(given: dict[str, str], name: str) -> Json:
    try:
        made = json.loads(given.get(name, ""))
    except ValueError:
        made = None
    if not isinstance(made, dict):
        raise errors.bad_parameter(f"Param {name} must be an object")
    return made
