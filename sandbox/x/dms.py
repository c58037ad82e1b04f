"""Direct messages on X."""

from __future__ import annotations

from sandbox import acts, paging
from sandbox.clock import x_time
from sandbox.entries import Conversation, Message
from sandbox.http import Json, Reply, Request
from sandbox.world import World
from sandbox.x import errors, params
from sandbox.x.posts import payload
from sandbox.x.render import View
from sandbox.x.text import escaped, media_key, short_link

READ = frozenset({"dm_event.fields", "user.fields", "tweet.fields", "media.fields", "expansions"}) | {
    "max_results",
    "pagination_token",
    "event_types",
}


def events(world: World, request: Request) -> Reply:
    """All messages of the last 30 days, newest first."""
    talks = list(world.conversations["x"].values())
    return _listed(world, request, talks)


def events_with(world: World, request: Request) -> Reply:
    talks = [t for t in world.conversations["x"].values() if t.person == request.args["id"]]
    return _listed(world, request, talks)


def events_of(world: World, request: Request) -> Reply:
    talk = world.conversations["x"].get(request.args["id"])
    return _listed(world, request, [talk] if talk else [])


def _listed(world: World, request: Request, talks: list[Conversation]) -> Reply:
    params.check(request, READ, params.DM_EXPANSIONS)
    size = params.number(request, "max_results", 100, 1, 100)
    if world.config.page_size:
        size = min(size, world.config.page_size)
    horizon = world.clock.now() - request.lag_s
    since = world.clock.now() - 30 * 86_400
    found = [(m, t) for t in talks for m in t.messages if since <= m.at <= horizon]
    found.sort(key=lambda pair: int(pair[0].id), reverse=True)
    token = request.query.get("pagination_token")
    if token:
        try:
            cursor = paging.read(token)
            if "expired_cursor" in request.twists or world.clock.now() - cursor.issued > world.config.cursor_ttl_s:
                raise paging.CursorRefused(token)
            place = cursor.key[0]
        except paging.CursorRefused:
            raise errors.invalid("pagination_token", token, "The `pagination_token` is not valid") from None
        found = [pair for pair in found if int(pair[0].id) < place]
    page = found[:size]
    fields = params.listed(request, "dm_event.fields")
    view = View(world, request)
    data = [_shown(world, m, t, fields) for m, t in page]
    if not data:
        return Reply(200, {"meta": {"result_count": 0}})
    meta: Json = {"result_count": len(data)}
    if len(found) > size:
        meta["next_token"] = paging.write(paging.Cursor((int(page[-1][0].id), 0), world.clock.now()))
    body: Json = {"data": data, "meta": meta}
    if "sender_id" in view.expansions:
        senders = {m.sender for m, _ in page}
        view.users = {i: view.person(world.person("x", i)) for i in sorted(senders)}
    if "attachments.media_keys" in view.expansions:
        for media_id in (one for m, _ in page for one in m.media):
            view.include_media(media_id)
    if includes := view.includes():
        body["includes"] = includes
    return Reply(200, body)


def told(message: Message) -> str:
    """Its words as the API writes them, with the short link of what hangs from it."""
    return " ".join(part for part in (escaped(message.text), short_link(message.id, 99) if message.media else "") if part)


def _shown(world: World, message: Message, talk: Conversation, fields: frozenset[str]) -> Json:
    message.served = True
    hung = {"attachments": {"media_keys": [media_key(world.media[one]) for one in message.media]}} if message.media else {}
    full: Json = {
        **hung,
        "text": told(message),
        "created_at": x_time(message.at),
        "sender_id": message.sender,
        "dm_conversation_id": talk.id,
    }
    kept = {name: value for name, value in full.items() if name == "text" or name in fields}
    return {"id": message.id, "event_type": "MessageCreate", **kept}


def send(world: World, request: Request) -> Reply:
    """A message to a person: 403 where he takes none from us."""
    person = world.people.get(("x", request.args["id"]))
    if person is None:
        raise errors.invalid("participant_id", request.args["id"], "The participant does not exist")
    return _sent(world, request, person.id)


def send_to(world: World, request: Request) -> Reply:
    talk = world.conversations["x"].get(request.args["id"])
    if talk is None:
        raise errors.invalid("dm_conversation_id", request.args["id"], "The conversation does not exist")
    return _sent(world, request, talk.person)


def _sent(world: World, request: Request, person_id: str) -> Reply:
    text = payload(request, frozenset({"text", "attachments"})).get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > 10_000:
        raise errors.invalid("text", text, "$.text: must be 1 to 10000 characters")
    if person_id in world.config.x_dm_closed:
        raise errors.forbidden("You cannot send messages to this user.")
    talk, message = acts.message(world, "x", world.person("x", person_id), text, own=True)
    return Reply(201, {"data": {"dm_conversation_id": talk.id, "dm_event_id": message.id}})
