"""What the public door holds while it is open: settings, database, vault, the edition in force, counters and kept figures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from core.db import Database
from core.log import logger
from core.models import Account
from core.settings import Settings
from core.throttle import Throttle
from core.vault import SealBroken, Vault
from inbox.editions import in_force
from policies import edition as shipped
from policies.clauses import Edition
from portal.data.current import Current
from scheduler.measures import Measure

log = logger("portal")

#: family of webhooks -> (setting, platforms whose accounts may carry a secret of their own, its name there)
SIGNING = {
    "meta": ("facebook_app_secret", ("facebook", "instagram"), "app_secret"),
    "x": ("x_api_secret", ("x",), "api_secret"),
}


@dataclass(frozen=True, slots=True)
class Portal:
    """One open public door. `tries` counts tracking look-ups per address, `senders` forms sent per address, `forms` those of all
    addresses by form: many may stand behind one address (a camp, a telephone company), so it is not small. `room` counts the
    megabytes of files sent per address, so that none takes the room of all. `figures` keeps the commitments' figures for a while,
    `known` the edition last read, `data` the open data."""

    settings: Settings
    db: Database
    vault: Vault
    tries: Throttle = field(default_factory=lambda: Throttle(burst=30, per_second=0.5))
    senders: Throttle = field(default_factory=lambda: Throttle(burst=60, per_second=0.25))
    room: Throttle = field(default_factory=lambda: Throttle(burst=150, per_second=150 / 3600))
    forms: Throttle = field(default_factory=lambda: Throttle(burst=300, per_second=5))
    figures: dict[str, tuple[datetime, dict[str, list[Measure]]]] = field(default_factory=dict)
    known: dict[str, Edition] = field(default_factory=dict)
    data: Current = field(default_factory=Current)

    @property
    def edition(self) -> Edition:
        """The edition in force now, without a restart when a new one takes effect. Without a database, the last one known."""
        try:
            with self.db.read() as session:
                self.known["in_force"] = in_force(session)
        except SQLAlchemyError as e:  # the page that says so still names the policy
            log.error("edition unreadable", code=type(e).__name__)  # noqa: TRY400 (a trace may hold the query)
        return self.known.get("in_force") or shipped.current()

    def secure(self) -> bool:
        """True when the public reaches us over https (cookies are then marked Secure)."""
        return self.settings.public_url.startswith("https://")

    def secrets_of(self, family: str) -> list[str]:
        """Every secret with which a webhook of this family may be signed: the setting's, then those of connected accounts."""
        name, platforms, key = SIGNING[family]
        found = [getattr(self.settings, name)]
        try:
            with self.db.read() as session:
                found += self._sealed_secrets(session, platforms, key)
        except SQLAlchemyError as e:
            # without a database nothing can be stored either; the caller's own read or write then says so
            log.error("webhook secrets unreadable", code=type(e).__name__, webhook=family)  # noqa: TRY400 (a trace may hold the query)
        return [secret for secret in dict.fromkeys(found) if secret]

    def _sealed_secrets(self, session: Session, platforms: tuple[str, ...], key: str) -> Iterator[str]:
        query = select(Account).where(col(Account.platform).in_(platforms), col(Account.active).is_(True))
        for account in session.exec(query):
            try:
                yield self.vault.open(account.sealed).get(key, "")
            except SealBroken:
                log.error("account cannot be opened", account=account.key, code=SealBroken.code)  # noqa: TRY400 (no trace needed)


def portal_of(request: Request) -> Portal:
    """The open door that serves this request."""
    portal: Portal = request.app.state.portal
    return portal
