"""An event changes or does not take place: what has not gone is rewritten or withdrawn, for what has gone a notice is proposed."""

from dataclasses import dataclass, field

from sqlmodel import Session

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Forbidden, Invalid, WrongState
from core.why import Why
from scheduler import children, events, queueing, telling, told, untold, writing
from scheduler.ending import cancel
from scheduler.events import EventFacts
from scheduler.models import Event, Post
from scheduler.standing import reached
from scheduler.states import GOING, OPEN
from scheduler.telling import Pair

WHY_MOST = 300


@dataclass(frozen=True, slots=True)
class Consequences:
    """What became of an event's posts, by id: `rewritten` must be approved again, `look`: of these words written by hand, `ended`
    never go; `notice` is a draft for what has gone out, None when there is nothing to tell or nobody to tell it to."""

    rewritten: tuple[int, ...] = ()
    look: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()
    notice: int | None = None


@dataclass
class _Doing:
    rewritten: list[Post] = field(default_factory=list)
    ended: list[Post] = field(default_factory=list)

    def done(self, notice: Post | None) -> Consequences:
        def ids(posts: list[Post]) -> tuple[int, ...]:
            return tuple(one.id or 0 for one in posts)

        look = [one for one in self.rewritten if one.comment]
        return Consequences(ids(self.rewritten), ids(look), ids(self.ended), notice.id if notice else None)


def change_event(session: Session, actor: Actor, post: Post, facts: EventFacts, *, seen_version: int | None = None) -> Consequences:
    """The event of this announcement is now like this.

    What has not gone and says something else than it would say now, or goes at another hour, is rewritten and asks for approval
    again; a reminder whose hour would be over is cancelled. When the announcement has left, a notice is proposed to the accounts
    that have it, and the public calendar changes when that (or a rewritten reminder) is approved. Invalid for facts that can't be
    or would end it in the past, WrongState for an event that was cancelled or is over.
    """
    actor.require("post.write")
    event = _held(session, actor, post, seen_version)
    old, new, doing = events.facts_of(event), events.checked(facts), _Doing()
    if new == old:
        return Consequences()
    if not events.ahead(new.ends_at):  # a slip of the year: nobody could change or cancel it any more
        raise Invalid(field="event_ends_at", why=Why("in_the_past"))
    if children.whole(session, post):
        return _rewritten(session, actor, post, new)
    events.keep(session, post, new)
    children.stop(session, actor, post, "event_changed")
    _reminders(session, actor, post, old, new, doing)
    audit.record(session, actor, "event.change", f"post:{post.id}", sequence=event.sequence, what=telling.difference(old, new))
    return doing.done(_notice_of_change(session, actor, post, event, old, doing))


def _rewritten(session: Session, actor: Actor, post: Post, facts: EventFacts) -> Consequences:
    """Nothing has left: an edit of the announcement, with all that rides with it."""
    doing, standing = _Doing(), children.of(session, post, "reminder")
    writing.edit(session, actor, post, event=facts)
    words = telling.announcement(facts)
    post.comment = children.must_look() if children.by_hand(session, post, words) else ""
    writing.touch(session, post)
    doing.rewritten = [one for one in (post, *standing) if one.state == "draft"]
    doing.ended = [one for one in standing if one.state == "cancelled"]
    audit.record(session, actor, "event.change", f"post:{post.id}", sequence=session.get_one(Event, post.id).sequence)
    return doing.done(None)


def cancel_event(session: Session, actor: Actor, post: Post, why: str, *, seen_version: int | None = None) -> Consequences:
    """The event does not take place: nothing of it that is still here goes, and where anything has gone a notice is proposed.

    `why` is for staff and the audit. Invalid without it, WrongState for an event that was cancelled or is over.
    """
    actor.require("post.write")
    if not why.strip():
        raise Invalid(field="reason", why=Why("say_why"))
    event = _held(session, actor, post, seen_version)
    event.cancelled_at, event.cancel_why, event.changed_at = now(), why.strip()[:WHY_MOST], now()
    event.sequence += 1
    session.add(event)
    doing, facts = _Doing(), events.facts_of(event)
    parts = [post, *children.of(session, post, "reminder", GOING), *children.of(session, post, "notice", GOING)]
    for one in parts:
        _end(session, actor, one, "event_cancelled", doing)
    audit.record(session, actor, "event.cancel", f"post:{post.id}", sequence=event.sequence, ended=len(doing.ended))
    notice = _propose(session, actor, post, telling.cancellation(facts)) if reached(session, post) else None
    return doing.done(notice)


def tell_anew(session: Session, actor: Actor, post: Post, *, seen_version: int | None = None) -> Consequences:
    """Propose a notice of what the public does not know yet, where the one that was proposed was cancelled or expired.

    WrongState when the public knows, when a notice is being written or waits for approval, or when the event is over.
    """
    actor.require("post.write")
    event = _locked(session, actor, post, seen_version)
    if not untold.is_silent(session, post):
        raise WrongState(thing="event", state="told", wanted="untold")
    facts, known = events.facts_of(event), told.read(event)
    words = telling.cancellation(facts) if event.cancelled_at else telling.change(known.facts if known else None, facts)
    return _Doing().done(_propose(session, actor, post, words))


def _held(session: Session, actor: Actor, post: Post, seen_version: int | None) -> Event:
    """The event that may still change, locked."""
    event = _locked(session, actor, post, seen_version)
    if event.cancelled_at is not None:
        raise WrongState(thing="event", state="cancelled", wanted="changed")
    if event.ends_at <= now():
        raise WrongState(thing="event", state="over", wanted="changed")
    return event


def _locked(session: Session, actor: Actor, post: Post, seen_version: int | None) -> Event:
    """The event; nobody else changes it or what belongs to it until our transaction ends.

    Its announcement is locked first, then notices, then reminders, the event last: whoever approves one of them goes that way too.
    """
    if actor.user_id is None:  # a notice is somebody's, and whose it is may not approve it
        raise Forbidden(ability="post.write", actor=actor.label)
    writing.seen(session, post, seen_version)
    for role in ("notice", "reminder"):
        for child in children.of(session, post, role, GOING):
            queueing.hold(session, child)
    event = session.get(Event, post.id, with_for_update=True, populate_existing=True)
    if event is None:
        raise Invalid(field="event", why=Why("event_facts"))
    return event


def _reminders(session: Session, actor: Actor, post: Post, old: EventFacts, new: EventFacts, doing: _Doing) -> None:
    """Reminders whose words and hour stay as they are keep their approval."""
    same = telling.reminder(old) == telling.reminder(new) and old.starts_at == new.starts_at
    for child in children.of(session, post, "reminder", GOING):
        if same and (child.ar, child.en) == telling.reminder(new):
            continue
        if child.state not in OPEN:
            children.stop(session, actor, child, "event_changed")
        if children.whole(session, child):
            writing.reopen(session, actor, child)  # a draft too: what it tells now is his who changed the event
        if child.state == "draft":
            doing.rewritten.append(child)
    over = children.follow(session, actor, post, old)
    doing.rewritten = [one for one in doing.rewritten if one not in over]
    for child in over:
        _end(session, actor, child, "too_late", doing)


def _notice_of_change(session: Session, actor: Actor, post: Post, event: Event, old: EventFacts, doing: _Doing) -> Post | None:
    approved = told.read(event)
    known: EventFacts | None = approved.facts if approved else old
    for earlier in children.of(session, post, "notice", GOING):
        if earlier.state == "scheduled":
            known = None  # what it tells is approved, and has perhaps not been read by anybody
        _end(session, actor, earlier, "superseded", doing)
    new = events.facts_of(event)
    if not reached(session, post) or known == new:
        return None
    return _propose(session, actor, post, telling.change(known, new))


def _propose(session: Session, actor: Actor, post: Post, words: Pair) -> Post:
    notice = children.draft(session, actor, post, "notice", words)
    audit.record(session, actor, "post.draft", f"post:{notice.id}", role="notice", about=post.id)
    return notice


def _end(session: Session, actor: Actor, post: Post, reason: str, doing: _Doing) -> None:
    """It goes no more; what has left of it stays, and is not sent a second time."""
    queueing.hold(session, post)
    if post.state == "cancelled":  # with its announcement
        doing.ended.append(post)
    elif children.whole(session, post):
        cancel(session, actor, post, reason)
        doing.ended.append(post)
    else:
        children.stop(session, actor, post, reason)
