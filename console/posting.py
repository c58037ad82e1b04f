"""`post draft | edit | submit | approve | send-back | cancel | comment`: a person's deeds on a post, from the command line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from connectors.contract import Poll
from console.opening import House
from console.post_files import Files, asked, attach
from console.posts import find, instant, told
from console.printing import say
from core import audit
from core.actors import Actor
from core.clock import parse
from core.errors import WrongOption
from core.i18n import LANGS, t
from core.why import Why
from outbox.accounts import resolve
from scheduler import events, posts, wall, writing
from scheduler.models import Event, Post
from scheduler.steps import approvers


def draft(house: House, actor: Actor, given: Mapping[str, Any], *, submit: bool) -> dict[str, Any]:
    """Write a new post of what was `given` (see `content`), and ask for its approval at once when told so."""

    def written(session: Session) -> Post:
        content, files = _content(session, given)
        post = posts.draft(session, actor, **{"kind": "news", "title": "", **content})
        attach(house, session, actor, post, files)
        return posts.submit(session, actor, post, connect=house.connect, settings=house.settings) if submit else post

    return _done(house, written)


def edit(house: House, actor: Actor, number: int, given: Mapping[str, Any], *, seen: int | None) -> dict[str, Any]:
    """Change what was `given`; all else stays. An approval is void then; where nothing was given, nothing changes."""

    def changed(session: Session) -> Post:
        post = find(session, number)
        content, files = _content(session, given, events.of(session, post))
        actor.require("post.write")
        writing.seen(session, post, seen)
        if content:
            posts.edit(session, actor, post, **content)
        attach(house, session, actor, post, files)
        return post

    return _done(house, changed)


def submit(house: House, actor: Actor, number: int, also: Sequence[str]) -> dict[str, Any]:
    """Ask for approval by the steps of the house and `also`, written as these are; Invalid names what no account could take."""

    def asked(session: Session, post: Post) -> Post:
        steps = [_step(session, one) for one in also]
        return posts.submit(session, actor, post, connect=house.connect, also=steps, settings=house.settings)

    return _verb(house, number, asked)


def approve(house: House, actor: Actor, number: int, *, seen: int | None, comment: str) -> tuple[dict[str, Any], bool]:
    """Say yes to the open step, of the version that was `seen`: WrongOption where none is named, because a yes is to what was read.
    True beside it when that came too late and the post expired instead."""

    def agreed(session: Session, post: Post) -> Post:
        actor.require("post.approve")
        if seen is None:
            raise WrongOption(name="--seen", why=Why("version_read", number=number))
        return posts.approve(session, actor, post, seen_version=seen, comment=comment, settings=house.settings)

    value = _verb(house, number, agreed)
    late = value["state"] == "expired"
    if late:
        for lang in LANGS:
            say(t("console.post_expired", lang, id=number))
    return value, late


def send_back(house: House, actor: Actor, number: int, comment: str) -> dict[str, Any]:
    """Back to its author, with the reason."""
    return _verb(house, number, lambda session, post: posts.send_back(session, actor, post, comment))


def cancel(house: House, actor: Actor, number: int, reason: str) -> dict[str, Any]:
    """It shall not go out; what has left stays."""
    return _verb(house, number, lambda session, post: posts.cancel(session, actor, post, reason))


def retry(house: House, actor: Actor, number: int) -> dict[str, Any]:
    """Send what failed of it again; what stands is left alone."""
    return _verb(house, number, lambda session, post: posts.retry(session, actor, post))


def skip(house: House, actor: Actor, number: int, reason: str) -> dict[str, Any]:
    """This occurrence of a row does not go, the others do."""
    return _verb(house, number, lambda session, post: posts.skip(session, actor, post, reason))


def take_up(house: House, actor: Actor, number: int) -> dict[str, Any]:
    """What has not gone of a row becomes a draft."""
    return _verb(house, number, lambda session, post: posts.take_up(session, actor, post))


def comment(house: House, actor: Actor, number: int, text: str) -> dict[str, Any]:
    """Say something to colleagues about the post as it is now."""

    def said(session: Session, post: Post) -> Post:
        posts.comment(session, actor, post, text)
        return post

    return _verb(house, number, said)


def _verb(house: House, number: int, change: Callable[[Session, Post], Post]) -> dict[str, Any]:
    return _done(house, lambda session: change(session, find(session, number)))


def _done(house: House, change: Callable[[Session], Post]) -> dict[str, Any]:
    with house.db.write() as session:
        post = change(session)
        session.flush()
        value = told(session, post)
    audit.seal(house.db)
    return value


# ---- what was typed -----------------------------------------------------------------------------------------------------------

HOURS = ("starts", "ends")
#: option -> fact of an event
OF_EVENT = {
    "starts": "starts_at",
    "ends": "ends_at",
    "event_title": "title",
    "event_title_en": "title_en",
    "place": "place",
    "place_en": "place_en",
}


def _content(session: Session, given: Mapping[str, Any], standing: Event | None = None) -> tuple[dict[str, Any], Files]:
    """What `posts.draft` takes, of the options that were given (None: not given; "" takes hour, row or poll away), and what becomes
    of the files. Of a `standing` event what was not given stays."""
    content = {name: given[name] for name in ("kind", "title", "ar", "en", "pair_why", "zone") if given.get(name) is not None}
    if given.get("account") or given.get("text"):
        content["texts"] = _texts(session, given.get("account") or (), given.get("text") or ())
    if given.get("at") is not None:
        content |= _hour(given["at"]) if given["at"].strip() else {"at": None}
    if given.get("every") == "":
        if given.get("until"):
            raise WrongOption(name="--until", why=Why("either_or", other="--every ''"))
        content["repeat"] = None
    elif given.get("every") or given.get("until"):
        content["repeat"] = {"every": given.get("every") or "", "step": given["step"], "until": given.get("until") or None}
    if given.get("poll"):
        options = tuple(one for one in given["poll"] if one.strip())
        content["poll"] = Poll(options, given["poll_minutes"]) if options else None
    if given.get("grace") is not None:
        content["grace_s"] = given["grace"] * 60
    if any(given.get(option) is not None for option in OF_EVENT):
        content["event"] = _event(given, standing)
    return content, asked(given)


def _step(session: Session, written: str) -> tuple[str, list[int]]:
    """`all:khalid,huda` as a need and ids of users."""
    need, _, named = written.partition(":")
    ids = {user.username: user.id or 0 for user in approvers(session).values()}
    wanted = [name.strip() for name in named.split(",") if name.strip()]
    if strange := [name for name in wanted if name not in ids]:
        raise WrongOption(name="--also", why=Why("no_approver", name=", ".join(strange)))
    return need.strip(), [ids[name] for name in wanted]


def _texts(session: Session, accounts: Sequence[str], texts: Sequence[str]) -> dict[int, str]:
    """Account id -> its own words, "" for what the bodies say."""
    said = dict.fromkeys(accounts, "")
    for one in texts:
        key, sign, words = one.partition("=")
        if not sign:
            raise WrongOption(name="--text", why=Why("text_form"))
        said[key] = words
    return {resolve(session, key).id or 0: words for key, words in said.items()}


def _hour(typed: str) -> dict[str, Any]:
    """An instant, when it comes with its offset; else what the clock on the wall shows."""
    try:
        return {"wall": typed} if datetime.fromisoformat(typed.strip()).tzinfo is None else {"at": parse(typed)}
    except (ValueError, OverflowError):
        raise WrongOption(name="--at", why=Why("hour_form")) from None


def _event(given: Mapping[str, Any], standing: Event | None) -> posts.EventFacts:
    """The facts of an event: a standing one with what was given; a new one, called as the post is where it has no name."""
    if standing is not None:
        named: dict[str, Any] = {option: given[option] for option in OF_EVENT if given.get(option) is not None}
        named |= {option: instant(f"--{option}", named[option], standing.zone) for option in HOURS if option in named}
        return replace(events.facts_of(standing), **{OF_EVENT[option]: value for option, value in named.items()})
    zone = str(wall.zone_of(given.get("zone") or wall.ZONE))
    starts, ends = (instant(f"--{option}", given.get(option) or "", zone) for option in HOURS)
    said = {"zone": zone, **{name: given.get(name) or "" for name in ("place", "place_en")}}
    title = given.get("event_title") or given.get("title") or ""
    return posts.EventFacts(title, starts, ends, title_en=given.get("event_title_en") or "", **said)
