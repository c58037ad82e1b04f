"""`manage.py doctor`: is everything as it must be, and if not, what to do, in both languages.

A wrong setting ends with 2; an account that fails, a schema that lags or a clock that errs with 1; warnings do not fail.
"""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from sqlalchemy import func, text
from sqlmodel import Session, select

import migrations
from connectors import CONNECTORS
from connectors.contract import Health
from console import opening
from console.opening import House
from console.printing import line
from core import audit
from core.actors import Actor
from core.clock import now, rfc3339
from core.db import Database, open_database
from core.errors import ConfigurationError, MajlisError, PlatformError
from core.i18n import LANGS, t
from core.models import Account, AuditEntry, Heartbeat
from core.settings import Settings, settings
from core.vault import KeyLost, key_file, open_vault
from core.why import said
from inbox import aside, post, targets
from outbox import accounts, budget, known, tending
from outbox.meter import Meter
from scheduler import costs
from scheduler.steps import approvers, of_house

State = Literal["ok", "warn", "bad"]
SKEW = timedelta(minutes=2)
STALE = timedelta(minutes=5)
ROOM = 500 * 2**20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `key` under `doctor.` in words.toml says what was found and what to do."""

    name: str
    state: State
    key: str
    values: dict[str, Any]

    def words(self, lang: Literal["ar", "en"]) -> str:
        return t(f"doctor.{self.key}", lang, **{name: said(value, lang) for name, value in self.values.items()})

    def to_json(self) -> dict[str, Any]:
        return {"check": self.name, "state": self.state, "code": self.key, **{lang: self.words(lang) for lang in LANGS}}


def doctor(*, as_json: bool) -> int:
    """Run all checks, print them, return the exit code."""
    configured = settings()
    checks = list(_checks(configured))
    worst = 1 if any(c.state == "bad" for c in checks) else 0
    if as_json:
        line({"ok": worst == 0, "at": rfc3339(now()), "checks": [c.to_json() for c in checks]})
        return worst
    for check in checks:
        print(_shown(check))  # noqa: T201 (this is the command's output)
    return worst


def _shown(check: Check) -> str:
    mark = {"ok": "✓", "warn": "!", "bad": "✗"}[check.state]
    return f"{mark} {check.name}: {check.words('en')}\n  {check.words('ar')}"


def one_account(house: House, actor: Actor, name: str, *, as_json: bool) -> int:
    """`manage.py account test`: the check of one account, also of a disabled one, as on the desk: what was held for it goes on when
    it is well. NotFound for an unknown one."""
    actor.require("account.admin")
    with house.db.read() as session:
        account = accounts.resolve(session, name, disabled=True)
    check = _account(house, account, lambda: tending.examine(house.db, actor, account, house.connect(account)))
    audit.seal(house.db)
    if as_json:
        line({"ok": check.state != "bad", "at": rfc3339(now()), **check.to_json()})
    else:
        print(_shown(check))  # noqa: T201 (this is the command's output)
    return 1 if check.state == "bad" else 0


def _checks(configured: Settings) -> Iterator[Check]:
    db = open_database(configured)
    found = list(_database(db))
    yield from found
    whole = all(check.state == "ok" for check in found)
    yield from _variables(configured)
    yield Check("targets", "ok", "targets", {"n": len(targets.kept().all), "path": configured.targets_file or targets.SHIPPED.name})
    if whole and opening.key_lost(db, configured):
        lost = KeyLost(path=key_file(configured))
        yield Check("keys", "bad", "key_lost", {lang: lost.words(lang) for lang in LANGS})
        return
    vault = open_vault(configured)
    yield from _key_file(configured)
    if whole:
        opening.keep_environment(db, configured, vault)
        with db.read() as session:
            yield from _clock(session, db)
            yield from _worker(session)
            yield from _aside(session)
            yield _approval(session, configured)
        house = opening.House(configured, db, vault)
        yield from _accounts(house)
        yield from _money(house)
    free = shutil.disk_usage(configured.var_dir).free
    yield Check("disk", "ok" if free > ROOM else "warn", "disk" if free > ROOM else "disk_low", {"free": f"{free / 2**30:.1f}"})


def _approval(session: Session, configured: Settings) -> Check:
    """Whether the steps of approval can be taken: each by another person than its writer and than those of the other steps."""
    try:
        steps, able = of_house(session, configured), len(approvers(session))
    except ConfigurationError as e:
        return Check("approval", "bad", "approval_wrong", {"name": e.details["name"], "why": e.details["why"]})
    enough = able > len(steps)
    return Check(
        "approval", "ok" if enough else "warn", "approval" if enough else "approval_few", {"steps": len(steps), "able": able}
    )


def _database(db: Database) -> Iterator[Check]:
    try:
        revision = opening.reachable(db)
    except ConfigurationError as e:
        yield Check("database", "bad", "database_unreachable", {"dialect": db.dialect, "why": e.details["reason"]})
        return
    if revision is None:
        opening.made(db)
        revision = migrations.current(db)
    yield Check("database", "ok", "database", {"dialect": db.dialect})
    head = migrations.newest()
    whole = revision == head
    yield Check(
        "migrations", "ok" if whole else "bad", "migrated" if whole else "not_migrated", {"revision": revision, "head": head}
    )


def _key_file(configured: Settings) -> Iterator[Check]:
    path = key_file(configured)
    if configured.keys:
        yield Check("keys", "ok", "keys_set", {"count": len(configured.keys)})
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Check("keys", "bad", "key_open", {"path": path})
    else:
        yield Check("keys", "ok", "key_file", {"path": path})


def _variables(configured: Settings) -> Iterator[Check]:
    """An account begun in the environment but not finished: names the missing variables."""
    fields = type(configured).model_fields
    for platform, entry in CONNECTORS.items():
        if entry.backend and entry.backend != configured.instagram_backend:
            continue
        own = {f: str(fields[f].validation_alias) for f in entry.variables if f not in ("facebook_app_secret",)}
        given = [f for f in own if getattr(configured, f)]
        optional = {"instagram_token"} if configured.facebook_page_token else set()
        missing = [name for f, name in own.items() if f not in given and f not in optional]
        if given and missing:
            yield Check(
                f"settings {platform}", "bad", "variables_missing", {"account": entry.name_en, "variables": ", ".join(missing)}
            )
    for name, value in (
        ("FACEBOOK_APP_SECRET", configured.facebook_app_secret),
        ("META_VERIFY_TOKEN", configured.meta_verify_token),
    ):
        if configured.facebook_page_id and not value:
            yield Check(f"settings {name}", "warn", "webhook_secret_missing", {"variable": name})


def _clock(session: Session, db: Database) -> Iterator[Check]:
    newest: datetime | None = session.exec(select(func.max(AuditEntry.at))).one()
    if newest is not None and newest > now() + SKEW:
        yield Check("clock", "bad", "clock_behind", {"newest": rfc3339(newest)})
        return
    if db.dialect == "postgresql":
        apart = abs(session.connection().execute(text("SELECT now()")).scalar_one() - now())
        if apart > SKEW:
            yield Check("clock", "bad", "clock_apart", {"seconds": int(apart.total_seconds())})
            return
    yield Check("clock", "ok", "clock", {"now": rfc3339(now())})


def _worker(session: Session) -> Iterator[Check]:
    newest: datetime | None = session.exec(select(func.max(Heartbeat.at))).one()
    if newest is None:
        yield Check("worker", "warn", "worker_never", {})
    elif now() - newest > STALE:
        yield Check("worker", "warn", "worker_silent", {"since": rfc3339(newest)})
    else:
        yield Check("worker", "ok", "worker", {"since": rfc3339(newest)})


def _aside(session: Session) -> Iterator[Check]:
    """Bodies we failed at: kept raw, nothing is lost, but somebody must look."""
    kept = aside.newest(session)
    if kept:
        values = {"count": len(kept), "id": kept[0].id, "at": rfc3339(kept[0].at), "problem": kept[0].problem}
        yield Check("aside", "warn", "aside", values)
    else:
        yield Check("aside", "ok", "nothing_aside", {})


def _accounts(house: House) -> Iterator[Check]:
    with house.db.read() as session:
        active = accounts.active(session)
    if not active:
        yield Check("accounts", "warn", "no_accounts", {})
    connect = house.connect
    yield from (_account(house, account, partial(_asked, house.db, connect, account)) for account in active)
    with house.db.read() as session:
        sender = post.account_of(session)
    if sender is None:
        yield Check("mail", "ok", "mail_none", {})
    else:
        found = _account(house, sender, partial(_asked, house.db, connect, sender))
        yield found if found.state == "bad" else Check(sender.key, "ok", "mail", {"sender": sender.native_id})


def _money(house: House) -> Iterator[Check]:
    """What accounts cost that cost anything or have a limit, and rate windows that are used up."""
    with house.db.read() as session:
        found = costs.meters(session, house.settings, house.connect)
    for one in found:
        if one.total.micros or one.allowed.micros is not None or one.pace.state:
            yield _spent(one)
        if one.shut:
            values = {"ways": ", ".join(sorted(way or "*" for way in one.shut)), "until": rfc3339(max(one.shut.values()))}
            yield Check(f"{one.account} windows", "warn", "window", values)


def _spent(one: Meter) -> Check:
    values = {
        "account": one.account,
        "spent": f"{one.total.micros / budget.USD:,.2f}",
        "forecast": f"{one.forecast.micros / budget.USD:,.2f}",
        "days": one.forecast.days,
        "posts": one.total.posts,
        "share": round(100 * one.pace.share),
        "factor": one.pace.factor,
        "until": rfc3339(budget.next_month(now())),
    }
    if one.allowed.micros is not None:
        values["budget"] = f"{one.allowed.micros / budget.USD:,.2f}"
    key = "meter" if one.allowed.micros is None else "budget"
    if one.pace.state or one.exceeds:
        return Check(f"{one.account} meter", "warn", f"budget_{one.pace.state or 'over'}", values)
    return Check(f"{one.account} meter", "ok", key, values)


def _asked(db: Database, connect: accounts.Connect, account: Account) -> Health:
    return known.check(db, account, connect(account))


def _account(house: House, account: Account, ask: Callable[[], Health]) -> Check:
    """Ask the platform about one account; what it answers is kept as the account's health when it refuses."""
    try:
        health = ask()
    except MajlisError as e:
        if isinstance(e, PlatformError):
            with house.db.write() as session:
                accounts.note_health(session, account, e)
        variables = ", ".join(accounts.variables_of(account, house.settings))
        return Check(
            account.key, "bad", "account_failed", {"code": e.code, "variables": variables, "en": e.words("en"), "ar": e.words("ar")}
        )
    ends = rfc3339(health.expires_at) if health.expires_at else ""
    if health.missing_scopes:
        return Check(account.key, "bad", "scopes_missing", {"scopes": ", ".join(health.missing_scopes), "name": health.name})
    if health.expires_at and health.expires_at - now() < timedelta(days=7):
        return Check(account.key, "warn", "token_ends_soon", {"name": health.name, "ends": ends})
    return Check(account.key, "ok", "account" if ends else "account_lasting", {"name": health.name, "ends": ends})
