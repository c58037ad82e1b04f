"""Cases at the desk: found, opened, worked on by verbs; each deed leaves what it promises."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from sqlmodel import Session, col, select
from streamlit.testing.v1 import AppTest

from core.actors import CITIZEN
from core.auth import actor_of
from core.clock import DUBAI, in_dubai, now, parse
from core.i18n import LANGS, Lang, t
from core.models import User
from desk import caselist, store
from inbox import appeal, cases
from inbox.models import Case, CaseEvent, Item
from tests.desk.test_pages import PAGE, Token

Opened = Callable[..., AppTest]


def shown(app: AppTest) -> str:
    """All that the page holds, as one text."""
    assert not app.exception, [e.value for e in app.exception]
    kinds = ("html", "bidi_component", "button", "text_area", "text_input", "selectbox", "popover")
    drawn = "".join(str(block.proto) for kind in kinds for block in app.get(kind)).encode().decode("unicode_escape", "replace")
    return drawn + "".join(block.proto.bytes.decode() for block in app.get("bidi_component"))


def html(app: AppTest) -> str:
    """What is drawn of a case, without what lights words up or keeps a number in one piece."""
    assert not app.exception, [e.value for e in app.exception]
    drawn = "\n".join(str(block.proto.body) for block in app.get("html"))
    return unescape(re.sub(r'</?mark[^>]*>|<span class="mj-number">([^<]*)</span>', r"\1", drawn))


@pytest.fixture
def cases_of(ministry: Any) -> dict[str, int]:
    """The cases that were opened as the morning's messages came in, by the name of their message."""
    with store.read() as session:
        found = session.exec(select(Case, Item).join(Item, col(Item.id) == col(Case.item_id))).all()
        return {item.native_id: case.id or 0 for case, item in found}


@pytest.fixture
def opened(token: Token) -> Opened:
    """`opened("agent", case=3)`: the page of cases as that person sees it."""

    def at(role: str, lang: Lang = "ar", **query: Any) -> AppTest:
        app = AppTest.from_string(PAGE.format(path="cases"), default_timeout=120)
        app.session_state["token"], app.session_state["lang"] = token(role), lang
        for name, value in query.items():
            app.query_params[name] = str(value)
        return unfold(app.run())

    return at


def unfold(app: AppTest) -> AppTest:
    """Open every deed's form: it is drawn once it is open."""
    for block in app.get("popover"):
        if "-pop_" in (id_ := str(block.proto.popover.id)):
            app.session_state[id_.split("-", 2)[-1]] = True
    return app.run()


def press(app: AppTest, deed: str, case: int) -> AppTest:
    """Press the button of a deed."""
    names = (f"do_{deed}:{case}:", f"{deed}:{case}")
    return next(one for one in app.button if str(one.key).startswith(names)).click().run()


def fill(app: AppTest, deed: str, case: int, text: str) -> None:
    """Write into the box of a deed."""
    next(one for one in app.text_area if str(one.key).startswith(f"text:{deed}:{case}:")).input(text)


def choose(app: AppTest, field: str, deed: str, case: int, value: Any) -> None:
    """Choose in a box of a deed."""
    next(one for one in app.selectbox if str(one.key).startswith(f"{field}:{deed}:{case}:")).select(value)


def case_now(case: int) -> Case:
    with store.read() as session:
        return session.get_one(Case, case)


def last_step(case: int) -> CaseEvent:
    with store.read() as session:
        return session.exec(select(CaseEvent).where(CaseEvent.case_id == case).order_by(col(CaseEvent.id).desc())).all()[0]


def acting(session: Session, ministry: Any, role: str) -> Any:
    return actor_of(session.get_one(User, ministry.users[role]))


@pytest.mark.parametrize("lang", LANGS)
def test_a_case_shows_its_number_its_words_its_class_and_its_steps(cases_of: dict[str, int], opened: Opened, lang: Lang) -> None:
    case = case_now(cases_of["wages"])
    page = html(opened("agent", lang, case=case.id))
    for told in (case.number, "راتبي متأخر شهرين", t("desk.kind.complaint", lang), t("case.event.received", lang)):
        assert told in page


def test_a_clerk_takes_a_case_and_gives_it_back(ministry: Any, cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    app = press(opened("agent", case=case), "mine", case)
    assert case_now(case).owner_id == ministry.users["agent"]
    press(app, "free", case)
    assert case_now(case).owner_id is None


def test_a_case_is_given_to_a_colleague_who_works_on_cases(ministry: Any, cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    app = opened("agent", case=case)
    choose(app, "to", "assign", case, ministry.users["moderator"])
    done = press(app.run(), "assign", case)
    assert case_now(case).owner_id == ministry.users["moderator"]
    assert t("desk.case.assign.done", "ar", name="موظف moderator") in html(done)


@pytest.mark.parametrize(
    ("deed", "what", "public"),
    [("tell", "told", True), ("ask", "question", True), ("interim", "interim", True), ("note", "note", False)],
)
def test_words_to_the_author_are_public_and_a_note_is_not(
    deed: str, what: str, public: bool, cases_of: dict[str, int], opened: Opened
) -> None:
    case = cases_of["wages"]
    app = opened("agent", case=case)
    fill(app, deed, case, "نراجع كشوف الأجور")
    press(app.run(), deed, case)
    step = last_step(case)
    assert (step.what, step.public, step.note) == (what, public, "نراجع كشوف الأجور")


@pytest.mark.parametrize(
    ("weekday", "later", "ends"),
    [(0, 0, time(15, 30)), (4, 0, time(12)), (5, 2, time(15, 30))],
    ids=["monday", "friday", "saturday: the monday after it"],
)
def test_an_interim_reply_promises_an_hour_at_which_somebody_works(
    weekday: int, later: int, ends: time, cases_of: dict[str, int], opened: Opened
) -> None:
    today = in_dubai(now()).date()
    day = today + timedelta(days=7 + (weekday - today.weekday()) % 7)
    promised = datetime.combine(day + timedelta(days=later), ends, DUBAI)
    case = cases_of["wages"]
    app = opened("agent", case=case)
    next(one for one in app.date_input if str(one.key).startswith(f"day:interim:{case}:")).set_value(day)
    press(app.run(), "interim", case)
    assert parse(last_step(case).data["until"]) == promised


def test_a_case_ends_with_an_outcome_and_a_reason(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    app = opened("agent", case=case)
    press(app, "resolve", case)
    assert case_now(case).state == "received"
    fill(app, "resolve", case, "صُرف الراتب")
    press(app.run(), "resolve", case)
    assert (case_now(case).state, case_now(case).outcome, case_now(case).outcome_reason) == ("resolved", "solved", "صُرف الراتب")


def test_a_suggestion_is_decided_and_never_merely_solved(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["idea"]
    app = opened("agent", case=case)
    ends = next(one for one in app.selectbox if str(one.key).startswith(f"end:resolve:{case}:"))
    assert t("case.outcome.solved", "ar") not in ends.options
    assert t("case.outcome.accepted", "ar") in ends.options


def test_a_number_or_words_find_a_case(cases_of: dict[str, int], opened: Opened) -> None:
    case = case_now(cases_of["idea"])
    assert case.number in html(opened("agent", q=case.number.lower()))
    assert case.number in html(opened("agent", q="بالتقسيط"))
    assert case.number in shown(opened("agent", q="بالتقسيط", kind="suggestion", case=cases_of["wages"]))
    assert case.number not in shown(opened("agent", q="بالتقسيط", kind="complaint", case=cases_of["wages"]))
    assert t("desk.cases.none_fits_lead", "ar") in html(opened("agent", q="لا وجود لهذه الكلمة"))


def test_filters_stand_in_the_address(cases_of: dict[str, int], opened: Opened) -> None:
    wages, idea = case_now(cases_of["wages"]), case_now(cases_of["idea"])
    page = shown(opened("agent", kind="suggestion"))
    assert idea.number in page
    assert wages.number not in page


def test_a_long_list_is_read_page_by_page(cases_of: dict[str, int], opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caselist, "PAGE", 1)
    app = opened("agent", view="all")
    first = app.session_state["case_next"]
    app.session_state[caselist.TRAIL] = [first]
    app.run()
    assert app.session_state["case_next"] != first
    next(one for one in app.button if one.key == "case_previous").click().run()
    assert app.session_state["case_next"] == first
    assert cases_of


def test_an_objection_is_decided_by_a_reviewer_and_by_nobody_else(ministry: Any, cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    with store.write() as session:
        cases.resolve(session, acting(session, ministry, "agent"), session.get_one(Case, case), "solved", "صُرف")
    with store.write() as session:
        appeal.lodge(session, CITIZEN, session.get_one(Case, case), "لم يُصرف شيء")
    assert "لم يُصرف شيء" in html(opened("agent", case=case))
    assert not [one for one in opened("agent", case=case).button if str(one.key).startswith("uphold:")]
    app = opened("appeal_reviewer", view="objections")
    assert case_now(case).number in html(app)
    key = next(str(one.key) for one in app.text_area if str(one.key).startswith(f"text:objection:{case}:"))
    next(one for one in app.text_area if one.key == key).input("لم نجد ما يثبت الصرف")
    app.run()
    next(one for one in app.button if str(one.key).startswith("uphold:")).click().run()
    assert last_step(case).what == "appeal_upheld"
    assert case_now(case).state == "in_progress"


def test_an_objection_shows_its_date_how_it_was_counted_and_when_it_is_late(
    ministry: Any, cases_of: dict[str, int], opened: Opened
) -> None:
    case = cases_of["wages"]
    with store.write() as session:
        cases.resolve(session, acting(session, ministry, "agent"), session.get_one(Case, case), "solved", "صُرف")
    with store.write() as session:
        appeal.lodge(session, CITIZEN, session.get_one(Case, case), "لم يُصرف شيء")
    page = html(opened("agent", "en", case=case))
    assert "Decision on the objection: " in page
    assert "Decision on the objection by " in page
    assert "البت في الاعتراض في موعد أقصاه" in html(opened("agent", "ar", case=case))
    with store.write() as session:
        one = session.get_one(Case, case)
        one.objection_due_at = now()
        session.add(one)
    assert case_now(case).number in html(opened("agent", "en", view="late"))
    assert "Decision on the objection: late: was due" in html(opened("agent", "en", case=case))


def test_what_is_late_says_so_in_words(cases_of: dict[str, int], opened: Opened) -> None:
    case = cases_of["wages"]
    with store.write() as session:
        one = session.get_one(Case, case)
        one.first_due_at = one.next_due_at = now()
        session.add(one)
    page = html(opened("agent", "en", case=case))
    assert t("desk.case.due.first", "en") in page
    assert "late: was due" in page
