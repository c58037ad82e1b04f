"""The accounts page: how old a token is, what it allows, a test by hand, new tokens, a rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from connectors.contract import Health
from core.clock import now
from core.errors import TokenExpired
from core.models import Account
from desk import store
from outbox import tending
from outbox.models import Window
from tests.desk.test_pages import PAGE

Token = Callable[[str], str]
EXPIRED = TokenExpired(account="facebook:100", detail="190")


def opened(token: str) -> AppTest:
    app = AppTest.from_string(PAGE.format(path="accounts"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, "ar"
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


def test_whoever_only_reads_figures_finds_no_levers(ministry: Any, token: Token) -> None:
    app = opened(token("manager"))
    assert not app.exception
    assert not [button for button in app.button if button.key and button.key.startswith(("test:", "pause:", "reconnect:"))]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Health("100", "الوزارة", scopes=("a",)), "الحساب سليم"),
        (Health("100", "", missing_scopes=("pages_messaging",)), "تنقصه أذونات"),
        (EXPIRED, EXPIRED.words("ar")),
    ],
)
def test_a_test_tells_what_the_platform_said(
    ministry: Any, token: Token, monkeypatch: pytest.MonkeyPatch, answer: Health | Exception, words: str
) -> None:
    def examine(*_: object) -> Health:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(tending, "examine", examine)
    app = opened(token("admin"))
    app.button(key=f"test:{ministry.accounts['facebook']}:0").click().run()
    assert not app.exception
    assert words in told(app)


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
