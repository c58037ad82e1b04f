"""The crisis pause: one switch with a reason; after the press nothing leaves but what its starter allows (FIELD §G 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, or_, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid, WrongState
from core.why import Why
from outbox.models import Delivery, Pause

#: key of PostgreSQL's advisory lock between the press and the senders; SQLite has one writer anyway
LOCK = 0x4D414A01


@dataclass(frozen=True, slots=True)
class Pressed:
    """The pause, and the deliveries that were already on their way at that instant: their outcome is reported as it comes."""

    pause: Pause
    in_flight: tuple[int, ...]


def press(session: Session, actor: Actor, reason: str, *, allow: Sequence[str] = (), ends_at: datetime | None = None) -> Pressed:
    """Stop everything that leaves. `allow`: kinds (`receipt`) or people (`user:7`) who may still speak; `ends_at` in UTC."""
    actor.require("pause.press")
    if not reason.strip():
        raise Invalid(field="reason", why=Why("say_why"))
    if ends_at is not None and ends_at <= now():
        raise Invalid(field="ends_at", why=Why("in_the_past"))
    _lock(session, shared=False)
    if in_force(session):
        raise WrongState(thing="pause", state="pressed", wanted="pressed")
    pause = Pause(reason=reason.strip(), started_by=actor.label, ends_at=ends_at, allow=list(allow))
    session.add(pause)
    session.flush()
    flying = session.exec(select(Delivery.id).where(col(Delivery.state) == "sending").order_by(col(Delivery.id))).all()
    in_flight = tuple(i for i in flying if i is not None)
    audit.record(session, actor, "pause.press", f"pause:{pause.id}", allow=list(allow), in_flight=list(in_flight))
    return Pressed(pause, in_flight)


def lift(session: Session, actor: Actor) -> Pause:
    """End the pause. What it held stays held until a person confirms each (outbox.decide.release): no burst."""
    actor.require("pause.press")
    _lock(session, shared=False)
    pause = in_force(session)
    if pause is None:
        raise WrongState(thing="pause", state="lifted", wanted="lifted")
    pause.lifted_at, pause.lifted_by = now(), actor.label
    session.add(pause)
    audit.record(session, actor, "pause.lift", f"pause:{pause.id}")
    return pause


def in_force(session: Session) -> Pause | None:
    """The pause that holds now, or None."""
    running = or_(col(Pause.ends_at).is_(None), col(Pause.ends_at) > now())
    return session.exec(
        select(Pause).where(col(Pause.lifted_at).is_(None), running).order_by(col(Pause.id).desc()).limit(1)
    ).first()


def stops(session: Session, delivery: Delivery) -> bool:
    """True when a pause keeps this delivery from leaving. Asked in the transaction that commits the sending: a press that
    commits first is seen, one that comes later finds the delivery in flight."""
    _lock(session, shared=True)
    pause = in_force(session)
    return pause is not None and delivery.kind not in pause.allow and delivery.created_by not in pause.allow


def _lock(session: Session, *, shared: bool) -> None:
    if session.get_bind().dialect.name == "postgresql":
        function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        session.connection().execute(text(f"SELECT {function}(:key)"), {"key": LOCK})
