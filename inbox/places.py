"""Where the author of a case can be answered on the platform he spoke on, and whether one more may leave there today."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from connectors.contract import Surface
from core.bulk import among
from core.models import Account
from core.settings import Settings
from inbox import tally
from inbox.models import Case, Item
from outbox import budget
from outbox.models import Delivery


def beneath(session: Session, case: Case) -> Item | None:
    """The newest words of his that take an answer where they stand; None where none do: those of a form, or what is hidden."""
    return next(
        (one for one in _said(session, case) if one.can.get("reply") and (one.private or not one.hidden)),
        None,
    )


def privately(session: Session, case: Case) -> Item | None:
    """His words that take an answer which he alone reads: those of a private talk, else a comment that was given none yet."""
    said = _said(session, case)
    talk = next((one for one in said if one.private and one.can.get("reply")), None)
    if talk is not None:
        return talk
    may = [one for one in said if one.can.get("reply_privately")]
    to_it = (
        among(session, col(Delivery.account_id), {one.account_id for one in may}),
        among(session, col(Delivery.target_id), [one.native_id for one in may]),
    )
    went = (col(Delivery.kind) == "private_reply", col(Delivery.state) != "cancelled")
    gone = session.exec(select(Delivery.account_id, Delivery.target_id).where(*to_it, *went)).all()
    return next((one for one in may if (one.account_id, one.native_id) not in gone), None)


def spoke(session: Session, case: Case) -> bool:
    """Whether he said anything of it on a platform: else he wrote by a form alone."""
    on_platform = (col(Item.case_id) == case.id, ~col(Item.own), col(Item.surface) != Surface.FORM, col(Item.author_id) != "")
    return session.exec(select(Item.id).where(*on_platform).limit(1)).first() is not None


def full(session: Session, account: Account, day: date, settings: Settings) -> str:
    """Why no more may leave this account by itself on that day: `brake`, `budget`; "" while more may. The account is locked, so
    that two can't pass the brake together."""
    session.refresh(account, with_for_update={"key_share": True})
    if tally.count(session, "receipt", day=day, account_id=account.id) >= settings.receipt_brake:
        return "brake"
    return "budget" if budget.pace(session, account, settings).factor == 0 else ""


def owe(session: Session, case: Case, about: str, why: str) -> None:
    """A clerk owes him that, unless he owes him something already: with either he is given his link. A step of the calling verb."""
    case.told_owed = case.told_owed or f"{about}:{why}"
    session.add(case)


def _said(session: Session, case: Case) -> Sequence[Item]:
    """What he said on a platform; what came by a form is answered on the page of its case alone."""
    his = (col(Item.case_id) == case.id, ~col(Item.deleted), ~col(Item.own), col(Item.surface) != Surface.FORM)
    return session.exec(select(Item).where(*his).order_by(col(Item.said).desc())).all()
