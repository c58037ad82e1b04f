"""One look at one delivery whose outcome is unknown, and what follows from what was seen."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from connectors.contract import Bill, Evidence, Finding
from connectors.errors import OF_ONE
from connectors.matching import ASKED_ONCE
from core import clock
from core.actors import WORKER
from core.db import Database, away
from core.errors import Disconnected, MajlisError, PlatformError, RateLimited
from core.log import logger
from core.models import Account
from core.settings import Settings
from outbox import look, outgoing, sought, windows
from outbox.accounts import Connect, note_health
from outbox.memory import LeaseLostError, Memory
from outbox.models import ACTING, Delivery
from outbox.outcome import again
from outbox.spending import spend
from outbox.states import move

#: after so many tries an idempotent step is not tried again by itself
MOST_TRIES = 10
UNSETTLED = ("uncertain", "needs_decision")

log = logger("outbox")


def settle(db: Database, connect: Connect, worker: str, delivery_id: int, settings: Settings) -> None:
    """One look at one delivery this worker holds."""
    with db.read() as session:
        delivery = session.get_one(Delivery, delivery_id)
        account = session.get_one(Account, delivery.account_id)
    if delivery.kind in ACTING:
        with db.write() as session:
            _try_again(session, delivery, worker)
        return
    memory = Memory(db, delivery_id, worker, timedelta(seconds=settings.lease_s), delivery.steps, delivery.attempts)
    since = delivery.first_sent_at or delivery.sent_at or clock.now()
    try:
        connector = connect(account)
        with db.read() as session:
            windows.heed(session, account, connector)
            out = outgoing.build(session, delivery, connector.capabilities, settings)
            taken = outgoing.taken(session, delivery)
        try:
            evidence = connector.find_existing(out, memory, sent_at=since, taken=taken)
        finally:
            with db.write() as session:
                spend(session, account, connector.bill())
    except LeaseLostError:
        return
    except PlatformError as e:
        _blind(db, delivery, account, worker, e, settings)
    except MajlisError as e:
        _blind(db, delivery, account, worker, Disconnected(account=account.key, detail=e.code), settings)
    except outgoing.IncompleteError as e:
        _blind(db, delivery, account, worker, Disconnected(account=account.key, detail=e.reason), settings)
    except Exception as e:  # a defect in reading back is no evidence; it counts as a blind look
        if away(e):
            raise  # that says nothing of the platform, and the lease ends by itself
        log.exception("look_failed", delivery=delivery_id, account=account.key)
        _blind(db, delivery, account, worker, PlatformError(account=account.key, detail=type(e).__name__), settings)
    else:
        if evidence.unread is None:
            _seen(db, delivery, worker, evidence, settings)
        else:
            _blind(db, delivery, account, worker, evidence.unread, settings, evidence)


def _seen(db: Database, delivery: Delivery, worker: str, evidence: Evidence, settings: Settings) -> None:
    try:
        db.insist(lambda session: SEEN[evidence.finding](session, delivery, worker, evidence, settings))
    except IntegrityError:
        # what we found was adopted by another delivery of the same words a moment ago: for this one nothing was found
        db.insist(lambda session: _none(session, delivery, worker, evidence, settings))


def _adopt(session: Session, delivery: Delivery, worker: str, evidence: Evidence, settings: Settings) -> None:
    sent = evidence.sent
    if sent is None:
        raise ValueError("a connector found something without saying what")
    adopted = move(
        session,
        WORKER,
        delivery.id or 0,
        UNSETTLED,
        "published",
        col(Delivery.worker) == worker,
        external_id=sent.native_id,
        permalink=sent.permalink,
        published_at=clock.now(),
        cost_micros=col(Delivery.cost_micros) + sent.cost_micros,
        look_at=None,
        reason="found",
    )
    if adopted is not None:  # it was paid for when it left, whoever did not hear the answer
        spend(session, session.get_one(Account, delivery.account_id), Bill(), price=sent.cost_micros)


def _none(session: Session, delivery: Delivery, worker: str, evidence: Evidence, settings: Settings) -> None:
    moment, sent_at = clock.now(), _sent_at(delivery)
    if delivery.state == "needs_decision":
        _look_later(session, delivery, worker, look.still_asked(sought.asked_since(delivery), moment))
        return
    upcoming = look.not_found(sent_at, moment, settings.reconcile_steps_s, delivery.looks + 1)
    _wait(session, delivery, worker, upcoming, looks=delivery.looks + 1)


def _several(session: Session, delivery: Delivery, worker: str, evidence: Evidence, settings: Settings) -> None:
    _wait(session, delivery, worker, look.Next("needs_decision", "several", _last_look(delivery)))


def _unknowable(session: Session, delivery: Delivery, worker: str, evidence: Evidence, settings: Settings) -> None:
    _wait(session, delivery, worker, look.Next("needs_decision", evidence.detail or "unknowable", _last_look(delivery)))


def _resume(session: Session, delivery: Delivery, worker: str, evidence: Evidence, settings: Settings) -> None:
    """Nothing can be seen of it yet, or doing it again is no danger. What nobody wants any more ends so in the first case, once the
    tries before it were looked at too."""
    end, earlier = sought.end_of(delivery), sought.before(delivery.steps)
    if end is None:
        _try_again(session, delivery, worker)
    elif evidence.detail == ASKED_ONCE:
        _unknowable(session, delivery, worker, evidence, settings)
    elif earlier:
        _release(session, delivery, worker, {"steps": earlier, "look_at": clock.now()})
    else:
        mine = col(Delivery.worker) == worker
        move(session, WORKER, delivery.id or 0, UNSETTLED, end.state, mine, reason=end.reason, look_at=None)


def _refused(session: Session, delivery: Delivery, worker: str, evidence: Evidence, settings: Settings) -> None:
    if earlier := sought.before(delivery.steps):  # it is the last try that came to nothing
        _release(session, delivery, worker, {"steps": earlier, "look_at": clock.now()})
        return
    reason = f"rejected:{evidence.detail}"[:120] if evidence.detail else "rejected"
    mine = col(Delivery.worker) == worker
    move(session, WORKER, delivery.id or 0, UNSETTLED, "refused", mine, reason=reason, look_at=None)


SEEN: dict[Finding, Callable[[Session, Delivery, str, Evidence, Settings], None]] = {
    Finding.FOUND: _adopt,
    Finding.NOT_FOUND: _none,
    Finding.SEVERAL: _several,
    Finding.RESUMABLE: _resume,
    Finding.REFUSED: _refused,
    Finding.UNKNOWABLE: _unknowable,
}


def _blind(
    db: Database,
    delivery: Delivery,
    account: Account,
    worker: str,
    error: PlatformError,
    settings: Settings,
    known: Evidence | None = None,
) -> None:
    """Look again later, or ask a person; he is not asked about what is `known` to be there: then that is taken as it is."""
    moment, sent_at = clock.now(), _sent_at(delivery)
    retry_at = error.retry_at if isinstance(error, RateLimited) else None
    upcoming = look.unreadable(sent_at, moment, settings.reconcile_steps_s, delivery.blind + 1, retry_at, error.code)
    if known is not None and "needs_decision" in (delivery.state, upcoming.state):
        _seen(db, delivery, worker, known, settings)
        return

    def noted(session: Session) -> None:
        if not isinstance(error, OF_ONE):
            note_health(session, account, error)
        if delivery.state == "needs_decision":
            _look_later(session, delivery, worker, look.still_asked(sought.asked_since(delivery), moment, retry_at))
            return
        _wait(session, delivery, worker, upcoming, blind=delivery.blind + 1)

    db.insist(noted)


def _try_again(session: Session, delivery: Delivery, worker: str) -> None:
    """Back to `scheduled`: repeating this step cannot make a second copy."""
    mine, moment = col(Delivery.worker) == worker, clock.now()
    if delivery.attempts >= MOST_TRIES:
        _wait(session, delivery, worker, look.Next("needs_decision", "tried_too_often", _last_look(delivery)))
        return
    values = {"look_at": None, "reason": "resumed", "not_before": moment + again(delivery.attempts - 1)}
    if delivery.attempts <= 1:
        values["not_before"] = None
    move(session, WORKER, delivery.id or 0, UNSETTLED, "scheduled", mine, **values)


def _wait(session: Session, delivery: Delivery, worker: str, upcoming: look.Next, **counts: int) -> None:
    values = {"reason": upcoming.reason[:120], "look_at": upcoming.look_at, **counts}
    mine = col(Delivery.worker) == worker
    if upcoming.state == "needs_decision" and delivery.state == "uncertain":
        move(session, WORKER, delivery.id or 0, ("uncertain",), "needs_decision", mine, **values)
        return
    _release(session, delivery, worker, values)


def _look_later(session: Session, delivery: Delivery, worker: str, look_at: datetime) -> None:
    _release(session, delivery, worker, {"look_at": look_at})


def _release(session: Session, delivery: Delivery, worker: str, values: Mapping[str, Any]) -> None:
    """The state stays; the lease is given up. No audit entry: nothing was decided. What nobody decided in time ends here."""
    if delivery.state == "needs_decision" and clock.now() >= _last_look(delivery):
        mine = col(Delivery.worker) == worker
        move(session, WORKER, delivery.id or 0, ("needs_decision",), "cancelled", mine, reason="undecided", look_at=None)
        return
    still = (col(Delivery.id) == delivery.id, col(Delivery.state) == delivery.state, col(Delivery.worker) == worker)
    values = {**values, "worker": "", "lease_until": None}
    session.connection().execute(update(Delivery).where(*still).values(values))


def _sent_at(delivery: Delivery) -> datetime:
    return delivery.sent_at or delivery.created_at


def _last_look(delivery: Delivery) -> datetime:
    return look.last_look(sought.asked_since(delivery))
