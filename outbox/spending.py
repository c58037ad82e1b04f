"""What an account costs: the price of every call is added to it, whatever came of the call."""

from sqlalchemy import update
from sqlmodel import Session, col

from core.models import Account


def spend(session: Session, account: Account, micros: int) -> None:
    """Add a price in 1/1,000,000 USD to what the account has cost so far."""
    if micros:
        spent = col(Account.spent_usd_micros) + micros
        session.connection().execute(update(Account).where(col(Account.id) == account.id).values(spent_usd_micros=spent))
