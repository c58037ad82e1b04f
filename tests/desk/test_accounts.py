"""The accounts page: how old a token is, what it allows, a test by hand, new tokens, a rest."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from connectors import CONNECTORS
from connectors.contract import Health
from connectors.meta import graph
from connectors.mobile import client as mobile
from connectors.unread import Unexpected
from core import settings as configuration
from core.clock import now
from core.errors import Disconnected, MajlisError, RateLimited, TokenExpired, Unavailable
from core.i18n import Lang, t
from core.models import Account
from core.vault import SealBroken
from desk import store, tested
from desk.shown import moment
from outbox import tending
from outbox.models import Window
from tests.desk.conftest import free_port
from tests.desk.test_pages import PAGE

Token = Callable[[str], str]
PAGE_KEY = "facebook:100"
EXPIRED = TokenExpired(account=PAGE_KEY, detail="190")
UNTIL = now() + timedelta(days=3)


def saying(answer: Health | MajlisError) -> Callable[..., Health]:
    """The test of an account that has this answer."""

    def examine(*_: object) -> Health:
        if isinstance(answer, MajlisError):
            raise answer
        return answer

    return examine


def opened(token: str, lang: Lang = "ar") -> AppTest:
    app = AppTest.from_string(PAGE.format(path="accounts"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    return app.run()


def told(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


def account(ministry: Any, platform: str = "facebook") -> Account:
    with store.read() as session:
        return session.get_one(Account, ministry.accounts[platform])


@pytest.fixture
def dressed(ministry: Any) -> Any:
    """Facebook's token ends soon and lacks a right; X may post no more for an hour."""
    with store.write() as session:
        page = session.get_one(Account, ministry.accounts["facebook"])
        page.sealed_at, page.token_expires_at = now() - timedelta(days=50), now() + timedelta(days=3)
        page.scopes, page.missing_scopes = ["pages_manage_posts"], ["pages_messaging"]
        session.add(page)
        session.add(Window(account_id=ministry.accounts["x"], way="post", retry_at=now() + timedelta(hours=1)))
    return ministry


def test_token_rights_and_quota_stand_with_each_account(dressed: Any, token: Token) -> None:
    page = told(opened(token("admin")))
    assert all(words in page for words in ("ينتهي قريبًا", "pages_manage_posts", "pages_messaging", "إذن واحد", "المنشورات"))


@pytest.mark.parametrize(
    ("lang", "allowed", "lacks"),
    [
        ("ar", "القراءة والنشر", "<bdi>قراءة الرسائل الخاصة</bdi>، <bdi>إرسال الرسائل الخاصة</bdi>"),
        ("en", "read and write", "<bdi>read direct messages</bdi>, <bdi>send direct messages</bdi>"),
    ],
)
def test_what_x_calls_its_rights_is_said_in_words(ministry: Any, token: Token, lang: Lang, allowed: str, lacks: str) -> None:
    with store.write() as session:
        account = session.get_one(Account, ministry.accounts["x"])
        account.scopes, account.missing_scopes = ["read-write"], ["dm.read", "dm.write"]
        session.add(account)
    page = told(opened(token("admin"), lang))
    assert f"<bdi>{allowed}</bdi>" in page
    assert lacks in page
    assert "dm.write" not in page


@pytest.mark.parametrize(
    ("platform", "native_id", "said"),
    [("portal", "forms", "forms come in by themselves"), ("email", "desk@ministry.test", "messages only leave by it")],
)
def test_where_nothing_is_read_no_first_reading_is_awaited(
    empty_house: Any, token: Token, platform: str, native_id: str, said: str
) -> None:
    with store.write() as session:
        for account in session.exec(select(Account)):
            session.delete(account)
        session.flush()
        session.add(Account(platform=platform, native_id=native_id, name="ours", health="ok"))
    page = told(opened(token("admin"), "en"))
    assert said in page
    assert t("desk.accounts.not_yet", "en") not in page
    assert t("desk.accounts.quota", "en") not in page


def test_reading_that_waits_for_two_reasons_waits_for_the_later(dressed: Any, token: Token) -> None:
    sooner, later = now() + timedelta(hours=2), now() + timedelta(days=2)
    with store.write() as session:
        for way, until in (("credit", later), ("read", sooner)):
            session.add(Window(account_id=dressed.accounts["x"], way=way, retry_at=until))
    page = told(opened(token("admin")))
    assert (moment(later, "ar") in page, moment(sooner, "ar") in page) == (True, False)


def test_whoever_only_reads_figures_finds_no_levers(ministry: Any, token: Token) -> None:
    app = opened(token("manager"))
    assert not app.exception
    assert not [button for button in app.button if button.key and button.key.startswith(("test:", "pause:", "reconnect:"))]


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize(
    ("answer", "came", "then"),
    [
        (Health("100", "الوزارة", scopes=("a",)), "ok", "ok"),
        (Health("100", "الوزارة"), "ok_untold", "ok"),
        (Health("100", "الوزارة", scopes=("a",), expires_at=UNTIL), "ends", "ends_soon"),
        (Health("100", "الوزارة", missing_scopes=("pages_messaging",)), "lacks", "lacks"),
        (EXPIRED, "token_expired", "token_expired"),
        (Disconnected(account=PAGE_KEY, detail="10"), "disconnected", "disconnected"),
        (Disconnected(account=PAGE_KEY, detail="user_token"), "disconnected_user_token", "disconnected_user_token"),
        (Disconnected(account=PAGE_KEY, detail="another_account"), "disconnected_another_account", "disconnected_another_account"),
        (RateLimited(account=PAGE_KEY, detail="window", retry_at=UNTIL), "rate_limited_window", "rate_limited"),
        (Unavailable(account=PAGE_KEY, detail="http_503"), "unavailable", "unavailable"),
        (Unavailable(account=PAGE_KEY, detail="cut"), "unavailable_cut", "unavailable_cut"),
        (Unexpected(account=PAGE_KEY, detail="unexpected:KeyError"), "unavailable_unexpected", "unavailable_unexpected"),
        (SealBroken(key_id="k"), "other", "other"),
    ],
)
def test_a_test_tells_what_was_tried_what_came_back_and_what_to_do(
    ministry: Any, token: Token, monkeypatch: pytest.MonkeyPatch, answer: Health | MajlisError, came: str, then: str, lang: Lang
) -> None:
    monkeypatch.setattr(tending, "examine", saying(answer))
    app = opened(token("admin"), lang)
    app.button(key=f"test:{ministry.accounts['facebook']}:0").click().run()
    assert not app.exception
    refusal = answer if isinstance(answer, MajlisError) else None
    values = {
        "address": "graph.facebook.com",
        "account": "100",
        "name": "الوزارة",
        "detail": refusal.details.get("detail", "") if refusal else "",
        "until": moment(UNTIL, lang),
        "when": moment(UNTIL, lang),
        "told": refusal.words(lang) if refusal else "",
        "where": t("desk.tested.by_hand", lang),
    }
    asked = "nothing" if came in ("rate_limited_window", "other") else "facebook"
    lines = [t(f"desk.tested.{key}", lang, **values) for key in (f"asked.{asked}", f"came.{came}", f"next.{then}")]
    assert all(line in unescape(told(app)) for line in lines)
    app.run()
    assert all(line in unescape(told(app)) for line in lines)  # they stay to be read


def test_an_address_that_is_not_reached_is_named(ministry: Any, token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("MAJLIS_PLATFORM_URL", f"http://127.0.0.1:{port}")
    configuration.settings.cache_clear()
    app = opened(token("admin"))
    app.button(key=f"test:{ministry.accounts['x']}:0").click().run()
    configuration.settings.cache_clear()
    assert not app.exception
    assert t("desk.tested.came.unavailable_not_sent", "ar", address=f"127.0.0.1:{port}") in told(app)
    assert t("desk.health.unavailable", "ar") in told(app)  # the account above is as the test left it


def test_tokens_that_stand_in_the_settings_are_changed_there(ministry: Any, token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tending, "examine", saying(EXPIRED))
    monkeypatch.setattr(tending, "in_settings", lambda *_: ["FACEBOOK_PAGE_TOKEN"])
    app = opened(token("admin"), "en")
    app.button(key=f"test:{ministry.accounts['facebook']}:0").click().run()
    assert t("desk.tested.in_settings", "en", names="FACEBOOK_PAGE_TOKEN") in told(app)


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize("detail", ["smtp_url", "tls", "no_starttls", "no_auth", "550 5.7.1"])
def test_a_mail_server_is_named_without_its_password(detail: str) -> None:
    kept = store.vault().seal({"url": "smtp://u:geheim@mail.example.ae"})
    sender = Account(platform="email", native_id="no-reply@example.ae", sealed=kept)
    refused = tested.report(sender, Disconnected(account=sender.key, detail=detail)).source
    assert "mail.example.ae:587" in refused
    assert "geheim" not in refused
    let_in = tested.report(sender, Health(sender.native_id, sender.native_id)).source
    assert t("desk.tested.came.ok_email", "ar", name=sender.native_id) in let_in


def test_the_host_that_is_named_is_the_one_that_is_asked() -> None:
    asked = {"facebook": graph.HOSTS, "instagram": graph.HOSTS, "instagram:private": mobile.HOSTS, "x": ("api.twitter.com",)}
    assert [name for name, entry in CONNECTORS.items() if entry.host not in asked.get(name, ("",))] == []


def test_new_tokens_are_kept_encrypted_and_shown_nowhere(ministry: Any, token: Token) -> None:
    number = ministry.accounts["facebook"]
    app = opened(token("admin"))
    app.text_input(key=f"secret_token:{number}:0").input("EAAB-new")
    app.button(key=f"reconnect:{number}:0").click().run()
    assert not app.exception
    kept = account(ministry)
    assert store.vault().open(kept.sealed) == {"token": "EAAB-new", "app_secret": "s"}
    assert "EAAB-new" not in kept.sealed + told(app)
    assert "EAAB-new" not in str([field.value for field in app.text_input])
    assert tending.secrets_of(kept) == ["token", "app_secret"]


def test_an_account_rests_and_is_resumed(ministry: Any, token: Token) -> None:
    number = ministry.accounts["x"]
    app = opened(token("admin"))
    app.button(key=f"pause:{number}:0").click().run()
    assert not account(ministry, "x").active
    assert "موقوف مؤقتًا" in told(app)
    app.button(key=f"resume:{number}:1").click().run()
    assert account(ministry, "x").active
