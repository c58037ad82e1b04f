"""Days unlike others at the desk: entered, announced on other days, taken out; by whoever keeps the calendar."""

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.clock import in_dubai, now
from core.i18n import Lang, t
from core.models import Period
from desk import store
from tests.desk.test_pages import Token, said
from tests.desk.test_pages import opened as page_opened

pytestmark = pytest.mark.usefixtures("empty_house")


opened = partial(page_opened, "days")


def button(app: AppTest, start: str) -> None:
    next(one for one in app.button if str(one.key).startswith(start)).click().run()


def field(app: AppTest, start: str, value: str) -> None:
    next(one for one in app.text_input if str(one.key).startswith(start)).input(value)


def kept() -> list[Period]:
    with store.read() as reading:
        return list(reading.exec(select(Period)))


def entered(app: AppTest, source: str = "وام، 20 نوفمبر") -> None:
    field(app, "name_ar:", "عيد الاتحاد")
    field(app, "name_en:", "National Day")
    field(app, "source:", source)
    button(app, "do_enter:")


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_days_are_entered_and_stand_there_with_their_source(token: Token, lang: Lang) -> None:
    app = opened(token("manager"), lang)
    assert t("desk.days.none", lang) in said(app)
    entered(app)
    (period,) = kept()
    assert (period.kind, period.status, period.source) == ("holiday", "announced", "وام، 20 نوفمبر")
    assert all(word in said(app) for word in (period.name_ar if lang == "ar" else period.name_en, period.source))


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_days_that_were_worked_out_say_by_what_tables_in_the_readers_language(token: Token, lang: Lang) -> None:
    app = opened(token("manager"), lang)
    entered(app, "holidays 0.109, United Arab Emirates")
    assert t("desk.days.tables.holidays", lang, version="0.109") in said(app)
    assert "United Arab Emirates" not in said(app)


def test_they_are_confirmed_on_other_days_and_taken_out(token: Token) -> None:
    app = opened(token("admin"))
    entered(app)
    day = in_dubai(now()).date() + timedelta(days=1)
    for one in [one for one in app.date_input if str(one.key).split(":")[1].isdecimal() and str(one.key).count(":") == 2]:
        one.set_value(day)
    next(one for one in app.text_input if str(one.key).startswith("source:") and str(one.key).count(":") == 2).input("بيان")
    button(app, "sure_True:")
    (period,) = kept()
    assert (period.first, period.last, period.status, period.source) == (day, day, "confirmed", "بيان")
    field(app, "why:", "أُجّل")
    button(app, "do_remove:")
    assert kept()[0].status == "removed"
    assert t("calendar.status.removed", "ar") in said(app)


def test_what_is_not_complete_is_refused_in_words(token: Token) -> None:
    app = opened(token("manager"))
    button(app, "do_enter:")
    assert kept() == []
    assert "mj-panel bad" in said(app)
