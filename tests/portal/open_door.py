"""A running portal with something on every page: a case whose words are hidden, events, corrections and withdrawals,
results, figures."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from sqlmodel import Session, select

from core.actors import WORKER, Actor, abilities_of
from core.clock import now
from core.db import Database
from core.models import Account
from core.settings import load
from core.vault import Vault, open_vault
from inbox import cases, moderate, notices, numbers
from inbox.models import Item
from portal.app import create
from tests.portal.conftest import SECRETS, served
from tests.portal.corrections_wall import corrected, withdrawn
from tests.portal.events_wall import ahead, announced
from tests.portal.results_wall import furnished

LONG = "https://example.ae/a/very/long/address/that/has/no/place/to/break/anywhere?x=1234567890123"
WORDS = f"راتبي متأخر، رقمي 0501234567 {LONG}"


@dataclass(frozen=True)
class Shown:
    """Where the portal is, the case on it, and where the reasons stand for which its words are hidden."""

    home: str
    number: str
    secret: str
    reasons: str
    app: FastAPI
    db: Database
    vault: Vault

    def address(self, path: str, lang: str) -> str:
        """`lang`: a prefix such as `/en`. The path `case` is the case's own page, `reasons` that of the decision against it."""
        return f"{self.home}{lang}" + {"case": f"/track/{self.number}/{self.secret}", "reasons": self.reasons}.get(path, path)


@contextmanager
def standing(template: Path, folder: Path) -> Iterator[Shown]:
    """The portal over a copy of an empty database, for as long as the block runs."""
    shutil.copy(template, folder / "majlis.db")
    settings, db = load(MAJLIS_VAR_DIR=str(folder), **SECRETS), Database(f"sqlite:///{folder / 'majlis.db'}")
    vault = open_vault(settings)
    with db.write() as session:
        account = Account(platform="facebook", native_id="1", name="وزارة الموارد البشرية والتوطين")
        session.add_all([account, Account(platform="portal", native_id="forms")])
        session.flush()
        number, secret, reasons = refused(session, vault, "2")
        announced(session, ahead(3, place=LONG))
        announced(session, ahead(-3, zone="Asia/Riyadh"))
        corrected(session, (f"الصواب هنا: {WORDS}", f"Correction: {WORDS}"))
        withdrawn(session)
        furnished(session, LONG)
    app = create(settings, db)
    with served(settings, db, app=app) as port:
        yield Shown(f"http://127.0.0.1:{port}", number, secret, reasons, app, db, vault)
    db.dispose()


def refused(session: Session, vault: Vault, native_id: str, *, hidden: bool = True) -> tuple[str, str, str]:
    """A complaint in a comment that was hidden: its case's number and secret, and where the reasons stand ("" for one that was
    not)."""
    account = session.exec(select(Account).where(Account.platform == "facebook")).one()
    item = Item(
        account_id=account.id or 0,
        platform="facebook",
        native_id=native_id,
        surface="comment",
        text=WORDS,
        created_at=now(),
        can={"hide": True},
    )
    session.add(item)
    session.flush()
    case = cases.open_case(session, WORKER, item, "complaint", "wages", key_id=vault.current)
    number, secret = case.number, cases.secret_of(case, vault)
    if not hidden:
        return number, secret, ""
    decision = moderate.hide(session, Actor("user:7", abilities_of(["moderator"])), item, "privacy", "رقم هاتف")
    notice = notices.give(session, WORKER, decision, item)
    assert notice is not None
    item.hidden = True
    reasons = f"/why/{notice.number}/{numbers.secret(notice.number, vault, purpose=numbers.NOTICE)}"
    return number, secret, reasons
