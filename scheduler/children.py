"""What belongs to the announcement of an event: reminders and notices, posts of their own that say what its facts say.

They go to the accounts of the announcement (a notice to those it has reached), in its language forms and with its media. Verbs that
change several hold the announcement first, then its children in the order of their ids.
"""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from core.actors import Actor
from core.errors import Forbidden, Invalid
from core.i18n import LANGS, t
from core.why import Why
from outbox.enqueue import call_off
from outbox.sought import STILL_HERE, still_here
from outbox.states import AT_LARGE
from scheduler import events, pair, queueing, telling, wall
from scheduler.events import EventFacts
from scheduler.models import Event, Post, PostMedia, PostText
from scheduler.standing import reached
from scheduler.states import FAILED, OPEN
from scheduler.telling import Pair


def of(session: Session, post: Post, role: str, states: Iterable[str] = OPEN) -> list[Post]:
    """The children of an announcement in that role which are in these states: else those which are not through."""
    query = select(Post).where(col(Post.about_id) == post.id, col(Post.role) == role, col(Post.state).in_(states))
    return list(session.exec(query.order_by(col(Post.id))))


def whole(session: Session, post: Post) -> bool:
    """True while nothing of the post has left and all of it can still be changed."""
    carried = queueing.deliveries(session, post)
    return post.state in OPEN and all(still_here(one) or one.state == "cancelled" for one in carried)


def tell(session: Session, post: Post, facts: EventFacts) -> None:
    """A step of draft and edit: keep the event of an announcement; bodies made from its facts say the new ones.

    A new announcement without words says what the facts say. Invalid for news, and for a post that is about another one's event.
    """
    if post.kind != "event" or post.role:
        raise Invalid(field="event", why=Why("event_of_another" if post.role else "event_of_news"))
    standing = session.get(Event, post.id)
    old = events.facts_of(standing) if standing else None
    event = events.keep(session, post, facts)
    now = telling.announcement(events.facts_of(event))
    if old is not None:
        before = telling.announcement(old)
        post.ar, post.en = (new if has == was else has for has, was, new in zip((post.ar, post.en), before, now, strict=True))
    elif not post.ar and not post.en:
        post.ar, post.en = now
    session.add(post)


def drop_unused(session: Session, post: Post) -> None:
    """A step of draft: bodies made from the facts are not kept where every account has words of its own."""
    rows = queueing.texts(session, post)
    if rows and not any(row.text == pair.said(post.ar, post.en, row.lang) for row in rows):
        post.ar = post.en = ""
        session.add(post)


def by_hand(session: Session, post: Post, words: Pair) -> bool:
    """True when the post says anything else than `words` somewhere."""
    return (post.ar, post.en) != words or any(row.text != pair.said(*words, row.lang) for row in queueing.texts(session, post))


def riding(session: Session, post: Post) -> list[Post]:
    """Reminders of an announcement that have not left: an edit of it is one of theirs, for they say and show what it does. What
    waits or goes under its approval is taken back; a draft is his too now who edits it."""
    found = of(session, post, "reminder")
    for one in found:
        queueing.hold(session, one)
    return [one for one in found if whole(session, one)]


def draft(session: Session, actor: Actor, post: Post, role: str, words: Pair, before_s: int | None = None) -> Post:
    """A step of verbs that asked and audit: a new child of an announcement, a draft that says `words`."""
    actor.require("post.write")
    if actor.user_id is None:  # whose words they are may not approve them
        raise Forbidden(ability="post.write", actor=actor.label)
    child = Post(kind=post.kind, title=post.title, author_id=actor.user_id, edited_by=actor.user_id, origin=actor.label)
    child.about_id, child.role, child.before_s, child.pair_why = post.id, role, before_s, post.pair_why
    child.ar, child.en = words
    session.add(child)
    session.flush()
    _place(session, post, child, ("", ""))
    return child


def follow(session: Session, actor: Actor, post: Post, old: EventFacts) -> list[Post]:
    """A step of verbs that changed an announcement: its drafts of reminders say, show and wait for what it says and shows now.

    Words written by hand stay; where the facts changed the post then says that somebody must look. What has left half is stopped.
    Returns those whose hour is over now.
    """
    actor.require("post.write")
    event = session.get(Event, post.id)
    if event is None:
        return []
    new, over = events.facts_of(event), []
    for child in of(session, post, "reminder"):
        queueing.hold(session, child)
        if child.state == "draft":
            rewrite(session, post, child, telling.reminder(old), telling.reminder(new), look=old != new)
            if not put(session, child, event):
                over.append(child)
        elif old != new and not whole(session, child):
            stop(session, actor, child, "event_changed")
    return over


def must_look() -> str:
    """What is said of words that were written by hand before the facts changed."""
    return "\n".join(t("scheduler.event.look", lang) for lang in LANGS)


def put(session: Session, child: Post, event: Event) -> bool:
    """A step of verbs that asked and audit: a reminder waits for its hour before the event; False when that is over."""
    child.at, child.zone = events.hour_of(event, child.before_s or 0), event.zone
    child.wall = wall.kept(child.at, event.zone)
    session.add(child)
    return events.ahead(child.at)


def rewrite(session: Session, post: Post, child: Post, before: Pair, now: Pair, *, look: bool) -> None:
    """A step of verbs that asked and audit: what said `before` says `now`; `look`: what did not must be read by a person."""
    had = (child.ar, child.en)
    child.ar, child.en = (new if has == old else has for has, old, new in zip(had, before, now, strict=True))
    own = _place(session, post, child, had)
    if look:
        child.comment = must_look() if own or had != before else ""
    session.add(child)
    session.flush()


def stop(session: Session, actor: Actor, post: Post, reason: str) -> None:
    """A step of verbs that asked and audit: what is here goes no more, and what failed or is under way is not sent a second time as
    it is."""
    actor.require("post.write")
    for delivery in queueing.deliveries(session, post):
        if delivery.state in STILL_HERE:
            call_off(session, actor, delivery, reason)
        elif delivery.state in FAILED:
            queueing.give_up(session, delivery)
    session.refresh(post)
    if any(delivery.state in AT_LARGE for delivery in queueing.deliveries(session, post)):
        post.approved_version = None
        session.add(post)
    session.flush()


def _place(session: Session, post: Post, child: Post, had: tuple[str, str]) -> bool:
    """The accounts, forms and media of the announcement; `had`: the child's bodies so far. True when words of their own stand."""
    standing, own = {(row.account_id, row.lang): row for row in queueing.texts(session, child)}, False
    wanted = {(row.account_id, row.lang) for row in queueing.texts(session, post)}
    if child.role == "notice":
        there = reached(session, post)
        wanted = {key for key in wanted if key[0] in there}
    for key in standing.keys() - wanted:
        session.delete(standing[key])
    for account_id, lang in sorted(wanted):
        row = standing.get((account_id, lang))
        if row is not None and row.text not in ("", pair.said(*had, lang)):
            own = True
            continue
        row = row or PostText(post_id=child.id or 0, account_id=account_id, lang=lang)
        row.text = pair.said(child.ar, child.en, lang)
        session.add(row)
    _show(session, post, child)
    session.flush()
    return own


def _show(session: Session, post: Post, child: Post) -> None:
    def media(of: Post) -> list[PostMedia]:
        rows = select(PostMedia).where(col(PostMedia.post_id) == of.id).order_by(col(PostMedia.place), col(PostMedia.id))
        return list(session.exec(rows))

    wanted = [one.model_dump(exclude={"id", "post_id"}) for one in media(post)]
    standing = media(child)
    if [one.model_dump(exclude={"id", "post_id"}) for one in standing] == wanted:
        return
    for one in standing:
        session.delete(one)
    for values in wanted:
        session.add(PostMedia(post_id=child.id or 0, **values))
