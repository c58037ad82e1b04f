"""The plan of a month: posts at their hour, rows and reminders, the Hijri date, days unlike others."""

import html
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from core import calendar
from core.actors import Actor
from core.auth import actor_of
from core.clock import now
from core.i18n import Lang, t
from core.models import User
from desk import monthly, store
from scheduler import posts
from scheduler.events import EventFacts
from tests.desk.conftest import Ministry
from tests.desk.test_pages import PAGE, Token

KEEPER = Actor("user:1", frozenset({"calendar.keep"}), 1)
DUBAI = ZoneInfo("Asia/Dubai")


def opened(token: str, month: date, lang: Lang = "ar") -> str:
    app = AppTest.from_string(PAGE.format(path="plan"), default_timeout=30)
    app.session_state["token"], app.session_state["lang"] = token, lang
    app.query_params["month"] = f"{month:%Y-%m}"
    app.run()
    assert not app.exception, [e.value for e in app.exception]
    return html.unescape("\n".join(block.proto.body for block in app.get("html")))


@pytest.fixture
def planned(ministry: Ministry) -> datetime:
    """An event with a reminder and a weekly row that is not approved yet, in the middle of next month but one; its first hour."""
    noon = (datetime.now(DUBAI) + timedelta(days=62)).replace(day=12, hour=12, minute=0, second=0, microsecond=0)
    with store.write() as session:
        author = actor_of(session.get_one(User, ministry.users["author"]))
        common: dict[str, Any] = {"texts": {ministry.accounts["facebook"]: "نص"}, "pair_why": "خبر", "at": noon}
        row = {"every": "week", "step": 1, "until": (noon + timedelta(days=14)).date().isoformat()}
        posts.submit(session, author, posts.draft(session, author, kind="news", title="أسبوعي", repeat=row, **common))
        facts = EventFacts("ورشة", noon + timedelta(days=5), noon + timedelta(days=5, hours=2), "دبي", "Workshop", "Dubai")
        event = posts.draft(session, author, kind="event", title="الورشة", event=facts, **common)
        posts.remind(session, author, event, [86_400])
    return noon


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_row_that_waits_and_the_reminders_of_an_event_stand_on_their_days(planned: datetime, lang: Lang, token: Token) -> None:
    said = opened(token("approver"), planned.date(), lang)
    grid = said.split('class="mj-week"')[1].split("<h2")[0]
    assert grid.count("mj-slot submitted ahead") == 2
    assert t("desk.plan.recurs", lang) in grid
    assert f'<span class="role">{t("desk.role.reminder", lang)}</span>' in grid


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_each_day_shows_its_hijri_date_and_what_is_special_about_it(planned: datetime, lang: Lang, token: Token) -> None:
    day = planned.date()
    with store.write() as session:
        for kind, first in (("holiday", day), ("mourning", day + timedelta(days=7))):
            names = {"name_ar": f"ar-{kind}", "name_en": f"en-{kind}"}
            calendar.keep(session, KEEPER, kind=kind, first=first, last=first, status="estimated", **names)
    said = opened(token("approver"), day, lang)
    assert monthly.hijri_day(day, lang) in said
    assert f'class="mj-period holiday" title="{t("calendar.kind.holiday", lang)}: {lang}-holiday' in said
    assert t("calendar.status.estimated", lang) in said


def test_whoever_plans_is_told_of_posts_in_days_of_mourning(planned: datetime, token: Token) -> None:
    with store.write() as session:
        day = planned.date()
        calendar.keep(session, KEEPER, kind="mourning", first=day, last=day, name_ar="حداد رسمي", name_en="Mourning")
    assert t("desk.plan.mourning", "ar", n=1, name="حداد رسمي") in opened(token("author"), now().date())


def test_a_month_touches_two_or_more_hijri_months() -> None:
    assert monthly.hijri_months(date(2026, 11, 1), date(2026, 11, 30), "ar") == "جمادى الأولى – جمادى الآخرة 1448 هـ"
    assert monthly.hijri_months(date(2026, 11, 10), date(2026, 11, 11), "en").endswith("1448 AH")
    assert monthly.hijri_months(date(2026, 6, 1), date(2026, 6, 30), "en").count("AH") == 2
    assert monthly.hijri_day(date(2200, 1, 1), "ar") == ""


def test_a_row_whose_days_do_not_come_out_breaks_no_plan(ministry: Ministry, token: Callable[[str], str]) -> None:
    from scheduler.models import Post

    with store.write() as session:
        author = actor_of(session.get_one(User, ministry.users["author"]))
        at = now() + timedelta(days=3)
        post = posts.draft(session, author, kind="news", title="صف", texts={ministry.accounts["x"]: "نص"}, at=at)
        session.get_one(Post, post.id).repeat = {"every": "week", "step": 1, "until": "2020-01-01"}
    assert "mj-week" in opened(token("author"), now().date())
