"""The plan of a month: posts at their hour, rows and reminders, the Hijri date, days unlike others."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core import calendar
from core.actors import Actor
from core.auth import actor_of
from core.clock import now
from core.errors import Forbidden, Invalid, WrongState
from core.i18n import Lang, t
from core.models import Account, User
from desk import monthly, shown, store
from scheduler import posts
from scheduler.events import EventFacts
from scheduler.models import Post
from scheduler.moving import movable
from tests.desk.conftest import Ministry, parts
from tests.desk.test_pages import Token, said
from tests.desk.test_pages import opened as page_opened

KEEPER = Actor("user:1", frozenset({"calendar.keep"}), 1)
DUBAI = ZoneInfo("Asia/Dubai")


arrived = partial(page_opened, "plan")


def grid(app: AppTest) -> dict[str, Any]:
    """What the calendar was given."""
    assert not app.exception, [e.value for e in app.exception]
    return parts(app)[0]


def opened(token: str, month: date, lang: Lang = "ar") -> dict[str, Any]:
    return grid(arrived(token, lang, month=f"{month:%Y-%m}"))


def slots(given: dict[str, Any], title: str) -> list[dict[str, Any]]:
    return [slot for slot in given["slots"] if slot["title"] == title]


def post_of(title: str) -> Post:
    with store.read() as reading:
        return reading.exec(select(Post).where(Post.title == title, col(Post.role) == "")).one()


def ask(app: AppTest, post: Post, to: datetime) -> AppTest:
    """As the calendar does when somebody dropped it there."""
    app.session_state["plan_move"] = {"post": post.id, "version": post.version, "to": to}
    return app.run()


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
    given = opened(token("approver"), planned.date(), lang)
    ahead = [slot for slot in slots(given, "أسبوعي") if slot["state"] == "submitted ahead"]
    assert [slot["date"] for slot in ahead] == [(planned + timedelta(days=days)).date().isoformat() for days in (7, 14)]
    assert all(t("desk.plan.recurs", lang) in slot["tip"] and not slot["movable"] for slot in ahead)
    assert t("desk.role.reminder", lang) in [slot["role"] for slot in given["slots"]]


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_each_day_shows_its_hijri_date_and_what_is_special_about_it(planned: datetime, lang: Lang, token: Token) -> None:
    day = planned.date()
    with store.write() as session:
        for kind, first in (("holiday", day), ("mourning", day + timedelta(days=7))):
            names = {"name_ar": f"ar-{kind}", "name_en": f"en-{kind}"}
            calendar.keep(session, KEEPER, kind=kind, first=first, last=first, status="estimated", **names)
    cell = next(one for one in opened(token("approver"), day, lang)["days"] if one["date"] == day.isoformat())
    assert cell["hijri"] == monthly.hijri_day(day, lang)
    assert cell["kind"] == "holiday"
    (period,) = cell["periods"]
    assert period["label"].startswith(f"{lang}-holiday")
    assert period["title"].startswith(f"{t('calendar.kind.holiday', lang)}: {lang}-holiday")
    assert t("calendar.status.estimated", lang) in period["title"]


def test_whoever_plans_is_told_of_posts_in_days_of_mourning(planned: datetime, token: Token) -> None:
    with store.write() as session:
        day = planned.date()
        calendar.keep(session, KEEPER, kind="mourning", first=day, last=day, name_ar="حداد رسمي", name_en="Mourning")
    assert t("desk.plan.mourning", "ar", n=1, name="حداد رسمي") in said(arrived(token("author")))


def test_a_month_touches_two_or_more_hijri_months() -> None:
    assert monthly.hijri_months(date(2026, 11, 1), date(2026, 11, 30), "ar") == "جمادى الأولى – جمادى الآخرة 1448 هـ"
    assert monthly.hijri_months(date(2026, 11, 10), date(2026, 11, 11), "en").endswith("1448 AH")
    assert monthly.hijri_months(date(2026, 6, 1), date(2026, 6, 30), "en").count("AH") == 2
    assert monthly.hijri_day(date(2200, 1, 1), "ar") == ""


def test_a_row_whose_days_do_not_come_out_breaks_no_plan(ministry: Ministry, token: Callable[[str], str]) -> None:
    with store.write() as session:
        author = actor_of(session.get_one(User, ministry.users["author"]))
        at = now() + timedelta(days=3)
        post = posts.draft(session, author, kind="news", title="صف", texts={ministry.accounts["x"]: "نص"}, at=at)
        session.get_one(Post, post.id).repeat = {"every": "week", "step": 1, "until": "2020-01-01"}
    assert slots(opened(token("author"), at.date()), "صف")


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_week_has_seven_days_from_monday_and_a_list_tells_day_by_day(planned: datetime, lang: Lang, token: Token) -> None:
    own = token("author")
    days = grid(arrived(own, lang, view="week", week=f"{planned:%Y-%m-%d}"))["days"]
    assert [date.fromisoformat(day["date"]).weekday() for day in days] == list(range(7))
    assert f"{planned:%Y-%m-%d}" in [day["date"] for day in days]
    colours = said(arrived(own, lang, view="week"))
    assert all(t(key, lang) in colours for key in ("desk.post.scheduled", "desk.post.submitted", "desk.plan.stuck"))
    listed = said(arrived(own, lang, view="list"))
    assert "أسبوعي" in listed
    assert t("desk.plan.list", lang) in listed


def test_two_posts_of_an_account_within_an_hour_are_marked(planned: datetime, token: Token) -> None:
    with store.write() as session:
        author = actor_of(session.exec(select(User).where(User.username == "author")).one())
        account = session.exec(select(Account).where(Account.platform == "facebook")).one().id or 0
        at = planned + timedelta(minutes=59)
        posts.draft(session, author, kind="news", title="قريب", texts={account: "نص"}, at=at, pair_why="خبر")
    given = opened(token("author"), planned.date())
    assert "«الورشة»" in slots(given, "قريب")[0]["clash"] or "«أسبوعي»" in slots(given, "قريب")[0]["clash"]
    assert [slot["clash"] for slot in given["slots"] if slot["role"] == t("desk.role.reminder", "ar")] == [""]


def test_what_is_moved_away_from_its_approval_is_asked_first_and_submitted_anew(planned: datetime, token: Token) -> None:
    post, to = post_of("انطلاق التسجيل"), planned + timedelta(hours=3)
    app = ask(arrived(token("author")), post, to)
    assert t("desk.plan.again_submitted", "ar") in said(app)
    assert post_of(post.title).at == post.at
    next(one for one in app.button if one.key == "do_move").click().run()
    assert t("desk.plan.moved_again", "ar", when=shown.moment(to, "ar")) in said(app)
    moved = post_of(post.title)
    assert (moved.at, moved.state, moved.version) == (to, "submitted", post.version + 1)


def test_an_approver_is_told_that_he_may_not_approve_what_he_moves(planned: datetime, token: Token) -> None:
    post = post_of("انطلاق التسجيل")
    assert t("desk.plan.own_then", "ar") in said(ask(arrived(token("approver")), post, planned))
    assert t("desk.plan.own_then", "ar") not in said(ask(arrived(token("author")), post, planned))


def test_what_speaks_against_the_new_hour_is_told_before_it_is_moved(planned: datetime, token: Token) -> None:
    with store.write() as session:
        day = planned.date()
        calendar.keep(session, KEEPER, kind="mourning", first=day, last=day, name_ar="حداد رسمي", name_en="Mourning")
    post = post_of("مسودة")
    app = ask(arrived(token("author")), post, planned)
    assert "حداد رسمي" in said(app)
    next(one for one in app.button if one.key == "keep_hour").click().run()
    assert not [one for one in app.button if one.key == "do_move"]
    assert post_of("مسودة").at == post.at


def test_whoever_may_not_write_moves_nothing(planned: datetime, ministry: Ministry, token: Token) -> None:
    manager = Actor("user:9", frozenset({"post.approve"}), 9)
    post = post_of("مسودة")
    with pytest.raises(Forbidden), store.write() as session:
        posts.move(session, manager, session.get_one(Post, post.id), planned)


def test_a_past_hour_a_reminder_and_an_approved_row_are_not_moved(planned: datetime, ministry: Ministry) -> None:
    with store.write() as session:
        author = actor_of(session.get_one(User, ministry.users["author"]))
        draft = session.exec(select(Post).where(Post.title == "مسودة")).one()
        with pytest.raises(Invalid):
            posts.move(session, author, draft, now() - timedelta(minutes=1))
        reminder = session.exec(select(Post).where(Post.role == "reminder")).one()
        with pytest.raises(WrongState):
            posts.move(session, author, reminder, planned)
        row = session.exec(select(Post).where(Post.title == "أسبوعي")).one()
        row.state = "scheduled"
        assert not movable(row)
