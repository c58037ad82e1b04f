"""The problems board: everything that did not simply go, why in words, whose turn it is, until when, and what one may do.

What concerns a whole account (its token, its credit, a pause in force) is one row with a count, not one row a delivery.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, exists, func, literal
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from core.clock import now
from core.i18n import Lang
from core.models import Account
from core.settings import Settings
from core.settings import settings as current
from outbox import pause, windows
from outbox.budget import HELD
from outbox.channels import INACTIVE
from outbox.look import last_look
from outbox.models import ARE_OPEN, ARE_WAITING, EXPIRES, PRIORITIES, Delivery
from outbox.reasons import in_words
from outbox.refs import AGAIN
from outbox.sought import asked_since, stopped

#: the most rows of one sort; `Board.more` says when there are others
LISTED = 200
#: what is due so long and still not tried is a problem; what was refused is told so long
OVERDUE, TOLD = timedelta(minutes=2), timedelta(days=7)
#: what ends a block of an account
REMEDY = {
    "token_expired": "reconnect",
    "disconnected": "reconnect",
    "spend_cap": "raise_cap",
    HELD: "raise_budget",
    INACTIVE: "enable",
}

#: what somebody else than usual takes out of its hold, and how: by its reason
OWNED = dict.fromkeys(("approver_gone", "policy_finds"), ("post.approve", "approve"))


@dataclass(frozen=True, slots=True)
class Trouble:
    """One row. `delivery` is None for a whole account; `count` how many deliveries it stands for, `due_at` the oldest one's hour.

    `owner`: an ability (`delivery.decide`, `account.admin`, `pause.press`, `post.write`) or `worker`; `deadline`: when it ends by
    itself, `then` how: asks | tried_again | read_back | expires | cancelled | forgotten; `may`: what a person can do: again,
    adopt, release, approve, give_up, reconnect, raise_cap, raise_budget, enable, lift, permit, retry, write_anew, start_worker,
    submit_again, submit_notice, submit_reminder, approve_notice, tell_anew; none where it goes on by itself. `about`: `post:12` or
    `item:7` whose it is, "" for an account and for what has neither.
    """

    delivery: int | None
    account: str
    kind: str
    state: str
    reason: str
    owner: str
    due_at: datetime
    deadline: datetime | None
    then: str
    may: tuple[str, ...]
    count: int = 1
    attempts: int = 0
    text: str = ""
    permalink: str = ""
    about: str = ""

    @property
    def age(self) -> timedelta:
        """How long it has been due."""
        return max(now() - self.due_at, timedelta(0))

    def why(self, lang: Lang) -> str:
        """The reason in words."""
        return in_words(self.reason, self.state, lang)


#: what rooms above have to tell beside deliveries: called with the session, keys of accounts by id, and the settings
Sort = Callable[[Session, dict[int, str], Settings], Iterator[Trouble]]
ALSO: list[Sort] = []
#: by kind of delivery: whether what was refused may be sent again as it was
RETRIED: dict[str, Callable[[Session, Delivery], bool]] = {}


@dataclass(frozen=True, slots=True)
class Board:
    """`rows`: what asks for a person first, then what goes on by itself, each the oldest first. `more`: some were left off."""

    rows: tuple[Trouble, ...]
    more: bool


def board(session: Session, *, settings: Settings | None = None) -> Board:
    """The whole board as it stands now; counts where many share one cause."""
    keys = {account.id or 0: account.key for account in session.exec(select(Account))}
    sorts = (_asking, _held, _by_account, _refused, *ALSO, _unsettled, _overdue)
    found = [list(sort(session, keys, settings or current())) for sort in sorts]
    return Board(tuple(row for rows in found for row in rows[:LISTED]), any(len(rows) > LISTED for rows in found))


def _asking(session: Session, keys: dict[int, str], settings: Settings) -> Iterator[Trouble]:
    """Nobody knows whether it is there; or its hour was missed."""
    open_ = select(Delivery).where(ARE_OPEN, col(Delivery.state) == "needs_decision").order_by(col(Delivery.scheduled_at))
    for one in session.exec(open_.limit(LISTED + 1)):
        yield _row(one, keys, "delivery.decide", last_look(asked_since(one)), "cancelled", *_again(one), "adopt", "give_up")
    missed = select(Delivery).where(EXPIRES, col(Delivery.state) == "missed").order_by(col(Delivery.scheduled_at))
    for one in session.exec(missed.limit(LISTED + 1)):
        yield _row(one, keys, "delivery.decide", one.expires_at, "expires", *_again(one), "give_up")


def _again(delivery: Delivery) -> tuple[str, ...]:
    return () if stopped(delivery) else ("again",)


def _held(session: Session, keys: dict[int, str], settings: Settings) -> Iterator[Trouble]:
    """Held for a reason of its own. While a pause is in force what it holds is one row an account; later each is confirmed."""
    apart = (*REMEDY, *(("paused",) if pause.in_force(session) else ()))
    held = select(Delivery).where(ARE_WAITING, col(Delivery.account_id).in_(keys), col(Delivery.state) == "held")
    own = held.where(col(Delivery.reason).not_in(apart)).order_by(col(Delivery.scheduled_at), col(Delivery.id))
    for one in session.exec(own.limit(LISTED + 1)):
        owner, exit_ = OWNED.get(one.reason, ("delivery.decide", "release"))
        yield _row(one, keys, owner, one.expires_at, "expires", exit_, "give_up")


def _by_account(session: Session, keys: dict[int, str], settings: Settings) -> Iterator[Trouble]:
    shared = (*REMEDY, *(("paused",) if pause.in_force(session) else ()))
    held = (ARE_WAITING, col(Delivery.account_id).in_(keys), col(Delivery.state) == "held", col(Delivery.reason).in_(shared))
    shown = (col(Delivery.account_id), col(Delivery.reason))
    told = (func.count(), func.min(Delivery.scheduled_at), func.min(Delivery.expires_at))
    rows = session.connection().execute(columns(*shown).add_columns(*told).where(*held).group_by(*shown))
    for account_id, reason, count, oldest, ends in rows:
        owner = "pause.press" if reason == "paused" else "account.admin"
        may = ("lift", "permit") if reason == "paused" else (REMEDY[reason],)
        yield Trouble(None, keys[account_id], "", "held", reason, owner, oldest, ends, "expires", may, count)


def _refused(session: Session, keys: dict[int, str], settings: Settings) -> Iterator[Trouble]:
    """Final, but whoever wrote it should know: told for a week, or until it is sent again."""
    later = aliased(Delivery)
    sent_again = exists().where(col(later.ref) == literal(AGAIN).concat(cast(col(Delivery.id), String)))
    lately = select(Delivery).where(col(Delivery.state) == "refused", col(Delivery.sent_at) >= now() - TOLD, ~sent_again)
    for one in session.exec(lately.order_by(col(Delivery.sent_at)).limit(LISTED + 1)):
        told_until = (one.sent_at or one.created_at) + TOLD
        owner = "post.write" if one.kind == "post" else "item.work"
        retried = RETRIED.get(one.kind)
        may = ("retry", "write_anew") if retried and retried(session, one) else ("write_anew",)
        yield _row(one, keys, owner, told_until, "forgotten", *may)


def _unsettled(session: Session, keys: dict[int, str], settings: Settings) -> Iterator[Trouble]:
    """Being read back; or its worker died and nobody took it over yet."""
    longest = 2 * timedelta(seconds=settings.reconcile_steps_s[-1])
    unsure = select(Delivery).where(ARE_OPEN, col(Delivery.state) == "uncertain").order_by(col(Delivery.sent_at))
    for one in session.exec(unsure.limit(LISTED + 1)):
        asks_at = (one.sent_at or one.created_at) + longest
        yield _row(one, keys, "worker", max(asks_at, one.look_at or asks_at), "asks")  # a rate window is waited for
    lost = select(Delivery).where(ARE_OPEN, col(Delivery.state) == "sending", col(Delivery.lease_until) <= now())
    for one in session.exec(lost.order_by(col(Delivery.sent_at)).limit(LISTED + 1)):
        yield _row(one, keys, "worker", one.lease_until, "read_back", "start_worker")


def _overdue(session: Session, keys: dict[int, str], settings: Settings) -> Iterator[Trouble]:
    """Due and still here: behind a rate window, waiting for another try, or without a worker. A row an account, kind and reason."""
    moment = now()
    late = (col(Delivery.state) == "scheduled", col(Delivery.scheduled_at) <= moment - OVERDUE)
    shown = (col(Delivery.account_id), col(Delivery.way), col(Delivery.kind), col(Delivery.reason))
    told = (func.count(), func.min(Delivery.scheduled_at), func.min(Delivery.miss_after), func.max(Delivery.not_before))
    ends, accounts = windows.ends(session, moment), {a.id: a for a in session.exec(select(Account))}
    for priority in PRIORITIES:
        of_this = columns(*shown).add_columns(*told).where(*late, col(Delivery.priority) == priority).group_by(*shown)
        for account_id, way, kind, reason, count, oldest, asks_at, next_try in session.connection().execute(of_this).all():
            behind = windows.until(ends, Delivery(kind=kind, account_id=account_id, way=way), accounts[account_id], moment)
            again = max((at for at in (behind, next_try) if at is not None and at > moment), default=None)
            why = "rate_limited" if behind else reason if again else "not_tried"
            deadline, then = (again, "tried_again") if again else (asks_at, "asks")
            may = () if again else ("start_worker",)
            yield Trouble(None, keys[account_id], kind, "scheduled", why, "worker", oldest, deadline, then, may, count)


def _row(delivery: Delivery, keys: dict[int, str], owner: str, deadline: datetime | None, then: str, *may: str) -> Trouble:
    return Trouble(
        delivery.id or 0,
        keys[delivery.account_id],
        delivery.kind,
        delivery.state,
        delivery.reason,
        owner,
        delivery.scheduled_at,
        deadline,
        then,
        tuple(may),
        attempts=delivery.attempts,
        text=str(delivery.body.get("text", "")),
        permalink=delivery.permalink,
        about=next((f"{name}:{delivery.guard_arg[name]}" for name in ("post", "item") if delivery.guard_arg.get(name)), ""),
    )
