"""What is due and can't leave now, so that a pass never ends as if all were well."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, not_, or_
from sqlmodel import Session, col, select

from core.models import Account
from outbox import windows
from outbox.channels import BLOCKS
from outbox.models import ARE_WAITING, PRIORITIES, Delivery
from outbox.summary import Problem, problem_of


def waiting(session: Session, moment: datetime) -> Iterator[Problem]:
    """Due at `moment`, held by nobody, and behind a rate window, a pause after a failed try, or the account's block."""
    due = and_(
        col(Delivery.state) == "scheduled",
        col(Delivery.priority).in_(PRIORITIES),
        col(Delivery.scheduled_at) <= moment,
        or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= moment),
        or_(col(Delivery.not_before) > moment, not_(windows.may_leave(moment))),
    )
    every = col(Delivery.account_id).in_(select(Account.id))  # so that the index of what waits, which begins with it, is used
    blocked = and_(ARE_WAITING, every, col(Delivery.state) == "held", col(Delivery.reason).in_(BLOCKS))
    ends = windows.ends(session, moment)
    for one in (due, blocked):
        for delivery, account in session.exec(select(Delivery, Account).join(Account).where(one).order_by(col(Delivery.id))):
            yield _problem(delivery, account, windows.until(ends, delivery, account, moment), moment)


def _problem(delivery: Delivery, account: Account, window: datetime | None, moment: datetime) -> Problem:
    if delivery.state == "held":
        return problem_of(delivery, account)
    pause = delivery.not_before if delivery.not_before is not None and delivery.not_before > moment else None
    last = max(end for end in (window, pause) if end is not None)
    return problem_of(delivery, account, reason="rate_limited" if window else delivery.reason, retry_at=last)
