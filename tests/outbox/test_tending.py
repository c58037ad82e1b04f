"""An account's new tokens and its test by hand: who may, what is kept, what goes on afterwards."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from connectors.contract import Bill, Health
from core.actors import Actor, abilities_of
from core.db import Database
from core.errors import Disconnected, Forbidden, Invalid, PlatformError
from core.models import Account, AuditEntry
from core.settings import Settings, load
from core.vault import Vault, open_vault
from outbox import tending
from outbox.channels import channel_of

ADMIN = Actor("user:1", abilities_of(["admin"]), 1)
MANAGER = Actor("user:2", abilities_of(["manager"]), 2)
ENDS = datetime(2027, 1, 5, tzinfo=UTC)


class Answering:
    """A connector whose check answers what it was given."""

    def __init__(self, answer: Health | Exception) -> None:
        self.answer = answer

    def heed(self, shut: Any) -> None: ...

    def bill(self) -> Bill:
        return Bill()

    def check(self) -> Health:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return open_vault(settings)


@pytest.fixture
def page(db: Database, vault: Vault) -> Account:
    with db.write() as session:
        account = Account(platform="facebook", native_id="100", sealed=vault.seal({"token": "old", "app_secret": "s"}))
        account.health = "token_expired"
        session.add(account)
        session.flush()
        channel = channel_of(session, account.id or 0)
        channel.block = "token_expired"
        session.add(channel)
    return account


def now_is(db: Database) -> Account:
    with db.read() as session:
        return session.exec(select(Account)).one()


def audited(db: Database) -> list[tuple[str, str]]:
    with db.read() as session:
        rows = session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        return [(entry.action, str(entry.detail.get("outcome", ""))) for entry in rows]


def test_a_new_token_takes_the_place_of_the_old_one_and_what_is_left_empty_stays(
    db: Database, page: Account, vault: Vault, settings: Settings
) -> None:
    before = page.sealed_at
    with db.write() as session:
        account = session.get_one(Account, page.id)
        tending.reconnect(session, ADMIN, account, {"token": " new ", "app_secret": ""}, vault=vault, settings=settings)
    kept = now_is(db)
    assert vault.open(kept.sealed) == {"token": "new", "app_secret": "s"}
    assert (kept.health, kept.sealed_at != before) == ("unknown", True)
    assert [action for action, _ in audited(db)] == ["account.renew", "account.free"]
    with db.read() as session:
        assert "new" not in str([entry.detail for entry in session.exec(select(AuditEntry))])


def test_tokens_that_stand_in_the_settings_are_changed_there(db: Database, page: Account, vault: Vault, settings: Settings) -> None:
    named = load(MAJLIS_VAR_DIR=str(settings.var_dir), FACEBOOK_PAGE_ID="100", FACEBOOK_PAGE_TOKEN="old")
    assert tending.in_settings(page, named) == ["FACEBOOK_PAGE_TOKEN"]
    assert tending.in_settings(page, settings) == []
    with db.write() as session, pytest.raises(Invalid) as refusal:
        tending.reconnect(session, ADMIN, session.get_one(Account, page.id), {"token": "n"}, vault=vault, settings=named)
    assert "FACEBOOK_PAGE_TOKEN" in refusal.value.words("ar")


def test_without_the_token_it_can_t_do_without_nothing_is_changed(db: Database, vault: Vault, settings: Settings) -> None:
    with db.write() as session:
        session.add(Account(platform="facebook", native_id="100"))
    with db.write() as session, pytest.raises(Invalid):
        tending.reconnect(session, ADMIN, session.exec(select(Account)).one(), {"app_secret": "s"}, vault=vault, settings=settings)


def test_a_good_test_keeps_what_it_told_and_lifts_the_block(db: Database, page: Account) -> None:
    health = Health("100", "الوزارة", scopes=("pages_manage_posts", "pages_messaging"), expires_at=ENDS)
    assert tending.examine(db, ADMIN, page, Answering(health)) == health  # type: ignore[arg-type]  # as much of a connector as is asked
    kept = now_is(db)
    assert (kept.name, kept.health, kept.token_expires_at) == ("الوزارة", "ok", ENDS)
    assert (kept.scopes, kept.missing_scopes) == (["pages_manage_posts", "pages_messaging"], [])
    assert audited(db) == [("account.free", ""), ("account.test", "ok")]


def test_missing_rights_are_kept_and_lift_nothing(db: Database, page: Account) -> None:
    health = Health("100", "", scopes=("a",), missing_scopes=("pages_messaging",))
    tending.examine(db, ADMIN, page, Answering(health))  # type: ignore[arg-type]  # as much of a connector as is asked
    assert (now_is(db).health, now_is(db).missing_scopes) == ("token_expired", ["pages_messaging"])


@pytest.mark.parametrize("fault", [Disconnected(account="facebook:100", detail="190"), RuntimeError("a bug")])
def test_a_bad_test_is_told_and_audited(db: Database, page: Account, fault: Exception) -> None:
    with pytest.raises(PlatformError):
        tending.examine(db, ADMIN, page, Answering(fault))  # type: ignore[arg-type]  # as much of a connector as is asked
    ((action, outcome),) = audited(db)
    assert action == "account.test"
    assert outcome == now_is(db).health != "ok"


def test_whoever_may_not_keep_accounts_does_neither(db: Database, page: Account, vault: Vault, settings: Settings) -> None:
    with pytest.raises(Forbidden):
        tending.examine(db, MANAGER, page, Answering(Health("100", "")))  # type: ignore[arg-type]  # as much of a connector as is asked
    with db.write() as session, pytest.raises(Forbidden):
        tending.reconnect(session, MANAGER, session.get_one(Account, page.id), {"token": "n"}, vault=vault, settings=settings)
