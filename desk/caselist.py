"""The list of cases: views with their counts, filters in the address, pages one after the other, a search by number or words."""

from dataclasses import replace
from typing import Any, Final

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.display import direction
from core.errors import Invalid
from core.i18n import Lang
from core.models import Account
from desk import duty, eyes, hung, narrowing, session, shown
from desk.address import Place
from desk.components import event, listing
from desk.session import say
from inbox import caseload, departments, numbers, priority, search
from inbox.caseload import CasePage, Load
from inbox.cases import GRADES
from inbox.models import Case, Department, Item
from policies.verdict import KINDS, TOPICS

PAGE: Final = 50
LIST: Final = "case_list"
SWITCH: Final = "case_views"
#: where the pages shown before this one ended, the first page first
TRAIL: Final = "case_trail"
FILTERS: Final = ("kind", "grade", "department", "topic", "account")
TONES = {"received": "info", "in_progress": "warn", "waiting": "", "resolved": "good", "closed": "good"}
GRADED = {"urgent": "bad", "confidential": "warn"}

Found = tuple[tuple[Case, Item | None], ...]


def place() -> Place:
    """What is chosen on the page of cases."""
    return Place("cases", ("view", "case", "q", *FILTERS))


def named(department: Department, lang: Lang) -> str:
    """A department as it is called."""
    return department.name_ar if lang == "ar" else department.name_en


def bar(reading: Session) -> None:
    """The search and the filters."""
    here, lang, nothing = place(), session.lang(), say("desk.cases.any")
    with narrowing.bar("cases", here, FILTERS, forget=("case",)) as filters:
        if not filters.open:
            return
        parts = {one.code: named(one, lang) for one in departments.listed(reading)}
        pages = {str(one.id): shown.account(one, lang) for one in reading.exec(select(Account).order_by(col(Account.id)))}
        here.pick("kind", say("desk.cases.kind"), KINDS, lambda code: say(f"desk.kind.{code}"), nothing)
        here.pick("grade", say("desk.case.grade.title"), GRADES, lambda code: say(f"desk.case.grade.{code}"), nothing)
        here.pick("department", say("desk.case.department"), list(parts), lambda code: parts[code], nothing)
        here.pick("topic", say("desk.inbox.topic"), TOPICS, lambda code: say(f"desk.topic.{code}"), nothing)
        here.pick("account", say("desk.case.channel"), list(pages), lambda code: pages[code], nothing)


def wanted(person: Actor) -> Load:
    """The view and the filters in the address; what is none there is left out."""
    here = place()
    view = here.get("view") if here.get("view") in caseload.VIEWS else "work"
    chosen: dict[str, Any] = {name: here.get(name) or None for name in FILTERS if name != "account"}
    return Load(view, account_id=here.number("account"), me=person.user_id, **chosen)


def views(reading: Session, asked: Load) -> None:
    """The switch between the views, with how many stand in those that call for work."""
    many = caseload.counts(reading, asked)
    told = {name: _many(count) for name, count in many.items()}
    shown_ = [{"name": name, "label": say(f"desk.cases.view.{name}"), "count": told.get(name, "")} for name in caseload.VIEWS]
    narrowing.views(SWITCH, {"views": shown_, "view": asked.view, "label": say("desk.cases.views")}, view=_viewed)


def _many(count: int) -> str:
    return f"{shown.number(caseload.MANY - 1)}+" if count >= caseload.MANY else shown.number(count)


def _viewed() -> None:
    if (chosen := event(SWITCH, "view")) is not None:
        place().set(view=str(chosen), case=None, q=None)  # a search is over all views


def read(reading: Session, asked: Load) -> CasePage:
    """The page asked for: of the search where there is one, else of the list, after the pages seen before."""
    if text := place().get("q"):
        st.session_state[TRAIL] = []
        return CasePage(_searching(reading, text, asked))
    trail = _trail(asked)
    return caseload.page(reading, asked, trail[-1] if trail else None, PAGE)


def _trail(asked: Load) -> list[caseload.Place]:
    """Where the pages before ended; forgotten when another list is asked for."""
    if st.session_state.get("case_asked") != asked:
        st.session_state["case_asked"], st.session_state[TRAIL] = asked, []
    trail: list[caseload.Place] = st.session_state[TRAIL]
    return trail


def _searching(reading: Session, text: str, asked: Load) -> Found:
    """The case of that number; else those of any view that fit the filters and hold the words, the newest message first."""
    if number := numbers.tidy(text):
        one = reading.exec(select(Case).where(col(Case.number) == number)).first()
        if one is not None:
            return ((one, reading.get(Item, one.item_id) if one.item_id else None),)
    try:
        hits = search.page(reading, search.Filter(text=text), limit=4 * PAGE).items
    except Invalid:
        return ()
    of_case = {item.case_id: item for item in reversed(hits) if item.case_id is not None}
    fits = replace(asked, view="all").where()
    rows = {one.id: one for one in reading.exec(select(Case).where(col(Case.id).in_(of_case), *fits))}
    return tuple((rows[id_], item) for id_, item in reversed(of_case.items()) if id_ in rows)[:PAGE]


def marks(case: Case, parts: dict[str, str]) -> list[tuple[str, str]]:
    """(label, tone) of what a clerk must see of a case at a glance."""
    graded = {"urgent": case.grade == "urgent", "confidential": priority.confides(case)}
    said = [(say(f"desk.case.grade.{grade}"), GRADED[grade]) for grade, holds in graded.items() if holds]
    said += [(say(f"desk.cases.state.{case.state}"), TONES[case.state]), (say(f"desk.kind.{case.kind}"), "")]
    if case.topic != "none":
        said.append((say(f"desk.topic.{case.topic}"), ""))
    if case.department:
        said.append((parts.get(case.department, case.department), ""))
    for owed, word in ((case.receipt_owed, "chip"), (case.told_owed, "told_chip")):
        if owed and case.state != "closed":
            said.append((say(f"desk.case.owed.{word}"), "warn"))
    if case.merged_into_id is not None:
        said.append((say("desk.case.merged"), ""))
    return said


def _row(case: Case, item: Item | None, lang: Lang, sees: eyes.Eyes, parts: dict[str, str]) -> dict[str, Any]:
    chips = [{"label": label, "tone": tone} for label, tone in marks(case, parts)]
    if (owed := duty.brief(case, lang)) is not None:
        chips.insert(0, {"label": owed[0], "tone": owed[1]})
    return {
        "id": case.id,
        "name": case.number,
        "when": shown.short_ago(case.opened_at, lang),
        "text": (sees.item(item)[:240] or hung.instead(item, lang)) if item else "",
        "dir": direction(item.text) if item else "auto",
        "gone": False,
        "chips": chips,
    }


def narrowed() -> bool:
    """Whether a search or a filter keeps cases of the view out of sight."""
    here = place()
    return any(here.get(name) for name in (*FILTERS, "q"))


def draw(reading: Session, person: Actor, found: CasePage, chosen: Case | None) -> None:
    """The rows, and the ways to the pages before and after."""
    lang, sees, trail = session.lang(), eyes.of(person), st.session_state.get(TRAIL) or []
    parts = {one.code: named(one, lang) for one in departments.listed(reading)}
    labels = {
        "list": say("desk.cases.title"),
        "empty": say("desk.cases.none_fits" if narrowed() else "desk.cases.none"),
        "more": say("desk.cases.next"),
    }
    first = len(trail) * PAGE + 1
    counted = (
        say("desk.cases.shown", n=len(found.rows)) if not trail else say("desk.cases.shown_from", first=first, n=len(found.rows))
    )
    if trail:
        st.button(say("desk.cases.previous"), key="case_previous", icon=":material/arrow_upward:", type="tertiary", on_click=_back)
    listing(
        LIST,
        [_row(case, item, lang, sees, parts) for case, item in found.rows],
        selected=str(chosen.id) if chosen else "",
        labels={**labels, "shown": counted},
        more=found.next is not None,
        on={"open": _opened, "more": _further},
    )
    st.session_state["case_next"] = found.next


def _opened() -> None:
    if (chosen := event(LIST, "open")) is not None:
        place().set(case=int(chosen))


def _further() -> None:
    after = st.session_state.get("case_next")
    if event(LIST, "more") is not None and after is not None:
        st.session_state[TRAIL] = [*st.session_state.get(TRAIL, []), after]
        place().set(case=None)


def _back() -> None:
    st.session_state[TRAIL] = st.session_state.get(TRAIL, [])[:-1]
    place().set(case=None)
