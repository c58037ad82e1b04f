"""One attempt: the last-moment checks and the commit before the call, the call, the outcome after it (see outbox.send)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import bindparam, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from connectors.contract import Bill, Connector, Outgoing, Sent
from connectors.gate import guarded
from core import claim, clock
from core.actors import WORKER
from core.db import Database
from core.log import logger
from core.models import Account
from core.settings import Settings
from outbox import checks, outgoing, overtaken, pause, sought
from outbox.channels import INACTIVE
from outbox.facts import facts
from outbox.guards import Refusal
from outbox.known import learn
from outbox.leaving import ATTEMPTS, Still, leave
from outbox.memory import LeaseLostError, Memory
from outbox.models import ACTING, Attempt, Delivery
from outbox.outcome import Outcome, after, published
from outbox.stands import stands
from outbox.states import AT_LARGE, move

#: outcomes written in one transaction, so that nobody waits long for the write lock
AT_ONCE = 5

#: a platform's word that it is there counts in each of these; where a person has said "again" meanwhile, no second try is needed
UNCONFIRMED = (*AT_LARGE, "scheduled", "held", "missed")
#: a try that ends so did not bring it there
NOT_THERE = ("scheduled", "held", "refused")

_ANSWERED = update(ATTEMPTS).where(
    ATTEMPTS.c.delivery_id == bindparam("of"), ATTEMPTS.c.no == bindparam("number"), ATTEMPTS.c.outcome == ""
)

log = logger("outbox")


class StoppedError(Exception):
    """Between two requests of one delivery something came in its way: what was made so far nobody sees, and the next does not
    leave. `outcome`: where the delivery goes."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Ticket:
    """Everything a call needs, read while the transaction was open."""

    delivery_id: int
    kind: str
    way: str
    target_id: str
    attempt: int
    account: Account
    out: Outgoing
    steps: dict[str, str]
    sent_at: datetime
    lease_until: datetime
    #: the account's rate windows that were used up then
    shut: Mapping[str, datetime]


def begin(db: Database, delivery_id: int, worker: str, connector: Connector, settings: Settings) -> Ticket | None:
    """Ask the last-moment checks; commit the Attempt and the state `sending`. None: it does not leave now, and the row says why."""
    moment = clock.now()

    def begun(session: Session) -> Ticket | None:
        # locked, as a wave takes them: what fillers note of it would else undo what another worker notes since we read it
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        return next(iter(begin_these(session, [delivery], worker, connector, settings, moment, claimed=True)), None)

    return db.insist(begun)


def begin_these(
    session: Session,
    deliveries: Sequence[Delivery],
    worker: str,
    connector: Connector,
    settings: Settings,
    moment: datetime,
    *,
    claimed: bool,
) -> list[Ticket]:
    """Each of these, all of one account, is asked about and gets its Attempt while it is ours (`claimed`) or nobody's; the caller
    commits at once."""
    account, block, shut = facts(session, deliveries[0].account_id)
    known = checks.common(session, deliveries, account, block, settings)
    connector.heed(shut)
    still = Still(worker, moment, claimed)
    refusals, leaving = checks.last_moment(session, deliveries, known, moment), []
    for delivery in deliveries:
        out = _may_leave(session, delivery, refusals.get(delivery.id or 0), connector, settings, still)
        if out is not None:
            leaving.append((delivery, out))
    lease_until = moment + timedelta(seconds=settings.lease_s)
    left = leave(session, [delivery.id or 0 for delivery, _ in leaving], still, lease_until) if leaving else {}
    return [
        Ticket(
            delivery.id or 0,
            delivery.kind,
            delivery.way,
            delivery.target_id,
            left[delivery.id or 0],
            account,
            out,
            dict(delivery.steps),
            moment,
            lease_until,
            shut,
        )
        for delivery, out in leaving
        if delivery.id in left
    ]


def keep_answers(session: Session, answers: Sequence[tuple[Ticket, Outcome]]) -> None:
    """What the platform confirmed stands from now on with its attempt: whatever becomes of us, it is known (reconcile.orphans)."""
    if answers:
        session.connection().execute(_ANSWERED, [_answer(ticket, outcome) for ticket, outcome in answers])


def _answer(ticket: Ticket, outcome: Outcome) -> dict[str, Any]:
    sent, at = outcome.sent or Sent(""), clock.rfc3339(outcome.at or clock.now())
    answer = {"id": sent.native_id, "link": sent.permalink, "cost": sent.cost_micros, "at": at}
    return {"of": ticket.delivery_id, "number": ticket.attempt, "answer": answer}


def _may_leave(
    session: Session,
    delivery: Delivery,
    objection: Refusal | None,
    connector: Connector,
    settings: Settings,
    still: Still,
) -> Outgoing | None:
    """What would leave; None when it does not, and the row says why."""
    if objection is not None:
        move(session, WORKER, delivery.id or 0, ("scheduled",), objection.state, *still.conditions, reason=objection.reason)
        return None
    if checks.must_wait(session, delivery):
        later = {
            "not_before": still.moment + timedelta(seconds=5),
            "worker": "",
            "lease_until": None,
            "reason": "waits_for_earlier",
        }
        session.connection().execute(update(Delivery).where(col(Delivery.id) == delivery.id, *still.conditions).values(later))
        return None
    try:
        return outgoing.build(session, delivery, connector.capabilities, settings)
    except outgoing.IncompleteError as e:
        move(session, WORKER, delivery.id or 0, ("scheduled",), "held", *still.conditions, reason=e.reason)
        return None


def call(db: Database, connector: Connector, ticket: Ticket, worker: str, settings: Settings) -> Outcome | None:
    """The one request. None: the lease was lost on the way, whoever holds the delivery now goes on."""
    if clock.now() >= ticket.lease_until:
        return Outcome("scheduled", "lease_over")
    memory = Memory(db, ticket.delivery_id, worker, timedelta(seconds=settings.lease_s), ticket.steps, ticket.attempt)
    try:
        with guarded(partial(may_go_on, db, ticket, worker)):
            if ticket.kind in ACTING:
                act: Callable[[str], None] = getattr(connector, ticket.kind)
                act(ticket.target_id)
                return published(Sent(""))
            return published(connector.send(ticket.out, memory))
    except LeaseLostError:
        log.warning("lease_lost", delivery=ticket.delivery_id, worker=worker)
        return None
    except StoppedError as e:
        log.warning("stopped", delivery=ticket.delivery_id, account=ticket.account.key, code=e.outcome.reason)
        return e.outcome
    except Exception as e:  # noqa: BLE001 (whatever it was, the request may have left: the outcome table decides, nothing is hidden)
        outcome = after(e, ticket.kind, ticket.attempt, clock.now())
        log.warning(
            "not_confirmed", delivery=ticket.delivery_id, account=ticket.account.key, state=outcome.state, code=outcome.reason
        )
        return outcome


def may_go_on(db: Database, ticket: Ticket, worker: str) -> None:
    """Asked before each request that writes. LeaseLostError when the delivery is no longer ours, StoppedError when since the last
    one a pause was pressed, the hour ended after which nobody wants it, its account was disabled, or it was cancelled: a container
    that was made is then not published."""
    moment = clock.now()
    found = stands(db, ticket.delivery_id, min(ticket.sent_at, moment))
    if not claim.still_mine(found, worker, moment):
        raise LeaseLostError(str(ticket.delivery_id))
    if found.expires_at is not None and found.expires_at <= moment:
        raise StoppedError(Outcome("scheduled", "hour_over"))  # it expires as it is claimed again
    if not found.active:
        raise StoppedError(Outcome("held", INACTIVE))
    if found.stopped:
        raise StoppedError(Outcome("scheduled", "stopped"))  # its guard cancels it as it is claimed again
    if not found.paused:
        return
    with db.read() as session:
        if pause.held_by(session, session.get_one(Delivery, ticket.delivery_id)) is not None:
            raise StoppedError(Outcome("held", "paused"))


def record_all(db: Database, told: Sequence[tuple[Ticket, Outcome, Bill]], worker: str, settings: Settings) -> None:
    """Several outcomes, a few in one transaction; each by itself when one of them does not go in.

    In the order they were queued in: each locks its post, and other accounts write of the same posts at the same time."""
    told = sorted(told, key=lambda one: one[0].delivery_id)
    for few in (told[n : n + AT_ONCE] for n in range(0, len(told), AT_ONCE)):
        try:
            db.insist(partial(_record_few, few, worker, settings), patient=True)
        except IntegrityError:
            for ticket, outcome, bill in few:
                record(db, ticket, worker, outcome, settings, bill)


def record(db: Database, ticket: Ticket, worker: str, outcome: Outcome, settings: Settings, bill: Bill = Bill()) -> bool:  # noqa: B008 (frozen)
    """Write what came of the attempt and what it used, if no later attempt was begun meanwhile. True when it was written."""
    try:
        return db.insist(lambda session: _record(session, ticket, worker, outcome, settings, bill))
    except IntegrityError:
        # the platform named an id that another delivery of ours already has: not a proof of anything
        taken = Outcome("uncertain", "id_taken")
        return db.insist(lambda session: _record(session, ticket, worker, taken, settings, bill))


def _record_few(few: Sequence[tuple[Ticket, Outcome, Bill]], worker: str, settings: Settings, session: Session) -> None:
    for ticket, outcome, bill in few:
        _record(session, ticket, worker, outcome, settings, bill)


def _record(session: Session, ticket: Ticket, worker: str, outcome: Outcome, settings: Settings, bill: Bill) -> bool:
    moment, to = outcome.at or clock.now(), outcome.state
    values = outcome_values(outcome, ticket.sent_at, moment, settings)
    if ticket.attempt > 1 and to in NOT_THERE:
        there = overtaken.confirmed(session, ticket.delivery_id, ticket.attempt)
        if there:
            to, values = "published", there
        elif to == "refused" and overtaken.unknown(session, ticket.delivery_id, ticket.sent_at):
            to = "uncertain"  # what was refused may be the second copy of what stands
            values = outcome_values(replace(outcome, state=to), ticket.sent_at, moment, settings)
            if steps := sought.before(session.get_one(Delivery, ticket.delivery_id).steps):
                values |= {"steps": steps}
    frm = {"published": UNCONFIRMED, "uncertain": ("sending",)}.get(to, ("sending", "uncertain"))
    mine = col(Delivery.attempts) == ticket.attempt
    written = move(session, WORKER, ticket.delivery_id, frm, to, mine, **values)
    if written is None and outcome.sent:
        written, outcome = _late(session, ticket, outcome, values)
    session.connection().execute(
        update(Attempt)
        .where(col(Attempt.delivery_id) == ticket.delivery_id, col(Attempt.no) == ticket.attempt)
        .values(ended_at=moment, outcome=outcome.attempt, detail=outcome.reason)
    )
    learn(session, ticket.account, outcome, ticket.way, bill)
    return written is not None


def _late(session: Session, ticket: Ticket, outcome: Outcome, values: Mapping[str, Any]) -> tuple[Delivery | None, Outcome]:
    """The platform confirmed a try that was given up for unknown. Where a person had it tried again since, that spares a further
    try, or is noted while one is under way; where it has ended since, it stands all the same."""
    delivery = overtaken.locked(session, ticket.delivery_id)
    if delivery.state == "published" and outcome.sent:  # whoever settled it has counted its price
        return None, replace(outcome, sent=replace(outcome.sent, cost_micros=0))
    if delivery.state == "sending":
        overtaken.keep(session, ticket.delivery_id, ticket.attempt, _answer(ticket, outcome)["answer"])
    over = (*overtaken.OVER, "uncertain") if sought.end_of(delivery) else overtaken.OVER  # it is this very try that is looked for
    return move(session, WORKER, ticket.delivery_id, over, "published", **values), outcome


def outcome_values(outcome: Outcome, sent_at: datetime, moment: datetime, settings: Settings) -> dict[str, Any]:
    """The columns that go with an outcome."""
    values: dict[str, Any] = {"reason": outcome.reason, "look_at": None}
    if outcome.state == "published":
        sent = outcome.sent or Sent("")
        values |= {"external_id": sent.native_id, "permalink": sent.permalink, "published_at": moment}
        values["cost_micros"] = col(Delivery.cost_micros) + sent.cost_micros
    elif outcome.state == "uncertain":
        values["look_at"] = sent_at + timedelta(seconds=settings.reconcile_steps_s[0])
    elif outcome.state in ("scheduled", "held"):
        # this try had no effect; an earlier one may have had
        values |= {"not_before": outcome.not_before, "first_sent_at": func.nullif(col(Delivery.first_sent_at), sent_at)}
    return values
