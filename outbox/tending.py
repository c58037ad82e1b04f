"""What a person does to a connected account: gives it new tokens, asks the platform how it is now."""

from collections.abc import Mapping

from sqlmodel import Session

from connectors import platform_of
from connectors.contract import Connector, Health
from connectors.unread import unexpected
from core import audit
from core.actors import Actor
from core.db import Database
from core.errors import Invalid, MajlisError, PlatformError
from core.models import Account
from core.settings import Settings
from core.vault import SealBroken, Vault
from core.why import Why
from outbox import known, windows
from outbox.accounts import add_account, missing_secrets, note_health
from outbox.channels import BLOCKS, block_of, free


def secrets_of(account: Account) -> list[str]:
    """Names of the secrets an account of its kind has, in the order they are asked for."""
    return [to for to in platform_of(account.platform, account.backend).variables.values() if to != "native_id"]


def in_settings(account: Account, settings: Settings) -> list[str]:
    """The settings that hold this account's tokens, when it is the one they name: given there they come back at every start."""
    entry = platform_of(account.platform, account.backend)
    named = {to: str(getattr(settings, field) or "") for field, to in entry.variables.items()}
    if not named.get("native_id") or named["native_id"] != account.native_id:
        return []
    return [str(Settings.model_fields[f].validation_alias) for f, to in entry.variables.items() if to != "native_id" and named[to]]


def reconnect(
    session: Session, actor: Actor, account: Account, given: Mapping[str, str], *, vault: Vault, settings: Settings
) -> Account:
    """New tokens for the account; those left empty stay as they are. What was held for want of them goes on.

    Invalid when one is missing that it can't work without, and for an account whose tokens stand in the settings.
    """
    actor.require("account.admin")
    if names := in_settings(account, settings):
        raise Invalid(field="secret", why=Why("secrets_in_settings", names=", ".join(names)))
    try:
        kept = vault.open(account.sealed)
    except SealBroken:
        kept = {}  # what can't be read is given anew
    secrets = {**kept, **{name: value.strip() for name, value in given.items() if value.strip()}}
    if missing := missing_secrets(account.platform, account.backend, secrets):
        raise Invalid(field="secret", why=Why("secrets_missing", names=", ".join(missing)))
    return add_account(session, actor, account.platform, account.native_id, secrets, backend=account.backend, vault=vault)


def examine(db: Database, actor: Actor, account: Account, connector: Connector) -> Health:
    """Ask the platform about the account now; sends nothing. Raises the PlatformError it answers with; both are kept as its health.

    An account that was blocked and is well again has what was held for it scheduled, as when the worker asks (outbox.recover). For
    want of money whoever tests says with it that there is some: nobody else can, and no post is sent to find out.
    """
    actor.require("account.admin")
    try:
        health = known.check(db, account, connector)
    except MajlisError as e:
        _told(db, actor, account, e)
        raise
    except Exception as e:
        error = unexpected(account.key, e)
        _told(db, actor, account, error)
        raise error from e
    with db.write() as session:
        well, blocked = not health.missing_scopes, block_of(session, account.id or 0) in BLOCKS
        if well and blocked:
            free(session, account)
        if (well and (windows.paid(session, account) or blocked)) or account.health in known.UNTOLD:
            note_health(session, account, None)
        audit.record(session, actor, "account.test", f"account:{account.id}", account=account.key, outcome="ok")
    return health


def _told(db: Database, actor: Actor, account: Account, error: MajlisError) -> None:
    with db.write() as session:
        if isinstance(error, PlatformError):
            note_health(session, account, error)
        audit.record(session, actor, "account.test", f"account:{account.id}", account=account.key, outcome=error.code)
