"""Open the installation for a command: settings, database (made when empty), vault, accounts of the environment, actor."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from getpass import getpass

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import col, select

import migrations
from connectors.contract import Connector
from core import estimates
from core.actors import OPERATING, Actor
from core.auth import actor_of, check_password, who
from core.db import Database, open_database
from core.errors import ConfigurationError
from core.log import logger
from core.models import Account
from core.settings import Settings, settings
from core.vault import KeyLost, Vault, key_file, open_vault
from core.why import Why
from inbox import targets
from inbox.models import Case
from outbox import accounts

log = logger("console")


@dataclass(frozen=True, slots=True)
class House:
    """An opened installation."""

    settings: Settings
    db: Database
    vault: Vault

    @property
    def connect(self) -> Callable[[Account], Connector]:
        """Connectors of this process, one an account."""
        return accounts.Connections(self.settings, self.vault)


def opened(*, patient: bool = False) -> House:
    """The installation the settings name. An empty database gets its schema first; one of another version is refused.

    `patient`: a PostgreSQL server that is not there is waited for."""
    configured = settings()
    targets.kept()  # a file of weeks or targets that promises what can't be kept refuses to start
    db = open_database(configured)
    if patient and db.dialect == "postgresql":
        awaited(db)
    revision = reachable(db)
    if revision is not None and key_lost(db, configured):
        raise KeyLost(path=key_file(configured))
    vault = open_vault(configured)
    if revision is None:
        made(db)
    elif revision != migrations.newest():
        raise ConfigurationError(
            name="MAJLIS_DATABASE_URL",
            why=Why("schema_other", revision=revision, needed=migrations.newest()),
        )
    keep_environment(db, configured, vault)
    return House(configured, db, vault)


def made(db: Database) -> None:
    """The newest schema, and what the tables foresee of the calendar, so that the first case is promised nothing on a holiday."""
    migrations.create_schema(db)
    estimates.enter(db)


def key_lost(db: Database, configured: Settings) -> bool:
    """True when there is no key, yet the database holds what was sealed with one: a new key would lose it for good.

    The database is asked first: a key is there before what it seals, so a process that starts beside ours never looks like a loss.
    """
    if configured.keys:
        return False
    with db.read() as session:
        sealed = session.exec(select(Account.id).where(col(Account.sealed) != "").limit(1)).first()
        derived = session.exec(select(Case.id).where(col(Case.key_id) != "").limit(1)).first()
    return (sealed is not None or derived is not None) and not key_file(configured).exists()


def reachable(db: Database) -> str | None:
    """The revision of the database (None: empty); ConfigurationError when it can't be reached or is no database."""
    try:
        return migrations.current(db)
    except DBAPIError as e:
        reason = _first_line(e)
        raise ConfigurationError(name="MAJLIS_DATABASE_URL", why=Why("database_silent", reason=reason), reason=reason) from e


def awaited(db: Database) -> None:
    """Return when the server lets us in; says every minute that it does not."""
    told = float("-inf")
    while True:
        try:
            with db.engine.connect():
                return
        except OperationalError:
            if time.monotonic() - told > 60:
                told = time.monotonic()
                log.warning("database_awaited", database=db.dialect)
            time.sleep(1)


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0][:200] if str(error.orig).strip() else type(error.orig).__name__


def keep_environment(db: Database, configured: Settings, vault: Vault) -> None:
    """Connect the accounts the environment names; writes only what changed."""
    try:
        with db.write() as session:
            accounts.from_environment(session, configured, vault)
    except IntegrityError:  # another process met the same empty table: its rows are there now
        with db.write() as session:
            accounts.from_environment(session, configured, vault)


def actor(house: House, username: str | None) -> Actor:
    """Who acts: the operator, or with `--as` the named user after his password or sign-in token was checked."""
    if username is None:
        return OPERATING
    if not house.settings.as_token:
        return actor_of(check_password(house.db, username, house.settings.as_password or getpass(f"Password of {username}: ")))
    with house.db.read() as session:
        user = who(session, house.settings.as_token)
    if user is None or user.username != username:
        raise ConfigurationError(name="MAJLIS_AS_TOKEN", why=Why("not_signed_in", name=username))
    return actor_of(user)
