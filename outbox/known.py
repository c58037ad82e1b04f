"""What is learned about an account: by a check its name and its token's end; by a call its price, its health, its rate windows."""

from sqlalchemy import update
from sqlmodel import Session, col

from connectors import platform_of
from connectors.contract import Bill, Connector, Health
from core.db import Database
from core.display import clean_name
from core.errors import Deferred, Unfetched
from core.models import Account
from outbox.accounts import note_health
from outbox.channels import refuse_by
from outbox.outcome import Outcome
from outbox.spending import spend
from outbox.windows import heed

LONGEST = 200
#: what is known of an account until it is heard from again
UNTOLD = ("unknown", "unavailable")


def note_check(session: Session, account: Account, health: Health) -> None:
    """Keep the name, the token's end and what it allows and lacks; a platform that tells no name leaves the one we have. What a
    check of credentials told that were sealed anew meanwhile says nothing about these."""
    learned: dict[str, object] = {
        "token_expires_at": health.expires_at,
        "scopes": sorted(health.scopes),
        "missing_scopes": sorted(health.missing_scopes),
    }
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


def learn(session: Session, account: Account, outcome: Outcome, way: str, bill: Bill = Bill()) -> None:  # noqa: B008 (frozen)
    """Keep what the answer to a call of this way taught about the account: its price, its health, its rate windows."""
    spend(session, account, bill, price=outcome.sent.cost_micros if outcome.sent else 0)
    if outcome.state == "published" and account.health in UNTOLD and not platform_of(account.platform, account.backend).public:
        note_health(session, account, None)  # nothing is read there: that a letter was taken is all it tells
    if outcome.error is None or outcome.state == "refused" or isinstance(outcome.error, (Deferred, Unfetched)):
        return
    if outcome.state in ("scheduled", "held"):
        refuse_by(session, account, outcome.error, way)
    note_health(session, account, outcome.error)
