"""Figures at the desk: every part says what its numbers are, of which days and when; has a table and a file; leads on."""

import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.actors import WORKER
from core.auth import actor_of
from core.clock import now
from core.i18n import Lang, t
from core.models import Account, User
from core.settings import settings
from desk import columns, periods, plate, store
from desk.columns import Part
from desk.kept import kept
from desk.pages.figures import PARTS, TIMELESS
from desk.periods import Period
from inbox import saved_views, search, snooze, tally
from inbox.models import Item
from inbox.tally import today
from scheduler import reporting, weekly

Token = Callable[[str], str]
PAGE = "from desk.pages import figures\nfigures.page()"


def opened(token: str, part: str, lang: Lang = "ar", **chosen: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    for name, value in {"part": part, **chosen}.items():
        app.query_params[name] = value
    return app.run()


def html(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


@pytest.fixture
def surge(ministry: object) -> date:
    """Wages are written about today far more than on this weekday before, on Facebook."""
    with store.write() as session:
        account = session.exec(select(Account).where(Account.platform == "facebook")).one().id or 0
        marks = {(today() - timedelta(weeks=week), account, "topic", "wages"): 3 for week in range(1, 9)}
        tally.add(session, {**marks, (today(), account, "topic", "wages"): 40})
    return today()


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize(("lang", "said"), [("ar", "كما هي الآن"), ("en", "as they stand now")])
def test_promises_are_not_said_to_be_what_the_public_sees_who_is_told_kept_figures(token: Token, lang: Lang, said: str) -> None:
    assert html(opened(token("manager"), "promises", lang)).count(said) == 2


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_every_part_tells_the_definition_of_its_figures_and_of_when_they_are(token: Token, lang: Lang) -> None:
    own = token("manager")
    for part in PARTS:
        app = opened(own, part, lang)
        assert not app.exception, f"{part}: {[e.value for e in app.exception]}"
        told = html(app)
        figures = re.findall(r'<h2 class="mj-h2">.*?</h2><p class="mj-note">(.*?)</p>', told)
        assert figures or part == "weekly", part
        assert all('<span class="mj-asof">' in one for one in figures), part
        days = periods.of("", periods.today()).words(lang)
        assert any(days in one for one in figures) is (part not in TIMELESS), part


@pytest.mark.parametrize("part", ["summary", "answers"])
def test_the_list_behind_what_waits_holds_what_is_put_off_as_the_figure_does(ministry: Any, token: Token, part: str) -> None:
    with store.write() as session:
        who = actor_of(session.get_one(User, ministry.users["agent"]))
        snooze.snooze(session, who, session.get_one(Item, ministry.items["wages"]), now() + timedelta(hours=1))
    app = opened(token("staff"), part, "en")
    asked, number = re.findall(r'href="/inbox\?([^"]*state=[^"]*)"[^>]*>(?:<bdi>)?([0-9,]+)', html(app))[0]
    with store.read() as session:
        listed = search.page(session, saved_views.filter_of(dict(parse_qsl(unescape(asked))), None), limit=100).items
    assert len(listed) == int(number)
    assert ministry.items["wages"] in {item.id for item in listed}


@pytest.mark.usefixtures("empty_house")
def test_every_part_opens_on_an_empty_database(token: Token) -> None:
    own = token("manager")
    for part in PARTS:
        app = opened(own, part, "en")
        assert not app.exception, f"{part}: {[e.value for e in app.exception]}"


def test_a_surge_is_explained_and_leads_to_its_messages(surge: date, token: Token) -> None:
    told = html(opened(token("manager"), "topics", "en"))
    assert "so far on" in told, "the day is not over"
    assert "in the 8 weeks before: usually 3" in told
    assert f"/inbox?view=all&amp;topic=wages&amp;since={surge}&amp;until={surge}" in told
    assert f"platform=facebook&amp;topic=wages&amp;since={surge}" in told


def test_whoever_may_not_open_cases_sees_the_number_without_a_way_there(surge: date, token: Token) -> None:
    assert 'href="/cases' in html(opened(token("manager"), "service"))
    author = html(opened(token("author"), "service"))
    assert 'href="/cases' not in author
    assert t("desk.fig.card.late", "ar") in author


@pytest.mark.usefixtures("ministry")
def test_the_period_stands_in_the_address_and_is_said_in_words(token: Token) -> None:
    app = opened(token("manager"), "summary", "en", days="own", since="2026-03-30", until="2026-04-02")
    assert "Period: 30 March – 2 April 2026" in html(app)
    assert len(app.date_input) == 1
    assert "Period:" in html(opened(token("manager"), "summary", "en", days="sometime"))


def test_a_stored_report_can_be_read_and_kept(ministry: object, token: Token) -> None:
    own, monday = token("manager"), reporting.last_week(now())
    with store.write() as session:
        reporting.draw_up(session, WORKER, settings(), monday)
    app = opened(own, "weekly", "en")
    assert not app.exception
    assert t("report.title", "en", week=weekly.week_words(monday, "en")) in html(app)


SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("choice", "first", "last"),
    [
        ("1", date(2026, 11, 28), SATURDAY),
        ("30", date(2026, 10, 30), SATURDAY),
        ("week", date(2026, 11, 16), date(2026, 11, 22)),
        ("month", date(2026, 10, 1), date(2026, 10, 31)),
        ("own", date(2026, 11, 15), SATURDAY),  # of no days: the usual period
        ("never", date(2026, 11, 15), SATURDAY),
    ],
)
def test_a_choice_of_days(choice: str, first: date, last: date) -> None:
    assert periods.of(choice, SATURDAY) == Period(first, last)


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-11-01", "2026-11-03", 3),
        ("2026-11-01", "2027-11-03", 28),
        ("1990-01-01", "2026-11-28", 366),
        ("2026-11-05", "2026-11-01", 14),
    ],
)
def test_days_of_ones_own_end_today_and_are_not_endless(since: str, until: str, days: int) -> None:
    assert periods.of("own", SATURDAY, since, until).days == days


def test_the_days_before_are_as_many_and_end_right_before() -> None:
    assert Period(date(2026, 11, 15), SATURDAY).before == Period(date(2026, 11, 1), date(2026, 11, 14))


def test_a_file_opens_in_a_spreadsheet_and_holds_no_formula() -> None:
    told = plate.sheet(["النوع", "n"], [[plate.words("=cmd()"), plate.count(1200)], [plate.words("شكوى"), plate.Cell("—", "")]])
    assert told.startswith("\ufeff")
    assert list(csv.reader(StringIO(told.removeprefix("\ufeff")))) == [["النوع", "n"], ["'=cmd()", "1200"], ["شكوى", ""]]


def test_a_table_names_its_rows_and_columns_and_shows_text_as_text() -> None:
    made = plate.table(["a", "b"], [[plate.words("<b>x</b>"), plate.count(3)]], "t").source
    assert '<th scope="row">&lt;b&gt;x&lt;/b&gt;</th>' in made
    assert made.count('scope="col"') == 2
    assert '<caption class="mj-unseen">t</caption>' in made


@pytest.mark.parametrize(("most", "top"), [(0, "4"), (3, "4"), (5, "8"), (39, "40"), (41, "80"), (700, "800"), (900, "2,000")])
def test_a_drawing_reaches_over_its_highest_column_in_round_steps(most: int, top: str) -> None:
    drawn = columns.columns(["a", "b"], [Part("p", [most, 0])], "alt").source
    assert re.findall(r"<b>([0-9,]+)</b>", drawn)[-1] == top
    assert 'role="img" aria-label="alt"' in drawn


def test_few_of_many_columns_carry_a_label_and_each_tells_its_numbers() -> None:
    days = [str(n) for n in range(90)]
    drawn = columns.columns(days, [Part("x", [1] * 90), Part("y", [2] * 90)], "alt").source
    feet = re.findall(r"<span[^>]*>(\d*)</span>", drawn)
    assert len([one for one in feet if one]) <= columns.LABELS
    assert 'title="7 · x 1 · y 2"' in drawn


@pytest.mark.usefixtures("empty_house")
def test_what_many_ask_for_is_made_once_for_some_seconds_and_anew_over_another_database() -> None:
    made = iter(range(9))
    assert [kept("test", seconds, lambda: next(made)) for seconds in (60, 60, 0, 60)] == [0, 0, 1, 1]
    store.forget()
    assert kept("test", 60, lambda: next(made)) == 2
