"""An account's money at the desk: what it has cost, what it will have cost, what its budget does, and who may change that."""

from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.auth import actor_of
from core.clock import now
from core.i18n import LANGS, Lang, t
from core.models import Account, User
from core.settings import settings
from desk import store
from outbox import budget
from outbox.models import Spending, Window
from tests.desk.test_pages import PAGE, Token


def spend(account_id: int, *, micros: int, what: str = "read", days_ago: int = 0) -> None:
    with store.write() as session:
        day = now().date() - timedelta(days=days_ago)
        session.add(Spending(account_id=account_id, day=day, what=what, micros=micros, calls=3, posts=7))


def opened(token: str, lang: Lang = "ar") -> AppTest:
    app = AppTest.from_string(PAGE.format(path="accounts"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    app.run()
    assert not app.exception, [e.value for e in app.exception]
    return app


def said(app: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in app.get("html"))


def own_budget(ministry: Any, usd: float | None) -> None:
    with store.write() as session:
        admin = actor_of(session.get_one(User, ministry.users["admin"]))
        budget.set_budget(session, admin, session.get_one(Account, ministry.accounts["x"]), usd, settings())


@pytest.mark.parametrize("lang", LANGS)
def test_what_was_spent_of_how_much_what_is_expected_and_how_reading_goes_are_told(ministry: Any, token: Token, lang: Lang) -> None:
    spend(ministry.accounts["x"], micros=12_340_000)
    spend(ministry.accounts["x"], micros=60_000, what="write")
    own_budget(ministry, 10.0)
    told = said(opened(token("manager"), lang))
    for word in ("$12.40", "$10.00", t("desk.money.exceeds", lang), t("desk.money.speed.stop", lang), t("desk.money.table", lang)):
        assert word in told
    assert '<td class="n"><bdi dir="ltr">$12.34</bdi></td><td class="n"><bdi dir="ltr">$0.06</bdi></td>' in told
    assert 'class="mj-gauge"' in told


@pytest.mark.parametrize("lang", LANGS)
def test_a_platform_that_costs_nothing_shows_its_calls_and_no_columns_of_money(ministry: Any, token: Token, lang: Lang) -> None:
    spend(ministry.accounts["facebook"], micros=0)
    told = said(opened(token("author"), lang))
    assert t("desk.compose.free", lang) in told
    assert t("desk.money.reads", lang) in told
    assert t("desk.money.writing", lang) not in told


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("way", "word"), [("", "every"), ("direct", "direct"), ("timeline", "read")])
def test_a_rate_window_that_is_used_up_is_told_in_words(ministry: Any, token: Token, way: str, word: str, lang: Lang) -> None:
    with store.write() as session:
        session.add(Window(account_id=ministry.accounts["x"], way=way, retry_at=now() + timedelta(minutes=9)))
    told = said(opened(token("manager"), lang))
    assert t("desk.money.window", lang) in told
    assert t(f"desk.money.way.{word}", lang) in told


def test_who_looks_after_accounts_sets_a_budget_and_takes_it_away(ministry: Any, token: Token) -> None:
    account_id = ministry.accounts["x"]
    app = opened(token("admin"))

    def press(key: str) -> int | None:
        next(one for one in app.button if str(one.key).startswith(f"{key}:{account_id}:")).click().run()
        with store.read() as session:
            return session.get_one(Account, account_id).budget_usd_micros

    next(one for one in app.number_input if str(one.key).startswith(f"usd:{account_id}:")).set_value(40.5)
    app.run()
    assert press("budget") == 40_500_000
    assert t("desk.done.budget", "ar") in said(app)
    assert "$40.50" in said(app)
    assert press("no_budget") is None
    assert t("desk.done.budget_none", "ar") in said(app)


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize("role", ["manager", "author", "auditor"])
def test_others_see_the_money_and_can_not_change_it(role: str, token: Token) -> None:
    assert not opened(token(role)).number_input
