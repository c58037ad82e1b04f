"""The crisis pause: one switch with a reason; after the press nothing leaves but what is allowed (FIELD §G 5).

Nothing bursts out when it ends, by a person or by itself: what came due until then, tried or not, waits until a person confirms it
(outbox.decide.release, outbox.decide.confirm). That is a property of the rows, not of a sweep, so no worker need be awake.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, bindparam, text
from sqlmodel import Session, col, or_, select

from core import audit
from core.actors import Actor
from core.clock import now, rfc3339
from core.errors import Invalid, NotFound, WrongState
from core.models import User
from core.why import Why
from outbox.models import ACTING, ARE_OPEN, SAYING, Delivery, Pause

#: key of PostgreSQL's advisory lock between the press and the senders; SQLite has one writer anyway
LOCK = 0x4D414A01
KINDS = (*SAYING, *ACTING)
ONE = re.compile(r"(user|post|delivery):([1-9]\d{0,17})")
#: the longest a pause may ask for confirmation after its end
AFTER_MOST = timedelta(days=7)


#: made once: every sending and every page of the desk asks it
_RUNNING = (
    select(Pause)
    .where(col(Pause.lifted_at).is_(None), or_(col(Pause.ends_at).is_(None), col(Pause.ends_at) > bindparam("moment")))
    .order_by(col(Pause.id).desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Pressed:
    """The pause, and the deliveries that were already on their way at that instant, those of unknown outcome too: outbox.standing
    tells what became of them."""

    pause: Pause
    in_flight: tuple[int, ...]


def press(
    session: Session,
    actor: Actor,
    reason: str,
    *,
    allow: Sequence[str] = (),
    ends_at: datetime | None = None,
    after: timedelta = timedelta(0),
) -> Pressed:
    """Stop everything that leaves. `allow`: see `allowed`; `ends_at` in UTC.

    `after`: what comes due so soon after the end waits for a person too, because it was planned before whatever happened.
    """
    actor.require("pause.press")
    if not reason.strip():
        raise Invalid(field="reason", why=Why("say_why"))
    if ends_at is not None and ends_at <= now():
        raise Invalid(field="ends_at", why=Why("in_the_past"))
    words = [allowed(session, word) for word in allow]
    _lock(session)
    if in_force(session):
        raise WrongState(thing="pause", state="pressed", wanted="pressed")
    flying = select(Delivery.id).where(ARE_OPEN, col(Delivery.state).in_(("sending", "uncertain"))).order_by(col(Delivery.id))
    in_flight = [i for i in session.exec(flying) if i is not None]
    pause = Pause(
        reason=reason.strip()[:500],
        started_by=actor.label,
        ends_at=ends_at,
        allow=list(dict.fromkeys(words)),
        after_s=_seconds(after),
        in_flight=in_flight,
    )
    session.add(pause)
    session.flush()
    audit.record(
        session,
        actor,
        "pause.press",
        f"pause:{pause.id}",
        allow=pause.allow,
        in_flight=in_flight,
        ends_at=rfc3339(ends_at) if ends_at else None,
        after_s=pause.after_s,
    )
    return Pressed(pause, tuple(in_flight))


def permit(session: Session, actor: Actor, word: str) -> Pause:
    """One more that may leave while the pause goes on: a statement is written during the crisis, not before it."""
    actor.require("pause.press")
    word = allowed(session, word)
    _lock(session)
    pause = _running(session)
    if word not in pause.allow:
        pause.allow = [*pause.allow, word]
        session.add(pause)
        audit.record(session, actor, "pause.permit", f"pause:{pause.id}", allow=word)
    return pause


def lift(session: Session, actor: Actor, *, after: timedelta | None = None) -> Pause:
    """End the pause. What it held stays held until a person confirms it. `after` replaces what was said at the press."""
    actor.require("pause.press")
    _lock(session)
    pause = _running(session)
    pause.lifted_at, pause.lifted_by = now(), actor.label
    if after is not None:
        pause.after_s = _seconds(after)
    session.add(pause)
    audit.record(session, actor, "pause.lift", f"pause:{pause.id}", after_s=pause.after_s)
    return pause


def in_force(session: Session) -> Pause | None:
    """The pause that holds now, or None."""
    return session.exec(_RUNNING, params={"moment": now()}).first()


def allowed(session: Session, word: str) -> str:
    """`word` as it is kept: a kind (`receipt`), a person (`user:7`: what he sends or approves once it is pressed), one post
    (`post:12`) or one delivery (`delivery:340`). Invalid for anything else, NotFound for a person or delivery that is not there."""
    word = word.strip()
    one = ONE.fullmatch(word)
    if one is None and word not in KINDS:
        raise Invalid(field="allow", why=Why("pause_allow", value=word, known=", ".join(KINDS)))
    if one is not None and one[1] != "post" and session.get(User if one[1] == "user" else Delivery, int(one[2])) is None:
        raise NotFound(thing=one[1], id=one[2])
    return word


def permits(pause: Pause, delivery: Delivery) -> bool:
    """True for what may leave during this pause. Of a person only what he sent or approved since the press: the words before it
    were not meant for what has happened."""
    names = {delivery.kind, f"delivery:{delivery.id}", f"post:{delivery.guard_arg.get('post')}"}
    if delivery.created_at >= pause.started_at:
        names.add(delivery.created_by)
    return not names.isdisjoint(pause.allow)


def permitted(pause: Pause) -> ColumnElement[bool]:
    """SQL condition on deliveries: what `permits` says."""
    named: dict[str, list[int]] = {"user": [], "post": [], "delivery": []}
    for one in filter(None, map(ONE.fullmatch, pause.allow)):
        named[one[1]].append(int(one[2]))
    said = col(Delivery.created_by).in_([f"user:{id_}" for id_ in named["user"]])
    return or_(
        col(Delivery.kind).in_(pause.allow),
        col(Delivery.id).in_(named["delivery"]),
        col(Delivery.guard_arg)["post"].as_integer().in_(named["post"]),
        said & (col(Delivery.created_at) >= pause.started_at),
    )


def stopped(session: Session, deliveries: Sequence[Delivery]) -> frozenset[int]:
    """Ids of those that a pause keeps from leaving. Asked in the transaction that commits the sending and after it took the lock
    (outbox.facts): a press that commits first is seen, one that comes later finds the deliveries in flight."""
    if not _since(session, min(_told(delivery) for delivery in deliveries)):
        return frozenset()
    return frozenset(delivery.id or 0 for delivery in deliveries if held_by(session, delivery) is not None)


def held_by(session: Session, delivery: Delivery) -> Pause | None:
    """The pause that stands in its way: one in force, or one that ended after it was queued or last cleared by a person."""
    moment, since = now(), _since(session, _told(delivery))
    return next((pause for pause in since if not permits(pause, delivery) and _concerns(pause, delivery, moment)), None)


def _told(delivery: Delivery) -> datetime:
    """When somebody last said that it may go; now, where our clock stood ahead then and was put back since."""
    return min(max(delivery.created_at, delivery.cleared_at or delivery.created_at), now())


def later_than(told: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions on pauses: not ended at `told`."""
    lifted = or_(col(Pause.lifted_at).is_(None), col(Pause.lifted_at) > told)
    over = or_(col(Pause.ends_at).is_(None), col(Pause.ends_at) > told)
    return lifted, over


_SINCE = select(Pause).where(*later_than(bindparam("told"))).order_by(col(Pause.id).desc())


def _since(session: Session, told: datetime) -> Sequence[Pause]:
    """Pauses that had not ended at `told`, the newest first."""
    return session.exec(_SINCE, params={"told": told}).all()


def ended(pause: Pause) -> datetime | None:
    """When it ends or ended; None while nobody knows."""
    return min((at for at in (pause.lifted_at, pause.ends_at) if at is not None), default=None)


def _concerns(pause: Pause, delivery: Delivery, moment: datetime) -> bool:
    end = ended(pause)
    return end is None or end > moment or delivery.scheduled_at <= end + timedelta(seconds=pause.after_s)


def _running(session: Session) -> Pause:
    pause = in_force(session)
    if pause is None:
        raise WrongState(thing="pause", state="lifted", wanted="lifted")
    return pause


def _seconds(after: timedelta) -> int:
    if not timedelta(0) <= after <= AFTER_MOST:
        raise Invalid(field="after", why=Why("pause_after", days=AFTER_MOST.days))
    return int(after.total_seconds())


def _lock(session: Session) -> None:
    """Wait until nothing is being committed to leave, and let nothing be until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
