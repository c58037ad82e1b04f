"""What a check of an account told about it: its name, and when its token ends."""

from sqlalchemy import update
from sqlmodel import Session, col

from connectors.contract import Connector, Health
from core.db import Database
from core.display import clean_name
from core.models import Account
from outbox.spending import spend
from outbox.windows import heed

LONGEST = 200


def note_check(session: Session, account: Account, health: Health) -> None:
    """Keep the name and the token's end; a platform that tells no name leaves the one we have. What a check of credentials told
    that were sealed anew meanwhile says nothing about these."""
    learned: dict[str, object] = {"token_expires_at": health.expires_at}
    if name := clean_name(health.name or health.handle)[:LONGEST]:
        learned["name"] = name
    same = (col(Account.id) == account.id, col(Account.sealed) == account.sealed)
    session.execute(update(Account).where(*same).values(learned))


def check(db: Database, account: Account, connector: Connector) -> Health:
    """Check the account, and keep what that told and cost. Raises the PlatformError of the check."""
    with db.read() as session:
        heed(session, account, connector)
    try:
        health = connector.check()
    finally:
        with db.write() as session:
            spend(session, account, connector.bill())
    with db.write() as session:
        note_check(session, account, health)
    return health
