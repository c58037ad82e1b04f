"""Writing a post: its pair of bodies, each account's version, its hour. Every change is an edit: a new version, no approval."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from connectors.contract import Poll
from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, WrongState
from core.models import Account, User
from core.why import Why, none_of
from scheduler import children, events, history, pair, queueing, when
from scheduler.events import EventFacts
from scheduler.models import Post, PostText
from scheduler.row import shorten, void
from scheduler.states import OPEN, POST

KINDS = ("news", "event")
TITLE_MOST, WHY_MOST = 200, 300
#: what an edit may change
CHANGES = frozenset({"title", "ar", "en", "pair_why", "texts", "event", "poll"}) | when.FIELDS


class Changed(Conflict):
    """Somebody changed the post since it was opened: `their_name`."""

    code = "post_changed"


def draft(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    title: str,
    texts: pair.Texts = (),
    ar: str = "",
    en: str = "",
    pair_why: str = "",
    at: datetime | None = None,
    event: EventFacts | None = None,
    poll: Poll | None = None,
    **hour: Any,
) -> Post:
    """A new post: the pair `ar` and `en`, and who gets it in which words.

    `texts`: {account id: its own words} ("" for what the bodies say), or `pair.Version`s. `pair_why`: why it goes in one language
    only. `at`: the instant it is to go out (None: as soon as it is approved); `hour`: `wall`, `zone`, `repeat` and `grace_s` as
    scheduler.when takes them.
    """
    actor.require("post.write")
    if strange := hour.keys() - when.FIELDS:
        raise TypeError(f"a post has no {', '.join(sorted(strange))}")
    if kind not in KINDS:
        raise Invalid(field="kind", why=none_of(kind, KINDS))
    if actor.user_id is None:
        raise Forbidden(ability="post.write", actor=actor.label)
    post = Post(kind=kind, author_id=actor.user_id, edited_by=actor.user_id, origin=actor.label)
    _say(post, {"title": title, "ar": ar, "en": en, "pair_why": pair_why})
    when.choose(post, {"at": at, **hour})
    post.poll = _poll(poll)
    session.add(post)
    session.flush()
    if event is not None:
        children.tell(session, post, event)
    written = _write(session, post, pair.versions(texts, post.ar, post.en))
    if event is not None and not (ar.strip() or en.strip()):
        children.drop_unused(session, post)
    audit.record(session, actor, "post.draft", f"post:{post.id}", kind=kind, accounts=written)
    return post


def edit(session: Session, actor: Actor, post: Post, *, seen_version: int | None = None, **changes: Any) -> Post:
    """Change any of CHANGES, named as in `draft`. The version grows and an approval is void; what was queued is taken back.

    A version that said what the bodies said goes on saying so when they change. Conflict when somebody else changed the post since
    `seen_version`; WrongState when a part of it has left already.
    """
    actor.require("post.write")
    if strange := changes.keys() - CHANGES:
        raise TypeError(f"a post has no {', '.join(sorted(strange))}")
    seen(session, post, seen_version)
    reopen(session, actor, post)
    before = (post.ar, post.en)
    _say(post, changes)
    when.choose(post, changes)
    if "poll" in changes:
        post.poll = _poll(changes["poll"])
    was = events.of(session, post)
    old = events.facts_of(was) if was else None
    if changes.get("event") is not None:
        children.tell(session, post, changes["event"])
    if "texts" in changes:
        _write(session, post, pair.versions(changes["texts"], post.ar, post.en))
    elif before != (post.ar, post.en):
        _follow(session, post, before)
    if changes.keys() & {"ar", "en", "texts"} and post.comment == children.must_look():
        post.comment = ""  # somebody has
    for late in children.follow(session, actor, post, old) if old and not post.role else ():
        POST.move(late, "cancelled")
        touch(session, late)
    audit.record(session, actor, "post.edit", f"post:{post.id}", version=post.version, changed=sorted(changes))
    return post


def seen(session: Session, post: Post, seen_version: int | None) -> None:
    queueing.hold(session, post)
    if seen_version is not None and seen_version != post.version:
        editor = session.get(User, post.edited_by)
        raise Changed(their_name=editor.display_name if editor else post.origin, their_text="")


def reopen(session: Session, actor: Actor, post: Post) -> None:
    """Before any change: back to draft, a new version, no approval, nothing queued."""
    queueing.hold(session, post)
    if actor.user_id is None:  # a version is somebody's, and whose it is may not approve it
        raise Forbidden(ability="post.write", actor=actor.label)
    if post.state not in OPEN:
        raise WrongState(thing="post", state=post.state, wanted="draft")
    history.keep(session, post)
    if post.state == "scheduled":
        queueing.take_back(session, actor, post, "edited")
        void(session, actor, post, "edited")
        shorten(session, post)
    if post.state != "draft":
        POST.move(post, "draft")
    for reminder in children.riding(session, post):
        reopen(session, actor, reminder)
    post.version += 1
    post.approved_by = post.approved_version = post.approved_at = post.doubted_at = None
    post.edition = ""
    post.steps = []
    post.edited_by = actor.user_id or post.edited_by
    touch(session, post)


def touch(session: Session, post: Post) -> None:
    post.updated_at = now()
    session.add(post)
    session.flush()


def whole(field: str, text: str) -> str:
    """`text`, if every database and every platform can take it; Invalid otherwise."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Invalid(field=field, why=Why("half_character")) from None
    if "\x00" in text:
        raise Invalid(field=field, why=Why("holds_nul"))
    return text


def _say(post: Post, given: Mapping[str, Any]) -> None:
    for name in ("title", "ar", "en", "pair_why"):
        if name in given:
            setattr(post, name, whole(name, given[name].strip()[: WHY_MOST if name == "pair_why" else None]))
    if len(post.title) > TITLE_MOST:
        raise Invalid(field="title", why=Why("title_long", most=TITLE_MOST))


def _write(session: Session, post: Post, versions: list[pair.Version]) -> list[int]:
    """Exactly these versions; the accounts they are for."""
    standing = {(row.account_id, row.lang): row for row in queueing.texts(session, post)}
    for key in standing.keys() - {(one.account_id, one.lang) for one in versions}:
        session.delete(standing[key])
    for one in versions:
        account = session.get(Account, one.account_id)
        if account is None or not account.active:
            raise Invalid(field="texts", why=Why("no_such_account", account=account.key if account else one.account_id))
        row = standing.get((one.account_id, one.lang)) or PostText(post_id=post.id or 0, account_id=one.account_id, lang=one.lang)
        row.text = whole("texts", one.text)
        session.add(row)
    session.flush()
    return sorted({one.account_id for one in versions})


def _follow(session: Session, post: Post, before: tuple[str, str]) -> None:
    """The bodies changed: versions without words of their own change with them."""
    for row in queueing.texts(session, post):
        if row.text == pair.said(*before, row.lang):
            row.text = pair.said(post.ar, post.en, row.lang)
            session.add(row)
    session.flush()


def _poll(poll: Poll | None) -> dict[str, Any] | None:
    return (
        None if poll is None else {"options": [whole("poll", option.strip()) for option in poll.options], "minutes": poll.minutes}
    )
