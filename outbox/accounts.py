"""Connected accounts: where they come from, how they are, and their open connectors."""

import re
from collections.abc import Callable, Mapping
from threading import local
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from connectors import CONNECTORS, platform_of, wire_of
from connectors.contract import Connector, Credentials
from core import audit
from core.actors import OPERATING, Actor
from core.clock import now
from core.errors import Invalid, NotFound, PlatformError, RateLimited
from core.models import Account
from core.settings import Settings
from core.vault import SealBroken, Vault
from core.why import Why, none_of
from outbox import windows
from outbox.channels import BLOCKS, block_of, free, free_queue, hold_queue

Connect = Callable[[Account], Connector]

NATIVE_ID = r"[A-Za-z0-9._@+-]{1,80}"

#: secrets an account can do without: webhooks of it are then not verified, periodic reading works
SPARE = ("app_secret",)
#: settings that tell a connector how to behave, by platform
OPTIONS = {"x": {"x_tier": "tier"}, "instagram": {"accept_private_risk": "accepted"}}


class Connections:
    """Open connectors of this process: `Connections(settings, vault)(account)`.

    One for each account and thread, because a connector serves one call at a time and a slow account must not make a second
    thread wait; opened anew when the account's credentials were changed. Raises SealBroken when they can't be read.
    """

    def __init__(self, settings: Settings, vault: Vault) -> None:
        self._settings, self._vault, self._mine = settings, vault, local()

    def __call__(self, account: Account) -> Connector:
        opened: dict[int, tuple[tuple[str, str], Connector]] = self._mine.__dict__.setdefault("opened", {})
        version = (account.sealed, account.backend)
        known = opened.get(account.id or 0)
        if known is None or known[0] != version:
            known = opened[account.id or 0] = (version, open_connector(account, self._settings, self._vault))
        return known[1]


def open_connector(account: Account, settings: Settings, vault: Vault) -> Connector:
    """A new connector of the account; makes no call."""
    options = {name: _option(getattr(settings, field)) for field, name in OPTIONS.get(account.platform, {}).items()}
    credentials = Credentials(account.native_id, vault.open(account.sealed), options)
    return platform_of(account.platform, account.backend).open(credentials, wire_of(settings))


def _option(value: object) -> str:
    return ("1" if value else "") if isinstance(value, bool) else str(value)


def add_account(
    session: Session,
    actor: Actor,
    platform: str,
    native_id: str,
    secrets: Mapping[str, str],
    *,
    backend: str = "",
    vault: Vault,
) -> Account:
    """Connect an account or renew its credentials. Renewed credentials free its held queue.

    Invalid for an unknown platform or backend, an id that is none, and a secret the platform does not know. One that was disabled
    stays so.
    """
    actor.require("account.admin")
    if f"{platform}:{backend}" not in CONNECTORS and platform not in CONNECTORS:
        raise Invalid(field="platform", why=none_of(platform, known_platforms()))
    if backend and backend not in (backends := backends_of(platform)):
        raise Invalid(
            field="backend", why=none_of(backend, backends) if backends else Why("no_backends", backend=backend, platform=platform)
        )
    backend = platform_of(platform, backend).backend
    if not re.fullmatch(platform_of(platform, backend).native_id or NATIVE_ID, native_id):
        raise Invalid(field="native_id", why=Why("native_id_form"))
    known = {to for to in platform_of(platform, backend).variables.values() if to != "native_id"}
    if strange := sorted(set(secrets) - known):
        raise Invalid(field="secret", why=Why("secrets_unknown", names=", ".join(strange), known=", ".join(sorted(known))))
    account = _find(session, platform, native_id)
    if account is None:
        account = Account(platform=platform, native_id=native_id, backend=backend, sealed=vault.seal(secrets))
        if platform_of(platform, backend).native_id:
            account.health = "ok"  # this house itself: there is no token
        session.add(account)
        session.flush()
        audit.record(session, actor, "account.add", f"account:{account.id}", account=account.key)
    elif account.backend != backend or vault.stale(account.sealed) or _opened(vault, account) != dict(secrets):
        account.sealed, account.backend = vault.seal(secrets), backend
        account.health, account.health_detail, account.retry_at = "unknown", "", None
        account.sealed_at, account.token_expires_at, account.scopes, account.missing_scopes = now(), None, [], []
        session.add(account)
        audit.record(session, actor, "account.renew", f"account:{account.id}", account=account.key)
        windows.reopen(session, account)
        free(session, account)
    return account


def from_environment(session: Session, settings: Settings, vault: Vault) -> list[Account]:
    """Connect the accounts named in the settings (an account without its id is not set), and those that are this house itself;
    returns them. Changes nothing twice."""
    found = []
    for key, platform in CONNECTORS.items():
        name, _, _ = key.partition(":")
        if name == "instagram" and platform.backend != settings.instagram_backend:
            continue
        given = {to: str(getattr(settings, field) or "") for field, to in platform.variables.items()}
        given.setdefault("native_id", platform.native_id)
        if name == "instagram" and platform.backend == "graph":
            given["token"] = given["token"] or settings.facebook_page_token
        native_id = given.pop("native_id")
        if native_id:
            secrets = {to: value for to, value in given.items() if value}
            found.append(add_account(session, OPERATING, name, native_id, secrets, backend=platform.backend, vault=vault))
    return found


def variables_of(account: Account, settings: Settings) -> list[str]:
    """The settings that hold this account's credentials: those left empty, or all of them when none is."""
    entry = platform_of(account.platform, account.backend)
    known = {f: str(Settings.model_fields[f].validation_alias) for f, to in entry.variables.items() if to != "native_id"}
    spare = {"instagram_token"} if settings.facebook_page_token else set()
    empty = [name for field, name in known.items() if not getattr(settings, field) and field not in spare]
    return empty or list(known.values())


def missing_secrets(platform: str, backend: str, secrets: Mapping[str, str]) -> list[str]:
    """Names of the secrets without which an account of the platform can't work; [] for an unknown platform."""
    if platform not in CONNECTORS:
        return []
    needed = (to for to in platform_of(platform, backend).variables.values() if to not in ("native_id", *SPARE))
    return [name for name in needed if not secrets.get(name)]


def disable(session: Session, actor: Actor, account: Account) -> Account:
    """Take the account out of use: it is neither read nor written to, and what is queued for it is held. All it said stays."""
    actor.require("account.admin")
    if account.active:
        account.active = False
        session.add(account)
        held = hold_queue(session, actor, account)
        audit.record(session, actor, "account.disable", f"account:{account.id}", account=account.key, held=held)
    return account


def enable(session: Session, actor: Actor, account: Account) -> Account:
    """Take a disabled account into use again; what was held for that goes on, and what is too late by then is asked about."""
    actor.require("account.admin")
    if not account.active:
        account.active = True
        session.add(account)
        freed = free_queue(session, actor, account)
        audit.record(session, actor, "account.enable", f"account:{account.id}", account=account.key, freed=freed)
    return account


def backends_of(platform: str) -> list[str]:
    """The ways an account of the platform may be connected; [] where there is only one."""
    return sorted(entry.backend for key, entry in CONNECTORS.items() if key.partition(":")[0] == platform and entry.backend)


def known_platforms() -> list[str]:
    """Names of the platforms an account may be of."""
    return sorted({key.partition(":")[0] for key in CONNECTORS})


def active(session: Session) -> list[Account]:
    """Accounts in use that are read and posted to, in the order they were connected: neither our own forms nor e-mail."""
    used = session.exec(select(Account).where(col(Account.active)).order_by(col(Account.id)))
    return [account for account in used if platform_of(account.platform, account.backend).public]


def resolve(session: Session, name: str, *, disabled: bool = False) -> Account:
    """The account `facebook:123`, or `facebook` where that platform has one account in use; NotFound or Invalid otherwise.

    `disabled`: those out of use count too.
    """
    platform, _, native_id = name.partition(":")
    if native_id:
        account = _find(session, platform, native_id)
        if account is None:
            raise NotFound(thing="account", id=name)
        return account
    of_platform = select(Account).where(col(Account.platform) == platform).order_by(col(Account.id))
    candidates = [account for account in session.exec(of_platform) if account.active or disabled]
    if not candidates:
        raise NotFound(thing="account", id=name)
    if len(candidates) > 1:
        raise Invalid(field="account", why=Why("several_accounts", platform=platform, known=", ".join(a.key for a in candidates)))
    return candidates[0]


def note_health(session: Session, account: Account, error: PlatformError | None) -> None:
    """Keep what a call taught about the account; None: it answered well. `account` is as it was when the call was made.

    Only what was learned is written: nothing else that became of the account during the call is undone. What an answer to
    credentials says that were sealed anew meanwhile says nothing about these.

    A good reading does not free a held queue: on X reading has a token of its own, and a missing right to write does not show
    in reading. That takes a check of the account (outbox.recover) or new credentials.
    """
    moment = now()
    learned: dict[str, Any] = {"health_at": moment}
    if error is None:
        learned |= {"heard_at": moment, "retry_at": None, "health_detail": ""}
        learned["health"] = block_of(session, account.id or 0) or "ok"
    else:
        learned |= {"health": error.code, "health_detail": str(error.details.get("detail", ""))[:200]}
        if isinstance(error, RateLimited) and "window" not in error.details:
            learned["retry_at"] = error.retry_at
    same = (col(Account.id) == account.id, col(Account.sealed) == account.sealed)
    session.execute(update(Account).where(*same).values(learned))


def healthy(account: Account) -> bool:
    """False while a person must act before the account can be used."""
    return account.active and account.health not in BLOCKS


def _opened(vault: Vault, account: Account) -> dict[str, str] | None:
    try:
        return vault.open(account.sealed)
    except SealBroken:
        return None  # the key is gone; the credentials given now take the place of those we can't read


def _find(session: Session, platform: str, native_id: str) -> Account | None:
    return session.exec(select(Account).where(col(Account.platform) == platform, col(Account.native_id) == native_id)).first()
