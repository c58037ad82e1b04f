"""Reading an account on the simulated platforms themselves: what is learned is kept, and nothing else is undone by it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from connectors import transport
from connectors.contract import Connector, Health, Known, Page, Surface
from connectors.x import prices
from core.actors import OPERATING
from core.errors import TokenExpired
from core.models import Account
from core.vault import Vault, open_vault
from inbox import aside, told
from inbox.ingest import Pulled, pull
from inbox.models import Item, Stream
from outbox import channels
from outbox.accounts import add_account
from outbox.known import note_check
from outbox.recover import recover
from sandbox import acts, seed
from scheduler import metrics
from tests.outbox.platforms import Open, Street
from tests.secrets_of import SECRETS


@dataclass
class Between:
    """The platform's own connector; `once` happens after its first page, while the reading still runs."""

    connector: Connector
    once: Callable[[], object]
    happened: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connector, name)

    def fetch(self, *given: Any, **named: Any) -> Page:
        page = self.connector.fetch(*given, **named)
        if not self.happened:
            self.happened = True
            self.once()
        return page


def hear(there: Street, once: Callable[[], object] = lambda: None, *, full: bool = True) -> Pulled:
    """One reading of the account, during which `once` happens."""
    connect = cast("Callable[[Account], Connector]", lambda account: Between(there.connect(account), once))
    return pull(there.db, there.account.id or 0, connect, there.settings, "w1", full=full)


def account(there: Street) -> Account:
    with there.db.read() as session:
        return session.get_one(Account, there.account.id)


@pytest.mark.parametrize("platform", ["facebook", "x"])
def test_credentials_renewed_while_a_reading_runs_stay_renewed(opened: Open, platform: str) -> None:
    there = opened(platform)
    vault, fresh = open_vault(there.settings), {**SECRETS[platform][1], next(iter(SECRETS[platform][1])): "renewed"}

    def renew() -> None:
        with there.db.write() as session:
            add_account(session, OPERATING, platform, there.account.native_id, fresh, vault=vault)

    hear(there, renew)
    assert vault.open(account(there).sealed) == fresh
    assert account(there).health == "unknown"  # what was heard was said to the old ones


def test_a_refusal_of_the_old_credentials_is_none_of_the_new_ones(opened: Open) -> None:
    there = opened("facebook")
    vault, fresh = open_vault(there.settings), {"token": "renewed"}

    def expire_and_renew() -> None:
        with there.running.world.lock:
            there.running.world.tokens[seed.FACEBOOK_PAGE_TOKEN].state = "expired"
        with there.db.write() as session:
            add_account(session, OPERATING, "facebook", there.account.native_id, fresh, vault=vault)

    assert hear(there, expire_and_renew).error is not None
    assert account(there).health == "unknown"


def test_keys_rotated_while_a_reading_runs_stay_rotated(opened: Open) -> None:
    there = opened("facebook")
    rotated = Vault((Fernet.generate_key().decode(),))
    sealed = rotated.seal(SECRETS["facebook"][1])

    def rotate() -> None:
        with there.db.write() as session:
            session.get_one(Account, there.account.id).sealed = sealed

    hear(there, rotate)
    assert account(there).sealed == sealed


def test_what_a_reading_cost_is_still_there_when_it_has_ended(opened: Open) -> None:
    there = opened("x")
    there.citizens_comment()
    hear(there)
    spent = account(there).spent_usd_micros
    assert spent > 0
    hear(there)
    assert account(there).spent_usd_micros == spent, "X charges for a thing once a day"
    there.hands.forward(days=1)
    hear(there)
    assert account(there).spent_usd_micros > spent


def test_what_else_becomes_of_an_account_while_it_is_read_is_kept(opened: Open) -> None:
    there = opened("facebook")

    def rename() -> None:
        with there.db.write() as session:
            row = session.get_one(Account, there.account.id)
            row.name, row.active = "الوزارة", False

    hear(there, rename)
    assert (account(there).name, account(there).active, account(there).health) == ("الوزارة", False, "ok")


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_one_object_that_meta_refuses_stops_neither_the_recheck_nor_the_account(opened: Open, platform: str) -> None:
    there = opened(platform)
    with there.running.world.lock:
        post = acts.post(there.running.world, there.platform, "خبر")
        who = acts.newcomer(there.running.world, there.platform, "sara_q")
        comments = [acts.comment(there.running.world, there.platform, who, f"سؤال {n}", post.id) for n in range(3)]
    hear(there)
    with there.running.world.lock:
        for comment in comments[1:]:  # listed no more, so they are asked for by id
            acts.delete(there.running.world, comment)
    refused = {"error": {"message": "(#100) x", "type": "OAuthException", "code": 100}}
    there.fault("answer", f"{comments[2].id}$", "GET", times=9, status=400, body=refused)
    heard = hear(there)
    assert (heard.complete, heard.problems, heard.deleted) == (True, {}, 1)
    assert account(there).health == "ok"


@pytest.mark.parametrize("platform", ["facebook", "x", "instagram"])
def test_a_record_nobody_can_read_is_set_aside_and_stops_no_other(
    opened: Open, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    there = opened(platform)
    with there.running.world.lock:
        posts = [acts.post(there.running.world, there.platform, f"خبر {n}") for n in range(3)]
    whole = transport._whole

    def spoiled(*given: Any) -> bytes:
        body = json.loads(whole(*given))
        for row in body["data"] if isinstance(body.get("data"), list) else ():
            if row.get("id") == posts[1].id:
                row["id"] = "\ud800"
        return json.dumps(body).encode()

    monkeypatch.setattr(transport, "_whole", spoiled)
    heard = hear(there)
    assert (heard.problems, heard.complete, account(there).health) == ({}, True, "ok")
    with there.db.read() as session:
        kept = aside.newest(session)
        stored = set(session.exec(select(Item.native_id)))
        assert session.get_one(Stream, (there.account.id, "posts")).cursor is not None
    assert stored == {posts[0].id, posts[2].id}
    assert kept
    assert all(there.account.key in one.problem for one in kept)
    monkeypatch.undo()
    hear(there)
    with there.db.read() as session:
        assert set(session.exec(select(Item.native_id))) == {post.id for post in posts}


@pytest.mark.parametrize("platform", ["facebook", "x"])
def test_an_answer_nobody_can_read_leaves_the_other_streams_working_and_the_account_is_not_well(
    opened: Open, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    there = opened(platform)
    comment = there.citizens_comment()
    stream = "posts" if platform == "x" else "mentions"
    fetch = type(there.connect(there.account)).fetch

    def fails(self: Any, name: str, *given: Any, **named: Any) -> Page:
        if name == stream:
            raise AttributeError("somebody's words")
        return fetch(self, name, *given, **named)

    monkeypatch.setattr(type(there.connect(there.account)), "fetch", fails)
    assert hear(there).problems == {stream: "unavailable"}
    assert (account(there).health, account(there).health_detail) == ("unavailable", "unexpected:AttributeError")
    with there.db.read() as session:
        assert comment.id in set(session.exec(select(Item.native_id)))
    monkeypatch.undo()
    assert hear(there).complete
    assert account(there).health == "ok"


def test_an_account_that_cannot_be_opened_is_not_well(opened: Open) -> None:
    there = opened("facebook")

    def fails(_account: Account) -> Connector:
        raise RuntimeError("a fault of ours")

    with pytest.raises(RuntimeError):
        pull(there.db, there.account.id or 0, fails, there.settings, "w1")
    assert (account(there).health, account(there).health_detail) == ("unavailable", "unexpected:RuntimeError")


def test_what_looking_up_costs_is_on_the_accounts_bill(opened: Open) -> None:
    there = opened("x")
    there.citizens_comment()
    with there.running.world.lock:
        stranger = acts.newcomer(there.running.world, "x", "omar")
        elsewhere = acts.post(there.running.world, "x", "حديث لا تعرضه قائمة", author=stranger)
    hear(there)
    before = account(there).spent_usd_micros
    with there.db.write() as session:
        told.keep(session, there.account, Known(elsewhere.id, Surface.REPLY, None, None, "", there.hands.at), held=True)
    hear(there, full=False)
    assert account(there).spent_usd_micros - before == prices.POST + prices.USER


def test_what_figures_cost_is_on_the_accounts_bill(opened: Open) -> None:
    there = opened("x")
    with there.running.world.lock:
        post = acts.post(there.running.world, "x", "خبر")
    with there.db.write() as session:
        metrics.watch(session, [(there.account.id or 0, post.id, there.hands.at)])
    there.hands.forward(minutes=2)
    assert metrics.read(there.db, there.connect) == 1
    assert account(there).spent_usd_micros == prices.POST


def test_what_asking_whether_it_is_well_again_costs_is_on_the_accounts_bill(opened: Open) -> None:
    there = opened("x")
    with there.db.write() as session:
        channels.refuse_by(session, there.account, TokenExpired(account=there.account.key), "post")
    there.hands.forward(minutes=1)
    recover(there.db, there.connect, every=timedelta(0))
    assert account(there).spent_usd_micros == prices.OWNED


@pytest.mark.parametrize("platform", ["facebook", "x", "instagram"])
def test_the_first_reading_learns_the_name_and_the_end_of_the_token(opened: Open, platform: str) -> None:
    there = opened(platform)
    told = there.connect(there.account).check()
    hear(there)
    assert (account(there).name, account(there).token_expires_at) == (told.name, told.expires_at)
    assert account(there).name


def test_the_tokens_end_is_stored_and_follows_it(opened: Open) -> None:
    there = opened("facebook")
    ends = there.hands.at + timedelta(days=30)
    health = Health(there.account.native_id, "الوزارة", expires_at=ends)
    for expires in (ends, None):
        with there.db.write() as session:
            note_check(session, there.account, replace(health, expires_at=expires, name="" if expires is None else "الوزارة"))
        assert (account(there).name, account(there).token_expires_at) == ("الوزارة", expires)
