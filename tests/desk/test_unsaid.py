"""Words begun in a form of the desk wait in the database for whoever wrote them, until they are said or thrown away."""

from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.actors import OPERATING
from core.auth import dismiss
from core.i18n import t
from desk import store
from inbox.models import CaseEvent, Unsaid
from tests.desk.test_cases import Opened, fill, html, press
from tests.desk.test_cases import cases_of as cases_of
from tests.desk.test_cases import opened as opened

BEGUN = "اتصلنا بصاحب العمل، وننتظر"


def kept() -> list[tuple[str, dict[str, Any]]]:
    with store.read() as session:
        return [(one.deed, one.content) for one in session.exec(select(Unsaid).order_by(Unsaid.deed))]


def box(app: AppTest, deed: str, case: int, field: str = "text") -> str:
    return str(next(one for one in app.text_area if str(one.key).startswith(f"{field}:{deed}:{case}:")).value)


def test_an_answer_half_written_is_there_in_another_browser_and_nobody_elses(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    app = opened("agent", case=case)
    fill(app, "tell", case, BEGUN)
    app.run()
    again = opened("agent", case=case)
    assert box(again, "tell", case) == BEGUN
    assert box(again, "note", case) == ""
    page = html(again)
    assert t("desk.unsaid.begun", "ar") in page
    assert t("desk.case.tell.title", "ar") in page
    other = opened("manager", case=case)
    assert box(other, "tell", case) == ""
    assert t("desk.unsaid.begun", "ar") not in html(other)


def test_what_was_said_is_begun_no_more(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    app = opened("agent", case=case)
    fill(app, "tell", case, BEGUN)
    fill(app, "note", case, "للزملاء")
    app = press(app.run(), "tell", case)
    assert kept() == [("note", {"text": "للزملاء"})]
    assert box(opened("agent", case=case), "tell", case) == ""


def test_words_told_with_the_press_itself_are_not_begun_anew(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    app = opened("agent", case=case)
    fill(app, "tell", case, BEGUN)
    press(app, "tell", case)
    assert kept() == []
    with store.read() as session:
        assert BEGUN in list(session.exec(select(CaseEvent.note)))


def test_what_is_refused_stays(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    app = opened("manager", case=case)
    fill(app, "merge", case, BEGUN)  # and the other case is not named
    press(app.run(), "merge", case)
    assert kept() == [("merge", {"text": BEGUN})]
    assert box(opened("manager", case=case), "merge", case) == BEGUN


@pytest.mark.parametrize("emptied", ["", "  "])
def test_a_box_that_is_emptied_is_not_begun(emptied: str, cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    app = opened("agent", case=case)
    for words in (BEGUN, emptied):
        fill(app, "note", case, words)
        app.run()
    assert kept() == []


def test_of_whoever_was_dismissed_meanwhile_nothing_more_is_kept(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    app = opened("agent", case=case)
    with store.write() as session:
        dismiss(session, OPERATING, "agent")
    fill(app, "note", case, BEGUN)
    app.run()  # behind the gate of the desk he would be shown the door
    assert kept() == []
